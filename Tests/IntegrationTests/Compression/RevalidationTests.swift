// SPDX-License-Identifier: Apache-2.0
import HTTPDTesting
import Testing

extension RealServer.Compression {
    /// What a client has is not sent again.
    @Suite struct Revalidation {
        private static let page = CompressionServer.page(60_000)
        private static let directives = """
            SetOutputFilter COMPRESS
            CompressCodings br gzip
            <Location /weak>
                CompressETag weak
            </Location>
            Listen 127.0.0.1:@PORT3@
            <VirtualHost 127.0.0.1:@PORT3@>
                RemoveOutputFilter .html
                <Location />
                    SetOutputFilter PASS
                </Location>
            </VirtualHost>
            ProxyPass /proxy http://127.0.0.1:@PORT3@/

            """
        private static let documents = ["page.html": page, "weak/page.html": page, "a.png": page]

        private static func withServer(_ mpm: MPM = .event, _ body: (HTTPDProcess) throws -> Void) throws {
            let configuration = CompressionServer.configuration(
                mpm, modules: ["proxy", "proxy_http"], directives, documents: documents)
            try withHTTPD(configuration, body)
        }

        @Test("a coded response is revalidated with its own tag, by a file and by a backend", arguments: MPM.allCases)
        func matching(_ mpm: MPM) throws {
            try Self.withServer(mpm) { server throws in
                for path in ["/page.html", "/weak/page.html", "/proxy/page.html"] {
                    for accept in ["gzip", "br", "gzip, br", "identity"] {
                        let first = try server.get(path, "-H", "Accept-Encoding: \(accept)")
                        let tag = try #require(first["ETag"])
                        for value in [tag, "\"other\", \(tag)", tag + ", W/\"y\""] {
                            let second = try server.get(
                                path, "-H", "Accept-Encoding: \(accept)", "-H", "If-None-Match: \(value)")
                            #expect(second.status == 304 && second.body.isEmpty, "\(path) \(accept) \(value)")
                            #expect(second["ETag"] == tag, "\(path) \(accept)")
                            #expect(second["Vary"] == "Accept-Encoding", "\(path) \(accept)")
                            #expect(second["Content-Encoding"] == nil)
                        }
                    }
                }
            }
        }

        @Test("the tag of another coding does not match, that of the plain content does") func others() throws {
            try Self.withServer { server throws in
                let plain = try #require(server.get("/page.html")["ETag"])
                let gzip = try #require(server.get("/page.html", "-H", "Accept-Encoding: gzip")["ETag"])
                let br = try #require(server.get("/page.html", "-H", "Accept-Encoding: br")["ETag"])
                #expect(Set([plain, gzip, br]).count == 3)
                func status(_ accept: String, _ tag: String) throws -> Response {
                    try server.get("/page.html", "-H", "Accept-Encoding: \(accept)", "-H", "If-None-Match: \(tag)")
                }
                #expect(try status("br", gzip).status == 200)
                #expect(try status("gzip, br;q=0.5", br).status == 200)
                #expect(try status("identity", gzip).status == 200)
                // The client has the plain content, which is as good as the coded one.
                let known = try status("gzip", plain)
                #expect(known.status == 304 && known["ETag"] == plain && known["Vary"] == "Accept-Encoding")
                #expect(try status("gzip", "\(plain), \(gzip)")["ETag"] == gzip)
                #expect(try status("gzip", "*").status == 304)
                #expect(try status("gzip", "*")["ETag"] == gzip)
            }
        }

        @Test("a 304 to If-Modified-Since has the tag that a 200 would have") func since() throws {
            try Self.withServer { server throws in
                for (path, accept) in [("/page.html", "gzip"), ("/page.html", "identity"), ("/a.png", "gzip")] {
                    let first = try server.get(path, "-H", "Accept-Encoding: \(accept)")
                    let date = try #require(first["Last-Modified"])
                    let second = try server.get(
                        path, "-H", "Accept-Encoding: \(accept)", "-H", "If-Modified-Since: \(date)")
                    #expect(second.status == 304 && second["ETag"] == first["ETag"] && second["Vary"] == first["Vary"])
                }
            }
        }

        @Test("If-Match takes the tag of what the client would get, and no other") func ifMatch() throws {
            try Self.withServer { server throws in
                for coding in ["gzip", "br"] {
                    let tag = try #require(server.get("/page.html", "-H", "Accept-Encoding: \(coding)")["ETag"])
                    let good = try server.get(
                        "/page.html", "-H", "If-Match: \(tag)", "-H", "Accept-Encoding: \(coding)")
                    #expect(good.status == 200)
                    // Another representation: RFC 9110 §13.1.1.
                    #expect(try server.get("/page.html", "-H", "If-Match: \(tag)").status == 412)
                    let bad = try server.get("/page.html", "-H", "If-Match: \"x-\(coding)\"")
                    #expect(bad.status == 412)
                }
            }
        }

        @Test("If-Match with a coded tag gets the whole, never a part of the plain content") func ifMatchRange() throws
        {
            try Self.withServer { server throws in
                for path in ["/page.html", "/proxy/page.html"] {
                    let gzip = try #require(server.get(path, "-H", "Accept-Encoding: gzip")["ETag"])
                    for accept in ["gzip", "identity"] {
                        let response = try server.get(
                            path, "-H", "Range: bytes=10-19", "-H", "If-Match: \(gzip)", "-H",
                            "Accept-Encoding: \(accept)")
                        #expect(response.status == (accept == "gzip" ? 200 : 412), "\(path) \(accept)")
                        if response.status == 200 { #expect(try response.decoded == Self.page) }
                    }
                }
            }
        }

        @Test("many tags do not make a field that a backend refuses") func manyTags() throws {
            try Self.withServer { server throws in
                let gzip = try #require(server.get("/proxy/page.html", "-H", "Accept-Encoding: gzip")["ETag"])
                let list = ([gzip] + (0..<500).map { "\"t\($0)-gzip\"" }).joined(separator: ", ")
                let response = try server.get(
                    "/proxy/page.html", "-H", "If-None-Match: \(list)", "-H", "Accept-Encoding: gzip")
                #expect(response.status == 304 && response["ETag"] == gzip && response["Accept-Ranges"] == "none")
            }
        }

        @Test("what is padded is never called the same, byte by byte") func padded() throws {
            let configuration = CompressionServer.configuration(
                "SetOutputFilter COMPRESS\nCompressCodings gzip\nCompressPadding 1000\n", documents: Self.documents)
            try withHTTPD(configuration) { server throws in
                let responses = try (0..<4).map { _ in try server.get("/page.html", "-H", "Accept-Encoding: gzip") }
                #expect(Set(responses.map(\.body.count)).count > 1)
                let tags = Set(responses.compactMap { $0["ETag"] })
                let tag = try #require(tags.count == 1 ? tags.first : nil)
                #expect(tag.hasPrefix("W/") && tag.hasSuffix("-gzip\""))
                let again = try server.get(
                    "/page.html", "-H", "Accept-Encoding: gzip", "-H", "If-None-Match: \(tag)")
                #expect(again.status == 304 && again["ETag"] == tag)
            }
        }

        @Test("If-Range with a coded tag gets the whole, never a part of the plain content") func ifRange() throws {
            try Self.withServer { server throws in
                for path in ["/page.html", "/proxy/page.html"] {
                    let plain = try #require(server.get(path)["ETag"])
                    let gzip = try #require(server.get(path, "-H", "Accept-Encoding: gzip")["ETag"])
                    for accept in ["gzip", "identity"] {
                        let whole = try server.get(
                            path, "-H", "Range: bytes=10-19", "-H", "If-Range: \(gzip)", "-H",
                            "Accept-Encoding: \(accept)")
                        #expect(whole.status == 200, "\(path) \(accept)")
                        #expect(try whole.decoded == Self.page)
                    }
                    let part = try server.get(path, "-H", "Range: bytes=10-19", "-H", "If-Range: \(plain)")
                    #expect(part.status == 206 && part.body.count == 10 && part["ETag"] == plain)
                }
            }
        }
    }
}
