// SPDX-License-Identifier: Apache-2.0
import HTTPDTesting
import Testing

extension RealServer.Rewriting {
    /// REPLACE on the bodies of requests.
    @Suite struct RequestBodies {
        private static let directives = """
            LogFormat "%U%q %{replace-request-count}n %{replace-request-limit}n %{replace-request-reason}n" request
            CustomLog "@ROOT@/request.log" request
            SetInputFilter REPLACE
            Replace s/fox/wolf/n
            Replace "s/(\\w+)=secret/$1=***/"
            Replace "s/@/%{REQUEST_URI}/e"
            ScriptAlias /cgi "@ROOT@/cgi/echo"
            Listen 127.0.0.1:@PORT3@
            <VirtualHost 127.0.0.1:@PORT3@>
                <Location />
                    SetInputFilter PASSIN
                </Location>
                ScriptAlias / "@ROOT@/cgi/echo/"
            </VirtualHost>
            ProxyPass /proxy http://127.0.0.1:@PORT3@/
            <Location /cgi/decoded>
                SetInputFilter DECOMPRESS;REPLACE
            </Location>
            <Location /cgi/reversed>
                SetInputFilter REPLACE;DECOMPRESS
            </Location>
            <Location /both>
                SetOutputFilter REPLACE
                SetHandler swift
                SwiftHandler Fixtures.Body
            </Location>
            <Location /cgi/form>
                ReplaceTypes application/x-www-form-urlencoded
            </Location>
            <Location /limited>
                SetHandler swift
                SwiftHandler Fixtures.Body
                ReplaceMaxMatch 100
                ReplaceOnLimit fail
                ReplaceInherit replace
                Replace "s/b[^e]*e/X/"
            </Location>

            """

        /// Says what it was told, then gives the body back.
        private static let script = """
            #!/bin/sh
            body=$(mktemp)
            cat > "$body" || exit 1
            printf 'Content-Type: image/png\\n\\n%s:%s:' "${CONTENT_LENGTH-none}" "${HTTP_CONTENT_MD5-none}"
            cat "$body"
            rm "$body"

            """

        private static func withServer(
            _ mpm: MPM = .event, allowing: [String] = [], _ body: (HTTPDProcess) throws -> Void
        ) throws {
            let configuration = RewritingServer.configuration(
                mpm, modules: [RewritingServer.cgi(mpm), "proxy", "proxy_http"], directives)
            try withHTTPD(configuration, allowing: allowing) { server throws in
                try server.addScript("cgi/echo", script)
                try body(server)
            }
        }

        private static func post(
            _ server: HTTPDProcess, _ path: String, _ body: [UInt8], type: String = "text/plain", _ more: String...
        ) throws -> Response {
            let headers = (["Content-Type: \(type)", "Expect:"] + more).flatMap { ["-H", $0] }
            return try Response(
                server.curl(["-i"] + headers + ["--data-binary", "@-"], path: path, input: body))
        }

        @Test(
            "CGI, proxy and Swift handlers get the rewritten body, of a length that is not said",
            arguments: MPM.allCases)
        func bodies(_ mpm: MPM) throws {
            try Self.withServer(mpm) { server throws in
                let filler = String(repeating: "words and more words\n", count: 3_000)
                for (body, expected) in [
                    ("the fox, pass=secret @", "the wolf, pass=*** "), ("fox", "wolf"), ("", ""),
                    (filler + "fox" + filler + "fo", filler + "wolf" + filler + "fo"),
                ] {
                    let bytes = Array(body.utf8)
                    func wanted(_ path: String) -> String { body.contains("@") ? expected + path : expected }
                    for framing in ["X-None: 1", "Transfer-Encoding: chunked"] {
                        let program = try Self.post(server, "/cgi", bytes, framing, "Content-MD5: x")
                        #expect(program.text == "none:none:" + wanted("/cgi") || body.isEmpty, "\(body.count)")
                        let proxied = try Self.post(server, "/proxy", bytes, framing).text
                        #expect(proxied.hasSuffix(":none:" + wanted("/proxy")), "\(proxied.prefix(200))")
                        // What comes in is rewritten, and what goes out.
                        #expect(try Self.post(server, "/both", bytes, framing).text == wanted("/both"))
                    }
                }
            }
        }

        @Test("other types, coded bodies, parts and no-transform stay as they are, length and all, with a note")
        func untouched() throws {
            try Self.withServer { server throws in
                let body = Array("the fox".utf8)
                func text(_ path: String, _ body: [UInt8], _ type: String, _ more: String) throws -> String {
                    try Self.post(server, path, body, type: type, more).text
                }
                #expect(try text("/cgi", body, "application/octet-stream", "X: 1") == "7:none:the fox")
                #expect(
                    try text("/cgi/form", body, "application/x-www-form-urlencoded", "X: 1") == "none:none:the wolf")
                #expect(try text("/cgi", body, "text/html; charset=utf-8", "X: 1") == "none:none:the wolf")
                #expect(try text("/cgi", body, "text/plain", "Cache-Control: no-transform") == "7:none:the fox")
                #expect(try text("/cgi", body, "text/plain", "Content-Range: bytes 0-6/9") == "7:none:the fox")
                let coded = try Decoders.encode("gzip", body)
                let passed = try Self.post(server, "/cgi", coded, "Content-Encoding: gzip")
                #expect(passed.body == Array("\(coded.count):none:".utf8) + coded)
                #expect(server.logged("leaves the request's body as it is: it is coded as gzip") == 1)
                for path in ["/cgi/decoded", "/cgi/reversed"] {
                    #expect(try text(path, coded, "text/plain", "Content-Encoding: gzip") == "none:none:the wolf")
                }
                try server.waitUntil("the log of notes") {
                    try server.shell("cat request.log") == """
                        /cgi - - type
                        /cgi/form 1 - -
                        /cgi 1 - -
                        /cgi - - no-transform
                        /cgi - - it is a part of the resource
                        /cgi - - it is coded as gzip
                        /cgi/decoded 1 - -
                        /cgi/reversed 1 - -

                        """
                }
            }
        }

        @Test("where a limit fails a body, its reader gets an error") func limit() throws {
            try Self.withServer(allowing: ["longer than ReplaceMaxMatch", "Fixtures.Body"]) { server throws in
                let short = try Self.post(server, "/limited", Array("a bbbe c".utf8))
                #expect(short.text == "a X c")
                let long = try Self.post(
                    server, "/limited", Array(("a b" + String(repeating: "b", count: 200) + "e").utf8))
                #expect(long.status == 500)
                #expect(server.logged("what may match s/b[^e]*e/X/ is longer than ReplaceMaxMatch") >= 1)
            }
        }
    }
}
