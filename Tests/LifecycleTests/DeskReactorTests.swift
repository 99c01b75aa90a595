// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension Lifecycle {
    @Suite("Protocols: clients that are quick, and the threads that serve them")
    struct DeskReactors {
        private static func time(of client: RawClient) throws -> Duration {
            let start = ContinuousClock.now
            try client.expectLine("still here", to: "ECHO still here")
            return ContinuousClock.now - start
        }

        @Test("A quick client is answered while handlers block all threads of the MPM")
        func threadsAreBusy() throws {
            try withHTTPD(DeskServer.configuration(.event, threads: 3)) { server in
                let quick = try (0..<4).map { _ in try DeskServer.quickClient(server.ports[1]) }
                let blocking = try (0..<3).map { _ in try DeskServer.connect(server.ports[1]) }
                usleep(50_000)
                for client in blocking { try client.send("SLEEP 2000\r\n") }
                usleep(200_000)
                for _ in 0..<3 {
                    for client in quick { #expect(try Self.time(of: client) < .milliseconds(200)) }
                }
                for client in blocking { try client.expectLine("250 slept") }
            }
        }

        @Test("A handler that blocks its reactor holds up nobody else: the MPM's threads take over")
        func reactorIsBusy() throws {
            try withHTTPD(DeskServer.configuration(.event)) { server in
                let blocking = try (0..<4).map { _ in try DeskServer.quickClient(server.ports[1]) }
                let others = try (0..<8).map { _ in try DeskServer.quickClient(server.ports[1]) }
                let start = ContinuousClock.now
                for client in blocking { try client.send("SLEEP 2000\r\n") }
                for _ in 0..<5 {
                    for client in others { #expect(try Self.time(of: client) < .milliseconds(400)) }
                    usleep(50_000)
                }
                #expect(ContinuousClock.now - start < .milliseconds(1_900), "the others were asked too late")
                for client in blocking { try client.expectLine("250 slept") }
                // And afterwards everything is as before.
                for client in others + blocking { #expect(try Self.time(of: client) < .milliseconds(400)) }
            }
        }

        @Test("Timeout does not end a client that goes on talking, and does end it when it stops")
        func timeout() throws {
            try withHTTPD(DeskServer.configuration(.event, host: "Timeout 6")) { server in
                let quick = try DeskServer.quickClient(server.ports[2])
                let slow = try DeskServer.quickClient(server.ports[2])
                let start = ContinuousClock.now
                var spoken = ContinuousClock.now
                while ContinuousClock.now - start < .seconds(9) {
                    try quick.expectLine("on", to: "ECHO on")
                    usleep(300_000)
                    // One that pauses for longer goes back and forth between the MPM and a reactor.
                    if ContinuousClock.now - spoken > .seconds(3) {
                        try slow.expectLine("on", to: "ECHO on")
                        spoken = ContinuousClock.now
                    }
                }
                let last = ContinuousClock.now
                try quick.expectLine("421 idle")
                let time = ContinuousClock.now - last
                #expect(time > .seconds(5) && time < .seconds(8), "\(time)")
            }
        }

        @Test("A client that pauses is pushed to, and answered when it talks again")
        func pause() throws {
            try withHTTPD(DeskServer.configuration(.event)) { server in
                let listener = try DeskServer.quickClient(server.ports[1])
                let speaker = try DeskServer.quickClient(server.ports[1])
                try listener.expectLine("250 joined", to: "JOIN news")
                for round in 0..<3 {
                    try speaker.expectLine("250 accepted 1", to: "SAY news round \(round)")
                    try listener.expectLine("round \(round)")
                    usleep(2_300_000)
                    try speaker.expectLine("250 accepted 1", to: "SAY news paused \(round)")
                    try listener.expectLine("paused \(round)")
                    #expect(try Self.time(of: listener) < .milliseconds(200))
                    #expect(try Self.time(of: speaker) < .milliseconds(200))
                }
            }
        }

        @Test("Half-closed connections hold no thread, keep their timers, and end when the client is gone")
        func halfClosed() throws {
            let directives = "AsyncRequestWorkerFactor 20"
            try withHTTPD(DeskServer.configuration(.event, options: "stays=on", directives, threads: 2)) { server in
                let halfClosed = try (0..<6).map { _ in try DeskServer.connect(server.ports[2]) }
                for client in halfClosed {
                    try client.send("TIMER 1500 7\r\n")
                    client.shutdownWrite()
                    try client.expectLine("221 end")
                }
                #expect(try Self.time(of: try DeskServer.connect(server.ports[1])) < .milliseconds(500))
                #expect(try server.curl(path: "/page.html").status == 0)
                for client in halfClosed { try client.expectLine("250 timer 7") }
                for client in halfClosed { client.reset() }
                try server.waitUntil("the clients to be gone") {
                    server.deskReasons.count { $0 == "the client has gone" } == 6
                }
            }
        }

        @Test("Many short conversations, ended in every way, with restarts between them, are exact")
        func churn() throws {
            let directives = "AsyncRequestWorkerFactor 50"
            // Far more threads than connections: with as few, a machine that is busy runs into the server's queue that
            // overflows (docs/design.md, Waiting).
            try withHTTPD(DeskServer.configuration(.event, directives, threads: 64)) { server in
                let crew = Crew()
                for worker in 0..<12 {
                    crew.start { crew in
                        var turn = worker
                        while crew.goesOn {
                            turn += 1
                            let client = try RawClient(port: server.ports[1])
                            // The child may end at any point; what it answers is right all the same.
                            guard let banner = try? client.receive(through: "\r\n"), banner == "220 desk\r\n" else {
                                crew.findings.count("closed")
                                continue
                            }
                            for number in 0..<(turn % 7) {
                                let text = "\(worker) \(turn) \(number)"
                                guard (try? client.send("ECHO \(text)\r\n")) != nil,
                                    let line = try? client.receive(through: "\r\n"), line != "421 closing\r\n"
                                else {
                                    crew.findings.count("closed")
                                    break
                                }
                                if line != "\(text)\r\n" { crew.findings.add("'\(line)' for '\(text)'") }
                                crew.findings.count("answered")
                            }
                            switch turn % 4 {
                            case 0: client.reset()
                            case 1: try? client.send("QUIT\r\n")
                            case 2:
                                client.shutdownWrite()
                                _ = try? client.receiveUntilClose()
                            default: break
                            }
                            client.close()
                        }
                    }
                }
                for _ in 0..<3 {
                    usleep(1_500_000)
                    try server.gracefulRestart()
                }
                usleep(500_000)
                crew.stop()
                try crew.wait()
                print("answered: \(crew.findings.count(of: "answered")), closed: \(crew.findings.count(of: "closed"))")
                #expect(crew.findings.problems.isEmpty, "\(crew.findings.problems)")
                #expect(crew.findings.count(of: "answered") > 1_000)
            }
        }
    }
}
