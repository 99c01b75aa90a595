// SPDX-License-Identifier: Apache-2.0
import HTTPDTesting
import Testing

extension RealServer.Compression {
    /// Beside mod_deflate and mod_brotli, where those are right.
    @Suite struct Peers {
        private static let documents = [
            "short.html": "short", "page.html": CompressionServer.page(8_000),
            "long.html": CompressionServer.page(900_000), "picture.png": CompressionServer.page(2_000),
        ]

        /// Two servers of one site: COMPRESS under /ours, the stock filters under /theirs.
        private static let directives = """
            Alias /ours "@DOCROOT@"
            Alias /theirs "@DOCROOT@"
            <Location /ours>
                SetOutputFilter COMPRESS
                CompressCodings br gzip
            </Location>
            <Location /theirs>
                AddOutputFilterByType BROTLI_COMPRESS;DEFLATE text/html
            </Location>
            """

        @Test("the same clients get the same content, in the same coding, with as good a header")
        func content() throws {
            let configuration = CompressionServer.configuration(
                modules: ["alias", "filter", "deflate", "brotli"], Self.directives, documents: Self.documents)
            try withHTTPD(configuration) { server throws in
                for (name, text) in Self.documents {
                    for coding in ["gzip", "br"] {
                        let accept = "Accept-Encoding: \(coding)"
                        let ours = try server.get("/ours/\(name)", "-H", accept)
                        let theirs = try server.get("/theirs/\(name)", "-H", accept)
                        let comment: Comment = "\(name) \(coding)"
                        #expect(ours.status == 200 && theirs.status == 200, comment)
                        #expect(try ours.decoded == text, comment)
                        #expect(try theirs.decoded == text, comment)
                        #expect(ours["Content-Type"] == theirs["Content-Type"], comment)
                        if text.utf8.count > 256 {
                            #expect(ours["Content-Encoding"] == theirs["Content-Encoding"], comment)
                            let (count, other) = (Double(ours.body.count), Double(theirs.body.count))
                            #expect(count <= other * 1.05, comment)
                        } else {
                            // mod_brotli codes what becomes longer by it.
                            #expect(ours["Content-Encoding"] == nil && ours.body.count <= theirs.body.count, comment)
                        }
                    }
                }
            }
        }

        @Test("what is coded is not coded again", arguments: ["COMPRESS;DEFLATE", "DEFLATE;COMPRESS"])
        func chained(_ chain: String) throws {
            let configuration = CompressionServer.configuration(
                modules: ["filter", "deflate"], "SetOutputFilter \(chain)\n", documents: Self.documents)
            try withHTTPD(configuration) { server throws in
                let response = try server.get("/page.html", "-H", "Accept-Encoding: gzip")
                #expect(response["Content-Encoding"] == "gzip")
                #expect(try response.decoded == Self.documents["page.html"])
            }
        }

        @Test("over TLS and HTTP/2, many at once", arguments: [MPM.event, .worker])
        func http2(_ mpm: MPM) throws {
            let directives =
                CompressionServer.preamble + "SetOutputFilter COMPRESS\nCompressCodings zstd br gzip deflate\n"
            var configuration = Security.configuration(mpm, directives)
            configuration.documents["long.html"] = Array(CompressionServer.page(900_000).utf8)
            try withHTTPD(configuration) { server throws in
                for coding in CompressionServer.codings {
                    for version in ["--http1.1", "--http2"] {
                        let response = try server.getSecurely(
                            "/long.html", version, "-H", "Accept-Encoding: \(coding)")
                        #expect(response.exit == 0 && response.status == 200, "\(coding) \(version)")
                        #expect(response["Content-Encoding"] == coding, "\(coding) \(version)")
                        #expect(try response.decoded == CompressionServer.page(900_000), "\(coding) \(version)")
                    }
                }
            }
        }
    }
}
