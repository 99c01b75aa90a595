// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension Lifecycle {
    @Suite("Protocols: what quick clients must not lose to the threads that serve them")
    struct DeskReactorEdges {
        @Test("Timeout does not end a half-closed connection whose handler goes on")
        func halfClosedForLong() throws {
            try withHTTPD(DeskServer.configuration(.event, options: "stays=on pings=on", host: "Timeout 6")) { server in
                let client = try DeskServer.connect(server.ports[2])
                try client.send("TIMER 8000 7\r\n")
                client.shutdownWrite()
                try client.expectLine("221 end")
                try client.expectLine("421 idle")
                try client.expectLine("250 timer 7")
            }
        }

        @Test("Timeout of the host that was asked for an upgrade does not end a client that goes on talking")
        func upgradedElsewhere() throws {
            let directives = """
                <VirtualHost 127.0.0.1:@PORT@>
                    ServerName patient.example
                    Timeout 60
                    Protocols http/1.1 desk
                </VirtualHost>
                <VirtualHost 127.0.0.1:@PORT@>
                    ServerName hasty.example
                    Timeout 3
                    KeepAliveTimeout 2
                    Protocols http/1.1 desk
                </VirtualHost>
                """
            try withHTTPD(DeskServer.configuration(.event, directives)) { server in
                let client = try RawClient(port: server.ports[0])
                try client.send("GET / HTTP/1.1\r\nHost: hasty.example\r\nConnection: Upgrade\r\nUpgrade: desk\r\n\r\n")
                #expect(try client.receive(through: "\r\n\r\n").hasPrefix("HTTP/1.1 101 "))
                try client.expectLine("220 desk")
                for _ in 0..<30 {
                    try client.expectLine("on", to: "ECHO on")
                    usleep(150_000)
                }
            }
        }

        @Test("A half-closed client that reads slowly gets all that is pushed to it")
        func halfClosedReader() throws {
            try withHTTPD(DeskServer.configuration(.event, options: "stays=on mailbox=1M")) { server in
                let reader = try DeskServer.quickClient(server.ports[2])
                try reader.expectLine("250 joined", to: "JOIN news")
                reader.shutdownWrite()
                try reader.expectLine("221 end")
                let speaker = try DeskServer.quickClient(server.ports[1])
                // Until neither the kernel nor the mailbox takes more.
                var next = 0
                var before = -1
                while next > before {
                    before = next
                    try speaker.send("NUMBERS \(next) news\r\n")
                    let answer = try speaker.receive(through: "\r\n").split { $0.isWhitespace }
                    next = try #require(answer.last.flatMap { Int($0) })
                }
                #expect(next > 10_000)
                usleep(300_000)
                let text = try reader.receive(through: "\r\n\(next - 1)\r\n")
                #expect(text == (0..<next).map { "\($0)\r\n" }.joined())
                try speaker.expectLine("250 accepted 1", to: "END news")
                #expect(try reader.receiveUntilClose().isEmpty)
            }
        }

        @Test("A half-closed client that is gone holds no thread", arguments: [MPM.event, .worker, .prefork])
        func halfClosedAndGone(_ mpm: MPM) throws {
            // Too short for the threads that serve quick clients.
            try withHTTPD(DeskServer.configuration(mpm, options: "stays=on", host: "Timeout 5")) { server in
                let clients = try (0..<3).map { _ in try DeskServer.connect(server.ports[2]) }
                for client in clients {
                    client.shutdownWrite()
                    try client.expectLine("221 end")
                }
                usleep(100_000)
                let start = ContinuousClock.now
                for client in clients { client.reset() }
                try server.waitUntil("the clients to be gone") {
                    server.deskReasons.count { $0 == "the client has gone" } == 3
                }
                #expect(ContinuousClock.now - start < .seconds(3))
            }
        }

        @Test("Handlers that take long run on all threads of the MPM, and not on a few")
        func slowHandlers() throws {
            try withHTTPD(DeskServer.configuration(.event, threads: 25)) { server in
                let clients = try (0..<24).map { _ in try DeskServer.quickClient(server.ports[1]) }
                let start = ContinuousClock.now
                for _ in 0..<20 {
                    for client in clients { try client.send("SLEEP 15\r\n") }
                    for client in clients { try client.expectLine("250 slept") }
                }
                // One after the other they take 7.2 seconds.
                #expect(ContinuousClock.now - start < .milliseconds(1_500))
            }
        }

        @Test("Quick clients leave descriptors for others: none is sent away for want of them")
        func descriptors() throws {
            try withHTTPD(DeskServer.configuration(.event, "AsyncRequestWorkerFactor 50")) { server in
                // For the children to come.
                let limit = try Command("prlimit", ["--pid", "\(server.parentPID)", "--nofile=200:200"]).run()
                try #require(limit.status == 0, "\(limit.errorText)")
                let old = server.childPIDs
                try server.gracefulRestart()
                // One that ends may accept yet.
                try server.waitUntil("the old child to end") { Set(old).isDisjoint(with: server.childPIDs) }
                let clients = try (0..<140).map { _ in try DeskServer.connect(server.ports[1]) }
                for _ in 0..<3 {
                    for client in clients { try client.send("ECHO quick\r\n") }
                    for client in clients { try client.expectLine("quick") }
                }
                let others = try (0..<20).map { _ in try DeskServer.connect(server.ports[1]) }
                for client in clients + others { try client.expectLine("still here", to: "ECHO still here") }
            }
        }
    }
}
