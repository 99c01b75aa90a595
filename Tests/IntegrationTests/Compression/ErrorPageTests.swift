// SPDX-License-Identifier: Apache-2.0
import HTTPDTesting
import Testing

extension RealServer.Compression {
    /// What httpd answers itself, in place of a response.
    @Suite struct ErrorPages {
        private static let directives = """
            SetOutputFilter COMPRESS
            CompressCodings zstd br gzip deflate
            CompressMinLength 50
            Redirect /moved http://127.0.0.1/elsewhere
            ProxyPass /dead http://127.0.0.1:1
            <Location /closed>
                Require all denied
            </Location>
            <Location /late>
                SetHandler swift
                SwiftHandler Fixtures.Late
            </Location>
            <Location /decided>
                SetHandler swift
                SwiftHandler Fixtures.Decide
            </Location>
            <IfModule lua_module>
                LuaMapHandler ^/behind "@ROOT@/behind.lua"
            </IfModule>
            <Location /told>
                ErrorDocument 404 "Nothing is here, nothing was here, and nothing will be here for quite some time.
            </Location>
            <Location /led>
                ErrorDocument 404 /sorry.html
            </Location>
            <Location /astray>
                ErrorDocument 404 /astray/sorry.html
            </Location>
            <Location /away>
                ErrorDocument 404 http://127.0.0.1/sorry
            </Location>

            """
        private static let page = CompressionServer.page(20_000)

        private static func withServer(_ mpm: MPM = .event, _ body: (HTTPDProcess) throws -> Void) throws {
            let configuration = CompressionServer.configuration(
                mpm, modules: ["proxy", "proxy_http", "headers"], directives,
                documents: ["page.html": page, "sorry.html": page])
            try withHTTPD(configuration, allowing: ["by the test", "AH"], body)
        }

        /// Checks one coded response against the plain one.
        private static func check(_ coded: Response, _ coding: String, _ plain: Response) throws {
            #expect(coded.status == plain.status && coded.exit == 0)
            #expect(coded.headers.filter { $0.name == "content-encoding" }.map(\.value) == [coding])
            #expect(coded.headers.filter { $0.name == "vary" }.map(\.value) == ["Accept-Encoding"])
            #expect(coded["Content-Length"] == "\(coded.body.count)")
            #expect(coded["Content-Type"] == plain["Content-Type"] && coded["Location"] == plain["Location"])
            #expect(coded["Allow"] == plain["Allow"])
            #expect(try coded.decoded == plain.text)
        }

        @Test(
            "httpd's own pages are coded as each client likes: 404, 403, 405, a thrown 500, 503 of a proxy, a redirect",
            arguments: MPM.allCases)
        func pages(_ mpm: MPM) throws {
            try Self.withServer(mpm) { server throws in
                let cases: [(String, [String], Int)] = [
                    ("/none.html", [], 404), ("/closed/x", [], 403), ("/page.html", ["-X", "PUT"], 405),
                    ("/late?bytes=0", [], 500), ("/decided?status=500", [], 500), ("/dead/x", [], 503),
                    ("/moved", [], 302),
                ]
                for (path, more, status) in cases {
                    let plain = try Response(server.curl(["-i"] + more, path: path))
                    #expect(plain.status == status && plain["Content-Encoding"] == nil, "\(path)")
                    #expect(plain["Vary"] == "Accept-Encoding" && plain.text.contains("<title>\(status) "), "\(path)")
                    #expect(plain["Content-Length"] == "\(plain.body.count)")
                    for coding in CompressionServer.codings {
                        let coded = try Response(
                            server.curl(["-i", "-H", "Accept-Encoding: \(coding)"] + more, path: path))
                        try Self.check(coded, coding, plain)
                    }
                    let read = try Response(server.curl(["-i", "--compressed"] + more, path: path))
                    #expect(read["Content-Encoding"] != nil && read.text == plain.text, "\(path)")
                }
                #expect(try server.get("/page.html", "--compressed").text == Self.page, "the server goes on")
            }
        }

        @Test("what ErrorDocument says is coded once: a text, a page, a redirect, and the page where it fails")
        func documents() throws {
            try Self.withServer { server throws in
                for (path, status, text) in [
                    ("/told/x", 404, "Nothing is here"), ("/led/x", 404, Self.page), ("/astray/x", 404, "Additionally"),
                    ("/away/x", 302, "<title>302 Found"),
                ] {
                    let plain = try server.get(path)
                    #expect(plain.status == status && plain.text.contains(text), "\(path)")
                    for coding in ["gzip", "zstd"] {
                        let coded = try server.get(path, "-H", "Accept-Encoding: \(coding)")
                        try Self.check(coded, coding, plain)
                    }
                }
            }
        }

        @Test("HEAD of httpd's own page has no coding, as its length is not known, unless every length is coded")
        func head() throws {
            let more = Self.directives + "<Location /any>\nCompressMinLength 1\n</Location>\n"
            let configuration = CompressionServer.configuration(modules: ["proxy", "proxy_http"], more, documents: [:])
            try withHTTPD(configuration, allowing: ["AH"]) { server throws in
                let some = try server.head("/none.html", "-H", "Accept-Encoding: gzip")
                #expect(some.status == 404 && some.body.isEmpty && some["Vary"] == "Accept-Encoding")
                #expect(some["Content-Encoding"] == nil && some["Content-Length"] == nil)
                let any = try server.head("/any/none.html", "-H", "Accept-Encoding: gzip")
                let get = try server.get("/any/none.html", "-H", "Accept-Encoding: gzip")
                #expect(any.status == 404 && any.body.isEmpty && any["Vary"] == get["Vary"])
                #expect(any["Content-Encoding"] == "gzip" && get["Content-Encoding"] == "gzip")
                #expect(try server.head("/any/none.html")["Content-Encoding"] == nil)
            }
        }

        @Test("what holds for responses holds for httpd's own pages: length, types, no-transform, environment")
        func policy() throws {
            let directives = """
                SetOutputFilter COMPRESS
                CompressCodings gzip br
                <Location /long>
                    ErrorDocument 404 "\(String(repeating: "no, ", count: 100))
                </Location>
                <LocationMatch ^/(types|off|opted|forced)>
                    CompressMinLength 50
                </LocationMatch>
                <Location /types>
                    CompressTypes default !text/html
                </Location>
                <Location /off>
                    CompressCodings none
                </Location>
                SetEnvIf Request_URI ^/opted no-gzip
                SetEnvIf Request_URI ^/forced force-gzip

                """
            let configuration = CompressionServer.configuration(modules: ["setenvif"], directives, documents: [:])
            try withHTTPD(configuration) { server throws in
                let gzip = ["-H", "Accept-Encoding: gzip"]
                let cases: [(String, [String], coding: String?, vary: String?)] = [
                    // Below 256 bytes, and above.
                    ("/none", gzip, nil, "Accept-Encoding"),
                    ("/none", ["-H", "Accept-Encoding: br, identity;q=0"], "br", "Accept-Encoding"),
                    ("/long/none", gzip, "gzip", "Accept-Encoding"),
                    ("/long/none", ["-H", "Accept-Encoding: foo"], nil, "Accept-Encoding"),
                    ("/long/none", gzip + ["-H", "Cache-Control: no-transform"], nil, "Accept-Encoding"),
                    ("/types", gzip, nil, nil),
                    ("/off", gzip, nil, nil),
                    ("/opted", gzip, nil, "Accept-Encoding"),
                    ("/forced", ["-H", "Accept-Encoding: br"], "gzip", "Accept-Encoding"),
                ]
                for (path, arguments, coding, vary) in cases {
                    let response = try Response(server.curl(["-i"] + arguments, path: path))
                    #expect(response.status == 404 && response["Vary"] == vary, "\(path) \(arguments)")
                    #expect(response["Content-Encoding"] == coding, "\(path) \(arguments)")
                    #expect(try response.decoded.contains(path.hasPrefix("/long") ? "no, no" : "Not Found"))
                }
            }
        }

        @Test("httpd's own pages are coded where SetOutputFilter names COMPRESS for the place, and nowhere else")
        func places() throws {
            let directives = """
                CompressMinLength 50
                <Directory "@ROOT@/htdocs/directory">
                    SetOutputFilter COMPRESS
                </Directory>
                <Directory "@ROOT@/htdocs/access">
                    AllowOverride FileInfo
                </Directory>
                <Location /location>
                    SetOutputFilter REPLACE;compress
                </Location>
                <If "%{QUERY_STRING} == 'if'">
                    SetOutputFilter COMPRESS
                </If>
                <Location /other>
                    SetOutputFilter REPLACE;UPPER
                </Location>
                <Location /typed>
                    AddOutputFilterByType COMPRESS text/html
                </Location>
                <Location /closed>
                    SetOutputFilter COMPRESS
                    Require all denied
                </Location>

                """
            let configuration = CompressionServer.configuration(
                modules: ["filter"], directives,
                documents: ["access/.htaccess": "SetOutputFilter COMPRESS\n", "directory/x": "x"])
            try withHTTPD(configuration, allowing: ["AH01630"]) { server throws in
                for (path, isCoded) in [
                    ("/none", false), ("/directory/none", true), ("/access/none", true), ("/location/none", true),
                    ("/none?if", true), ("/other/none", false), ("/typed/none", false), ("/closed", true),
                ] {
                    let response = try server.get(path, "-H", "Accept-Encoding: gzip")
                    #expect(response.status == (path == "/closed" ? 403 : 404))
                    #expect(response["Content-Encoding"] == (isCoded ? "gzip" : nil), "\(path)")
                    #expect(response["Vary"] == (isCoded ? "Accept-Encoding" : nil), "\(path)")
                    #expect(try response.decoded.contains("<h1>"), "\(path)")
                }
            }
        }

        @Test("an error after the body has begun adds nothing that is coded", arguments: MPM.allCases)
        func late(_ mpm: MPM) throws {
            var configuration = CompressionServer.configuration(
                mpm, modules: ["proxy", "proxy_http", "lua"], Self.directives, documents: [:])
            configuration.addFile(
                "behind.lua",
                text:
                    "function handle(r)\n r.content_type = 'image/png'\n r:write('begun ')\n r:flush()\n return 500\nend\n"
            )
            try withHTTPD(configuration, allowing: ["by the test"]) { server throws in
                // What comes first has a type that is not coded; httpd writes its page behind it.
                let plain = try server.get("/behind")
                let asked = try server.get("/behind", "-H", "Accept-Encoding: gzip")
                #expect(plain.status == 200 && asked.status == 200 && asked["Content-Encoding"] == nil)
                #expect(asked.body == plain.body && asked.text.hasPrefix("begun "))
                #expect(asked.text.contains("<title>500 "))
                let coded = try server.get("/late?bytes=3000000&flush=1", "-H", "Accept-Encoding: gzip")
                #expect(coded.status == 200 && coded["Content-Encoding"] == "gzip")
                let magic: [UInt8] = [0x1f, 0x8b, 8]
                let count = coded.body.indices.dropLast(2).count { coded.body[$0..<$0 + 3].elementsEqual(magic) }
                #expect(count == 1, "there is one beginning of gzip")
            }
        }

        @Test("a 304 that a handler leaves to httpd has the tag that the client knows, and Vary")
        func notModified() throws {
            let directives = Self.directives + "Header set ETag '\"x\"' early\n"
            let configuration = CompressionServer.configuration(
                modules: ["proxy", "proxy_http", "headers"], directives, documents: [:])
            try withHTTPD(configuration) { server throws in
                let response = try server.get(
                    "/decided?status=304", "-H", "Accept-Encoding: gzip", "-H", "If-None-Match: \"x-gzip\"")
                #expect(response.status == 304 && response.body.isEmpty && response["ETag"] == "\"x-gzip\"")
                #expect(response["Vary"] == "Accept-Encoding" && response["Content-Encoding"] == nil)
                let empty = try server.get("/decided?status=204", "-H", "Accept-Encoding: gzip")
                #expect(empty.status == 204 && empty.body.isEmpty && empty["Content-Encoding"] == nil)
            }
        }

        @Test("httpd's own pages are coded over HTTP/2, and HTTP/1.1 with TLS") func http2() throws {
            let directives = CompressionServer.preamble + Self.directives
            let configuration = Security.configuration(.event, modules: ["proxy", "proxy_http"], directives)
            try withHTTPD(configuration, allowing: ["by the test", "AH"]) { server throws in
                for version in ["--http2", "--http1.1"] {
                    for path in ["/none.html", "/closed/x", "/late?bytes=0", "/told/x", "/moved"] {
                        let plain = try server.getSecurely(path, version)
                        #expect(plain["Vary"] == "Accept-Encoding" && !plain.body.isEmpty, "\(version) \(path)")
                        for coding in ["gzip", "br", "zstd"] {
                            let coded = try server.getSecurely(
                                path, version, "-H", "Accept-Encoding: \(coding)")
                            try Self.check(coded, coding, plain)
                        }
                    }
                    let head = try server.getSecurely("/none.html", version, "-I", "-H", "Accept-Encoding: gzip")
                    #expect(head.status == 404 && head.body.isEmpty && head["Content-Encoding"] == nil)
                }
            }
        }
    }
}
