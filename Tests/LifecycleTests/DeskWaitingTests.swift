// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension Lifecycle {
    @Suite("Protocols: deadlines, pushes and the end of the child")
    struct DeskWaiting {
        /// How long a client waits for the server to say a line and close.
        private static func time(
            of client: RawClient, _ line: String, since start: ContinuousClock.Instant
        ) throws -> Duration {
            try client.expectLine(line)
            let time = ContinuousClock.now - start
            #expect(try client.receiveUntilClose().isEmpty)
            return time
        }

        @Test(
            "Deadlines of the first byte, of idleness and of a whole frame hold, with a farewell",
            arguments: MPM.allCases)
        func deadlines(_ mpm: MPM) throws {
            let options = "firstbyte=500ms idle=1 frame=700ms connection=3"
            try withHTTPD(DeskServer.configuration(mpm, options: options)) { server in
                let start = ContinuousClock.now
                let silent = try DeskServer.connect(server.ports[2])
                let idle = try DeskServer.connect(server.ports[2])
                try idle.expectLine("once", to: "ECHO once")
                let unlimited = try DeskServer.connect(server.ports[1])
                let silentTime = try Self.time(of: silent, "421 firstByte", since: start)
                let idleTime = try Self.time(of: idle, "421 idle", since: start)
                #expect(silentTime > .milliseconds(480) && silentTime < .milliseconds(900), "\(silentTime)")
                #expect(idleTime > .milliseconds(980) && idleTime < .milliseconds(1_500), "\(idleTime)")
                // One that drips is never idle, but its frame does not become whole.
                let drip = try DeskServer.connect(server.ports[2])
                let begun = ContinuousClock.now
                let crew = Crew()
                crew.start { crew in
                    while crew.goesOn {
                        try? drip.send("x")
                        usleep(50_000)
                    }
                }
                let dripTime = try Self.time(of: drip, "421 wholeFrame", since: begun)
                crew.stop()
                try crew.wait()
                #expect(dripTime > .milliseconds(680) && dripTime < .milliseconds(1_200), "\(dripTime)")
                // One that is busy all the time ends too.
                let busy = try DeskServer.connect(server.ports[2])
                let opened = ContinuousClock.now
                var last = ""
                while ContinuousClock.now - opened < .seconds(5), !last.hasPrefix("421") {
                    try? busy.send("ECHO y\r\n")
                    last = try busy.receive(through: "\r\n")
                    usleep(20_000)
                }
                #expect(last == "421 connection\r\n")
                try unlimited.expectLine("still", to: "ECHO still")
            }
        }

        @Test("A handler that pings lives with idleness", arguments: MPM.allCases)
        func pings(_ mpm: MPM) throws {
            try withHTTPD(DeskServer.configuration(mpm, options: "pings=on idle=300ms")) { server in
                let client = try DeskServer.connect(server.ports[2])
                for _ in 0..<4 { try client.expectLine("421 idle") }
                try client.expectLine("here", to: "ECHO here")
            }
        }

        @Test(
            "Graceful restart: waiting connections get a farewell within 200 ms, and the old child is gone",
            arguments: MPM.allCases)
        func drain(_ mpm: MPM) throws {
            let configuration = DeskServer.configuration(
                mpm, mpm == .event ? "AsyncRequestWorkerFactor 20" : "", maxClients: mpm == .event ? nil : 16)
            try withHTTPD(configuration) { server in
                let old = server.childPIDs
                let clients = try (0..<(mpm == .event ? 30 : 4)).map { _ in try DeskServer.connect(server.ports[1]) }
                let start = ContinuousClock.now
                server.send(signal: SIGUSR1)
                var slowest = Duration.zero
                for client in clients {
                    try client.expectLine("421 closing")
                    slowest = max(slowest, ContinuousClock.now - start)
                    #expect(try client.receiveUntilClose().isEmpty)
                }
                print("\(mpm): the last farewell came after \(slowest)")
                #expect(slowest < .milliseconds(200))
                try server.waitUntil("the old children to end") { Set(old).isDisjoint(with: server.childPIDs) }
                try server.waitUntil("a new child") { !server.childPIDs.isEmpty }
                _ = try DeskServer.connect(server.ports[1])
                for client in clients { client.close() }
            }
        }

        @Test("A connection that goes on is closed at SwiftProtocolDrain", arguments: MPM.allCases)
        func drainTime(_ mpm: MPM) throws {
            let configuration = DeskServer.configuration(
                mpm, options: "lingers=on", "SwiftProtocolDrain 1500ms", maxClients: mpm == .event ? nil : 16)
            try withHTTPD(configuration) { server in
                let old = server.childPIDs
                let client = try DeskServer.connect(server.ports[2])
                try client.expectLine("250 false", to: "DRAINING")
                let start = ContinuousClock.now
                server.send(signal: SIGUSR1)
                try client.expectLine("421 closing")
                try client.expectLine("250 true", to: "DRAINING")
                try client.expectLine("more", to: "ECHO more")
                #expect(try client.receiveUntilClose().isEmpty)
                let time = ContinuousClock.now - start
                #expect(time > .milliseconds(1_400) && time < .seconds(3), "\(time)")
                try server.waitUntil("the old children to end") { Set(old).isDisjoint(with: server.childPIDs) }
                #expect(server.deskReasons == ["the deadline 'drain' passed"])
            }
        }

        @Test("A client that has not set up TLS does not hold up the end of its child, though it has all the time")
        func drainHandshake() throws {
            var configuration = try DeskServer.secure(.event, options: "handshake=off")
            configuration.directives += "SwiftProtocolDrain 1\n"
            try withHTTPD(configuration) { server in
                let client = try RawClient(port: server.ports[2])
                usleep(200_000)
                let start = ContinuousClock.now
                server.send(signal: SIGUSR1)
                #expect(try client.receiveUntilClose().isEmpty)
                #expect(ContinuousClock.now - start < .seconds(4))
            }
        }

        @Test("SwiftProtocolDrain wants a time, and stands for the whole server")
        func drainErrors() throws {
            for (line, message) in [
                ("SwiftProtocolDrain soon", "SwiftProtocolDrain: must be a time such as 30 (seconds)"),
                ("SwiftProtocolDrain off", "must be a time: a child that ends cannot wait for ever"),
                ("SwiftProtocolDrain", "takes one time"),
                ("<VirtualHost *:1>\nSwiftProtocolDrain 5\n</VirtualHost>", "stands for the whole server"),
            ] {
                let result = try HTTPDProcess.configtest(DeskServer.configuration(.event, line))
                #expect(result.status != 0)
                #expect(result.output.contains(message), "\(result.output)")
            }
        }

        @Test(
            "Another connection's thread pushes to one that waits: at once, in order, and with its own traffic between",
            arguments: [MPM.event, .worker])
        func push(_ mpm: MPM) throws {
            try withHTTPD(DeskServer.configuration(mpm)) { server in
                let listener = try DeskServer.connect(server.ports[1])
                let speaker = try DeskServer.connect(server.ports[1])
                try listener.expectLine("250 joined", to: "JOIN news")
                usleep(50_000)
                for number in 0..<20 {
                    let start = ContinuousClock.now
                    try speaker.expectLine("250 accepted 1", to: "SAY news item \(number)")
                    try listener.expectLine("item \(number)")
                    #expect(ContinuousClock.now - start < .milliseconds(200))
                }
                // 100,000 messages while the listener talks too.
                let crew = Crew()
                crew.start { crew in
                    var next = 0
                    while next < 100_000, crew.goesOn {
                        try speaker.send("NUMBERS \(next) news\r\n")
                        let answer = try speaker.receive(through: "\r\n")
                        next = try #require(Int(answer.split(whereSeparator: \.isWhitespace).last ?? ""))
                    }
                    crew.findings.count("done")
                }
                crew.start { crew in
                    while crew.goesOn {
                        try listener.send("ECHO mine\r\n")
                        usleep(500)
                    }
                }
                var expected = 0
                var own = 0
                while expected < 100_000 {
                    let line = try listener.receive(through: "\r\n").dropLast(1)
                    if line == "mine" {
                        own += 1
                    } else if line == "\(expected)" {
                        expected += 1
                    } else {
                        Issue.record("'\(line)' instead of \(expected)")
                        break
                    }
                }
                crew.stop()
                try crew.wait()
                print("\(mpm): 100,000 pushes with \(own) answers between them")
                #expect(crew.findings.problems.isEmpty, "\(crew.findings.problems)")
                // A connection can be closed from afar, and is known to be gone then.
                let other = try DeskServer.connect(server.ports[1])
                try other.expectLine("250 joined", to: "JOIN end")
                try speaker.expectLine("250 accepted 1", to: "END end")
                #expect(try other.receiveUntilClose().isEmpty)
                try speaker.expectLine("250 ", to: "SAY end anybody")
            }
        }

        @Test(
            "Under event, Timeout ends a client that only listens, with a farewell; under worker it does not")
        func timeoutOfListeners() throws {
            for mpm in [MPM.event, .worker] {
                try withHTTPD(DeskServer.configuration(mpm, host: "Timeout 2")) { server in
                    let listener = try DeskServer.connect(server.ports[2])
                    let speaker = try DeskServer.connect(server.ports[2])
                    try listener.expectLine("250 joined", to: "JOIN news")
                    var said = 0
                    var answer = ""
                    while said < 20, answer != "250 \r\n" {
                        try speaker.send("SAY news item\r\n")
                        answer = try speaker.receive(through: "\r\n")
                        said += 1
                        usleep(250_000)
                    }
                    if mpm == .event {
                        let heard = String(decoding: try listener.receiveUntilClose(), as: UTF8.self)
                        #expect(heard.hasSuffix("item\r\n421 idle\r\n"), "\(heard)")
                        #expect(said > 6 && said < 20, "\(said)")
                        #expect(server.deskReasons == ["the deadline 'idle' passed"])
                    } else {
                        #expect(said == 20)
                    }
                }
            }
        }

        /// Client and server need a descriptor for each connection, and some more.
        private static let mayOpenMany: Bool = {
            let allowed = try? Command("bash", ["-c", "ulimit -S -n"]).run().text
            return Int(allowed?.trimmingCharacters(in: .whitespacesAndNewlines) ?? "") ?? 0 >= 10_000
        }()

        @Test(
            "9,000 idle connections on 16 threads all answer, while HTTP answers within 100 ms",
            .enabled(if: mayOpenMany, "10,000 open files are not allowed here"))
        func idleConnections() throws {
            var clients: [RawClient] = []
            defer { clients.forEach { $0.close() } }
            let directives = "AsyncRequestWorkerFactor 1000"
            try withHTTPD(DeskServer.configuration(.event, directives, threads: 16)) { server in
                clients = try (0..<9_000).map { _ in try DeskServer.connect(server.ports[1]) }
                #expect(server.childPIDs.count == 1)
                let times = try (0..<5).map { _ in
                    let browser = try RawClient(port: server.port)
                    let start = ContinuousClock.now
                    try browser.send("GET /page.html HTTP/1.0\r\n\r\n")
                    let response = String(decoding: try browser.receiveUntilClose(), as: UTF8.self)
                    #expect(response.hasSuffix(String(decoding: numberedLines(100), as: UTF8.self)))
                    return ContinuousClock.now - start
                }
                #expect(times.sorted()[2] < .milliseconds(100), "\(times)")
                for client in clients { try client.send("ECHO here\r\n") }
                for client in clients { try client.expectLine("here") }
            }
        }
    }
}
