// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension Lifecycle {
    @Suite("Protocols: frames and output")
    struct DeskFraming {
        @Test("The server speaks first, by Listen and by SwiftProtocol", arguments: MPM.allCases)
        func banner(_ mpm: MPM) throws {
            try withHTTPD(DeskServer.configuration(mpm, options: #"banner="220 hello""#)) { server in
                let start = ContinuousClock.now
                try RawClient(port: server.ports[1]).expectLine("220 desk")
                try RawClient(port: server.ports[2]).expectLine("220 hello")
                #expect(ContinuousClock.now - start < .seconds(1))
                #expect(try server.curl(path: "/page.html").output == numberedLines(100))
            }
        }

        @Test("Lines that come together, in drops, cut anywhere, or too long", arguments: MPM.allCases)
        func lines(_ mpm: MPM) throws {
            try withHTTPD(DeskServer.configuration(mpm)) { server in
                let client = try RawClient(port: server.ports[1])
                try client.expectLine("220 desk")
                // Pipelined: more than a read takes.
                let many = (0..<5_000).map { "ECHO line \($0)\r\n" }.joined()
                let crew = Crew()
                crew.start { _ in try client.send(many) }
                for number in 0..<5_000 { try client.expectLine("line \(number)") }
                try crew.wait()
                #expect(crew.findings.problems.isEmpty)
                for byte in Array("ECHO drop by drop\r\n".utf8) {
                    try client.send([byte])
                    usleep(2_000)
                }
                try client.expectLine("drop by drop")
                // Cut between CR and LF, with LF alone, and in the middle of a word.
                for piece in ["ECHO a\r", "\nECHO b\nEC", "HO c\r\n"] {
                    try client.send(piece)
                    usleep(20_000)
                }
                for letter in ["a", "b", "c"] { try client.expectLine(letter) }
                // One answer for a line that is far too long, however it comes.
                try client.send(String(repeating: "z", count: 100_000))
                try client.expectLine("500 too long")
                try client.send(String(repeating: "z", count: 100_000))
                try client.expectLine("alive", to: "\r\nECHO alive")
                try client.expectLine("221 bye", to: "QUIT")
                #expect(try client.receiveUntilClose().isEmpty)
                try server.waitUntil("the reason") { server.deskReasons == ["finished"] }
            }
        }

        @Test("Half-close: the rest is answered, then a farewell", arguments: MPM.allCases)
        func halfClose(_ mpm: MPM) throws {
            try withHTTPD(DeskServer.configuration(mpm, options: "stays=on idle=1")) { server in
                let client = try RawClient(port: server.ports[1])
                try client.send("ECHO one\r\nECHO two\r\nECHO thr")
                client.shutdownWrite()
                let all = String(decoding: try client.receiveUntilClose(), as: UTF8.self)
                #expect(all == "220 desk\r\none\r\ntwo\r\n221 end\r\n")
                // A handler that stays is told what happens, and its deadlines hold.
                let staying = try RawClient(port: server.ports[2])
                try staying.send("TIMER 300 4\r\n")
                staying.shutdownWrite()
                let rest = String(decoding: try staying.receiveUntilClose(), as: UTF8.self)
                #expect(rest == "220 desk\r\n221 end\r\n250 timer 4\r\n421 idle\r\n")
                try server.waitUntil("the reasons") {
                    server.deskReasons == ["the client ended it", "the deadline 'idle' passed"]
                }
            }
        }

        @Test(
            "A reader that stops is not read from, costs no more than its marks, and is closed in time",
            arguments: MPM.allCases)
        func stoppedReader(_ mpm: MPM) throws {
            try withHTTPD(DeskServer.configuration(mpm, options: "write=2")) { server in
                let client = try RawClient(port: server.ports[2], receiveBuffer: 8_192)
                try client.expectLine("220 desk")
                let children = server.childPIDs
                let before = try children.map { try server.residentKilobytes(of: $0) }.reduce(0, +)
                // Each line asks for 50 kB: 4,000 of them would be 200 MB.
                let asking = (0..<4_000).map { _ in "BIG 50000\r\n" }.joined()
                let crew = Crew()
                crew.start { _ in try? client.send(asking, timeout: .seconds(1)) }
                usleep(1_000_000)
                let growth = try children.map { try server.residentKilobytes(of: $0) }.reduce(0, +) - before
                print("\(mpm): a stopped reader makes the server grow by \(growth) kB")
                #expect(growth < 4_096)
                try crew.wait()
                try server.waitUntil("the deadline") { server.deskReasons == ["the deadline 'write' passed"] }
                try RawClient(port: server.ports[2]).expectLine("220 desk")
            }
        }

        @Test("Timers fire in their order, on a connection that waits and on one that talks", arguments: MPM.allCases)
        func timers(_ mpm: MPM) throws {
            try withHTTPD(DeskServer.configuration(mpm)) { server in
                let client = try RawClient(port: server.ports[1])
                try client.expectLine("220 desk")
                let start = ContinuousClock.now
                try client.send("TIMER 400 2\r\nTIMER 200 1\r\n")
                try client.expectLine("busy", to: "ECHO busy")
                try client.expectLine("250 timer 1")
                let first = ContinuousClock.now - start
                try client.expectLine("250 timer 2")
                let second = ContinuousClock.now - start
                #expect(first > .milliseconds(190) && first < .milliseconds(390), "\(first)")
                #expect(second > .milliseconds(390) && second < .milliseconds(900), "\(second)")
            }
        }

        @Test("A handler that throws closes its own connection, with the reason in the log", arguments: MPM.allCases)
        func throwing(_ mpm: MPM) throws {
            let configuration = DeskServer.configuration(mpm)
            try withHTTPD(configuration, allowing: ["the desk broke"]) { server in
                let children = Set(server.childPIDs)
                let other = try RawClient(port: server.ports[1])
                try other.expectLine("220 desk")
                let client = try RawClient(port: server.ports[1])
                try client.send("ECHO one\r\nTHROW\r\nECHO two\r\n")
                let all = String(decoding: try client.receiveUntilClose(), as: UTF8.self)
                #expect(all == "220 desk\r\none\r\n")
                try other.expectLine("well", to: "ECHO well")
                #expect(children.isSubset(of: server.childPIDs))
                let lines = server.errorLog.split(separator: "\n").filter { $0.contains("[Fixtures:error]") }
                #expect(lines.count == 1)
                #expect(lines.first?.contains("Fixtures.Desk (Fixtures.desk): the desk broke") == true, "\(lines)")
                #expect(server.deskReasons == ["the desk broke"])
            }
        }
    }
}
