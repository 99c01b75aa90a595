// SPDX-License-Identifier: Apache-2.0
import HTTPDTesting
import Testing

extension RealServer {
    /// Whoever handles a request whose body a filter makes longer or shorter is not told the old length.
    @Suite struct BodyLengths {
        private static let directives = """
            <IfModule cgid_module>
                ScriptSock cgisock
            </IfModule>
            ScriptAlias /cgi "@ROOT@/cgi/echo"
            Listen 127.0.0.1:@PORT3@
            <VirtualHost 127.0.0.1:@PORT3@>
                ScriptAlias / "@ROOT@/cgi/echo/"
            </VirtualHost>
            ProxyPass /proxy http://127.0.0.1:@PORT3@/
            <Location /proxy>
                SetInputFilter DOUBLEIN
            </Location>
            <Location /swift>
                SetHandler swift
                SwiftHandler Fixtures.Digest
            </Location>
            <Location /unread>
                SetHandler swift
                SwiftHandler Fixtures.Status
            </Location>
            <Location /reflector>
                SetHandler reflector
            </Location>
            <If "%{QUERY_STRING} =~ /^double/">
                SetInputFilter DOUBLEIN
            </If>
            <If "%{QUERY_STRING} =~ /^coded/">
                SetInputFilter DOUBLEIN;DEFLATE
            </If>
            <If "%{QUERY_STRING} =~ /^drop/">
                SetInputFilter DROPIN
            </If>
            <If "%{QUERY_STRING} =~ /^upper/">
                SetInputFilter UPPERIN;PASSBRIGADEIN
            </If>
            <If "%{QUERY_STRING} =~ /^decline/">
                SetInputFilter DECLINEIN;PASSIN
            </If>
            <If "%{QUERY_STRING} =~ /limit/">
                LimitRequestBody 100
            </If>

            """

        /// Says what it was told of the length, then gives the body back, once it has all of it: httpd writes before it
        /// reads.
        private static let script = """
            #!/bin/sh
            printf 'Content-Type: text/plain\\n\\n%s:' "${CONTENT_LENGTH-none}"
            body=$(mktemp)
            cat > "$body"
            cat "$body"
            rm "$body"

            """

        private static func modules(_ mpm: MPM) -> [String] {
            [mpm.isThreaded ? "cgid" : "cgi", "reflector", "proxy", "proxy_http", "deflate"]
        }

        private static func twice(_ text: String) -> String { text.map { "\($0)\($0)" }.joined() + "[end]" }

        private static func withServer(
            _ mpm: MPM, allowing: [String] = [], _ body: (HTTPDProcess) throws -> Void
        ) throws {
            let configuration = Security.configuration(mpm, modules: modules(mpm), directives)
            try withHTTPD(configuration, allowing: allowing) { server throws in
                try server.addScript("cgi/echo", script)
                try body(server)
            }
        }

        @Test(
            "CGI, proxy, reflector and Swift handlers get all of the new body, and no old length",
            arguments: MPM.allCases)
        func readers(_ mpm: MPM) throws {
            try Self.withServer(mpm) { server throws in
                for text in ["some text", String(repeating: "0123456789", count: 20_000)] {
                    for framing in ["Expect:", "Transfer-Encoding: chunked"] {
                        func post(_ path: String) throws -> Response {
                            try server.get(path, "-H", framing, "--data-binary", "@-", input: Array(text.utf8))
                        }
                        #expect(try post("/cgi?double").text == "none:" + Self.twice(text))
                        #expect(try post("/cgi?drop").text == "none:")
                        let reflected = try post("/reflector?double")
                        #expect(reflected.text == Self.twice(text))
                        #expect(reflected.exit == 0)
                        let digest = try post("/swift?double").text
                        #expect(digest.hasPrefix("\(2 * text.utf8.count + 5) bytes"))
                        #expect(digest.hasSuffix("length none\n"))
                        // A proxy that has all of a body knows its length.
                        let proxied = try post("/proxy").text.split(separator: ":", maxSplits: 1)
                        #expect(proxied.last.map(String.init) == Self.twice(text))
                        #expect(["none", "\(2 * text.utf8.count + 5)"].contains(String(proxied.first ?? "")))
                    }
                }
                #expect(try server.get("/cgi?double", "-d", "").text == "none:[end]", "an empty body may grow")
            }
        }

        @Test("the length stays where it holds: a filter that keeps it, and one that declines") func kept() throws {
            try Self.withServer(.event) { server throws in
                #expect(try server.get("/cgi?upper", "-d", "text").text == "4:TEXT")
                #expect(try server.get("/cgi?decline", "-d", "text").text == "4:text")
                #expect(try server.get("/cgi?none", "-d", "text").text == "4:text")
                #expect(try server.get("/cgi?double").text == "none:[end]")
            }
        }

        @Test("over TLS and HTTP/2, with a length and without") func http2() throws {
            try Self.withServer(.event) { server throws in
                let text = String(repeating: "0123456789", count: 20_000)
                try #require(text.utf8.count == 200_000)
                try server.shell("printf '%0200000d' 0 | tr -d '\\n' > body.txt")
                let expected = "none:" + Self.twice(String(repeating: "0", count: 200_000))
                for version in ["--http1.1", "--http2"] {
                    let file = "\(server.root)/body.txt"
                    let unknown = version == "--http2" ? "Content-Length:" : "Transfer-Encoding: chunked"
                    for arguments in [["--data-binary", "@\(file)"], ["-T", file], ["-T", file, "-H", unknown]] {
                        let response = try server.getSecurely("/cgi?double", version, more: arguments)
                        #expect(response.text == expected, "\(version) \(arguments): \(response.text.prefix(80))")
                    }
                }
            }
        }

        @Test("a body that is coded is decoded first") func coded() throws {
            try Self.withServer(.event) { server throws in
                let output = try server.shell(
                    """
                    printf 'coded text' | gzip |
                        curl -q -sS --noproxy '*' -H 'Content-Encoding: gzip' --data-binary @- "$URL/cgi?coded"
                    """)
                #expect(output == "none:" + Self.twice("coded text"))
            }
        }

        @Test("the client is not asked to go on before somebody reads") func expectation() throws {
            try Self.withServer(.event) { server throws in
                let head = "Host: x\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n"
                for filter in ["none", "double"] {
                    let unread = try RawClient(port: server.port)
                    try unread.send("POST /unread?\(filter)&status=404 HTTP/1.1\r\n" + head)
                    let answer = try unread.receive(through: "\r\n\r\n")
                    #expect(answer.hasPrefix("HTTP/1.1 404 "), "\(filter): \(answer)")
                    unread.close()
                }
                let read = try RawClient(port: server.port)
                try read.send("POST /cgi?double HTTP/1.1\r\n" + head)
                let interim = try read.receive(through: "\r\n\r\n")
                #expect(interim.hasPrefix("HTTP/1.1 100 "), "\(interim)")
                try read.send("text")
                _ = try read.receive(through: "tteexxtt[end]")
                read.close()
            }
        }

        @Test("the connection goes on with the next request, whether the body was read or not") func keepAlive() throws
        {
            try Self.withServer(.event) { server throws in
                let client = try RawClient(port: server.port)
                for path in ["/unread?double&status=200", "/swift?double", "/unread?drop&status=200", "/swift?double"] {
                    try client.send("POST \(path) HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nsome text")
                    let head = try client.receive(through: "\r\n\r\n")
                    #expect(head.contains("HTTP/1.1 200 "), "\(path): \(head)")
                    if path.hasPrefix("/swift") { _ = try client.receive(through: "23 bytes") }
                    if path.hasPrefix("/swift") { _ = try client.receive(through: "length none\n") }
                }
                client.close()
            }
        }

        @Test("LimitRequestBody answers as it does without a filter") func limit() throws {
            try Self.withServer(.event, allowing: ["AH01270", "request failed", "reading the request's body"]) {
                server throws in
                let body = [UInt8](repeating: 0x61, count: 200)
                for path in ["/cgi", "/swift"] {
                    let plain = try server.get("\(path)?none-limit", "--data-binary", "@-", input: body).status
                    #expect(try server.get("\(path)?double-limit", "--data-binary", "@-", input: body).status == plain)
                    #expect(plain == 413)
                }
                let short = Array(body.prefix(100))
                #expect(try server.get("/cgi?double-limit", "--data-binary", "@-", input: short).body.count == 210)
            }
        }
    }
}
