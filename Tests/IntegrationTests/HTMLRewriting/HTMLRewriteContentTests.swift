// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension RealServer.HTMLRewriting {
    /// What HTTP says of pages that were rewritten, and of what must not be.
    @Suite struct Content {
        private static let page =
            "<!DOCTYPE html><title>t</title>\n"
            + String(repeating: "<p>the <b>fox</b> and <i>others</i>\n", count: 2_000)
        private static let changed = page.replacing("<b>fox</b>", with: "<b>wolf</b>")

        private static let directives = """
            SetOutputFilter HTMLREWRITE
            HTMLRewrite b set-content-text wolf
            ScriptAlias /cgi "@ROOT@/cgi/made"
            Listen 127.0.0.1:@PORT3@
            <VirtualHost 127.0.0.1:@PORT3@>
                <Location />
                    SetOutputFilter PASS
                </Location>
                AddEncoding gzip .coded
            </VirtualHost>
            ProxyPass /proxy http://127.0.0.1:@PORT3@
            <Location /recoded>
                SetOutputFilter DECOMPRESS;HTMLREWRITE;COMPRESS
            </Location>
            ProxyPass /recoded http://127.0.0.1:@PORT3@
            <Location /both>
                SetOutputFilter REPLACE;HTMLREWRITE
                Replace s/fox/<b>cat<\\/b>/n
            </Location>
            <Location /ssi>
                Options +Includes
                SetOutputFilter INCLUDES;HTMLREWRITE
            </Location>
            <Location /plain>
                Options +Includes
                SetOutputFilter INCLUDES
            </Location>
            <Location /same>
                HTMLRewriteInherit replace
                HTMLRewrite nosuch remove
            </Location>
            ErrorDocument 404 /missing.html

            """

        private static let script = """
            #!/bin/sh
            case "$QUERY_STRING" in
            digests) printf 'Content-Type: text/html\\nETag: "e"\\nLast-Modified: Mon, 01 Jan 2024 00:00:00 GMT\\nContent-MD5: x\\nRepr-Digest: sha-256=:x:\\nAccept-Ranges: bytes\\nX-Kept: yes\\n\\n<b>fox</b>' ;;
            fixed) printf 'Content-Type: text/html\\nCache-Control: private, No-Transform\\n\\n<b>fox</b>' ;;
            gzip) printf 'Content-Type: text/html\\nContent-Encoding: gzip\\n\\n'; gzip -c ../htdocs/a.html ;;
            part) printf 'Status: 206\\nContent-Type: text/html\\nContent-Range: bytes 0-9/99\\n\\n<b>fox</b>' ;;
            wide) printf 'Content-Type: text/html; charset=utf-16\\n\\n<b>fox</b>' ;;
            marked) printf 'Content-Type: text/html\\n\\n\\377\\376<\\000b\\000>\\000' ;;
            cyrillic) printf 'Content-Type: text/html; charset=windows-1251\\n\\n<b>\\340</b><u>\\341</u>' ;;
            *) printf 'Content-Type: text/html\\n\\n<b>fox</b>' ;;
            esac

            """

        private static func withServer(
            _ mpm: MPM = .event, _ more: String = "", _ body: (HTTPDProcess) throws -> Void
        ) throws {
            let modules = [RewritingServer.cgi(mpm), "proxy", "proxy_http", "include"]
            let documents = [
                "a.html": page, "both/a.html": "fox <b>x</b>", "missing.html": "no <b>fox</b> here",
                "same/a.html": page, "ssi/part.html": "inner <b>fox</b>",
                "plain/a.html": "<!--#include virtual=\"/ssi/part.html\" -->",
                "ssi/a.html": "<b>fox</b> <!--#include virtual=\"part.html\" --> <b>fox</b>",
            ]
            let configuration = HTMLRewritingServer.configuration(
                mpm, modules: modules, directives + more, documents: documents)
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
                #expect(made.text == "<b>wolf</b>" && made["X-Kept"] == "yes")
                for name in ["ETag", "Last-Modified", "Content-MD5", "Repr-Digest", "Accept-Ranges"] {
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
        func partsAndNothing() throws {
            try Self.withServer { server throws in
                let modified = try server.shell("date -Ru -r htdocs/a.html | sed 's/+0000/GMT/'")
                let condition = "If-Modified-Since: " + modified.trimmingCharacters(in: .newlines)
                for path in ["/a.html", "/proxy/a.html"] {
                    let response = try server.get(path, "-H", condition)
                    #expect(response.status == 304 && response.body.isEmpty, "\(path)")
                }
                let part = try server.get("/proxy/a.html", "-H", "Range: bytes=32-50")
                #expect(part.status == 206 && part.text == String(Self.page.dropFirst(32).prefix(19)))
                #expect(part["ETag"] != nil)
                let program = try server.get("/cgi?part")
                #expect(program.status == 206 && program.text == "<b>fox</b>")
                // The backend's two are among them.
                #expect(try server.htmlNotes(6).contains("/cgi?part - - it is a part of the resource"))
            }
        }

        @Test("no-transform of the response and of the request is respected, with a note") func noTransform() throws {
            try Self.withServer { server throws in
                #expect(try server.get("/cgi?fixed").text == "<b>fox</b>")
                let asked = try server.get("/a.html", "-H", "Cache-Control: max-age=0, no-transform")
                #expect(asked.text == Self.page && asked["ETag"] != nil)
                #expect(try server.get("/a.html", "-H", "Cache-Control: x-no-transform").text == Self.changed)
                let notes = try server.htmlNotes(3)
                #expect(notes == ["/cgi?fixed - - no-transform", "/a.html - - no-transform", "/a.html 2000 - -"])
            }
        }

        @Test(
            "a coded page stays as it is, with a note and one line of the log, unless it is decoded before",
            arguments: MPM.allCases)
        func coded(_ mpm: MPM) throws {
            try Self.withServer(mpm) { server throws in
                let coded = try server.get("/cgi?gzip")
                #expect(coded["Content-Encoding"] == "gzip")
                #expect(try Decoders.decode("gzip", coded.body) == Array(Self.page.utf8))
                #expect(try server.htmlNotes(1) == ["/cgi?gzip - - it is coded as gzip"])
                #expect(server.logged("leaves the response as it is: it is coded as gzip") == 1)
                try server.shell("gzip -k -S .coded htdocs/a.html")
                for coding in ["gzip", "br", "zstd"] {
                    let recoded = try server.get("/recoded/a.html.coded", "-H", "Accept-Encoding: \(coding)")
                    #expect(recoded["Content-Encoding"] == coding && recoded["ETag"] == nil)
                    #expect(try recoded.decoded == Self.changed)
                }
            }
        }

        @Test("elements that REPLACE made before are rewritten too, and pages of a backend and of errors")
        func chain() throws {
            try Self.withServer { server throws in
                #expect(try server.get("/both/a.html").text == "<b>wolf</b> <b>wolf</b>")
                #expect(try server.get("/proxy/a.html").text == Self.changed)
                let missing = try server.get("/none.html")
                #expect(missing.status == 404 && missing.text == "no <b>wolf</b> here")
            }
        }

        @Test("a page with others in it is rewritten once, with what is included, and that is left alone elsewhere")
        func subrequests() throws {
            try Self.withServer(.event, "<Location /ssi>\nHTMLRewrite b after-text !\n</Location>\n") {
                server throws in
                #expect(try server.get("/ssi/a.html").text == "<b>wolf</b>! inner <b>wolf</b>! <b>wolf</b>!")
                #expect(try server.get("/ssi/part.html").text == "inner <b>wolf</b>!")
                #expect(try server.get("/plain/a.html").text == "inner <b>fox</b>")
            }
        }

        @Test(
            "a page in UTF-16 stays as it is, by its label or its mark, and text goes as references into other encodings"
        )
        func encodings() throws {
            try Self.withServer(.event, "<Location /cgi>\nHTMLRewrite u append-text é\n</Location>\n") {
                server throws in
                #expect(try server.get("/cgi?wide").text == "<b>fox</b>")
                #expect(try server.get("/cgi?marked").body == [0xFF, 0xFE, 0x3C, 0, 0x62, 0, 0x3E, 0])
                let cyrillic = Array("<b>wolf</b><u>".utf8) + [0xE1] + Array("&#233;</u>".utf8)
                #expect(try server.get("/cgi?cyrillic").body == cyrillic)
                #expect(
                    try server.htmlNotes(3) == [
                        "/cgi?wide - - encoding", "/cgi?marked 0 - encoding", "/cgi?cyrillic 2 - -",
                    ])
            }
        }

        @Test(
            "a page that no rule matches is the same, byte for byte, and so are those of the manual",
            .enabled(if: FileManager.default.fileExists(atPath: RewritingServer.manual)))
        func identity() throws {
            let more = """
                Alias /same/manual "\(RewritingServer.manual)"
                <Directory "\(RewritingServer.manual)">
                    Options None
                    ForceType text/html
                    HTMLRewrite "nosuch > .x[y~=z]" append-html "<b>"
                </Directory>

                """
            try Self.withServer(.event, more) { server throws in
                let response = try server.get("/same/a.html")
                #expect(response.text == Self.page)
                // What a rule may match is not known before the header has left.
                #expect(response["ETag"] == nil && response["Last-Modified"] == nil)
                let names = try FileManager.default.contentsOfDirectory(atPath: RewritingServer.manual)
                    .filter { $0.hasSuffix(".html") }.sorted()
                #expect(names.count > 50)
                for name in names.prefix(60) {
                    let page = try #require(FileManager.default.contents(atPath: "\(RewritingServer.manual)/\(name)"))
                    #expect(try server.get("/same/manual/\(name)").body == Array(page), "\(name)")
                }
            }
        }
    }
}
