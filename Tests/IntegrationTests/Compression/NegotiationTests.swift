// SPDX-License-Identifier: Apache-2.0
import HTTPDTesting
import Testing

extension RealServer.Compression {
    /// Each client gets the best that it takes.
    @Suite struct Negotiation {
        private static let page = CompressionServer.page(60_000)
        private static let documents = [
            "a/page.html": page, "a/small.html": "short", "a/picture.png": page, "b/page.html": page,
        ]
        private static let directives = """
            SetOutputFilter COMPRESS
            CompressCodings zstd br gzip deflate
            <Location /b>
                CompressCodings gzip br
            </Location>

            """

        @Test("each coding is what an independent decoder reads", arguments: MPM.allCases)
        func codings(_ mpm: MPM) throws {
            try withHTTPD(CompressionServer.configuration(mpm, Self.directives, documents: Self.documents)) {
                server throws in
                for coding in CompressionServer.codings {
                    let response = try server.get("/a/page.html", "-H", "Accept-Encoding: \(coding)")
                    #expect(response.status == 200 && response["Content-Encoding"] == coding)
                    #expect(response.body.count < Self.page.utf8.count / 2)
                    #expect(response["Content-Length"] == "\(response.body.count)")
                    #expect(try response.decoded == Self.page)
                }
                // curl asks for all that it knows, and decodes it.
                let curl = try server.get("/a/page.html", "--compressed")
                #expect(curl["Content-Encoding"] != nil && curl.text == Self.page)
            }
        }

        @Test("a body that arrives whole has a length, however long it is when coded") func lengths() throws {
            // What hardly gets shorter: more than one piece is left of it.
            var state: UInt64 = 7
            let noise = (0..<900_000).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Character(Unicode.Scalar(UInt8(33 + (state >> 40) % 90)))
            }
            let text = String(noise)
            try withHTTPD(CompressionServer.configuration(Self.directives, documents: ["a/noise.html": text])) {
                server throws in
                for coding in CompressionServer.codings {
                    let response = try server.get("/a/noise.html", "-H", "Accept-Encoding: \(coding)")
                    #expect(response["Content-Encoding"] == coding && response.body.count > 300_000)
                    #expect(response["Content-Length"] == "\(response.body.count)", "\(coding)")
                    #expect(try response.decoded == text)
                }
            }
        }

        @Test("the client's weights come first, then the server's order") func order() throws {
            try withHTTPD(CompressionServer.configuration(Self.directives, documents: Self.documents)) {
                server throws in
                for (accept, a, b) in [
                    ("gzip, br, zstd", "zstd", "gzip"), ("gzip;q=0.5, br;q=0.9", "br", "br"), ("*", "zstd", "gzip"),
                    ("*;q=0.1, zstd;q=0", "br", "gzip"), ("x-gzip", "gzip", "gzip"), ("gzip;Q=0", nil, nil),
                    ("identity;q=1, gzip;q=0.5", nil, nil), ("gzip;q=0.", nil, nil), ("zstd", "zstd", nil),
                    ("", nil, nil),
                    ("identity;q=0, gzip;q=0.001", "gzip", "gzip"), ("gzip;q=2, deflate", "deflate", nil),
                ] as [(String, String?, String?)] {
                    let header = accept.isEmpty ? "Accept-Encoding;" : "Accept-Encoding: \(accept)"
                    for (path, expected) in [("/a/page.html", a), ("/b/page.html", b)] {
                        let response = try server.get(path, "-H", header)
                        #expect(response["Content-Encoding"] == expected, "\(path) \(accept)")
                        #expect(response["Vary"] == "Accept-Encoding", "\(path) \(accept)")
                        #expect(try response.decoded == Self.page)
                    }
                }
                let plain = try server.get("/a/page.html")
                #expect(
                    plain["Content-Encoding"] == nil && plain["Vary"] == "Accept-Encoding" && plain.text == Self.page)
            }
        }

        @Test("short bodies stay plain, unless that is refused, and say that they depend on the client") func short()
            throws
        {
            try withHTTPD(CompressionServer.configuration(Self.directives, documents: Self.documents)) {
                server throws in
                let plain = try server.get("/a/small.html", "-H", "Accept-Encoding: gzip")
                #expect(plain["Content-Encoding"] == nil && plain.text == "short" && plain["Vary"] == "Accept-Encoding")
                #expect(plain["Accept-Ranges"] == "bytes" && plain["Content-Length"] == "5")
                let coded = try server.get("/a/small.html", "-H", "Accept-Encoding: gzip, identity;q=0")
                #expect(coded["Content-Encoding"] == "gzip")
                #expect(try coded.decoded == "short")
            }
        }

        @Test("types that are not worth it are left alone, and depend on nothing") func types() throws {
            try withHTTPD(CompressionServer.configuration(Self.directives, documents: Self.documents)) {
                server throws in
                let picture = try server.get("/a/picture.png", "-H", "Accept-Encoding: gzip")
                #expect(picture["Content-Encoding"] == nil && picture["Vary"] == nil && picture.text == Self.page)
                #expect(picture["ETag"]?.contains("gzip") == false && picture["Accept-Ranges"] == "bytes")
            }
        }

        @Test("what is found in sections, .htaccess and <If> merges field by field") func merging() throws {
            let directives = """
                SetOutputFilter COMPRESS
                CompressCodings gzip
                CompressMinLength 10
                <Directory "@DOCROOT@">
                    AllowOverride FileInfo
                </Directory>
                <Location /types>
                    CompressTypes image/png !text/html
                </Location>
                <If "%{QUERY_STRING} == 'br'">
                    CompressCodings br gzip
                </If>
                <If "%{QUERY_STRING} == 'none'">
                    CompressCodings none
                </If>
                <VirtualHost *>
                    ServerName other
                    CompressETag weak
                </VirtualHost>

                """
            var documents = [
                "types/a.html": Self.page, "types/a.png": Self.page, "ht/a.html": Self.page, "top.html": Self.page,
            ]
            documents["ht/.htaccess"] = "CompressMinLength 1M\nCompressLevel gzip 1\n"
            documents["ht/deep/.htaccess"] = "CompressMinLength 100\n"
            documents["ht/deep/a.html"] = Self.page
            try withHTTPD(CompressionServer.configuration(directives, documents: documents)) { server throws in
                func coding(_ path: String) throws -> String? {
                    try server.get(path, "-H", "Accept-Encoding: gzip, br")["Content-Encoding"]
                }
                #expect(try coding("/top.html") == "gzip")
                #expect(try coding("/top.html?br") == "br")
                #expect(try coding("/top.html?none") == nil)
                #expect(try server.get("/top.html?none", "--compressed")["Vary"] == nil)
                #expect(try coding("/types/a.html") == nil)
                #expect(try coding("/types/a.png") == "gzip")
                #expect(try coding("/ht/a.html") == nil)
                #expect(try coding("/ht/deep/a.html") == "gzip")
                let fast = try server.get("/ht/deep/a.html", "-H", "Accept-Encoding: gzip").body.count
                #expect(try server.get("/top.html", "-H", "Accept-Encoding: gzip").body.count < fast)
                let other = try server.get("/top.html", "-H", "Host: other", "-H", "Accept-Encoding: gzip, br")
                #expect(other["Content-Encoding"] == "gzip" && other["ETag"]?.hasPrefix("W/\"") == true)
                #expect(other["ETag"]?.contains("gzip") == false)
            }
        }

        @Test("no-transform and mod_deflate's variables are honoured") func optOuts() throws {
            let directives =
                Self.directives + """
                    <If "%{QUERY_STRING} == 'no-gzip'">
                        SetEnv no-gzip 1
                    </If>
                    <If "%{QUERY_STRING} == 'html-only'">
                        SetEnv gzip-only-text/html 1
                    </If>
                    <If "%{QUERY_STRING} == 'force'">
                        SetEnv force-gzip 1
                    </If>
                    ScriptAlias /fixed "@ROOT@/cgi/fixed"

                    """
            var documents = Self.documents
            documents["a/page.txt"] = Self.page
            try withHTTPD(CompressionServer.configuration(modules: ["cgid"], directives, documents: documents)) {
                server throws in
                func get(_ path: String, _ more: String = "X-Nothing: 1") throws -> Response {
                    try server.get(path, "-H", "Accept-Encoding: gzip", "-H", more)
                }
                #expect(try get("/a/page.html")["Content-Encoding"] == "gzip")
                #expect(try get("/a/page.html", "Cache-Control: no-transform")["Content-Encoding"] == nil)
                #expect(try get("/a/page.html", "Cache-Control: no-transform")["Vary"] == "Accept-Encoding")
                #expect(try get("/a/page.html?no-gzip")["Content-Encoding"] == nil)
                #expect(try get("/a/page.html?no-gzip")["Vary"] == "Accept-Encoding")
                #expect(try get("/a/page.html?html-only")["Content-Encoding"] == "gzip")
                #expect(try get("/a/page.txt?html-only")["Content-Encoding"] == nil)
                try server.addScript(
                    "cgi/fixed",
                    "#!/bin/sh\nprintf 'Content-Type: text/html\\nCache-Control: max-age=1, no-transform\\n\\n'\ncat ../htdocs/a/page.html\n"
                )
                let fixed = try get("/fixed")
                #expect(fixed["Content-Encoding"] == nil && fixed["Vary"] == nil)
                let forced = try server.get("/a/page.html?force", "-H", "Accept-Encoding: identity")
                #expect(forced["Content-Encoding"] == "gzip")
            }
        }
    }
}
