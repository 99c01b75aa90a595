// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension Lifecycle {
    @Suite("Messages between children that come and go")
    struct ServerChannelTurnover {
        @Test(
            "A killed child is said to be gone once, its successor joins, and gets nothing that was for the dead one",
            arguments: MPM.allCases)
        func killed(_ mpm: MPM) throws {
            try withHTTPD(RelayServer.configuration(mpm), allowing: ["exit signal Killed"]) { server in
                let relay = RelayServer(server)
                let children = try relay.connect(children: 2)
                let survivor = try relay.ask(children[0])
                let victim = try relay.ask(children[1])
                // What it does not read any more stays in its station, and in the sender's queue.
                kill(victim.process, SIGSTOP)
                let sent = try relay.ask(survivor.process, "do=send&count=200&size=30000")
                #expect(sent.value("accepted") == "200")
                relay.close(victim.process)
                let before = server.childPIDs
                kill(victim.process, SIGKILL)
                try server.waitUntil("the news") {
                    try relay.ask(survivor.process).events.contains(-victim.child)
                }
                // Prefork starts one when all others are busy.
                let held = try (0..<(mpm.isThreaded ? 0 : before.count)).map { _ in
                    let client = try RawClient(port: server.port)
                    try RelayServer.send("", over: client)
                    return client
                }
                try server.waitUntil("a successor") { server.childPIDs.contains { !before.contains($0) } }
                let successor = try #require(server.childPIDs.first { !before.contains($0) })
                for client in held { client.close() }
                try relay.connect(to: [survivor.process, successor])
                let new = try relay.ask(successor)
                try server.waitUntil("the news") { try relay.ask(survivor.process).events.contains(new.child) }
                #expect(new.child > max(survivor.child, victim.child), "numbers are not given again")
                #expect(new.value("from \(survivor.child)") == nil, "\(new.lines)")
                #expect(new.value("from \(victim.child)") == nil)
                #expect(new.events.contains(survivor.child) && !new.events.contains(victim.child), "\(new.events)")
                #expect(try relay.ask(survivor.process, "do=send").value("accepted") == "1")
                try server.waitUntil("a message") { try relay.ask(successor).received(from: survivor.child).count == 1 }
                let events = try relay.ask(survivor.process).events
                #expect(events.filter { $0 == -victim.child }.count == 1, "\(events)")
                #expect(events.filter { $0 == victim.child }.count == 1, "\(events)")
                #expect(events.filter { $0 == new.child }.count == 1, "\(events)")
            }
        }

        @Test("During a graceful restart, children of both generations send to each other", arguments: MPM.allCases)
        func bothGenerations(_ mpm: MPM) throws {
            try withHTTPD(RelayServer.configuration(mpm)) { server in
                let relay = RelayServer(server)
                let children = try relay.connect(children: 2)
                let old = try relay.ask(children[0])
                let client = try #require(relay.clients[old.process])
                try RelayServer.send("do=wait", over: client)
                relay.close(children[1])
                usleep(200_000)
                let all = server.childPIDs
                try server.gracefulRestart()
                try server.waitUntil("the old generation to shrink") {
                    Set(server.childPIDs).intersection(all) == [old.process]
                }
                try server.waitUntil("a new child") { server.childPIDs.count > 1 }
                let process = try #require(server.childPIDs.first { !all.contains($0) })
                let new = RelayServer(server)
                try new.connect(to: [process])
                let sender = try new.ask(process)
                #expect(sender.events.contains(old.child), "\(sender.lines)")
                #expect(try new.ask(process, "do=send&kind=2").value("accepted") == "1")
                let answer = try RelayServer.answer(on: client)
                #expect(answer.process == old.process && answer.lines.last == "released 1, accepted", "\(answer.lines)")
                try server.waitUntil("the old one's message") {
                    try new.ask(process).received(from: old.child).count == 1
                }
                try server.waitUntil("its end") { try new.ask(process).events.contains(-old.child) }
                #expect(try new.ask(process).events.filter { $0 == -old.child }.count == 1)
            }
        }

        @Test("Restarts of both kinds leak nothing, and stations do not run out", arguments: MPM.allCases)
        func restarts(_ mpm: MPM) throws {
            try withHTTPD(RelayServer.configuration(mpm)) { server in
                let relay = RelayServer(server)
                let first = try relay.connect(children: 2)
                for process in first { relay.close(process) }
                // httpd itself settles in the first one.
                try server.gracefulRestart()
                let before = try relay.parentDescriptors()
                for round in 0..<8 {
                    let earlier = server.childPIDs
                    if round < 5 { try server.gracefulRestart() } else { try server.restart() }
                    try server.waitUntil("a new generation") { Set(server.childPIDs).isDisjoint(with: earlier) }
                    #expect(try relay.parentDescriptors() == before)
                }
                let children = try relay.connect(children: 2)
                #expect(Set(children).isDisjoint(with: first))
                let sender = try relay.ask(children[0], "do=send&count=5")
                #expect(sender.value("accepted") == "5", "\(sender.lines)")
                try server.waitUntil("5 messages") {
                    try relay.ask(children[1]).received(from: sender.child).count == 5
                }
            }
        }

        @Test(
            "The end of the server waits for nobody: not for a receiver that hangs, nor for what cannot be sent",
            arguments: MPM.allCases, [SIGTERM, SIGWINCH])
        func stops(_ mpm: MPM, _ signal: Int32) throws {
            let server = try HTTPDProcess.start(RelayServer.configuration(mpm, children: 3))
            let relay = RelayServer(server)
            let children = try relay.connect(children: 3)
            let processes = server.childPIDs + [server.parentPID]
            // All receivers sleep, and what waits behind that fills the sockets.
            _ = try relay.ask(children[0], "do=send&kind=5")
            _ = try relay.ask(children[1], "do=send&kind=5")
            #expect(try relay.ask(children[0], "do=send&count=300&size=30000").value("accepted") == "300")
            for process in children { relay.close(process) }
            let start = ContinuousClock.now
            server.send(signal: signal)
            try server.waitUntil("the end") { !server.isRunning }
            let time = ContinuousClock.now - start
            #expect(time < .seconds(6), "\(time)")
            #expect(server.stop() == .status(0))
            for process in processes { #expect(kill(process, 0) != 0, "process \(process) is left") }
            #expect(ErrorLogAudit(server.errorLog).unexpected.isEmpty, "\(server.errorLog)")
            #expect(!server.errorLog.contains("AH00045"), "\(server.errorLog)")
            print("\(mpm), signal \(signal): ended within \(time)")
        }

        @Test("A program that the server runs inherits none of the sockets")
        func programs() throws {
            let configuration = RelayServer.configuration(
                .event, children: 1,
                "CustomLog \"|/bin/sh -c 'ls -l /proc/self/fd > @ROOT@/descriptors; cat > /dev/null'\" %h")
            // What httpd says of a program that it replaced.
            try withHTTPD(configuration, allowing: ["AH00488"]) { server in
                let file = server.root + "/descriptors"
                // Programs of the first reading start before there are sockets.
                for isRestarted in [false, true] {
                    if isRestarted {
                        try FileManager.default.removeItem(atPath: file)
                        try server.gracefulRestart()
                    }
                    var text = ""
                    try server.waitUntil("the program") {
                        text = String(decoding: FileManager.default.contents(atPath: file) ?? Data(), as: UTF8.self)
                        return text.contains(" 2 -> ")
                    }
                    #expect(!text.contains("socket:"), "\(text)")
                }
            }
        }
    }
}
