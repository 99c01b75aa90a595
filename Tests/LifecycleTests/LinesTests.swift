// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension Lifecycle {
    @Suite("Lines: a session")
    struct LinesSession {
        @Test("A whole session, through nc, and HTTP beside it", arguments: MPM.allCases)
        func transcript(_ mpm: MPM) throws {
            try withHTTPD(try LinesServer.configuration(mpm)) { server in
                let input =
                    "UPPER gr\u{fc}\u{df}e\r\nHELP\nfoo\n\nSUBSCRIBE a b\nPUBLISH n x\nAUTH jo\nTIME\nQUIT\nTIME\n"
                let result = try Command(
                    "nc", ["-w", "5", "127.0.0.1", "\(server.ports[1])"], input: Array(input.utf8)
                )
                .run()
                let lines = result.text.components(separatedBy: "\r\n")
                #expect(lines.first == "220 localhost Lines is ready; try HELP")
                #expect(lines.dropFirst().first == "250 GR\u{dc}SSE")
                #expect(lines.last == "", "the last line is whole")
                let codes = lines.filter { !$0.hasPrefix("214-") }.map { $0.prefix(3) }
                #expect(codes == ["220", "250", "214", "502", "500", "501", "250", "502", "250", "221", ""])
                let time = try #require(lines.first { $0.contains(/^250 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) })
                let told = try #require(ISO8601DateFormatter().date(from: String(time.dropFirst(4))))
                #expect(abs(told.timeIntervalSinceNow) < 60)
                #expect(try server.curl(path: "/page.html").output == numberedLines(100))
                #expect(server.linesLog.isEmpty)
            }
        }

        @Test("10,000 commands in one piece, and then one byte at a time", arguments: MPM.allCases)
        func pipelined(_ mpm: MPM) throws {
            try withHTTPD(try LinesServer.configuration(mpm)) { server in
                let client = try LinesClient(server.ports[1])
                let crew = Crew()
                crew.start { _ in
                    try client.client.send((0..<10_000).map { "UPPER line \($0)\n" }.joined())
                }
                let expected = (0..<10_000).map { "250 LINE \($0)\r\n" }.joined()
                let back = try client.client.receive(exactly: expected.utf8.count)
                try crew.wait()
                #expect(crew.findings.problems.isEmpty, "\(crew.findings.problems)")
                #expect(String(decoding: back, as: UTF8.self) == expected)
                for byte in Array("UPPER \u{e9}\u{1F600}\r\n".utf8) { try client.client.send([byte]) }
                #expect(try client.line() == "250 \u{c9}\u{1F600}")
            }
        }

        @Test(
            "An over-long line and one that is no UTF-8 have a number each; the next line counts",
            arguments: MPM.allCases)
        func recovery(_ mpm: MPM) throws {
            try withHTTPD(try LinesServer.configuration(mpm)) { server in
                let client = try LinesClient(server.ports[1])
                for size in [1_025, 5_000, 200_000] {
                    #expect(try client.ask(String(repeating: "x", count: size)).hasPrefix("500 "), "\(size) bytes")
                    #expect(try client.ask("UPPER ok") == "250 OK")
                }
                try client.client.send(Array("UPPER ".utf8) + [0xFF, 0xFE, 10])
                #expect(try client.line().hasPrefix("501 "))
                #expect(try client.ask("UPPER ok") == "250 OK")
                #expect(client.client.isSilent(for: .milliseconds(50)))
                #expect(server.linesLog.isEmpty)
            }
        }

        @Test("With log=on each command is a line of the access log, without the password", arguments: MPM.allCases)
        func accessLog(_ mpm: MPM) throws {
            try withHTTPD(try LinesServer.configuration(mpm, options: "auth=file log=on")) { server in
                let client = try LinesClient(server.ports[2])
                for line in ["UPPER secret", "PUBLISH news secret", "AUTH jo", "PASS open sesame", "no secret", "QUIT"]
                {
                    _ = try client.ask(line)
                }
                #expect(try client.client.receiveUntilClose().isEmpty)
                let expected = [
                    "\"UPPER\" 200", "\"PUBLISH news\" 401", "\"AUTH jo\" 200", "\"PASS\" 200", "\"-\" 400",
                    "\"QUIT\" 200", "\"SESSION Lines.Lines\" 200",
                ]
                try server.waitUntil("the session to be logged") { server.accessLog.contains("SESSION") }
                let lines = server.accessLog.split(separator: "\n")
                #expect(lines.count == expected.count)
                for (line, part) in zip(lines, expected) { #expect(line.contains(part), "\(line)") }
                #expect(!server.accessLog.contains("sec") && !server.accessLog.contains("sesame"))
            }
        }

        @Test("QUIT closes, and so does a client that ends its side")
        func endings() throws {
            try withHTTPD(try LinesServer.configuration(.event)) { server in
                let client = try LinesClient(server.ports[1])
                #expect(try client.ask("QUIT") == "221 goodbye")
                #expect(try client.client.receiveUntilClose().isEmpty)
                let other = try LinesClient(server.ports[1])
                #expect(try other.ask("UPPER a") == "250 A")
                other.client.shutdownWrite()
                #expect(try other.client.receiveUntilClose().isEmpty)
            }
        }
    }

    @Suite("Lines: topics")
    struct LinesTopics {
        @Test("A message reaches the parked subscribers at once", arguments: [MPM.event, .worker])
        func messages(_ mpm: MPM) throws {
            try withHTTPD(try LinesServer.configuration(mpm)) { server in
                let subscribers = try (0..<4).map { number in
                    let client = try LinesClient(server.ports[1])
                    #expect(try client.ask("SUBSCRIBE news") == "250 subscribed to news", "\(number)")
                    return client
                }
                let other = try LinesClient(server.ports[1])
                #expect(try other.ask("SUBSCRIBE sports") == "250 subscribed to sports")
                // They wait, under event without a thread.
                usleep(300_000)
                let publisher = try LinesClient(server.ports[1])
                for number in 0..<20 {
                    let start = ContinuousClock.now
                    #expect(try publisher.ask("PUBLISH news it rains \(number)") == "250 4 got it")
                    for client in subscribers { #expect(try client.line() == "* news it rains \(number)") }
                    let time = ContinuousClock.now - start
                    #expect(time < .seconds(1), "message \(number) took \(time)")
                }
                #expect(other.client.isSilent(for: .milliseconds(50)))
                #expect(try subscribers[0].ask("UNSUBSCRIBE news") == "250 unsubscribed from news")
                #expect(try subscribers[1].ask("QUIT") == "221 goodbye")
                subscribers[2].client.reset()
                try server.waitUntil("those that left to be forgotten") {
                    try publisher.ask("PUBLISH news x") == "250 1 got it"
                }
                #expect(try subscribers[3].ask("UPPER i am here").hasPrefix("* news x"))
                #expect(subscribers[0].client.isSilent(for: .milliseconds(50)))
            }
        }

        @Test("Under prefork a child has one connection, so a message reaches its publisher alone")
        func prefork() throws {
            try withHTTPD(try LinesServer.configuration(.prefork)) { server in
                let clients = [try LinesClient(server.ports[1]), try LinesClient(server.ports[1])]
                for client in clients { #expect(try client.ask("SUBSCRIBE news").hasPrefix("250 ")) }
                #expect(try clients[0].ask("PUBLISH news x") == "250 1 got it")
                #expect(try clients[0].line() == "* news x")
                #expect(clients[1].client.isSilent(for: .milliseconds(200)))
            }
        }

        @Test("Of two children, a message reaches the subscribers of one, and as many as its publisher is told")
        func children() throws {
            var configuration = try LinesServer.configuration(.event)
            configuration.children = 2
            configuration.maxClients = 16
            try withHTTPD(configuration) { server in
                try server.waitUntil("both children") { server.childPIDs.count == 2 }
                let clients = try (0..<12).map { _ in try LinesClient(server.ports[1]) }
                for client in clients { #expect(try client.ask("SUBSCRIBE news").hasPrefix("250 ")) }
                for (number, publisher) in clients.enumerated() {
                    let reply = try publisher.ask("PUBLISH news \(number)")
                    let told = try #require(Int(reply.dropFirst(4).prefix { $0 != " " }), "\(reply)")
                    #expect(told > 0 && told <= clients.count, "it is one of them itself")
                    let heard = try clients.count { client in
                        guard !client.client.isSilent(for: .milliseconds(20)) else { return false }
                        return try client.line() == "* news \(number)"
                    }
                    #expect(heard == told)
                }
            }
        }

        @Test(
            "2,000 messages of two publishers reach a subscriber in order, while it talks",
            arguments: [MPM.event, .worker])
        func traffic(_ mpm: MPM) throws {
            try withHTTPD(
                try LinesServer.configuration(mpm, options: "mailbox=1M"),
                { server in
                    let subscriber = try LinesClient(server.ports[2])
                    #expect(try subscriber.ask("SUBSCRIBE t") == "250 subscribed to t")
                    let crew = Crew()
                    for name in ["a", "b"] {
                        crew.start { _ in
                            let publisher = try LinesClient(server.ports[2])
                            for number in 0..<1_000 {
                                let reply = try publisher.ask("PUBLISH t \(name) \(number)")
                                guard reply == "250 1 got it" else { return crew.findings.add(reply) }
                            }
                        }
                    }
                    crew.start { _ in
                        for number in 0..<500 { try subscriber.client.send("UPPER x\(number)\n") }
                    }
                    var next = ["a": 0, "b": 0, "X": 0]
                    for _ in 0..<2_500 {
                        let line = try subscriber.line()
                        let words = line.split(separator: " ")
                        let (who, number) =
                            line.hasPrefix("* t ")
                            ? (String(words[2]), String(words[3])) : ("X", String(words[1].dropFirst()))
                        try #require(Int(number) == next[who], "\(line)")
                        next[who, default: 0] += 1
                    }
                    try crew.wait()
                    #expect(crew.findings.problems.isEmpty, "\(crew.findings.problems)")
                    #expect(next == ["a": 1_000, "b": 1_000, "X": 500])
                })
        }
    }

    @Suite("Lines: goodbyes")
    struct LinesGoodbyes {
        @Test("A graceful restart says 421 to those who wait, within 2 seconds", arguments: MPM.allCases)
        func drain(_ mpm: MPM) throws {
            try withHTTPD(try LinesServer.configuration(mpm)) { server in
                let clients = try (0..<(mpm == .prefork ? 3 : 5)).map { _ in try LinesClient(server.ports[1]) }
                #expect(try clients[0].ask("SUBSCRIBE news").hasPrefix("250 "))
                usleep(200_000)
                let start = ContinuousClock.now
                server.send(signal: SIGUSR1)
                for client in clients {
                    #expect(try client.line() == "421 the server goes away; come back soon")
                    #expect(try client.client.receiveUntilClose().isEmpty)
                }
                let time = ContinuousClock.now - start
                print("\(mpm): everybody was told within \(time)")
                #expect(time < .seconds(2))
                try server.waitUntil("the new generation to talk") {
                    (try? LinesClient(server.ports[1]).ask("UPPER new")) == "250 NEW"
                }
            }
        }

        @Test(
            "A client that sends nothing for too long is told so, and one that dawdles in a line",
            arguments: MPM.allCases)
        func deadlines(_ mpm: MPM) throws {
            try withHTTPD(try LinesServer.configuration(mpm, options: "idle=2 frame=1")) { server in
                let idle = try LinesClient(server.ports[2])
                let slow = try LinesClient(server.ports[2])
                try slow.client.send("UPP")
                #expect(try slow.line() == "421 the line took too long")
                #expect(try idle.line() == "421 nothing was sent for too long")
                #expect(try idle.client.receiveUntilClose().isEmpty)
            }
        }
    }
}
