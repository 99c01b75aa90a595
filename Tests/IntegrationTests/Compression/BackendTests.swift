// SPDX-License-Identifier: Apache-2.0
import HTTPDTesting
import Testing

extension RealServer.Compression {
    /// Responses of a backend that come coded.
    @Suite struct Backends {
        private static let page = CompressionServer.page(200_000)
        private static let changed = page.replacing("quick", with: "slow")
        private static let directives = """
            Listen 127.0.0.1:@PORT3@
            <VirtualHost 127.0.0.1:@PORT3@>
                SetOutputFilter COMPRESS
                CompressCodings zstd br gzip deflate
                ScriptAlias /cgi "@ROOT@/cgi/made"
            </VirtualHost>
            ProxyPass /recoded http://127.0.0.1:@PORT3@
            ProxyPass /decoded http://127.0.0.1:@PORT3@
            ProxyPass /passed http://127.0.0.1:@PORT3@
            Replace s/quick/slow/n
            <Location /recoded>
                SetOutputFilter DECOMPRESS;REPLACE;COMPRESS
            </Location>
            <Location /decoded>
                SetOutputFilter DECOMPRESS
            </Location>
            <Location /passed>
                SetOutputFilter REPLACE;COMPRESS
            </Location>

            """

        private static func withServer(
            _ mpm: MPM = .event, allowing: [String] = [], _ body: (HTTPDProcess) throws -> Void
        ) throws {
            let configuration = CompressionServer.configuration(
                mpm, modules: [mpm.isThreaded ? "cgid" : "cgi", "proxy", "proxy_http", "headers"], directives,
                documents: ["page.html": page])
            try withHTTPD(configuration, allowing: allowing) { server throws in
                try server.addScript(
                    "cgi/made",
                    """
                    #!/bin/sh
                    case "$QUERY_STRING" in
                    stacked) printf 'Content-Type: text/html\\nContent-Encoding: br, gzip\\n\\n'; brotli -c ../htdocs/page.html | gzip ;;
                    unknown) printf 'Content-Type: text/html\\nContent-Encoding: foo\\n\\n'; cat ../htdocs/page.html ;;
                    corrupt) printf 'Content-Type: text/html\\nContent-Encoding: gzip\\n\\n'; cat ../htdocs/page.html ;;
                    short) printf 'Content-Type: text/html\\nContent-Encoding: gzip\\n\\n'; gzip -c ../htdocs/page.html | head -c 20000 ;;
                    fixed) printf 'Content-Type: text/html\\nContent-Encoding: gzip\\nCache-Control: no-transform\\n\\n'; gzip -c ../htdocs/page.html ;;
                    slow) printf 'Content-Type: text/html\\nContent-Encoding: gzip\\n\\n'
                        python3 -c 'import sys,time,zlib
                    z=zlib.compressobj(6,8,31); o=sys.stdout.buffer
                    o.write(z.compress(b"the quick one, ")+z.flush(2)); o.flush(); time.sleep(2); o.write(z.compress(b"and the rest")+z.flush())' ;;
                    esac

                    """)
                try body(server)
            }
        }

        @Test("DECOMPRESS;REPLACE;COMPRESS gives changed pages, coded again", arguments: MPM.allCases)
        func recode(_ mpm: MPM) throws {
            try Self.withServer(mpm) { server throws in
                for accept in ["gzip", "zstd", "br", "deflate", "gzip, br, zstd"] {
                    let recoded = try server.get("/recoded/page.html", "-H", "Accept-Encoding: \(accept)")
                    #expect(
                        recoded["Content-Encoding"]
                            == (accept == "deflate" ? nil : accept.contains("zstd") ? "zstd" : accept))
                    #expect(try recoded.decoded == Self.changed, "\(accept)")
                    #expect(recoded["ETag"] == nil && recoded["Vary"] == "Accept-Encoding")
                    #expect(recoded.headers.count { $0.name == "content-encoding" } <= 1)
                    let passed = try server.get("/passed/page.html", "-H", "Accept-Encoding: \(accept)")
                    #expect(try passed.decoded == Self.page, "\(accept)")
                }
                #expect(try server.get("/recoded/page.html").text == Self.changed)
                let head = try server.head("/recoded/page.html", "-H", "Accept-Encoding: gzip")
                let get = try server.get("/recoded/page.html", "-H", "Accept-Encoding: gzip")
                #expect(head["Content-Encoding"] == get["Content-Encoding"] && head["Vary"] == get["Vary"])
            }
        }

        @Test("DECOMPRESS alone sends what was meant, with a weak tag, which is revalidated") func decode() throws {
            try Self.withServer { server throws in
                for coding in CompressionServer.codings {
                    let response = try server.get("/decoded/page.html", "-H", "Accept-Encoding: \(coding)")
                    #expect(response["Content-Encoding"] == nil && response.text == Self.page)
                    let tag = try #require(response["ETag"])
                    #expect(tag.hasPrefix("W/\"") && tag.hasSuffix("-\(coding)\""))
                    let again = try server.get(
                        "/decoded/page.html", "-H", "Accept-Encoding: \(coding)", "-H", "If-None-Match: \(tag)")
                    #expect(again.status == 304 && again["ETag"] == tag)
                }
                #expect(try server.get("/decoded/cgi?stacked").text == Self.page)
                #expect(try server.get("/decoded/cgi?unknown")["Content-Encoding"] == "foo")
                let fixed = try server.get("/recoded/cgi?fixed", "-H", "Accept-Encoding: br")
                #expect(fixed["Content-Encoding"] == "gzip")
                #expect(try fixed.decoded == Self.page)
            }
        }

        @Test("what cannot be decoded is an error, and never looks whole") func broken() throws {
            try Self.withServer(allowing: ["Compression.Decompress", "AH"]) { server throws in
                for path in ["/decoded/cgi", "/recoded/cgi"] {
                    let corrupt = try server.get(path + "?corrupt")
                    // Where the backend was slow the header has left.
                    #expect(corrupt.status == 502 || (corrupt.exit != 0 && corrupt.body.isEmpty))
                    let short = try server.get(path + "?short")
                    #expect(short.status == 502 || short.exit != 0)
                }
            }
        }

        @Test("a part goes through the chain as the backend sent it") func part() throws {
            try Self.withServer { server throws in
                let part = try Response(
                    server.curl(["-i", "-H", "Range: bytes=16-999"], path: "/recoded/page.html"))
                #expect(part.status == 206 && part["Content-Range"] == "bytes 16-999/200000")
                #expect(part["Content-Encoding"] == nil && part["Vary"] == "Accept-Encoding")
                let page = Array(Self.page.utf8)[16..<1000]
                #expect(part.body == Array(page) && part.text.contains("quick"))
            }
        }

        @Test("what cannot be decoded to its end is 502 while a filter behind holds all of it", arguments: MPM.allCases)
        func brokenAtTheEnd(_ mpm: MPM) throws {
            let more = """
                AddEncoding gzip .coded
                AddType text/html .html
                Replace s/quick/slow/n
                <Location /held>
                    SetOutputFilter DECOMPRESS;REPLACE;COMPRESS
                </Location>
                <Location /passed>
                    SetOutputFilter DECOMPRESS
                </Location>

                """
            let configuration = CompressionServer.configuration(mpm, more, documents: ["page.html": Self.page])
            try withHTTPD(configuration, allowing: ["Compression.Decompress"]) { server throws in
                try server.shell(
                    """
                    for d in held passed; do mkdir htdocs/$d; done
                    gzip -c htdocs/page.html > htdocs/held/whole.html.coded
                    head -c -100 htdocs/held/whole.html.coded > htdocs/held/short.html.coded
                    python3 -c "
                    b = bytearray(open('htdocs/held/whole.html.coded', 'rb').read()); b[-6] ^= 1
                    open('htdocs/held/flipped.html.coded', 'wb').write(b)"
                    cp htdocs/held/* htdocs/passed
                    """)
                let whole = try server.get("/held/whole.html.coded", "-H", "Accept-Encoding: gzip")
                #expect(try whole["Content-Encoding"] == "gzip" && whole.decoded == Self.changed)
                for name in ["short", "flipped"] {
                    for accept in ["gzip", "br", "zstd"] {
                        let held = try server.get("/held/\(name).html.coded", "-H", "Accept-Encoding: \(accept)")
                        #expect(held.exit == 0 && held.status == 502, "\(name) \(accept)")
                        // httpd's page is coded for itself, and nothing of what was held is left.
                        #expect(held.headers.filter { $0.name == "content-encoding" }.map(\.value) == [accept])
                        let page = try held.decoded
                        #expect(page.hasPrefix("<!DOCTYPE") && page.contains("<title>502 "), "\(name) \(accept)")
                        #expect(page.hasSuffix("</html>\n") && !page.contains("slow"), "\(name) \(accept)")
                    }
                    // Nothing holds it: the header has left.
                    let passed = try server.get("/passed/\(name).html.coded")
                    #expect(passed.exit != 0, "\(name)")
                }
            }
        }

        @Test("what a slow backend has sent is changed and sent at once") func slow() throws {
            try Self.withServer { server throws in
                let client = try RawClient(port: server.port)
                try client.send("GET /recoded/cgi?slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                _ = try client.receive(through: "the slow one, \r\n")
                #expect(client.isSilent(for: .seconds(1)))
                _ = try client.receive(through: "and the rest")
            }
        }
    }
}
