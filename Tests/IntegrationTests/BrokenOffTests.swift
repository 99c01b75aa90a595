// SPDX-License-Identifier: Apache-2.0
import HTTPDTesting
import Testing

extension RealServer {
    /// A response that has begun and cannot be completed never looks whole, whoever gave it up.
    @Suite struct BrokenOff {
        private static func configuration(_ mpm: MPM) -> HTTPDConfiguration {
            Fixtures.configuration(
                mpm,
                """
                SwiftOutputFilter Fixtures.Throw BREAK bytes=3000000
                <Location /break>
                    SetOutputFilter BREAK
                </Location>
                <Location /made>
                    SetHandler swift
                    SwiftHandler Fixtures.Flood
                    SetOutputFilter BREAK
                </Location>
                <Location /coded>
                    AddEncoding x-gzip .gz
                    SetOutputFilter UPPER
                </Location>
                """,
                documents: [
                    "break/a.txt": String(repeating: "some text\n", count: 400_000), "coded/a.txt": "some text\n",
                ])
        }

        private static let log = ["Fixtures.Throw"]

        @Test("HTTP/1.0, whose body ends with the connection, sees a reset", arguments: MPM.allCases)
        func oldProtocol(_ mpm: MPM) throws {
            try withHTTPD(Self.configuration(mpm), allowing: Self.log) { server throws in
                // Without a length: curl misses nothing of a connection that is closed in good order.
                let response = try server.curl("--http1.0", path: "/made?bytes=4000000")
                #expect(response.status == 56, "the exit status of curl: failure in receiving network data")
                #expect(response.output.count < 4_000_000)
            }
        }

        @Test("a filter on content as it is meant leaves coded content alone") func coded() throws {
            try withHTTPD(Self.configuration(.event)) { server throws in
                try server.shell("gzip < htdocs/coded/a.txt > htdocs/coded/b.gz")
                let response = try server.get("/coded/b.gz", "--compressed")
                #expect(response.exit == 0)
                #expect(response.text == "some text\n")
            }
        }
    }
}
