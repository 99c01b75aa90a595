// SPDX-License-Identifier: Apache-2.0
import HTTPDTesting
import Testing

extension RealServer.Rewriting {
    /// ReplaceHeader.
    @Suite struct HeaderFields {
        private static let directives = """
            ReplaceHeader Location "s!^http://[^/]+/!https://front.example/!"
            ReplaceHeader response Link "s/inner/outer/"
            ReplaceHeader Set-Cookie "s/; *Domain=inner\\.example/; Domain=outer.example/i"
            ReplaceHeader Set-Cookie s/secret/***/n
            ReplaceHeader request X-Told s/in/out/n
            ReplaceHeader request X-Told "s/twice/twice twice/"
            ErrorDocument 404 /cgi
            ReplaceHeader X-Cut "s/CUT/a\\r\\nX-Injected: yes\\x00/"
            ReplaceHeader Content-Type s/x-old/x-new/n
            ReplaceHeader X-Only "s/a/b/" "expr=%{QUERY_STRING} == 'only'"
            ReplaceHeader X-Told-Back "s/@/%{REQUEST_URI} %{QUERY_STRING}/e"
            ScriptAlias /cgi "@ROOT@/cgi/fields"
            Redirect /old http://inner.example/new
            Listen 127.0.0.1:@PORT3@
            <VirtualHost 127.0.0.1:@PORT3@>
                Redirect /gone http://inner.example/back
                ReplaceInherit replace
                ReplaceHeader X-Nothing s/a/b/
            </VirtualHost>
            ProxyPass /proxy http://127.0.0.1:@PORT3@
            <Location /cgi/nested>
                ReplaceHeader Link s/outer/innermost/n
                ReplaceHeader Link s/inner/nested/n
            </Location>
            <Location /cgi/instead>
                ReplaceInherit replace
                ReplaceHeader Link s/inner/instead/n
            </Location>

            """

        private static let script = """
            #!/bin/sh
            case "$QUERY_STRING" in
            redirect) printf 'Status: 302\\nLocation: http://inner.example/x?y\\n\\n'; exit ;;
            error) printf 'Status: 503\\n' ;;
            none) printf 'Status: 304\\n' ;;
            esac
            printf 'Content-Type: text/x-old\\nLink: <http://inner/1>; rel=next\\nLink: <http://inner/2>\\nX-Only: aa\\n'
            printf 'Set-Cookie: a=1; Domain=inner.example\\nSet-Cookie: b=secret; domain=INNER.example; Path=/\\n'
            printf 'Set-Cookie: c=3\\nX-Cut: 1CUT2\\nX-Told-Back: @\\n\\n'
            [ "$QUERY_STRING" = none ] || printf '%s' "$HTTP_X_TOLD"

            """

        private static func withServer(_ mpm: MPM = .event, _ body: (HTTPDProcess) throws -> Void) throws {
            let configuration = RewritingServer.configuration(
                mpm, modules: [RewritingServer.cgi(mpm), "proxy", "proxy_http"], directives,
                documents: ["a.html": "page"])
            try withHTTPD(configuration) { server throws in
                try server.addScript("cgi/fields", script)
                try body(server)
            }
        }

        private static func all(_ response: Response, _ name: String) -> [String] {
            response.headers.filter { $0.name == name.lowercased() }.map(\.value)
        }

        @Test(
            "each field of a name is rewritten without any filter, and the request's before its handler",
            arguments: MPM.allCases)
        func fields(_ mpm: MPM) throws {
            try Self.withServer(mpm) { server throws in
                let response = try server.get("/cgi", "-H", "X-Told: in, in", "-H", "X-Told: inner")
                #expect(response.text == "out, out, outner")
                let links = Self.all(response, "Link").joined(separator: ", ")
                #expect(links == "<http://outer/1>; rel=next, <http://outer/2>")
                #expect(
                    Self.all(response, "Set-Cookie").sorted()
                        == ["a=1; Domain=outer.example", "b=***; Domain=outer.example; Path=/", "c=3"])
                #expect(response["Content-Type"]?.hasPrefix("text/x-new") == true)
                #expect(response["X-Only"] == "aa")
                #expect(try server.get("/cgi?only")["X-Only"] == "bb")
            }
        }

        @Test("a request that httpd sends elsewhere inside has its fields rewritten once") func once() throws {
            try Self.withServer { server throws in
                let response = try server.get("/missing", "-H", "X-Told: in twice")
                #expect(response.status == 404 && response.text == "out twice twice")
            }
        }

        @Test("Location is rewritten, of a Redirect, of a proxied one, and of a program") func location() throws {
            try Self.withServer { server throws in
                for (path, expected) in [
                    ("/old/a?b", "https://front.example/new/a?b"), ("/proxy/gone/a", "https://front.example/back/a"),
                    ("/cgi?redirect", "https://front.example/x?y"),
                ] {
                    let response = try server.get(path)
                    #expect(response.status == 302 && response["Location"] == expected, "\(path)")
                }
            }
        }

        @Test("responses of errors and 304 have their fields rewritten too") func errors() throws {
            try Self.withServer { server throws in
                let failed = try server.get("/cgi?error")
                #expect(failed.status == 503 && failed["Link"]?.contains("outer") == true)
                let unchanged = try server.get("/cgi?none")
                #expect(unchanged.status == 304 && unchanged.body.isEmpty)
                #expect(Self.all(unchanged, "Set-Cookie").contains("a=1; Domain=outer.example"))
            }
        }

        @Test("no rule makes two fields of one, whoever made the text") func injection() throws {
            try Self.withServer { server throws in
                let response = try server.get("/cgi/%0d%0aX-Injected:%20yes?$1%0d%0aX-Injected:+yes")
                #expect(response["X-Injected"] == nil)
                #expect(response["X-Cut"] == "1a  X-Injected: yes 2")
                #expect(
                    response["X-Told-Back"] == "/cgi/  X-Injected: yes $1%0d%0aX-Injected:+yes",
                    "\(response.headers)")
            }
        }

        @Test("rules of sections join as those of bodies do") func sections() throws {
            try Self.withServer { server throws in
                // One after the other: each sees what the one before made.
                #expect(try server.get("/cgi/nested")["Link"]?.contains("http://nestedmost/1") == true)
                let instead = try server.get("/cgi/instead")
                #expect(instead["Link"]?.contains("http://instead/1") == true)
                #expect(Self.all(instead, "Set-Cookie").contains("a=1; Domain=inner.example"))
            }
        }
    }
}
