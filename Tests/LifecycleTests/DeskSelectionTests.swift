// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension Lifecycle {
    @Suite("Protocols: chosen by the client")
    struct DeskSelection {
        private static let upgrade =
            "GET /page.html HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: desk\r\n\r\n"

        /// Reads a response's header.
        private static func header(_ client: RawClient) throws -> String {
            try client.receive(through: "\r\n\r\n")
        }

        @Test(
            "An upgrade of HTTP/1.1: the protocol speaks first, HTTP goes on beside it, nothing comes twice",
            arguments: MPM.allCases)
        func upgrade(_ mpm: MPM) throws {
            let host = "Protocols desk http/1.1"
            try withHTTPD(DeskServer.configuration(mpm, options: "idle=1", host: host)) { server in
                let plain = try RawClient(port: server.ports[2])
                try plain.send("GET /page.html HTTP/1.0\r\n\r\n")
                let page = numberedLines(100)
                #expect(try plain.receiveUntilClose().suffix(page.count).elementsEqual(page))

                let client = try RawClient(port: server.ports[2])
                try client.send(Self.upgrade)
                let header = try Self.header(client)
                #expect(header.hasPrefix("HTTP/1.1 101 Switching Protocols\r\n"))
                #expect(header.contains("Upgrade: desk\r\n"))
                try client.expectLine("220 desk", timeout: .seconds(2))
                for number in 0..<20 { try client.expectLine("item \(number)", to: "ECHO item \(number)") }
                try client.expectLine("250 timer 3", to: "TIMER 100 3")
                try client.expectLine("421 idle")
                #expect(try client.receiveUntilClose().isEmpty)

                // What follows the request at once is the protocol's already.
                let eager = try RawClient(port: server.ports[2])
                try eager.send(Self.upgrade + "ECHO eager\r\n")
                _ = try Self.header(eager)
                try eager.expectLine("220 desk")
                try eager.expectLine("eager")
                try eager.expectLine("221 bye", to: "QUIT")
                #expect(try eager.receiveUntilClose().isEmpty)
                try server.waitUntil("the log") { server.accessLog.contains(" 101 ") }
                #expect(server.deskReasons.sorted() == ["finished", "the deadline 'idle' passed"])
            }
        }

        @Test("Upgraded connections hold no thread, and hear of the child's end")
        func upgradesWait() throws {
            let configuration = DeskServer.configuration(
                .event, host: "Protocols desk http/1.1", "AsyncRequestWorkerFactor 20")
            try withHTTPD(configuration) { server in
                let clients = try (0..<40).map { _ in
                    let client = try RawClient(port: server.ports[2])
                    try client.send(Self.upgrade)
                    _ = try Self.header(client)
                    try client.expectLine("220 desk")
                    return client
                }
                #expect(try server.curl(path: "/page.html").output == numberedLines(100))
                for client in clients { try client.expectLine("well", to: "ECHO well") }
                let start = ContinuousClock.now
                server.send(signal: SIGUSR1)
                for client in clients { try client.expectLine("421 closing") }
                #expect(ContinuousClock.now - start < .milliseconds(500))
                for client in clients { client.close() }
            }
        }

        @Test(
            "A request with a body, or of HTTP/1.0, is not upgraded: what it says is not taken for commands",
            arguments: MPM.allCases)
        func upgradeWithBody(_ mpm: MPM) throws {
            try withHTTPD(DeskServer.configuration(mpm, host: "Protocols desk http/1.1")) { server in
                let upgrade = "Host: localhost\r\nConnection: Upgrade, close\r\nUpgrade: desk\r\n"
                for request in [
                    "GET /page.html HTTP/1.1\r\n\(upgrade)Content-Length: 9\r\n\r\nECHO me\r\n",
                    "GET /page.html HTTP/1.1\r\n\(upgrade)Transfer-Encoding: chunked\r\n\r\n2\r\nme\r\n0\r\n\r\n",
                    "GET /page.html HTTP/1.0\r\n\(upgrade)\r\n",
                ] {
                    let client = try RawClient(port: server.ports[2])
                    try client.send(request)
                    let response = String(decoding: try client.receiveUntilClose(), as: UTF8.self)
                    #expect(response.hasPrefix("HTTP/1.1 200 OK\r\n"), "\(response.prefix(200))")
                    #expect(!response.contains("220 desk"))
                }
                let client = try RawClient(port: server.ports[2])
                try client.send("GET / HTTP/1.1\r\n\(upgrade)Content-Length: 0\r\n\r\n")
                #expect(try Self.header(client).hasPrefix("HTTP/1.1 101 "))
                try client.expectLine("220 desk")
            }
        }

        @Test("A host whose Protocols do not name the protocol does not switch")
        func upgradeRefused() throws {
            try withHTTPD(DeskServer.configuration(.event)) { server in
                let client = try RawClient(port: server.port)
                try client.send(Self.upgrade)
                #expect(try Self.header(client).hasPrefix("HTTP/1.1 200 "))
            }
        }

        @Test("ALPN: each client gets what it offers, and HTTP without an offer", arguments: MPM.allCases)
        func alpn(_ mpm: MPM) throws {
            let host = "Protocols desk http/1.1"
            try withHTTPD(try DeskServer.secure(mpm, options: #"banner="220 secure""#, host: host)) { server in
                let script = """
                    talk -alpn desk,http/1.1 <<<'ECHO hello'
                    for offer in "-alpn http/1.1" ""; do
                        request='GET /page.html HTTP/1.0\\r\\n\\r\\n' talk $offer </dev/null | head -n 1
                    done
                    """
                let result = try TLSClient.run(script, server, port: server.ports[2])
                let page = "HTTP/1.1 200 OK\r\n"
                #expect(result.text == "220 secure\r\nhello\r\n" + page + page, "\(result.text)")
            }
        }

        @Test("An upgrade inside TLS", arguments: MPM.allCases)
        func upgradeInTLS(_ mpm: MPM) throws {
            try withHTTPD(try DeskServer.secure(mpm, host: "Protocols desk http/1.1")) { server in
                let script = """
                    request='GET / HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: Upgrade\\r\\nUpgrade: desk\\r\\n\\r\\n'
                    talk <<<'ECHO hello'
                    """
                let result = try TLSClient.run(script, server, port: server.ports[2])
                #expect(result.text.hasPrefix("HTTP/1.1 101 "), "\(result.text)")
                #expect(result.text.hasSuffix("\r\n\r\n220 desk\r\nhello\r\n"), "\(result.text)")
            }
        }

        @Test(
            "A protocol of an earlier toolkit works under this host, and does not hear of the child's end",
            arguments: MPM.allCases)
        func earlierToolkit(_ mpm: MPM) throws {
            let directives = """
                \(Plugins.module)SwiftPlugin "\(Plugins.earlier)/libEcho.so"
                Listen 127.0.0.1:@PORT2@ echo

                """
            let configuration = HTTPDConfiguration(mpm: mpm, directives: directives, maxClients: 16)
            try withHTTPD(configuration) { server in
                let client = try RawClient(port: server.ports[1])
                try client.expectEcho("one\n")
                try server.gracefulRestart()
                try client.expectEcho("two\n")
                client.shutdownWrite()
                #expect(try client.receiveUntilClose().isEmpty)
                try RawClient(port: server.ports[1]).expectEcho("three\n")
            }
        }
    }
}
