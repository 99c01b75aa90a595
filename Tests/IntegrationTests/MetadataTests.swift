// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension RealServer {
    /// What stands between the bytes of a response: FLUSH, errors, its end.
    @Suite struct Metadata {
        private static let configuration = Fixtures.configuration(
            """
            Replace s/none-of-this/occurs/n
            SwiftOutputFilter Fixtures.Chop CHOP_FLUSH size=3 flush=On
            SwiftOutputFilter Fixtures.Chop CHOP size=3
            SwiftOutputFilter Fixtures.ErrorBucket UNAVAILABLE status=503
            SwiftOutputFilter Fixtures.ErrorBucket IMPOSSIBLE status=101
            <Location /101>
                SetOutputFilter IMPOSSIBLE
            </Location>
            <Location /flush>
                SetOutputFilter FLUSHINSIDE;UPPER;REPLACE;PASSBRIGADE
            </Location>
            <Location /502>
                SetOutputFilter ERRORBUCKET;UPPER;REPLACE;PASSBRIGADE;DOUBLE
            </Location>
            <Location /503>
                SetOutputFilter UNAVAILABLE;REWRITE
            </Location>
            <Location /order>
                SetOutputFilter CHOP_FLUSH;UPPER;PASS;PASSBRIGADE;RECORD
            </Location>
            <Location /held>
                SetOutputFilter CHOP_FLUSH;REPLACE;RECORD
            </Location>
            <Location /metadata>
                SetOutputFilter CHOP;METADATAFIRST;UPPER;REPLACE;PASSBRIGADE;RECORD
            </Location>
            """,
            documents: [
                "flush/a.txt": "x", "502/a.txt": "x", "503/a.txt": "x", "101/a.txt": "x", "order/a.txt": "abcdefg",
                "held/a.txt": "abcdefn",
                "metadata/a.txt": "abcdefg", "metadata/none.txt": "",
            ])

        /// What `RECORD` saw, response by response. It says so when the response has left.
        private static func recorded(_ server: HTTPDProcess, _ count: Int) throws -> [String] {
            var lines: [String] = []
            try server.waitUntil("what was recorded") {
                lines = server.errorLog.split(separator: "\n").compactMap { line in
                    line.range(of: "recorded: ").map { String(line[$0.upperBound...]) }
                }
                return lines.count >= count
            }
            return lines
        }

        @Test("data behind a FLUSH in the same brigade arrives") func dataBehindFlush() throws {
            try withHTTPD(Self.configuration) { server throws in
                #expect(try server.get("/flush/a.txt").text == "BEFORE THE FLUSH, BEHIND THE FLUSH")
            }
        }

        @Test("what is no status of an error becomes an error of the server's") func impossibleError() throws {
            try withHTTPD(Self.configuration) { server throws in
                #expect(try server.get("/101/a.txt").status == 500)
            }
        }

        @Test("an error bucket keeps its status") func errorBucket() throws {
            try withHTTPD(Self.configuration) { server throws in
                for status in [502, 503] {
                    let response = try server.get("/\(status)/a.txt")
                    #expect(response.status == status)
                    #expect(response.exit == 0)
                    #expect(!response.text.lowercased().contains("dropped"))
                    #expect(response.text.contains("\(status)"), "httpd's own page is sent: \(response.text)")
                }
            }
        }

        @Test("metadata keeps its place between the bytes") func order() throws {
            try withHTTPD(Self.configuration) { server throws in
                #expect(try server.get("/order/a.txt").text == "ABCDEFG")
                let recorded = try Self.recorded(server, 1)
                #expect(recorded == ["data(3) FLUSH data(3) FLUSH data(1) FLUSH EOS"])
            }
        }

        @Test("brigades of nothing but metadata go through in their place") func onlyMetadata() throws {
            try withHTTPD(Self.configuration) { server throws in
                #expect(try server.get("/metadata/a.txt").text == "ABCDEFG")
                #expect(try server.get("/metadata/none.txt").body.isEmpty)
                let recorded = try Self.recorded(server, 2)
                #expect(recorded.first?.hasPrefix("FLUSH data(7) EOS") == true, "\(recorded)")
                #expect(recorded.last?.hasPrefix("FLUSH EOS") == true, "\(recorded)")
            }
        }

        @Test("a FLUSH is not delayed by what a filter must hold back") func held() throws {
            try withHTTPD(Self.configuration) { server throws in
                // The last byte may begin what is to be replaced, so it leaves with the end.
                #expect(try server.get("/held/a.txt").text == "abcdefn")
                let recorded = try Self.recorded(server, 1)
                #expect(recorded == ["data(3) FLUSH data(3) FLUSH FLUSH data(1) EOS"])
            }
        }
    }
}
