// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension RealServer.HTMLRewriting {
    /// `HTMLRewriteURLs` before a backend that writes its own address.
    @Suite struct URLs {
        private static let page = """
            <!DOCTYPE html><html><head><base href="http://backend.test/app/"><title>http://backend.test/</title>
            <meta http-equiv=refresh content="9; url=http://backend.test/next">
            <style>p { background: url(http://backend.test/p.png) }</style></head>
            <body><a href="http://backend.test/a?x=1&amp;y=2">http://backend.test/a</a>
            <img src=/i.png srcset="http://backend.test/1.png 1x, //backend.test/2.png 2x" alt="http://backend.test/">
            <p style="background: url('http://backend.test/q.png')">p</p>
            <svg><use xlink:href="http://backend.test/s.svg#a"/></svg>
            <iframe srcdoc="<a href=http://backend.test/b>b</a>"></iframe>
            <script>var here = "http://backend.test/";</script><!-- http://backend.test/ -->
            <a href="http://backend.testing/">other</a>
            </body></html>

            """
        private static let changed = """
            <!DOCTYPE html><html><head><base href="https://www.test/app/"><title>http://backend.test/</title>
            <meta http-equiv=refresh content="9; url=https://www.test/next">
            <style>p { background: url(https://www.test/p.png) }</style></head>
            <body><a href="https://www.test/a?x=1&amp;y=2">http://backend.test/a</a>
            <img src=/i.png srcset="https://www.test/1.png 1x, https://www.test/2.png 2x" alt="http://backend.test/">
            <p style="background: url('https://www.test/q.png')">p</p>
            <svg><use xlink:href="https://www.test/s.svg#a"/></svg>
            <iframe srcdoc="&lt;a href=&quot;https://www.test/b&quot;&gt;b&lt;/a&gt;"></iframe>
            <script>var here = "http://backend.test/";</script><!-- http://backend.test/ -->
            <a href="http://backend.testing/">other</a>
            </body></html>

            """

        private static let directives = """
            Listen 127.0.0.1:@PORT3@
            <VirtualHost 127.0.0.1:@PORT3@>
                AddEncoding gzip .coded
                Redirect 302 /moved http://backend.test/new
                RewriteEngine On
                RewriteRule ^/own$ /a.html [R]
                RewriteRule ^/other$ http://other.test/ [R]
                Header set Set-Cookie "a=1; Path=/app; Domain=backend.test"
                Header add Set-Cookie "b=http://backend.test/; Path=/"
                Header set Link "<http://backend.test/style.css>; rel=preload; title=\\"http://backend.test/\\""
                Header set Refresh "5; url=http://backend.test/soon"
                Header set Content-Security-Policy "img-src http://backend.test/ 'self'"
                Header set X-Text "http://backend.test/"
            </VirtualHost>
            SetOutputFilter HTMLREWRITE
            HTMLRewriteURLs http://backend.test/ https://www.test/
            ProxyPass /proxy http://127.0.0.1:@PORT3@
            ProxyPass /recoded http://127.0.0.1:@PORT3@
            ProxyPass        /app/ http://127.0.0.1:@PORT3@/
            ProxyPassReverse /app/ http://127.0.0.1:@PORT3@/
            <Location /app/>
                HTMLRewriteInherit replace
                HTMLRewriteURLs http://127.0.0.1:@PORT3@/ /app/
                HTMLRewriteURLs / /app/
            </Location>
            <Location /recoded>
                SetOutputFilter DECOMPRESS;HTMLREWRITE;COMPRESS
            </Location>
            <Location /inner>
                HTMLRewriteURLs http://backend.test/a /inner/
            </Location>
            <Location /own>
                HTMLRewriteInherit replace
                HTMLRewriteURLs http://other.test/ /other/
            </Location>
            <Location /when>
                HTMLRewriteInherit replace
                HTMLRewriteURLs http://backend.test/ / "expr=%{QUERY_STRING} == 'yes'"
            </Location>
            <Directory "@DOCROOT@/allowed">
                AllowOverride FileInfo
            </Directory>
            <If "%{QUERY_STRING} == 'if'">
                HTMLRewriteInherit replace
                HTMLRewriteURLs http://backend.test/ http://if.test/
            </If>

            """

        private static let link = "<a href=\"http://backend.test/a\">a</a><a href=\"http://backend.test/b\">b</a>"

        private static func withServer(_ mpm: MPM, _ body: (HTTPDProcess) throws -> Void) throws {
            var documents = ["a.html": page, "page.html": page]
            for folder in ["inner", "own", "when", "allowed"] { documents[folder + "/a.html"] = link }
            documents["allowed/.htaccess"] =
                "HTMLRewriteInherit replace\nHTMLRewriteURLs http://backend.test/ /here/\n"
            let configuration = HTMLRewritingServer.configuration(
                mpm, modules: ["proxy", "proxy_http", "headers", "alias", "rewrite"], directives, documents: documents)
            try withHTTPD(configuration, body)
        }

        @Test(
            "the links of a backend's page are mapped in each place that holds a URL, and text and scripts are not",
            arguments: MPM.allCases)
        func body(_ mpm: MPM) throws {
            try Self.withServer(mpm) { server throws in
                #expect(try server.get("/proxy/a.html").text == Self.changed)
                #expect(try server.get("/page.html").text == Self.changed)
                try server.shell("gzip -k -S .coded htdocs/a.html")
                let coded = try server.get("/recoded/a.html.coded", "-H", "Accept-Encoding: gzip")
                #expect(coded["Content-Encoding"] == "gzip")
                #expect(try coded.decoded == Self.changed)
            }
        }

        @Test("the header fields that hold URLs are mapped, whatever the content is", arguments: MPM.allCases)
        func header(_ mpm: MPM) throws {
            try Self.withServer(mpm) { server throws in
                try server.shell("echo text > htdocs/a.txt")
                for path in ["/proxy/a.html", "/proxy/a.txt"] {
                    let response = try server.get(path)
                    let cookies = response.stableHeaders.filter { $0.hasPrefix("set-cookie:") }
                    #expect(
                        cookies == [
                            "set-cookie: a=1; Path=/app; Domain=www.test", "set-cookie: b=http://backend.test/; Path=/",
                        ], "\(path)")
                    #expect(
                        response["Link"]
                            == "<https://www.test/style.css>; rel=preload; title=\"http://backend.test/\"", "\(path)")
                    #expect(response["Refresh"] == "5; url=https://www.test/soon")
                    #expect(response["Content-Security-Policy"] == "img-src https://www.test/ 'self'")
                    #expect(response["X-Text"] == "http://backend.test/")
                }
                let moved = try server.get("/proxy/moved")
                #expect(moved.status == 302 && moved["Location"] == "https://www.test/new")
            }
        }

        @Test("a backend that knows nothing of its path has it in links, redirects and cookies, once")
        func reverse() throws {
            try Self.withServer(.event) { server throws in
                try server.shell("echo '<a href=/x></a><img src=//other.test/>' > htdocs/path.html")
                let response = try server.get("/app/path.html")
                #expect(response.text == "<a href=\"/app/x\"></a><img src=//other.test/>\n")
                #expect(response.stableHeaders.contains("set-cookie: a=1; Path=/app/app; Domain=www.test"))
                #expect(response.stableHeaders.contains("set-cookie: b=http://backend.test/; Path=/app/"))
                let moved = try server.get("/app/own")["Location"] ?? ""
                #expect(moved.hasSuffix("/app/a.html") && !moved.contains("/app/app/"), "\(moved)")
                #expect(try server.get("/app/other")["Location"] == "http://other.test/")
            }
        }

        @Test("maps of sections, of .htaccess and of <If> join those around them, under conditions too")
        func sections() throws {
            try Self.withServer(.event) { server throws in
                for (path, first, second) in [
                    ("/inner/a.html", "/inner/", "https://www.test/b"),
                    ("/own/a.html", "http://backend.test/a", "http://backend.test/b"),
                    ("/when/a.html?yes", "/a", "/b"),
                    ("/when/a.html?no", "http://backend.test/a", "http://backend.test/b"),
                    ("/allowed/a.html", "/here/a", "/here/b"),
                    ("/inner/a.html?if", "http://if.test/a", "http://if.test/b"),
                ] {
                    let expected = "<a href=\"\(first)\">a</a><a href=\"\(second)\">b</a>"
                    #expect(try server.get(path).text == expected, "\(path)")
                }
            }
        }

        @Test(
            "what cannot be mapped is an error of configtest, with its line",
            arguments: [
                ("HTMLRewriteURLs http://a/", "takes the beginning of URLs, what takes its place"),
                ("HTMLRewriteURLs http://a/ /b/ c", "'c' must be a condition such as"),
                ("HTMLRewriteURLs \"\" /b/", "HTMLRewriteURLs: ''"),
                ("HTMLRewriteURLs \"http://a/ b\" /b/", "HTMLRewriteURLs: 'http://a/ b'"),
                ("HTMLRewriteURLs /a/ \"/b\tc\"", "HTMLRewriteURLs: '/b"),
            ])
        func wrong(_ line: String, _ sentence: String) throws {
            let (status, output) = try HTTPDProcess.configtest(
                HTMLRewritingServer.configuration("# before\n" + line + "\n"))
            #expect(status != 0, "\(line)")
            #expect(output.contains(sentence), "\(line): \(output)")
            #expect(output.contains("yntax error on line ") && output.contains("httpd.conf"), "\(output)")
        }
    }
}
