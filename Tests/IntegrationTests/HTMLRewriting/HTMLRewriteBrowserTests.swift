// SPDX-License-Identifier: Apache-2.0
import HTTPDTesting
import Testing

extension RealServer.HTMLRewriting {
    /// What a real browser makes of rewritten pages.
    @Suite struct Browser {
        /// Text that would be more than text if it were not escaped where it goes.
        private static let hostile = #"\"'></title></p><script>document.title='broken'</script><!-- & &amp;"#

        private static let page = """
            <!DOCTYPE html><html><head><meta charset=utf-8><title>old</title>
            <script>document.documentElement.dataset.ran = 'yes'</script></head>
            <body class=home>
            <p id=named>one<p id=filled>two</p><b id=old>bold</b><i id=wrapped><u>inner</u></i>
            <div id=gone>gone <script>document.title = 'broken'</script></div>
            <ul id=list><li>a<li>b</ul><!-- secret -->
            <svg id=picture><a xlink:href="http://backend.test/svg"><text>t</text></a></svg>
            <a id=link href="http://backend.test/page?a=1&amp;b=2">link</a>
            <img id=image src="http://backend.test/one.png" srcset="http://backend.test/two.png 2x">
            <link rel=stylesheet href="http://backend.test/style.css">
            <form id=form action="//backend.test/form"><input name=x></form>
            </body></html>

            """

        private static let directives = """
            Listen 127.0.0.1:@PORT3@
            <VirtualHost 127.0.0.1:@PORT3@>
            </VirtualHost>
            <Location /site/>
                ProxyPass http://127.0.0.1:@PORT3@/
                SetOutputFilter HTMLREWRITE
                HTMLRewriteURLs http://backend.test/ /site/
                HTMLRewrite "#named"   set-attribute data-text "\(hostile)"
                HTMLRewrite "#named"   append-text "\(hostile)"
                HTMLRewrite "#filled"  set-content-text "\(hostile)"
                HTMLRewrite "title"    set-content-text "\(hostile)"
                HTMLRewrite "#old"     rename strong
                HTMLRewrite "#wrapped" unwrap
                HTMLRewrite "#gone"    remove
                HTMLRewrite "#list > li:first-child" after-html "<li id=new>new</li>"
                HTMLRewrite "body"     prepend-html "<p id=banner>banner</p>"
                HTMLRewrite "body"     append-html "<p id=last>last</p>"
                HTMLRewrite "html"     remove-comments
                HTMLRewrite "svg a"    set-attribute data-svg yes
                HTMLRewrite "img"      set-attribute loading eager
            </Location>
            <Location /nonce/>
                SetOutputFilter HTMLREWRITE
                HTMLRewrite "head" append-html "<script nonce=%{sha1:key%{reqenv:UNIQUE_ID}} src=/script.js></script>"
                HTMLRewrite "script" set-attribute nonce "%{sha1:key%{reqenv:UNIQUE_ID}}"
                Header set Content-Security-Policy "expr=script-src 'nonce-%{sha1:key%{reqenv:UNIQUE_ID}}'"
            </Location>
            <Location /bare/>
                Header set Content-Security-Policy "script-src 'nonce-other'"
            </Location>
            <Location /same/>
                SetOutputFilter HTMLREWRITE
                HTMLRewrite "nothing" remove
                HTMLRewriteURLs http://nowhere.test/ /x/
            </Location>
            CustomLog "@ROOT@/requests.log" "%U"

            """

        private static func withServer(_ documents: [String: String], _ body: (HTTPDProcess) throws -> Void) throws {
            let configuration = HTMLRewritingServer.configuration(
                .event, modules: ["proxy", "proxy_http", "headers", "unique_id"], directives, documents: documents)
            try withHTTPD(configuration, body)
        }

        /// The document as it stands when its scripts have run.
        private static func load(_ server: HTTPDProcess, _ path: String) throws -> String {
            let arguments = [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-proxy-server",
                "--user-data-dir=\(server.root)/tmp/browser", "--virtual-time-budget=5000", "--dump-dom",
            ]
            return try Command("chromium", arguments + [server.url(path)], timeout: .seconds(60)).run().text
        }

        @Test("the document of a rewritten page is the changed one, and what was put in as text is text")
        func document() throws {
            try Self.withServer(["page.html": Self.page, "style.css": "p { color: red }", "form": "x"]) {
                server throws in
                let dom = try Self.load(server, "/site/page.html")
                for part in [
                    // A browser writes what it has read: attributes with `"` escaped, text with `<`, `>` and `&`.
                    #"data-text="&quot;'&gt;&lt;/title&gt;&lt;/p&gt;&lt;script&gt;document.title='broken'&lt;/script&gt;&lt;!-- &amp; &amp;amp;""#,
                    #"one"'&gt;&lt;/title&gt;&lt;/p&gt;&lt;script&gt;"#, #"<p id="filled">"'&gt;&lt;/title&gt;"#,
                    #"<title>"'&gt;&lt;/title&gt;&lt;/p&gt;&lt;script&gt;"#,
                    #"<strong id="old">bold</strong><u>inner</u>"#,
                    #"<li id="new">new</li><li>b"#, #"<p id="banner">banner</p>"#, #"<p id="last">last</p>"#,
                    #"data-svg="yes""#, #"xlink:href="/site/svg""#, #"href="/site/page?a=1&amp;b=2""#,
                    #"srcset="/site/two.png 2x""#, #"action="/site/form""#, #"data-ran="yes""#,
                ] {
                    #expect(dom.contains(part), "\(part) is not in \(dom)")
                }
                for part in [
                    "broken'</title>", "<title>broken", "id=\"gone\"", "id=\"wrapped\"", "secret", "backend.test",
                ] {
                    #expect(!dom.contains(part), "\(part) is in \(dom)")
                }
                // What the browser asked for by itself, it asked of this server.
                try server.waitUntil("the browser's requests") {
                    let log = try server.shell("cat requests.log")
                    return log.contains("/site/style.css")
                        && (log.contains("/site/one.png") || log.contains("/site/two.png"))
                }
            }
        }

        @Test("scripts run under a policy whose nonce a rule gives them, and no others do") func nonce() throws {
            let page =
                "<!DOCTYPE html><html><head><title>t</title></head><body><script>document.title += ' inline'</script>"
            let documents = [
                "nonce/page.html": page, "bare/page.html": page,
                "script.js": "document.documentElement.dataset.file = 'ran'",
            ]
            try Self.withServer(documents) { server throws in
                let dom = try Self.load(server, "/nonce/page.html")
                #expect(dom.contains("<title>t inline</title>") && dom.contains("data-file=\"ran\""), "\(dom)")
                #expect(try Self.load(server, "/bare/page.html").contains("<title>t</title>"))
            }
        }

        @Test("a page that no rule is for has the document that it had, however odd it is") func identity() throws {
            let page = """
                <!doctype html><meta charset=utf-8><title>a&lt;b</title><p>a<p>b<table>x<tr><td>1<td>2<b>3</table>4</b>
                <svg><foreignObject><p>in</p></foreignObject><![CDATA[ <b> ]]><title>t</title></svg><math><mi>x</mi></math>
                <template><td>cell</td></template><noscript><p>no</p></noscript><select><option>1<option>2</select>
                <textarea>
                </b></textarea><plaintext></body> & <b>

                """
            try Self.withServer(["same/page.html": page, "other/page.html": page]) { server throws in
                let dom = try Self.load(server, "/same/page.html")
                #expect(try dom.contains("<td>cell</td>") && dom == Self.load(server, "/other/page.html"))
            }
        }
    }
}
