// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension RealServer.Rewriting {
    /// A site behind a proxy that writes its own name into everything.
    @Suite struct Backends {
        private static let page = """
            <!DOCTYPE html>
            <a href="http://inner.example:8081/a/b?c">one</a> <img srcset="http://inner.example:8081/x 1x, /y 2x">
            <svg viewBox="0 0 1 1"><a xlink:href='http://inner.example:8081/z'/></svg> HTTP://INNER.EXAMPLE:8081/ \
            <script>var u = "http:\\/\\/inner.example:8081\\/js";</script> é <p>
            """
        private static let expected = page.replacing("http://inner.example:8081/", with: "https://www.example/")
            .replacing("HTTP://INNER.EXAMPLE:8081/", with: "https://www.example/")
            .replacing("http:\\/\\/inner.example:8081\\/", with: "https:\\/\\/www.example\\/")

        private static let rules = """
            SetOutputFilter DECOMPRESS;REPLACE
            Replace "s!http(:\\\\\\\\?/\\\\\\\\?/)inner\\.example:8081(\\\\\\\\?/)!https$1www.example$2!i"
            ReplaceHeader Location "s!^http://inner\\.example:8081/!https://www.example/!i"
            ReplaceHeader Link "s!<http://inner\\.example:8081/!<https://www.example/!i"
            ReplaceHeader Set-Cookie "s/; *domain=inner\\.example/; Domain=www.example/i"
            ReplaceHeader request Referer "s!^https://www\\.example/!http://inner.example:8081/!"

            """

        @Test("links of a backend are rewritten in bodies and headers", arguments: MPM.allCases)
        func links(_ mpm: MPM) throws {
            let backend = RewritingServer.configuration(
                modules: ["cgid", "headers"],
                """
                ScriptAlias /cgi "@ROOT@/cgi/site"
                Redirect /moved http://inner.example:8081/new
                <Location /coded>
                    SetOutputFilter COMPRESS
                </Location>
                Header always set Link "<http://inner.example:8081/style.css>; rel=preload"

                """, documents: ["page.html": Self.page, "coded/page.html": Self.page])
            try withHTTPD(backend) { inner throws in
                try inner.addScript(
                    "cgi/site",
                    """
                    #!/bin/sh
                    printf 'Content-Type: application/json\\nSet-Cookie: a=1; domain=inner.example; Path=/\\n'
                    printf 'Set-Cookie: b=2; Path=/; Domain=inner.example\\n\\n'
                    printf '{"u": "http:\\\\/\\\\/inner.example:8081\\\\/x", "referer": "%s"}' "$HTTP_REFERER"

                    """)
                let front = RewritingServer.configuration(
                    mpm, modules: ["proxy", "proxy_http"],
                    "ProxyPass / http://127.0.0.1:\(inner.port)/\n" + Self.rules)
                try withHTTPD(front) { server throws in
                    for path in ["/page.html", "/coded/page.html"] {
                        let response = try server.get(path, "-H", "Accept-Encoding: br, gzip, zstd")
                        #expect(response.text == Self.expected && response["Content-Encoding"] == nil, "\(path)")
                        #expect(response["Link"] == "<https://www.example/style.css>; rel=preload")
                        #expect(response["ETag"] == nil && response["Last-Modified"] == nil)
                    }
                    #expect(try server.get("/moved/x?y")["Location"] == "https://www.example/new/x?y")
                    let made = try server.get("/cgi", "-H", "Referer: https://www.example/form")
                    #expect(
                        made.text == #"{"u": "https:\/\/www.example\/x", "referer": "https://www.example/form"}"#,
                        "\(made.text)")
                    #expect(
                        made.headers.filter { $0.name == "set-cookie" }.map(\.value).sorted() == [
                            "a=1; Domain=www.example; Path=/", "b=2; Path=/; Domain=www.example",
                        ])
                }
            }
        }
    }
}
