// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension Lifecycle {
    @Suite("Protocols: limits and logs")
    struct DeskLimits {
        /// Opens connections until one is refused, and returns those that were not.
        private static func fill(_ port: UInt16, atMost count: Int) throws -> [RawClient] {
            var clients: [RawClient] = []
            while clients.count < count {
                let client = try RawClient(port: port)
                let first = (try? client.receive()) ?? []
                if first.isEmpty { break }
                #expect(String(decoding: first, as: UTF8.self) == "220 desk\r\n")
                clients.append(client)
            }
            return clients
        }

        @Test(
            "No more connections than may be open, nor from one address, in all children together",
            arguments: MPM.allCases, ["connections=5", "peraddress=5", "connections=5 peraddress=9"])
        func limits(_ mpm: MPM, _ options: String) throws {
            let configuration = DeskServer.configuration(mpm, options: options, maxClients: 16)
            try withHTTPD(configuration) { server in
                let clients = try Self.fill(server.ports[2], atMost: 12)
                #expect(clients.count == 5)
                // The protocol's other port has no limit.
                try RawClient(port: server.ports[1]).expectLine("220 desk")
                // One that leaves makes room for one.
                try clients[0].expectLine("221 bye", to: "QUIT")
                #expect(try clients[0].receiveUntilClose().isEmpty)
                clients[0].close()
                var more: [RawClient] = []
                try server.waitUntil("room for one") {
                    more = try Self.fill(server.ports[2], atMost: 3)
                    return !more.isEmpty
                }
                #expect(more.count == 1)
                for client in clients.dropFirst() + more { try client.expectLine("well", to: "ECHO well") }
            }
        }

        @Test("Connections of a child that was killed do not count for ever")
        func killedChild() throws {
            let configuration = DeskServer.configuration(.prefork, options: "connections=3", maxClients: 16)
            try withHTTPD(configuration, allowing: ["AH00052"]) { server in
                let clients = try Self.fill(server.ports[2], atMost: 5)
                #expect(clients.count == 3)
                for child in server.childPIDs { kill(child, SIGKILL) }
                try server.waitUntil("room for three") { try Self.fill(server.ports[2], atMost: 5).count == 3 }
            }
        }

        @Test("A wrong number of connections is a configuration error")
        func wrongLimits() throws {
            for option in ["connections=0", "peraddress=-1", "connections=many"] {
                let result = try HTTPDProcess.configtest(DeskServer.configuration(.event, options: option))
                #expect(result.status != 0)
                let key = option.prefix { $0 != "=" }
                #expect(result.output.contains("Fixtures.Desk: option '\(key)' must be a "), "\(result.output)")
            }
        }

        @Test("The access log tells of each connection, and of commands that the handler logs", arguments: MPM.allCases)
        func accessLog(_ mpm: MPM) throws {
            let format = #"%a \"%r\" %>s %B %I %O %{reason}n|%{frames}n|%{bytes-in}n|%{bytes-out}n %U %H"#
            let configuration = DeskServer.configuration(
                mpm, options: "idle=500ms", "CustomLog \"@ROOT@/desk.log\" \"\(format)\"", modules: ["logio"])
            try withHTTPD(configuration) { server in
                func lines() -> [String] {
                    let text = FileManager.default.contents(atPath: server.root + "/desk.log") ?? Data()
                    return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
                }
                let client = try RawClient(port: server.ports[1])
                try client.expectLine("220 desk")
                try client.expectLine("one", to: "ECHO one")
                try client.send("LOG GET key:1 \"x\"\r\n")
                try client.expectLine("221 bye", to: "QUIT")
                #expect(try client.receiveUntilClose().isEmpty)
                try server.waitUntil("two lines") { lines().count == 2 }
                let log = lines()
                #expect(log[0].hasPrefix(#"127.0.0.1 "GET key:1 \"x\"" 201 0 "#), "\(log)")
                #expect(log[0].hasSuffix("|0|0|0 key:1 desk"), "\(log)")
                #expect(log[1].hasPrefix(#"127.0.0.1 "SESSION Fixtures.Desk" 200 24 "#), "\(log)")
                #expect(log[1].hasSuffix(" finished|3|35|24 Fixtures.Desk desk"), "\(log)")

                let idle = try RawClient(port: server.ports[2])
                try idle.expectLine("220 desk")
                try idle.expectLine("421 idle")
                try server.waitUntil("a third line") { lines().count == 3 }
                #expect(lines()[2].contains(#""SESSION Fixtures.Desk" 408 20 "#), "\(lines())")
                #expect(lines()[2].contains(" the deadline 'idle' passed|0|0|20 "), "\(lines())")
            }
        }

        @Test(
            "A load balancer's header names the client for logs, limits and handlers, however it comes",
            arguments: MPM.allCases)
        func proxy(_ mpm: MPM) throws {
            let configuration = DeskServer.configuration(
                mpm, options: "proxy=on peraddress=2 handshake=1",
                #"CustomLog "@ROOT@/desk.log" "%a %{c}a \"%r\" %>s""#, maxClients: 16)
            try withHTTPD(configuration) { server in
                let port = server.ports[2]
                let text = "PROXY TCP4 203.0.113.7 192.0.2.1 4711 7777\r\n"
                let first = try RawClient(port: port)
                try first.send(text + "ECHO at once\r\n")
                try first.expectLine("220 desk")
                try first.expectLine("at once")
                // In drops, and nothing is said before it is whole.
                let second = try RawClient(port: port)
                for byte in Array(text.utf8).dropLast() {
                    try second.send([byte])
                    usleep(1_000)
                }
                #expect(second.isSilent(for: .milliseconds(50)))
                try second.send("\n")
                try second.expectLine("220 desk")
                try second.expectLine("well", to: "ECHO well")
                // The third from that address is one too many, and one from another is not.
                let third = try RawClient(port: port)
                try third.send(text)
                #expect(((try? third.receiveUntilClose()) ?? []).isEmpty)
                let binary: [UInt8] =
                    [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A, 0x21, 0x21, 0, 36]
                    + [0x20, 0x01, 0x0d, 0xb8] + [UInt8](repeating: 0, count: 11) + [1]
                    + [UInt8](repeating: 0, count: 15) + [1] + [0x12, 0x34, 0x1e, 0x61]
                let other = try RawClient(port: port)
                try other.send(binary)
                try other.expectLine("220 desk")
                try other.expectLine("221 bye", to: "QUIT")
                // Without the header, or without any word, there is no connection.
                let none = try RawClient(port: port)
                try none.send("ECHO hello\r\n")
                #expect(((try? none.receiveUntilClose()) ?? []).isEmpty)
                let silent = try RawClient(port: port)
                let start = ContinuousClock.now
                #expect(((try? silent.receiveUntilClose()) ?? []).isEmpty)
                let time = ContinuousClock.now - start
                #expect(time > .milliseconds(800) && time < .seconds(3), "\(time)")
                try first.expectLine("221 bye", to: "QUIT")
                func lines() -> [String] {
                    let log = FileManager.default.contents(atPath: server.root + "/desk.log") ?? Data()
                    return String(decoding: log, as: UTF8.self).split(separator: "\n").map(String.init)
                }
                try server.waitUntil("two lines") { lines().count >= 2 }
                #expect(lines()[0] == #"2001:db8::1 2001:db8::1 "SESSION Fixtures.Desk" 200"#)
                #expect(lines()[1] == #"203.0.113.7 203.0.113.7 "SESSION Fixtures.Desk" 200"#)
            }
        }

        @Test("A load balancer's header before TLS", arguments: MPM.allCases)
        func proxyBeforeTLS(_ mpm: MPM) throws {
            try withHTTPD(try DeskServer.secure(mpm, options: "proxy=on idle=500ms")) { server in
                // To curl, what the desk says is a response of HTTP/0.9.
                let result = try Command(
                    "curl",
                    ["--silent", "--insecure", "--http0.9", "--haproxy-protocol"]
                        + ["https://127.0.0.1:\(server.ports[2])/"]
                ).run()
                #expect(result.text.hasPrefix("220 desk\r\n500 what?\r\n"), "\(result.text) \(result.errorText)")
                #expect(result.text.hasSuffix("421 idle\r\n"))
            }
        }
    }
}
