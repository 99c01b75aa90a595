// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension RealServer.Rewriting {
    /// What HTTP says of content that was rewritten, and of what must not be.
    @Suite struct Content {
        private static let page = "the fox\n" + String(repeating: "and the other fox, \n", count: 2_000)
        private static let changed = page.replacing("fox", with: "wolf")

        private static let directives = """
            Replace s/fox/wolf/n
            SetOutputFilter REPLACE
            ScriptAlias /cgi "@ROOT@/cgi/made"
            Listen 127.0.0.1:@PORT3@
            <VirtualHost 127.0.0.1:@PORT3@>
                <Location />
                    SetOutputFilter PASS
                </Location>
                AddEncoding gzip .coded
            </VirtualHost>
            ProxyPass /proxy http://127.0.0.1:@PORT3@
            <Location /proxy/decoded>
                SetOutputFilter DECOMPRESS;REPLACE
            </Location>
            <Location /recoded>
                SetOutputFilter DECOMPRESS;REPLACE;COMPRESS
            </Location>
            ProxyPass /recoded http://127.0.0.1:@PORT3@
            <Location /ssi>
                Options +Includes
                SetOutputFilter INCLUDES;REPLACE
            </Location>
            ErrorDocument 404 /missing.html

            """

        private static let script = """
            #!/bin/sh
            case "$QUERY_STRING" in
            digests) printf 'Content-Type: text/html\\nETag: "e"\\nLast-Modified: Mon, 01 Jan 2024 00:00:00 GMT\\nContent-MD5: x\\nDigest: sha-256=x\\nContent-Digest: sha-256=:x:\\nRepr-Digest: sha-256=:x:\\nAccept-Ranges: bytes\\nX-Kept: yes\\n\\nthe fox' ;;
            fixed) printf 'Content-Type: text/html\\nCache-Control: private, No-Transform\\n\\nthe fox' ;;
            gzip) printf 'Content-Type: text/html\\nContent-Encoding: gzip\\n\\n'; gzip -c ../htdocs/a.html ;;
            part) printf 'Status: 206\\nContent-Type: text/html\\nContent-Range: bytes 4-6/7\\n\\nfox' ;;
            *) printf 'Content-Type: text/html\\n\\nthe fox' ;;
            esac

            """

        private static func withServer(_ mpm: MPM = .event, _ body: (HTTPDProcess) throws -> Void) throws {
            let modules = [RewritingServer.cgi(mpm), "proxy", "proxy_http", "include"]
            let documents = [
                "a.html": page, "decoded/a.html": page, "missing.html": "no fox here",
                "ssi/a.html": "fox <!--#include virtual=\"part.html\" --> fox", "ssi/part.html": "inner fox",
            ]
            let configuration = RewritingServer.configuration(mpm, modules: modules, directives, documents: documents)
            try withHTTPD(configuration) { server throws in
                try server.addScript("cgi/made", script)
                try body(server)
            }
        }

        @Test(
            "what held for the bytes before is taken out of the header, and the length is right",
            arguments: MPM.allCases)
        func header(_ mpm: MPM) throws {
            try Self.withServer(mpm) { server throws in
                let file = try server.get("/a.html")
                #expect(file.text == Self.changed && file.status == 200)
                for name in ["ETag", "Last-Modified", "Accept-Ranges"] { #expect(file[name] == nil, "\(name)") }
                #expect(file["Content-Length"].map { $0 == "\(Self.changed.utf8.count)" } ?? true)
                let made = try server.get("/cgi?digests")
                #expect(made.text == "the wolf" && made["X-Kept"] == "yes")
                for name in [
                    "ETag", "Last-Modified", "Content-MD5", "Digest", "Content-Digest", "Repr-Digest", "Accept-Ranges",
                ] {
                    #expect(made[name] == nil, "\(name)")
                }
            }
        }

        @Test("a Range is answered with the whole, HEAD with the header of GET") func rangeAndHead() throws {
            try Self.withServer { server throws in
                for range in ["bytes=0-9", "bytes=-5", "bytes=5-9,100-200"] {
                    let response = try server.get("/a.html", "-H", "Range: \(range)")
                    #expect(response.status == 200 && response.text == Self.changed && response["Content-Range"] == nil)
                }
                for path in ["/a.html", "/cgi?digests", "/proxy/a.html"] {
                    let get = try server.get(path)
                    let head = try server.head(path)
                    #expect(head.body.isEmpty && head.status == 200)
                    // httpd has no length for a body that nobody made.
                    let header = get.stableHeaders.filter { !$0.hasPrefix("content-length:") }
                    #expect(head.stableHeaders.filter { !$0.hasPrefix("content-length:") } == header, "\(path)")
                }
            }
        }

        @Test("304 passes, and 206 of a backend and of a program stay what they are, with a note")
        func partsAndNothing()
            throws
        {
            try Self.withServer { server throws in
                let modified = try server.shell("date -Ru -r htdocs/a.html | sed 's/+0000/GMT/'")
                let condition = "If-Modified-Since: " + modified.trimmingCharacters(in: .newlines)
                for path in ["/a.html", "/proxy/a.html"] {
                    let response = try server.get(path, "-H", condition)
                    #expect(response.status == 304 && response.body.isEmpty, "\(path)")
                }
                let part = try server.get("/proxy/a.html", "-H", "Range: bytes=4-6")
                #expect(
                    part.status == 206 && part.text == "fox"
                        && part["Content-Range"] == "bytes 4-6/\(Self.page.utf8.count)")
                #expect(part["ETag"] != nil)
                let program = try server.get("/cgi?part")
                #expect(program.status == 206 && program.text == "fox")
                // The backend's two are among them.
                #expect(try server.notes(6).contains("/cgi?part - - it is a part of the resource"))
            }
        }

        @Test("no-transform of the response and of the request is respected, with a note") func noTransform() throws {
            try Self.withServer { server throws in
                #expect(try server.get("/cgi?fixed").text == "the fox")
                let asked = try server.get("/a.html", "-H", "Cache-Control: max-age=0, no-transform")
                #expect(asked.text == Self.page && asked["ETag"] != nil)
                #expect(try server.get("/a.html", "-H", "Cache-Control: x-no-transform").text == Self.changed)
                let notes = try server.notes(3)
                #expect(notes == ["/cgi?fixed - - no-transform", "/a.html - - no-transform", "/a.html 2001 - -"])
            }
        }

        @Test(
            "a coded body stays as it is, with a note and one line of the log, unless it is decoded before",
            arguments: MPM.allCases)
        func coded(_ mpm: MPM) throws {
            try Self.withServer(mpm) { server throws in
                let coded = try server.get("/cgi?gzip")
                #expect(coded["Content-Encoding"] == "gzip")
                #expect(try Decoders.decode("gzip", coded.body) == Array(Self.page.utf8))
                #expect(try server.notes(1) == ["/cgi?gzip - - it is coded as gzip"])
                #expect(server.logged("leaves the response as it is: it is coded as gzip") == 1)
                try server.shell("gzip -k -S .coded htdocs/decoded/a.html htdocs/a.html")
                let decoded = try server.get("/proxy/decoded/a.html.coded")
                #expect(decoded["Content-Encoding"] == nil && decoded.text == Self.changed)
                for coding in ["gzip", "br", "zstd"] {
                    let recoded = try server.get("/recoded/a.html.coded", "-H", "Accept-Encoding: \(coding)")
                    #expect(recoded["Content-Encoding"] == coding && recoded["ETag"] == nil)
                    #expect(try recoded.decoded == Self.changed)
                }
            }
        }

        @Test("pages of errors are rewritten, and pages with others in them once") func subrequests() throws {
            try Self.withServer { server throws in
                let missing = try server.get("/none.html")
                #expect(missing.status == 404 && missing.text == "no wolf here")
                #expect(try server.get("/ssi/a.html").text == "wolf inner wolf wolf")
            }
        }
    }
}
