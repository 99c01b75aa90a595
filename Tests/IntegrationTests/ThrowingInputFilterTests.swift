// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension RealServer {
    /// An input filter that throws is an error for whoever reads the body, and for the client.
    @Suite struct ThrowingInputFilters {
        private static func configuration(_ mpm: MPM) -> HTTPDConfiguration {
            let cgi = mpm.isThreaded ? "cgid" : "cgi"
            return Fixtures.configuration(
                mpm, modules: [cgi, "reflector", "proxy", "proxy_http"],
                """
                <IfModule cgid_module>
                    ScriptSock cgisock
                </IfModule>
                SwiftInputFilter Fixtures.ThrowIn IN_START at=start
                SwiftInputFilter Fixtures.ThrowIn IN_FIRST at=write
                SwiftInputFilter Fixtures.ThrowIn IN_AFTER at=write bytes=200000
                SwiftInputFilter Fixtures.ThrowIn IN_FINISH at=finish
                SwiftInputFilter Fixtures.ThrowIn IN_413 at=write status=413
                ScriptAlias /cgi "@ROOT@/cgi/count"
                Listen 127.0.0.1:@PORT3@
                <VirtualHost 127.0.0.1:@PORT3@>
                    <Location />
                        SetHandler swift
                        SwiftHandler Fixtures.Digest
                    </Location>
                </VirtualHost>
                ProxyPass /proxy http://127.0.0.1:@PORT3@/
                <Location /swift>
                    SetHandler swift
                    SwiftHandler Fixtures.Digest
                </Location>
                <Location /reflector>
                    SetHandler reflector
                    SetOutputFilter PASS
                </Location>
                <If "%{QUERY_STRING} == 'start'">
                    SetInputFilter IN_START
                </If>
                <If "%{QUERY_STRING} == 'first'">
                    SetInputFilter IN_FIRST
                </If>
                <If "%{QUERY_STRING} == 'after'">
                    SetInputFilter PASSIN;IN_AFTER
                </If>
                <If "%{QUERY_STRING} == 'finish'">
                    SetInputFilter IN_FINISH
                </If>
                <If "%{QUERY_STRING} == 'limit'">
                    SetInputFilter IN_413
                </If>
                """)
        }

        private static let body = [UInt8](repeating: UInt8(ascii: "b"), count: 500_000)
        /// What stock modules say when a body cannot be read.
        private static let stock = [
            "by the test", "AH01270", "AH01097", "AH01088", "AH02609", "AH01084", "reading the request's body",
            "prefetch request body failed", "AH02608", "AH01225", "AH01224", "AH01095",
            "Error reading request entity data",
        ]

        @Test("CGI, Swift handler, reflector and proxy answer with an error status", arguments: MPM.allCases)
        func readers(_ mpm: MPM) throws {
            try withHTTPD(Self.configuration(mpm), allowing: Self.stock) { server throws in
                try server.addScript("cgi/count", "#!/bin/sh\necho Content-Type: text/plain\necho\nwc -c\n")
                #expect(
                    try server.get("/swift", "--data-binary", "@-", input: Self.body).text.hasPrefix("500000 bytes"))
                #expect(try server.get("/cgi", "--data-binary", "@-", input: Self.body).text == "500000\n")
                for reader in ["/swift", "/cgi", "/reflector", "/proxy"] {
                    // mod_reflector ends its response well whatever happens once it has begun.
                    for place in reader == "/reflector" ? ["start", "first"] : ["start", "first", "after", "finish"] {
                        for framing in ["Expect:", "Transfer-Encoding: chunked"] {
                            let response = try server.get(
                                "\(reader)?\(place)", "-H", framing, "--data-binary", "@-", input: Self.body)
                            // A proxy may have sent the first part before the filter threw.
                            let isError = (400...599).contains(response.status) || response.exit != 0
                            #expect(
                                isError, "\(reader) \(place) \(framing): \(response.status) \(response.text.prefix(80))"
                            )
                        }
                    }
                }
                for place in ["START", "FIRST", "AFTER", "FINISH"] {
                    #expect(server.errorLog.contains("Fixtures.ThrowIn (IN_\(place)): thrown at"))
                }
            }
        }

        @Test("the status that an input filter names is the one that the client gets") func namedStatus() throws {
            try withHTTPD(Self.configuration(.event), allowing: Self.stock) { server throws in
                #expect(try server.get("/swift?limit", "--data-binary", "@-", input: Self.body).status == 413)
                #expect(try server.get("/swift?first", "--data-binary", "@-", input: Self.body).status == 500)
            }
        }
    }
}
