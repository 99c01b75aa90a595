// SPDX-License-Identifier: Apache-2.0
import HTTPDTesting
import Testing

extension RealServer.Compression {
    /// What headers say of coded content.
    @Suite struct Headers {
        private static let page = CompressionServer.page(60_000)
        private static let large = CompressionServer.page(3_000_000)

        @Test("HEAD has GET's header, for files and for made content, whole and streamed", arguments: MPM.allCases)
        func head(_ mpm: MPM) throws {
            let directives = """
                SetOutputFilter COMPRESS
                CompressCodings gzip
                <Location /made>
                    SetHandler swift
                    SwiftHandler Fixtures.Flood
                </Location>

                """
            let documents = [
                "page.html": Self.page, "large.html": Self.large, "small.html": "x", "empty.html": "",
                "a.png": Self.page,
            ]
            try withHTTPD(CompressionServer.configuration(mpm, directives, documents: documents)) { server throws in
                for path in [
                    "/page.html", "/large.html", "/small.html", "/empty.html", "/a.png",
                    "/made?bytes=10",
                    "/made?bytes=50000", "/made?bytes=3000000", "/made?bytes=50000&length=1",
                    "/made?bytes=3000000&length=1",
                ] {
                    for accept in ["gzip", "identity"] {
                        let get = try server.get(path, "-H", "Accept-Encoding: \(accept)")
                        let head = try server.head(path, "-H", "Accept-Encoding: \(accept)")
                        #expect(head.status == get.status && head.body.isEmpty)
                        #expect(head.stableHeaders == get.stableHeaders, "\(path) \(accept)")
                    }
                }
            }
        }

        @Test("errors are coded as well: 404 and 500, made by a document or by a script") func errors() throws {
            let directives = """
                SetOutputFilter COMPRESS
                CompressMinLength 50
                ScriptAlias /broken "@ROOT@/cgi/broken"
                <Location /documented>
                    ErrorDocument 404 /sorry.html
                </Location>

                """
            try withHTTPD(
                CompressionServer.configuration(modules: ["cgid"], directives, documents: ["sorry.html": Self.page])
            ) { server throws in
                try server.addScript(
                    "cgi/broken",
                    "#!/bin/sh\nprintf 'Status: 500 Broken\\nContent-Type: application/json\\n\\n'\ncat ../htdocs/sorry.html\n"
                )
                let documented = try server.get("/documented/missing", "--compressed")
                #expect(
                    documented.status == 404 && documented["Content-Encoding"] != nil && documented.text == Self.page)
                let broken = try server.get("/broken", "--compressed")
                #expect(broken.status == 500 && broken["Content-Encoding"] != nil && broken.text == Self.page)
            }
        }

        @Test("coded content has a tag of its own, no parts, and no digest of the plain content") func tags() throws {
            let directives = """
                SetOutputFilter COMPRESS
                ScriptAlias /tagged "@ROOT@/cgi/tagged"

                """
            try withHTTPD(
                CompressionServer.configuration(modules: ["cgid"], directives, documents: ["page.html": Self.page])
            ) { server throws in
                try server.addScript(
                    "cgi/tagged",
                    """
                    #!/bin/sh
                    printf 'Content-Type: text/html\\nETag: %s\\nContent-MD5: x\\nDigest: x\\nRepr-Digest: x\\n' "$QUERY_STRING"
                    printf 'Vary: Cookie, accept-ENCODING\\nLast-Modified: Mon, 01 Jan 2024 00:00:00 GMT\\n\\n'
                    cat ../htdocs/page.html

                    """)
                let plain = try server.get("/page.html")
                let tag = try #require(plain["ETag"])
                for coding in ["zstd", "br", "gzip"] {
                    let coded = try server.get(
                        "/page.html", "-H", "Accept-Encoding: \(coding)", "-H", "Range: bytes=0-9")
                    #expect(coded["ETag"] == "\(tag.dropLast())-\(coding)\"")
                    #expect(coded.status == 200 && coded["Accept-Ranges"] == "none" && coded["Content-Range"] == nil)
                    #expect(coded["Last-Modified"] == plain["Last-Modified"])
                    #expect(try coded.decoded == Self.page)
                }
                let part = try server.get("/page.html", "-H", "Range: bytes=0-9")
                #expect(
                    part.status == 206 && part.body.count == 10 && part["Vary"] == "Accept-Encoding"
                        && part["ETag"] == tag)
                for (sent, expected) in [("W/%22x%22", nil), ("W/\"x\"", "W/\"x-gzip\""), ("x", nil)]
                    as [(String, String?)]
                {
                    let response = try server.get("/tagged?\(sent)", "-H", "Accept-Encoding: gzip")
                    #expect(response["ETag"] == expected, "\(sent)")
                    #expect(
                        response["Content-MD5"] == nil && response["Digest"] == nil && response["Repr-Digest"] == nil)
                    #expect(response.headers.count { $0.name == "vary" } == 1)
                    #expect(response["Vary"] == "Cookie,accept-ENCODING")
                }
            }
        }

        @Test("what is coded already, a part, or empty goes as it came") func untouched() throws {
            let directives = """
                SetOutputFilter COMPRESS
                CompressMinLength 0
                AddEncoding gzip .gz
                ScriptAlias /made "@ROOT@/cgi/made"
                <Location /status>
                    SetHandler swift
                    SwiftHandler Fixtures.Status
                </Location>

                """
            try withHTTPD(
                CompressionServer.configuration(modules: ["cgid"], directives, documents: ["page.html": Self.page])
            ) { server throws in
                try server.shell("gzip -k htdocs/page.html")
                try server.addScript(
                    "cgi/made",
                    """
                    #!/bin/sh
                    case "$QUERY_STRING" in
                    part) printf 'Status: 206 Part\\nContent-Type: text/html\\nContent-Range: bytes 0-3/9\\n\\nabcd' ;;
                    none) printf 'Status: 204 None\\nContent-Type: text/html\\n\\n' ;;
                    coded) printf 'Content-Type: text/html\\nContent-Encoding: gzip\\n\\n'; cat ../htdocs/page.html.gz ;;
                    identity) printf 'Content-Type: text/html\\nContent-Encoding: identity\\n\\n'; cat ../htdocs/page.html ;;
                    esac

                    """)
                for path in ["/page.html.gz", "/made?coded"] {
                    let coded = try server.get(path, "-H", "Accept-Encoding: br, gzip")
                    #expect(coded["Content-Encoding"]?.hasSuffix("gzip") == true && coded["Vary"] == nil, "\(path)")
                    #expect(try String(decoding: Decoders.decode("gzip", coded.body), as: UTF8.self) == Self.page)
                }
                let identity = try server.get("/made?identity", "--compressed")
                #expect(identity["Content-Encoding"] == "zstd" && identity.text == Self.page)
                let part = try server.get("/made?part", "-H", "Accept-Encoding: gzip")
                #expect(part.status == 206 && part.text == "abcd" && part["Content-Encoding"] == nil)
                #expect(part["Vary"] == "Accept-Encoding")
                let none = try server.get("/made?none", "-H", "Accept-Encoding: gzip")
                #expect(none.status == 204 && none["Content-Encoding"] == nil && none.body.isEmpty)
                let status = try server.get("/status?status=200", "-H", "Accept-Encoding: gzip")
                #expect(status.status == 200 && status["Content-Encoding"] == nil && status.body.isEmpty)
            }
        }

        @Test("an included part is coded with its page, once") func included() throws {
            let directives = """
                SetOutputFilter INCLUDES;COMPRESS
                Options +Includes

                """
            let documents = ["page.html": "<!--#include virtual=\"part.html\" -->" + Self.page, "part.html": Self.page]
            try withHTTPD(CompressionServer.configuration(modules: ["include"], directives, documents: documents)) {
                server throws in
                let response = try server.get("/page.html", "-H", "Accept-Encoding: gzip")
                #expect(response["Content-Encoding"] == "gzip")
                #expect(try response.decoded == Self.page + Self.page)
            }
        }
    }
}
