// SPDX-License-Identifier: Apache-2.0
import HTTPDTesting
import Testing

extension RealServer {
    /// Many requests on one connection, by each protocol.
    @Suite struct ConnectionReuse {
        private static let directives = """
            KeepAlive On
            MaxKeepAliveRequests 0
            Replace s/quick/slow/n
            <Location />
                SetOutputFilter REPLACE;UPPER
            </Location>
            <Location /digest>
                SetHandler swift
                SwiftHandler Fixtures.Digest
                SetInputFilter UPPERIN
            </Location>
            <Location /flood>
                SetHandler swift
                SwiftHandler Fixtures.Flood
            </Location>
            """
        private static let text = String(repeating: "the quick brown fox\n", count: 2_000)
        private static let changed = text.replacing("quick", with: "slow").uppercased()

        /// Reads one response whose length is announced or that is chunked.
        private static func body(_ client: RawClient) throws -> String {
            let head = try client.receive(through: "\r\n\r\n").lowercased()
            if let range = head.firstRange(of: "content-length: ") {
                let count = head[range.upperBound...].prefix { $0.isNumber }
                return String(decoding: try client.receive(exactly: Int(count) ?? 0), as: UTF8.self)
            }
            guard head.contains("transfer-encoding: chunked") else { return "" }
            var body = ""
            while true {
                let size = try client.receive(through: "\r\n").dropLast(1)
                let count = Int(size.prefix { $0.isHexDigit }, radix: 16) ?? 0
                body += String(decoding: try client.receive(exactly: count), as: UTF8.self)
                _ = try client.receive(exactly: 2)
                if count == 0 { return body }
            }
        }

        @Test(
            "a connection serves request after request, also behind HEAD, 304, a body and an error",
            arguments: MPM.allCases)
        func keepAlive(_ mpm: MPM) throws {
            var configuration = Fixtures.configuration(mpm, Self.directives)
            configuration.addDocument("a.txt", text: Self.text)
            try withHTTPD(configuration) { server throws in
                let client = try RawClient(port: server.port)
                for _ in 0..<20 {
                    try client.send("GET /a.txt HTTP/1.1\r\nHost: x\r\n\r\n")
                    #expect(try Self.body(client) == Self.changed)
                    try client.send("HEAD /a.txt HTTP/1.1\r\nHost: x\r\n\r\n")
                    #expect(try client.receive(through: "\r\n\r\n").hasPrefix("HTTP/1.1 200"))
                    try client.send("GET /none.txt HTTP/1.1\r\nHost: x\r\n\r\n")
                    #expect(try Self.body(client).contains("404 NOT FOUND") == false)
                    try client.send("GET /a.txt HTTP/1.1\r\nHost: x\r\nIf-None-Match: *\r\n\r\n")
                    let unchanged = try client.receive(through: "\r\n\r\n")
                    try #require(unchanged.hasPrefix("HTTP/1.1 304"), "\(unchanged)")
                    try client.send("POST /digest HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello")
                    #expect(try Self.body(client).hasPrefix("5 BYTES"))
                }
                // Several at once, without waiting.
                try client.send(String(repeating: "GET /a.txt HTTP/1.1\r\nHost: x\r\n\r\n", count: 10))
                for _ in 0..<10 { #expect(try Self.body(client) == Self.changed) }
                client.close()
            }
        }

        @Test("TLS and HTTP/2 carry filtered responses whole, many at once", arguments: MPM.allCases)
        func secure(_ mpm: MPM) throws {
            var configuration = Security.configuration(mpm, Self.directives)
            configuration.addDocument("a.txt", text: Self.text)
            try withHTTPD(configuration) { server throws in
                for version in mpm.isThreaded ? ["--http1.1", "--http2"] : ["--http1.1"] {
                    let response = try server.getSecurely("/a.txt", version)
                    #expect(response.text == Self.changed)
                    #expect(response.exit == 0)
                    let flood = try server.getSecurely("/flood?bytes=3000000&chunk=1000&flush=10", version)
                    #expect(flood.body.count == 3_000_000)
                    let post = try server.getSecurely("/digest", version, "-d", "hello")
                    #expect(post.text.hasPrefix("5 BYTES"))
                    #expect(try server.getSecurely("/a.txt", version, "-I").status == 200)
                }
                guard mpm.isThreaded else { return }
                let urls = (0..<30).map { "https://localhost:\(server.ports[1])/a.txt?\($0)" }
                let all = try Command("nghttp", urls).run()
                #expect(all.output.count == 30 * Self.changed.utf8.count)
            }
        }
    }
}
