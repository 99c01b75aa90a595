// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension RESPServer {
    @Suite("RESP: several children")
    struct Children {
        typealias Store = RESPConfiguration.Store

        @Test("PUBLISH from one child reaches the subscribers of all, in order", arguments: [MPM.event, .worker])
        func channels(_ mpm: MPM) throws {
            try withHTTPD(RESPConfiguration.server(mpm, children: 3, threads: 32)) { server in
                try server.awaitChildren(3)
                try ClientProgram.run("channels", ["\(server.respPort)", "--processes", "3"])
            }
        }

        @Test("PUBLISH under prefork, where each child has one client")
        func channelsOfPrefork() throws {
            try withHTTPD(RESPConfiguration.server(.prefork, children: 8)) { server in
                try server.awaitChildren(8)
                try ClientProgram.run("channels", ["\(server.respPort)", "--processes", "8", "--each", "1"])
            }
        }

        /// A client, and the process that serves it.
        private func connect(_ server: HTTPDProcess) throws -> (client: RawClient, process: Int32) {
            let client = try RawClient(port: server.respPort, timeout: .seconds(20))
            try client.send("INFO server\r\n")
            _ = try client.receive(through: "\r\nprocess_id:")
            let process = try client.receive(through: "\r\n").dropLast()
            _ = try client.receive(through: "\r\n\r\n")
            return (client, try #require(Int32(process)))
        }

        @Test("A child that missed who subscribes or monitors, because it took nothing for a while, is told anew")
        func missedInterest() throws {
            let configuration = RESPConfiguration.server(.event, children: 2)
            try withHTTPD(configuration, allowing: ["does not take the messages"]) { server in
                try server.awaitChildren(2)
                let publisher = try connect(server)
                func elsewhere() throws -> RawClient {
                    for _ in 0..<200 {
                        let other = try connect(server)
                        if other.process != publisher.process { return other.client }
                    }
                    throw HTTPDTestError(.startup, "all clients came to one child")
                }
                let (flood, lost, later) = (try elsewhere(), try elsewhere(), try elsewhere())
                let monitor = try elsewhere()
                kill(publisher.process, SIGSTOP)
                // More than may wait for one child, to the last byte.
                for size in [1_000_000, 100_000, 10_000, 1_000, 100, 10, 1] {
                    let message = String(repeating: "x", count: size)
                    for _ in 0..<24 {
                        try flood.send("*3\r\n$7\r\nPUBLISH\r\n$1\r\nn\r\n$\(size)\r\n\(message)\r\n")
                        #expect(try flood.receive(through: "\r\n") == ":0\r\n")
                    }
                }
                try lost.send("SUBSCRIBE lost\r\n")
                #expect(try lost.receive(through: ":1\r\n").contains("subscribe"))
                try monitor.send("MONITOR\r\n")
                #expect(try monitor.receive(through: "\r\n") == "+OK\r\n")
                kill(publisher.process, SIGCONT)
                try server.waitUntil("the child to take messages again") {
                    server.errorLog.contains("takes messages again")
                }
                usleep(300_000)
                try publisher.client.send("ECHO unseen\r\n")
                _ = try publisher.client.receive(exactly: 12)
                try publisher.client.send("PUBLISH lost 1\r\n")
                #expect(try publisher.client.receive(through: "\r\n") == ":0\r\n", "it does not know of it")
                #expect(try lost.receive(through: "$1\r\n1\r\n").contains("message"), "which gets it all the same")
                usleep(1_100_000)
                try later.send("SUBSCRIBE later\r\n")
                #expect(try later.receive(through: ":1\r\n").contains("subscribe"))
                try publisher.client.send("PUBLISH lost 2\r\nPUBLISH later 2\r\n")
                #expect(try publisher.client.receive(exactly: 8) == Array(":1\r\n:1\r\n".utf8))
                // Something that it is shown makes the child see what it still has to tell.
                try flood.send("ECHO shown\r\n")
                #expect(try flood.receive(exactly: 11) == Array("$5\r\nshown\r\n".utf8))
                let before = try monitor.receive(through: "\"shown\"\r\n")
                #expect(!before.contains("unseen"))
                try server.waitUntil("the monitor to see the other child") {
                    try publisher.client.send("ECHO seen\r\n")
                    return !monitor.isSilent(for: .milliseconds(200))
                }
                #expect(try monitor.receive(through: "\"seen\"\r\n").contains("ECHO"))
            }
        }

        @Test("PUBLISH reaches everybody after a graceful restart, too")
        func channelsAfterRestart() throws {
            try withHTTPD(RESPConfiguration.server(.event, children: 2)) { server in
                for _ in 0..<3 {
                    try server.gracefulRestart()
                    try server.waitUntil("the old children to end") { server.childPIDs.count == 2 }
                    try ClientProgram.run("channels", ["\(server.respPort)", "--messages", "50"])
                }
            }
        }
    }

    @Suite("RESP: graceful restarts")
    struct Restarts {
        typealias Store = RESPConfiguration.Store

        /// Writers, and a redis-benchmark beside them, which gives up at the first close, and is started anew.
        private func writeThrough(_ mpm: MPM, _ store: Store, _ arguments: [String]) throws {
            let children = mpm == .prefork ? 24 : 2
            // Connections outlive no restart for long.
            let drain = "SwiftProtocolDrain 500ms"
            try withHTTPD(RESPConfiguration.server(mpm, store, drain, children: children, threads: 16)) { server in
                let writers = Background(ClientProgram.command("counters", ["\(server.respPort)", "8"] + arguments))
                let load = [
                    "-h", "127.0.0.1", "-p", "\(server.respPort)", "-t", "set", "-n", "100000", "-c", "4", "-P", "4",
                    "-r", "1000", "-q",
                ]
                var benchmarks = [Background(Command("redis-benchmark", load))]
                for _ in 0..<5 {
                    usleep(1_000_000)
                    try server.gracefulRestart()
                    if benchmarks.last?.isRunning == false {
                        benchmarks.append(Background(Command("redis-benchmark", load)))
                    }
                }
                let result = try writers.wait()
                ClientProgram.judge("counters", result)
                #expect(!result.text.contains("closes 0,"), "no connection felt the restarts")
                for benchmark in benchmarks {
                    let answer = try benchmark.wait()
                    // The end of a connection is all that it may complain of.
                    #expect(!answer.errorText.contains("Error from server"), "\(answer.errorText)")
                }
            }
        }

        @Test(
            "No acknowledged write is lost in a shared store; connections close between commands alone",
            arguments: MPM.allCases)
        func shared(_ mpm: MPM) throws { try writeThrough(mpm, .socache, []) }

        @Test("With a store of the child's own, too, connections close between commands alone")
        func memory() throws { try writeThrough(.event, .memory, ["--forgetful", "--writers", "4"]) }
    }
}
