// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension Lifecycle {
    @Suite("Echo: waiting")
    struct EchoWaiting {
        /// Opens so many connections, each of which was answered once.
        static func open(_ count: Int, _ port: UInt16) throws -> [RawClient] {
            try (0..<count).map { number in
                let client = try RawClient(port: port)
                try client.expectEcho("connection \(number)\n")
                return client
            }
        }

        @Test("Under event, 500 idle connections on 8 threads all answer, and HTTP answers within 100 ms")
        func idleConnections() throws {
            let configuration = EchoServer.configuration(.event, "AsyncRequestWorkerFactor 100", children: 1)
            // They outlive the server: the event MPM is slow to end when hundreds of connections end just then.
            var clients: [RawClient] = []
            defer { clients.forEach { $0.close() } }
            try withHTTPD(configuration) { server in
                clients = try Self.open(500, server.ports[1])
                let clients = clients
                #expect(server.childPIDs.count == 1, "one child of 8 threads has them all")
                let page = numberedLines(100)
                func slowestPage() throws -> Duration {
                    var slowest = Duration.zero
                    for _ in 0..<20 {
                        // A connection each: event closes those that are kept alive when its threads are busy.
                        let start = ContinuousClock.now
                        let client = try RawClient(port: server.port)
                        try client.send("GET /page.html HTTP/1.0\r\n\r\n")
                        let answer = try client.receiveUntilClose()
                        slowest = max(slowest, ContinuousClock.now - start)
                        try #require(answer.suffix(page.count).elementsEqual(page))
                    }
                    return slowest
                }
                let idle = try slowestPage()
                // All at once, while HTTP goes on.
                let crew = Crew()
                crew.start { crew in
                    while crew.goesOn {
                        for (number, client) in clients.enumerated() { try client.send("again \(number)\n") }
                        for (number, client) in clients.enumerated() {
                            let text = Array("again \(number)\n".utf8)
                            guard try client.receive(exactly: text.count) == text else {
                                return crew.findings.add("connection \(number) answered something else")
                            }
                        }
                        crew.findings.count("rounds")
                    }
                }
                usleep(50_000)
                let busy = try slowestPage()
                usleep(500_000)
                crew.stop()
                try crew.wait()
                print(
                    "500 idle connections: slowest page \(idle); while all of them talk: \(busy);",
                    "\(crew.findings.count(of: "rounds")) rounds")
                #expect(crew.findings.problems.isEmpty, "\(crew.findings.problems)")
                #expect(crew.findings.count(of: "rounds") > 0)
                #expect(idle < .milliseconds(100))
                #expect(busy < .milliseconds(500))
                #expect(server.echoLines.isEmpty)
            }
        }

        @Test(
            "Under worker and prefork, a connection holds its thread, and all of them answer",
            arguments: [MPM.worker, .prefork])
        func blocking(_ mpm: MPM) throws {
            try withHTTPD(EchoServer.configuration(mpm, threads: 16, maxClients: 16)) { server in
                let clients = try Self.open(12, server.ports[1])
                #expect(try server.curl(path: "/page.html").output == numberedLines(100))
                for client in clients.reversed() { try client.expectEcho("once more\n") }
            }
        }

        @Test("The Timeout of the virtual host ends an idle connection, and no other's does", arguments: MPM.allCases)
        func timeout(_ mpm: MPM) throws {
            try withHTTPD(EchoServer.configuration(mpm, host: "Timeout 2")) { server in
                let idle = try RawClient(port: server.ports[2])
                let live = try RawClient(port: server.ports[2])
                let other = try RawClient(port: server.ports[1])
                for client in [idle, live, other] { try client.expectEcho("hello\n") }
                let start = ContinuousClock.now
                for _ in 0..<3 {
                    usleep(1_000_000)
                    try live.expectEcho("I am alive\n")
                }
                #expect(try idle.receiveUntilClose(timeout: .seconds(4)).isEmpty)
                let time = ContinuousClock.now - start
                #expect(time > .milliseconds(1_800) && time < .seconds(6), "ended after \(time)")
                try live.expectEcho("still\n")
                try other.expectEcho("the main server has 60 s\n")
                for line in server.echoLines { #expect(line.contains("[Echo:debug]"), "\(line)") }
            }
        }

        @Test("RequestReadTimeout does not end a live connection", arguments: MPM.allCases)
        func requestReadTimeout(_ mpm: MPM) throws {
            let limits = "RequestReadTimeout handshake=1 header=1 body=1"
            try withHTTPD(EchoServer.configuration(mpm, modules: ["reqtimeout"], host: limits, limits)) { server in
                let clients = [try RawClient(port: server.ports[1]), try RawClient(port: server.ports[2])]
                for _ in 0..<7 {
                    for client in clients { try client.expectEcho("tick\n") }
                    usleep(500_000)
                }
                #expect(server.echoLines.isEmpty)
            }
        }

        @Test("Graceful restart: a parked connection keeps its old child and works; new ones go to the new child")
        func gracefulRestart() throws {
            try withHTTPD(EchoServer.configuration(.event, children: 1)) { server in
                let old = try #require(server.childPIDs.first)
                let parked = try Self.open(20, server.ports[1])
                try server.gracefulRestart()
                #expect(server.childPIDs.contains(old), "it still has connections")
                for client in parked { try client.expectEcho("still here\n") }
                let fresh = try Self.open(5, server.ports[2])
                try server.gracefulRestart()
                for client in fresh + parked { try client.expectEcho("and again\n") }
                for client in parked { client.close() }
                try server.waitUntil("the old child to end") { !server.childPIDs.contains(old) }
                for client in fresh { try client.expectEcho("unmoved\n") }
                #expect(server.echoLines.isEmpty)
            }
        }

        @Test(
            "Graceful restart of a server that blocks: what is under way is answered to its end",
            arguments: [MPM.worker, .prefork])
        func gracefulRestartBlocking(_ mpm: MPM) throws {
            try withHTTPD(EchoServer.configuration(mpm, maxClients: 16)) { server in
                let clients = try Self.open(3, server.ports[1])
                try server.gracefulRestart()
                for client in clients { try client.expectEcho("still here\n") }
                #expect(try Self.open(2, server.ports[1]).count == 2)
            }
        }

        @Test("A stop with connections open leaves no process behind", arguments: MPM.allCases)
        func stop(_ mpm: MPM) throws {
            let server = try HTTPDProcess.start(EchoServer.configuration(mpm, children: 2, maxClients: 32))
            let clients = try Self.open(mpm == .event ? 50 : 6, server.ports[1])
            let processes = server.childPIDs + [server.parentPID]
            let start = ContinuousClock.now
            #expect(server.stop() == .status(0))
            let time = ContinuousClock.now - start
            #expect(time < .seconds(10), "it took \(time)")
            for process in processes { #expect(kill(process, 0) != 0, "process \(process) is left") }
            for client in clients { #expect((try? client.receiveUntilClose().isEmpty) ?? true) }
            #expect(ErrorLogAudit(server.errorLog).unexpected.isEmpty, "\(server.errorLog)")
        }
    }
}
