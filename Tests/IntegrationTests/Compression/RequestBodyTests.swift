// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension RealServer.Compression {
    /// Bodies of requests are decoded before anybody looks.
    @Suite struct RequestBodies {
        private static let text = CompressionServer.page(100_000)
        private static let directives = """
            SetInputFilter DECOMPRESS
            ScriptAlias /cgi "@ROOT@/cgi/echo"
            Listen 127.0.0.1:@PORT3@
            <VirtualHost 127.0.0.1:@PORT3@>
                RemoveInputFilter .x
                ScriptAlias / "@ROOT@/cgi/echo/"
            </VirtualHost>
            ProxyPass /proxy http://127.0.0.1:@PORT3@/
            <Location /reflector>
                SetHandler reflector
            </Location>
            <Location /swift>
                SetHandler swift
                SwiftHandler Fixtures.Digest
            </Location>
            <Location /body>
                SetHandler swift
                SwiftHandler Fixtures.Body
            </Location>
            Action act /cgi virtual
            <Location /acted>
                SetHandler act
            </Location>
            <Location /unread>
                SetHandler swift
                SwiftHandler Fixtures.Status
            </Location>
            <If "%{QUERY_STRING} =~ /^small/">
                DecompressLimit size=50000
            </If>
            <If "%{QUERY_STRING} =~ /^one/">
                DecompressLimit layers=1
            </If>
            <If "%{QUERY_STRING} =~ /^limit/">
                LimitRequestBody 90000
            </If>

            """

        /// Says what it was told, then gives the body back.
        private static let script = """
            #!/bin/sh
            body=$(mktemp)
            cat > "$body" || exit 1
            printf 'Content-Type: text/plain\\n\\n%s:%s:' "${CONTENT_LENGTH-none}" "${HTTP_CONTENT_ENCODING-none}"
            cat "$body"
            rm "$body"

            """

        private static func withServer(_ mpm: MPM = .event, _ body: (HTTPDProcess) throws -> Void) throws {
            let configuration = CompressionServer.configuration(
                mpm, modules: [mpm.isThreaded ? "cgid" : "cgi", "reflector", "proxy", "proxy_http", "actions"],
                directives)
            // What the handlers say of a body that is refused, each in its own words.
            let allowed = [
                "AH01270", "AH01097", "AH02609", "AH01088", "AH10124", "AH01223", "AH01225", "AH02608",
                "Error reading request entity data",
            ]
            try withHTTPD(configuration, allowing: allowed) { server throws in
                try server.addScript("cgi/echo", script)
                try body(server)
            }
        }

        private static func post(
            _ server: HTTPDProcess, _ path: String, _ coding: String, _ body: [UInt8], _ more: String = "Expect:"
        ) throws -> Response {
            try server.get(
                path, "-H", "Content-Encoding: \(coding)", "-H", more, "--data-binary", "@-", input: body)
        }

        @Test("CGI, reflector, proxy and Swift handlers get what was meant, in each coding", arguments: MPM.allCases)
        func codings(_ mpm: MPM) throws {
            try Self.withServer(mpm) { server throws in
                let plain = Array(Self.text.utf8)
                for coding in CompressionServer.codings {
                    let body = try Decoders.encode(coding, plain)
                    for framing in ["Expect:", "Transfer-Encoding: chunked"] {
                        #expect(try Self.post(server, "/cgi", coding, body, framing).text == "none:none:" + Self.text)
                        #expect(try Self.post(server, "/body", coding, body, framing).text == Self.text)
                        #expect(try Self.post(server, "/acted", coding, body, framing).text == "none:none:" + Self.text)
                        let reflected = try Self.post(server, "/reflector", coding, body, framing)
                        #expect(reflected.text == Self.text && reflected.exit == 0)
                        let proxied = try Self.post(server, "/proxy", coding, body, framing).text
                        #expect(proxied.hasSuffix(":none:" + Self.text))
                    }
                }
                let gzip = try Decoders.encode("gzip", plain)
                #expect(try Self.post(server, "/cgi", "X-Gzip", gzip).text == "none:none:" + Self.text)
                #expect(try Self.post(server, "/cgi", "identity", plain).text == "100000:identity:" + Self.text)
                let plainBody = try server.get("/cgi", "--data-binary", "@-", "-H", "Expect:", input: plain)
                #expect(plainBody.text == "100000:none:" + Self.text)
            }
        }

        @Test("codings one in another, and several members, are decoded") func stacked() throws {
            try Self.withServer { server throws in
                let half = Array("half of it, ".utf8)
                let members = try Decoders.encode("gzip", half) + Decoders.encode("gzip", half)
                #expect(try Self.post(server, "/body", "gzip", members).text == "half of it, half of it, ")
                let inner = try Decoders.encode("br", half)
                let outer = try Decoders.encode("gzip", inner)
                #expect(try Self.post(server, "/body", "br, gzip", outer).text == "half of it, ")
                #expect(try Self.post(server, "/body", "gzip, br", outer).status == 400)
                #expect(try Self.post(server, "/body?one", "br, gzip", outer).status == 413)
            }
        }

        @Test("what is not known is 415, with what is, whoever handles it, and the connection goes on") func unknown()
            throws
        {
            try Self.withServer { server throws in
                for path in ["/cgi", "/reflector", "/proxy", "/swift", "/unread?status=200"] {
                    for coding in ["foo", "gzip, foo", "foo, gzip"] {
                        let response = try Self.post(server, path, coding, Array("text".utf8))
                        #expect(response.status == 415, "\(path) \(coding)")
                        #expect(response["Accept-Encoding"] == "zstd, br, gzip, deflate", "\(path) \(coding)")
                    }
                }
                let client = try RawClient(port: server.port)
                for _ in 0..<2 {
                    try client.send(
                        "POST /swift HTTP/1.1\r\nHost: x\r\nContent-Encoding: foo\r\nContent-Length: 9\r\n\r\nsome text"
                    )
                    let head = try client.receive(through: "\r\n\r\n")
                    #expect(head.hasPrefix("HTTP/1.1 415 "))
                    _ = try client.receive(through: "</html>\n")
                }
            }
        }

        @Test("corrupt, truncated and continued streams are 400", arguments: ["zstd", "br", "gzip", "deflate"])
        func broken(_ coding: String) throws {
            try Self.withServer { server throws in
                let good = try Decoders.encode(coding, Array(Self.text.utf8))
                var flipped = good
                flipped[good.count / 2] ^= 0x55
                for (name, body) in [
                    ("truncated", Array(good.dropLast(5))), ("trailing", good + Array("garbage".utf8)),
                    ("text", Array("text".utf8)),
                ] {
                    for path in ["/cgi", "/swift", "/reflector"] {
                        let response = try Self.post(server, path, coding, body)
                        #expect(
                            response.status == 400 || (path == "/reflector" && name != "text" && response.exit != 0),
                            "\(coding) \(name) \(path): \(response.status) \(response.exit) \(response.body.count)")
                    }
                }
                let response = try Self.post(server, "/swift", coding, flipped)
                // brotli and zstd of the command line may have no checksum that would tell.
                #expect(response.status == 400 || ["br", "zstd"].contains(coding), "\(coding)")
            }
        }

        @Test("past the limit is 413, and LimitRequestBody holds for what was decoded") func limits() throws {
            try Self.withServer { server throws in
                for coding in CompressionServer.codings {
                    let body = try Decoders.encode(coding, Array(Self.text.utf8))
                    for query in ["small", "limit"] {
                        for path in ["/cgi", "/swift"] {
                            #expect(
                                try Self.post(server, "\(path)?\(query)", coding, body).status == 413,
                                "\(coding) \(path) \(query)")
                        }
                    }
                    #expect(try Self.post(server, "/cgi?none", coding, body).status == 200)
                }
            }
        }

        @Test("what mod_actions sends to a place without DECOMPRESS arrives coded, and nothing says so") func acted()
            throws
        {
            let directives = """
                ScriptAlias /cgi "@ROOT@/cgi/echo"
                Action act /cgi virtual
                <Location /acted>
                    SetHandler act
                    SetInputFilter DECOMPRESS
                </Location>

                """
            let configuration = CompressionServer.configuration(modules: ["cgid", "actions"], directives)
            try withHTTPD(configuration) { server throws in
                try server.addScript("cgi/echo", Self.script)
                let body = try Decoders.encode("gzip", Array("text".utf8))
                let response = try Self.post(server, "/acted", "gzip", body)
                #expect(response.body == Array("none:none:".utf8) + body)
            }
        }

        @Test("bombs are refused, nested ones too, and memory stays as it is", arguments: ["gzip", "zstd", "br"])
        func bombs(_ coding: String) throws {
            try Self.refuseBombs(coding, size: "512M")
        }

        /// Sends bombs of zeros.
        static func refuseBombs(_ coding: String, size: String) throws {
            var configuration = Fixtures.configuration(
                .event, CompressionServer.preamble + directives.replacing("SetHandler reflector", with: ""),
                children: 1, threads: 1, maxClients: 1)
            configuration.modules += ["proxy", "proxy_http", "actions"]
            try withHTTPD(configuration) { server throws in
                let program = ["gzip": "gzip -c", "zstd": "zstd -cq", "br": "brotli -c -q 5 -w 24"][coding] ?? ""
                try server.shell("head -c \(size) /dev/zero | \(program) > bomb; cat bomb | \(program) > nested")
                let child = try server.onlyChild()
                func post(_ file: String, _ codings: String) throws -> String {
                    try server.shell(
                        """
                        curl -q -sS --noproxy '*' -o /dev/null -w '%{http_code}' -H 'Expect:' -H 'Content-Encoding: \(codings)' \
                        --data-binary @\(file) "$URL/swift" || true
                        """)
                }
                for _ in 0..<2 { _ = try post("bomb", coding) }
                try server.shell("echo 5 > /proc/\(child)/clear_refs")
                let before = try server.residentKilobytes(of: child)
                for _ in 0..<3 {
                    #expect(try post("bomb", coding).hasPrefix("413"))
                    #expect(try post("nested", "\(coding), \(coding)").hasPrefix("413"))
                }
                let highest = try server.shell("awk '/^VmHWM:/ { print $2 }' /proc/\(child)/status")
                let peak = try #require(Int(highest.trimmingCharacters(in: .whitespacesAndNewlines))) - before
                #expect(peak < 48 * 1024, "grew by \(peak) kB")
                #expect(try server.onlyChild() == child)
            }
        }
    }

    /// What takes long; runs when SWIFT_HTTPD_SOAK is 1.
    @Suite(.enabled(if: ProcessInfo.processInfo.environment["SWIFT_HTTPD_SOAK"] == "1")) struct SoakBombs {
        @Test("10 GB of zeros are refused, nested too, and memory stays as it is", arguments: ["gzip", "zstd", "br"])
        func tenGigabytes(_ coding: String) throws {
            try RequestBodies.refuseBombs(coding, size: "10G")
        }
    }
}
