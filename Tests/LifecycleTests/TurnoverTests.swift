// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension Lifecycle {
    @Suite("Protocols: children that come and go")
    struct Turnover {
        /// What became of commands: each was sent once, and carries its own name.
        private final class Ledger: @unchecked Sendable {
            private let lock = NSLock()
            private var storedAnswered: [String] = []
            private var storedUnanswered: [String] = []

            var answered: [String] { lock.withLock { storedAnswered } }
            var unanswered: [String] { lock.withLock { storedUnanswered } }
            func note(answered name: String) { lock.withLock { storedAnswered.append(name) } }
            func note(unanswered names: [String]) { lock.withLock { storedUnanswered += names } }
        }

        /// Sends batches of commands on one connection until the server ends it, or the crew stops.
        ///
        /// The end must be whole lines: answers in order, then a farewell or nothing.
        private static func talk(_ port: UInt16, _ prefix: String, batch: Int, _ ledger: Ledger, _ crew: Crew) throws {
            let client = try RawClient(port: port, timeout: .seconds(20))
            var next = 0
            var waiting: [String] = []
            var lines = try client.receive(through: "\r\n")
            guard lines.hasPrefix("220 ") || lines.hasPrefix("421 ") else {
                return crew.findings.add("\(prefix) was greeted with \(lines)")
            }
            lines = ""
            while crew.goesOn || !waiting.isEmpty {
                if waiting.isEmpty {
                    waiting = (next..<next + batch).map { "\(prefix)n\($0)" }
                    next += batch
                    // A server that ended the connection just now does not take them: that is seen below.
                    try? client.send(waiting.map { "PUBLISH \($0) x\n" }.joined())
                }
                let part = try client.receive()
                lines += String(decoding: part, as: UTF8.self)
                while let end = lines.range(of: "\r\n") {
                    let line = String(lines[..<end.lowerBound])
                    lines.removeSubrange(..<end.upperBound)
                    if line == "250 0 got it", !waiting.isEmpty {
                        ledger.note(answered: waiting.removeFirst())
                    } else if line.hasPrefix("421 ") {
                        crew.findings.count("farewells")
                    } else {
                        crew.findings.add("\(prefix) was told \(line)")
                    }
                }
                if part.isEmpty {
                    if !lines.isEmpty { crew.findings.add("\(prefix) ended inside a line: \(lines)") }
                    crew.findings.count("ends")
                    return ledger.note(unanswered: waiting)
                }
                usleep(1_000)
            }
            client.close()
        }

        /// A command is accepted when the handler gets it, which the access log shows. Every accepted command is answered
        /// before the connection ends; every command that is not answered was not accepted, and the client knows from the
        /// end of the connection; the end is no reset.
        @Test(
            "When a child ends, what a handler got is answered, and what is not answered no handler got",
            arguments: MPM.allCases, ["MaxConnectionsPerChild 20", "graceful restarts"])
        func acceptedCommands(_ mpm: MPM, _ why: String) throws {
            let isRestarted = !why.hasPrefix("Max")
            var configuration = try LinesServer.configuration(
                mpm, options: "log=on", "SwiftProtocolDrain 5\n\(isRestarted ? "" : why)")
            configuration.maxClients = mpm == .prefork ? 24 : 40
            try withHTTPD(configuration) { server in
                let (port, web) = (server.ports[2], server.port)
                let ledger = Ledger()
                let crew = Crew()
                var children: Set<Int32> = []
                for number in 0..<6 {
                    crew.start { crew in
                        var round = 0
                        while crew.goesOn {
                            try Self.talk(
                                port, "c\(number)r\(round)", batch: number < 3 ? 1 : 20, ledger, crew)
                            round += 1
                        }
                    }
                }
                crew.start { crew in
                    while crew.goesOn {
                        let client = try RawClient(port: web)
                        try client.send("GET /page.html HTTP/1.0\r\n\r\n")
                        let answer = try client.receiveUntilClose()
                        if answer.isEmpty { crew.findings.add("no page") }
                        usleep(5_000)
                    }
                }
                // Until there were enough, at least three seconds: a new child waits for the place of an old one, which
                // ends when its connections have.
                let enough = mpm == .prefork ? 6 : 2
                let clock = ContinuousClock()
                let (least, most) = (clock.now + .seconds(3), clock.now + .seconds(60))
                var restarted: Set<Int32>?
                while clock.now < least || children.count <= enough, clock.now < most {
                    let present = Set(server.childPIDs)
                    children.formUnion(present)
                    if isRestarted, restarted.map({ !present.isSubset(of: $0) }) ?? true {
                        restarted = present
                        try server.gracefulRestart()
                        usleep(500_000)
                    }
                    usleep(150_000)
                }
                crew.stop()
                try crew.wait()
                #expect(crew.findings.problems.isEmpty, "\(crew.findings.problems)")
                #expect(children.count > enough, "only \(children.count) children")
                let answered = ledger.answered
                let log = server.accessLog
                let accepted = log.split(separator: "\n").compactMap { line -> String? in
                    guard let start = line.range(of: "\"PUBLISH ") else { return nil }
                    return String(line[start.upperBound...].prefix { $0 != "\"" })
                }
                print(
                    "\(mpm), \(why): \(children.count) children, \(answered.count) commands,",
                    "\(crew.findings.count(of: "ends")) ends, \(crew.findings.count(of: "farewells")) farewells,",
                    "\(ledger.unanswered.count) not accepted")
                #expect(answered.count > 500)
                #expect(Set(answered).count == answered.count && Set(accepted).count == accepted.count)
                #expect(Set(answered) == Set(accepted), "\(Set(answered).symmetricDifference(accepted).sorted())")
                #expect(Set(ledger.unanswered).isDisjoint(with: accepted))
                // The connections are not cut either where the child can tell them.
                if mpm != .prefork || isRestarted {
                    #expect(crew.findings.count(of: "ends") > 6)
                    #expect(crew.findings.count(of: "farewells") == crew.findings.count(of: "ends"))
                }
            }
        }
    }
}
