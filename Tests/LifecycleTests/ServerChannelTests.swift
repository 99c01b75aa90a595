// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension Lifecycle {
    @Suite("Messages between children")
    struct ServerChannels {
        @Test("What one child sends arrives in every other, once, in order, and not in itself", arguments: MPM.allCases)
        func toAll(_ mpm: MPM) throws {
            try withHTTPD(RelayServer.configuration(mpm, children: 3)) { server in
                let relay = RelayServer(server)
                let children = try relay.connect(children: 3)
                let sender = try relay.ask(children[0], "do=send&count=500&size=100")
                #expect(sender.value("accepted") == "500")
                for process in children.dropFirst() {
                    try server.waitUntil("500 messages") {
                        try relay.ask(process).received(from: sender.child).count >= 500
                    }
                    let answer = try relay.ask(process)
                    let (count, bytes) = try answer.received(from: sender.child)
                    #expect(count == 500 && bytes == 500 * 109)
                    #expect(answer.value("strangers") == "0", "nobody speaks before it has joined")
                    #expect(Set(answer.events).count == answer.events.count, "\(answer.events)")
                }
                #expect(try relay.ask(children[0]).received(from: sender.child).count == 0)
                let received = try #require(
                    try relay.ask(children[0], "do=facts").value("received").flatMap { Int($0) })
                // Prefork has more children by now.
                #expect(mpm.isThreaded ? received == 1000 : received >= 1000 && received.isMultiple(of: 500))
            }
        }

        @Test(
            "A message to one child arrives there alone; one to itself too; one to nobody is told",
            arguments: MPM.allCases)
        func toOne(_ mpm: MPM) throws {
            try withHTTPD(RelayServer.configuration(mpm, children: 3)) { server in
                let relay = RelayServer(server)
                let children = try relay.connect(children: 3)
                let answers = try children.map { try relay.ask($0) }
                let (first, second, third) = (answers[0], answers[1], answers[2])
                #expect(try relay.ask(first.process, "do=send&to=\(second.child)").value("accepted") == "1")
                #expect(try relay.ask(first.process, "do=send&to=\(first.child)").value("accepted") == "1")
                // A question, which the receiver answers.
                #expect(try relay.ask(third.process, "do=send&kind=4&to=\(first.child)").value("accepted") == "1")
                try server.waitUntil("the answer") {
                    try relay.ask(third.process).received(from: first.child).count == 1
                }
                #expect(try relay.ask(second.process).received(from: first.child).count == 1)
                #expect(try relay.ask(first.process).value("from \(first.child)")?.hasPrefix("1 9 ") == true)
                relay.close(second.process)
                kill(second.process, SIGKILL)
                try server.waitUntil("the end") { try relay.ask(first.process).events.contains(-second.child) }
                #expect(try relay.ask(first.process, "do=send&to=\(second.child)").value("gone") == "1")
            }
        }

        @Test(
            "Messages of a megabyte arrive whole; one that is too large is told, and so is a channel nobody receives at"
        )
        func large() throws {
            try withHTTPD(RelayServer.configuration(.event, children: 2)) { server in
                let relay = RelayServer(server)
                let children = try relay.connect(children: 2)
                let sender = try relay.ask(children[0], "do=send&count=10&size=1000000")
                #expect(sender.value("accepted") == "10", "\(sender.lines)")
                try server.waitUntil("10 messages") {
                    try relay.ask(children[1]).received(from: sender.child).count == 10
                }
                #expect(try relay.ask(children[1]).received(from: sender.child).bytes == 10 * 1_000_009)
                // At the edges of what goes in one packet.
                for size in [32_758, 32_759, 32_760, 65_527, 65_528] {
                    #expect(try relay.ask(children[1], "do=send&size=\(size)").value("accepted") == "1")
                }
                try server.waitUntil("5 messages") {
                    try relay.ask(children[0]).value("from \(relay.ask(children[1]).child)")?.hasPrefix("5 ") == true
                }
                #expect(
                    try relay.ask(children[0], "do=large").lines.last == "\(16 << 20) unavailable tooLarge")
                #expect(try relay.ask(children[0], "do=unnamed").lines.last == "unavailable numbers")
            }
        }

        @Test(
            "100,000 messages from each of two children at once arrive all, or the sender is told",
            arguments: MPM.allCases)
        func many(_ mpm: MPM) throws {
            let count = 100_000
            try withHTTPD(RelayServer.configuration(mpm), allowing: ["does not take the messages"]) { server in
                let relay = RelayServer(server)
                let children = try relay.connect(children: 2)
                let senders = try children.map { try relay.ask($0).child }
                for process in children {
                    try RelayServer.send("do=send&count=\(count)&size=20", over: try #require(relay.clients[process]))
                }
                let answers = try children.map {
                    try RelayServer.answer(on: try #require(relay.clients[$0]), timeout: .seconds(60))
                }
                for (index, answer) in answers.enumerated() {
                    let accepted = try #require(answer.value("accepted").flatMap { Int($0) })
                    let full = answer.value("full").flatMap { Int($0) } ?? 0
                    #expect(accepted + full == count)
                    let other = children[1 - index]
                    try server.waitUntil("\(accepted) messages", timeout: .seconds(30)) {
                        try relay.ask(other).value("from \(senders[index])")?.hasPrefix("\(accepted) ") == true
                    }
                    if full == 0 { #expect(try relay.ask(other).received(from: senders[index]).count == count) }
                    print("\(mpm): \(accepted) accepted, \(full) full")
                }
            }
        }

        @Test("A child that takes nothing fills up, is left out, and takes part again; memory is bounded")
        func full() throws {
            let allowed = ["does not take the messages"]
            try withHTTPD(RelayServer.configuration(.event, children: 3, "LogLevel notice"), allowing: allowed) {
                server in
                let relay = RelayServer(server)
                let children = try relay.connect(children: 3)
                let numbers = try children.map { try relay.ask($0).child }
                kill(children[2], SIGSTOP)
                let before = try server.residentKilobytes(of: children[0])
                let answer = try relay.ask(children[0], "do=send&count=40&size=1000000")
                let accepted = try #require(answer.value("accepted").flatMap { Int($0) })
                let full = try #require(answer.value("full").flatMap { Int($0) }, "\(answer.lines)")
                #expect(accepted + full == 40 && accepted >= 16)
                #expect(try server.residentKilobytes(of: children[0]) - before < 60_000)
                try server.waitUntil("the other") {
                    try relay.ask(children[1]).received(from: numbers[0]).count == 40
                }
                kill(children[2], SIGCONT)
                try server.waitUntil("what was accepted") {
                    try relay.ask(children[2]).received(from: numbers[0]).count == accepted
                }
                // It is in again.
                #expect(try relay.ask(children[0], "do=send").value("accepted") == "1")
                try server.waitUntil("one more") {
                    try relay.ask(children[2]).value("from \(numbers[0])")?.hasPrefix("\(accepted + 1) ") == true
                }
                // The thread writes it when it has sent what waited, which may be after that arrived.
                try server.waitUntil("the end of the gap in the log") {
                    server.errorLog.contains("takes messages again; it missed \(full)")
                }
                let warnings = server.errorLog.components(separatedBy: "does not take the messages").count - 1
                #expect(warnings == 1, "\(server.errorLog)")
            }
        }

        @Test("What a receiver throws is logged, and the next message comes all the same")
        func throwing() throws {
            try withHTTPD(RelayServer.configuration(.event), allowing: ["thrown by the test"]) { server in
                let relay = RelayServer(server)
                let children = try relay.connect(children: 2)
                let sender = try relay.ask(children[0], "do=send&kind=3")
                _ = try relay.ask(children[0], "do=send&count=3")
                try server.waitUntil("the others") {
                    try relay.ask(children[1]).value("from \(sender.child)")?.hasPrefix("3 ") == true
                }
                #expect(server.errorLog.contains("[Relay:error]"), "\(server.errorLog)")
                #expect(server.errorLog.contains("Relay, channel numbers: thrown by the test"))
            }
        }

        @Test("A plugin is told of its process, the server, and its port", arguments: MPM.allCases)
        func facts(_ mpm: MPM) throws {
            try withHTTPD(RelayServer.configuration(mpm)) { server in
                let relay = RelayServer(server)
                let children = try relay.connect(children: 2)
                let answer = try relay.ask(children[0], "do=facts")
                #expect(answer.value("parent") == "\(server.parentPID)")
                #expect(answer.value("generation") == "0")
                #expect(answer.value("children") == "\(server.childPIDs.count)")
                #expect(answer.value("mpm") == "\(mpm)")
                #expect(answer.value("version")?.hasPrefix("2.4.") == true)
                #expect(answer.value("banner")?.hasPrefix("Apache/\(answer.value("version") ?? "-")") == true)
                #expect(answer.value("port") == "\(server.port)")
                let uptime = try #require(answer.value("uptime").flatMap { Int($0) })
                #expect((0...30).contains(uptime))
                let all = server.childPIDs
                for process in children { relay.close(process) }
                try server.gracefulRestart()
                try server.waitUntil("the new children") { Set(server.childPIDs).isDisjoint(with: all) }
                let new = try relay.connect(children: 1)
                #expect(try relay.ask(new[0], "do=facts").value("generation") == "1")
            }
        }
    }
}
