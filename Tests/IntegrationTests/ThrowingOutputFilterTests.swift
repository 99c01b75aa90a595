// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension RealServer {
    /// An output filter that throws ends the response so that the client can tell.
    @Suite struct ThrowingOutputFilters {
        private static let directives = """
            SwiftOutputFilter Fixtures.Throw AT_START at=start
            SwiftOutputFilter Fixtures.Throw AT_FIRST at=write
            SwiftOutputFilter Fixtures.Throw AT_FIRST_503 at=write status=503
            SwiftOutputFilter Fixtures.Throw AFTER at=write bytes=100000
            SwiftOutputFilter Fixtures.Throw AT_FINISH at=finish
            SwiftOutputFilter Fixtures.ThrowBrigade BRIGADE_FIRST
            SwiftOutputFilter Fixtures.ThrowBrigade BRIGADE_AFTER after=5
            SetHandler swift
            SwiftHandler Fixtures.Flood
            <Location /start>
                SetOutputFilter PASS;AT_START
            </Location>
            <Location /first>
                SetOutputFilter AT_FIRST;UPPER
            </Location>
            <Location /first-503>
                SetOutputFilter AT_FIRST_503
            </Location>
            <Location /brigade>
                SetOutputFilter BRIGADE_FIRST;PASSBRIGADE
            </Location>
            <Location /after>
                SetOutputFilter AFTER;UPPER
            </Location>
            <Location /brigade-after>
                SetOutputFilter BRIGADE_AFTER
            </Location>
            <Location /finish>
                SetOutputFilter AT_FINISH
            </Location>
            """

        @Test(
            "a filter that throws before the first byte answers with an error, and none of its bytes",
            arguments: MPM.allCases)
        func beforeFirstByte(_ mpm: MPM) throws {
            try withHTTPD(Fixtures.configuration(mpm, Self.directives), allowing: ["by the test"]) { server throws in
                let cases = [("/start", 500), ("/first", 500), ("/first-503", 503), ("/brigade", 500)]
                for (path, status) in cases {
                    let response = try server.get(path + "?bytes=100000&flush=1")
                    #expect(response.status == status, "\(path)")
                    #expect(response.exit == 0, "\(path)")
                    #expect(response.text.contains("<title>\(status) "), "httpd's own page is sent for \(path)")
                    #expect(!response.text.lowercased().contains("abcdefghij"), "\(path)")
                    #expect(response["ETag"] == nil)
                }
                for line in [
                    "Fixtures.Throw (AT_START): thrown at start by the test",
                    "Fixtures.Throw (AT_FIRST): thrown at write by the test",
                    "Fixtures.ThrowBrigade (BRIGADE_FIRST): thrown for a brigade by the test",
                ] {
                    let lines = server.errorLog.split(separator: "\n").filter { $0.contains(line) }
                    #expect(lines.count == 1, "\(server.errorLog)")
                    #expect(lines.first?.contains("[Fixtures:error]") == true, "\(lines)")
                }
            }
        }

        @Test("a small response whose filter throws at its end is an error too") func smallAtEnd() throws {
            try withHTTPD(Fixtures.configuration(Self.directives), allowing: ["by the test"]) { server throws in
                let response = try server.get("/finish?bytes=100")
                #expect(response.status == 500 || response.exit != 0, "\(response.status) \(response.exit)")
                #expect(response.status != 200 || response.exit != 0)
            }
        }

        @Test(
            "a filter that throws after the first byte breaks the response off: HTTP/1.1, chunked and with a length",
            arguments: MPM.allCases)
        func afterFirstByte(_ mpm: MPM) throws {
            try withHTTPD(Fixtures.configuration(mpm, Self.directives), allowing: ["by the test"]) { server throws in
                for path in ["/after", "/brigade-after", "/finish"] {
                    for query in ["?bytes=300000&flush=1", "?bytes=300000&flush=1&length=1"] {
                        // All that was announced has left before such a filter throws: nothing is missing.
                        if path == "/finish", query.hasSuffix("length=1") { continue }
                        let response = try server.get(path + query)
                        #expect(response.status == 200)
                        #expect(response.exit != 0, "curl took the short body of \(path)\(query) for the whole")
                        if path == "/after" { #expect(response.body.count <= 100_000) }
                    }
                }
                let line = "Fixtures.Throw (AFTER): thrown at write by the test"
                #expect(server.errorLog.split(separator: "\n").count { $0.contains(line) } == 2, "logged once each")
            }
        }

        @Test(
            "a filter that throws after the first byte breaks the response off: TLS and HTTP/2", arguments: MPM.allCases
        )
        func afterFirstByteSecurely(_ mpm: MPM) throws {
            let configuration = Security.configuration(mpm, Self.directives)
            try withHTTPD(configuration, allowing: ["by the test"]) { server throws in
                for path in ["/after", "/brigade-after", "/finish"] {
                    for query in ["?bytes=300000&flush=1", "?bytes=300000&flush=1&length=1"] {
                        // All that was announced has left before such a filter throws: nothing is missing.
                        if path == "/finish", query.hasSuffix("length=1") { continue }
                        for version in ["--http1.0", "--http1.1"] + (mpm.isThreaded ? ["--http2"] : []) {
                            let response = try server.getSecurely(path + query, version)
                            // Over HTTP/2 a reset of the stream may overtake its header.
                            #expect([200, 0].contains(response.status), "\(version) \(path)\(query)")
                            #expect(response.exit != 0, "\(version) \(path)\(query) looks whole")
                        }
                    }
                }
                for version in mpm.isThreaded ? ["--http1.1", "--http2"] : ["--http1.1"] {
                    let response = try server.getSecurely("/first?bytes=100000&flush=1", version)
                    #expect(response.status == 500, "\(version)")
                    #expect(!response.text.lowercased().contains("abcdefghij"))
                }
            }
        }
    }
}
