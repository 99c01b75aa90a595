// SPDX-License-Identifier: Apache-2.0
import HTTPDTesting
import Testing

extension Lifecycle {
    @Suite("A protocol belongs to an address: of IPv6 too, and beside another address with the same port")
    struct ListenerAddresses {
        private static func configuration(_ mpm: MPM, _ directives: String) -> HTTPDConfiguration {
            HTTPDConfiguration(
                mpm: mpm, directives: "\(Plugins.module)SwiftPlugin Echo\n\(directives)\n",
                documents: ["page.html": Array("a page\n".utf8)])
        }

        private static func expectPage(_ address: Loopback, port: UInt16) throws {
            let client = try RawClient(address, port: port)
            try client.send("GET /page.html HTTP/1.0\r\n\r\n")
            let answer = String(decoding: try client.receiveUntilClose(), as: UTF8.self)
            #expect(answer.hasPrefix("HTTP/1.1 200") && answer.hasSuffix("a page\n"), "\(answer)")
        }

        @Test(
            "IPv6: by Listen, by SwiftProtocol, and HTTP beside them", .enabled(if: Loopback.hasIPv6, "no ::1 here"),
            arguments: MPM.allCases)
        func ipv6(_ mpm: MPM) throws {
            let directives = """
                Listen [::1]:@PORT@
                Listen [::1]:@PORT2@ echo
                Listen [::1]:@PORT3@
                <VirtualHost [::1]:@PORT3@>
                    ServerName localhost
                    SwiftProtocol Echo.Echo
                </VirtualHost>
                """
            try withHTTPD(Self.configuration(mpm, directives)) { server in
                for port in server.ports.dropFirst() {
                    let client = try RawClient(.v6, port: port)
                    for number in 0..<20 { try client.expectEcho("over IPv6 \(number)\n") }
                    client.shutdownWrite()
                    #expect(try client.receiveUntilClose().isEmpty)
                }
                try Self.expectPage(.v6, port: server.port)
            }
        }

        @Test(
            "IPv6 and IPv4 with one port: each says for itself", .enabled(if: Loopback.hasIPv6, "no ::1 here"))
        func families() throws {
            let directives = """
                Listen [::1]:@PORT2@ echo
                Listen 127.0.0.1:@PORT2@
                Listen [::1]:@PORT3@
                Listen 127.0.0.1:@PORT3@
                <VirtualHost 127.0.0.1:@PORT3@>
                    ServerName localhost
                    SwiftProtocol Echo.Echo
                </VirtualHost>
                """
            try withHTTPD(Self.configuration(.event, directives)) { server in
                try RawClient(.v6, port: server.ports[1]).expectEcho("by its listener\n")
                try Self.expectPage(.standard, port: server.ports[1])
                try RawClient(port: server.ports[2]).expectEcho("by its host\n")
                try Self.expectPage(.v6, port: server.ports[2])
            }
        }

        @Test("A host of a wildcard and one of a specific address: the specific one wins, whichever comes first")
        func wildcard() throws {
            let directives = """
                Listen 127.0.0.1:@PORT2@
                Listen 127.0.0.2:@PORT2@
                <VirtualHost *:@PORT2@>
                    ServerName localhost
                    SwiftProtocol Echo.Echo
                </VirtualHost>
                <VirtualHost 127.0.0.2:@PORT2@>
                    ServerName localhost
                </VirtualHost>
                Listen 127.0.0.1:@PORT3@
                Listen 127.0.0.2:@PORT3@
                <VirtualHost *:@PORT3@>
                    ServerName localhost
                </VirtualHost>
                <VirtualHost 127.0.0.2:@PORT3@>
                    ServerName localhost
                    SwiftProtocol Echo.Echo
                </VirtualHost>
                """
            try withHTTPD(Self.configuration(.event, directives)) { server in
                try RawClient(port: server.ports[1]).expectEcho("any address\n")
                try Self.expectPage(.v4(2), port: server.ports[1])
                try Self.expectPage(.standard, port: server.ports[2])
                try RawClient(.v4(2), port: server.ports[2]).expectEcho("that address\n")
            }
        }

        @Test("Listeners of two addresses with one port: each has its token")
        func tokens() throws {
            let directives = "Listen 127.0.0.1:@PORT2@ echo\nListen 127.0.0.2:@PORT2@"
            try withHTTPD(Self.configuration(.event, directives)) { server in
                try RawClient(port: server.ports[1]).expectEcho("with a token\n")
                try Self.expectPage(.v4(2), port: server.ports[1])
            }
        }
    }
}
