// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension RESPServer {
    @Suite("RESP: the lock of a shared store")
    struct Locks {
        private static let clients = 12

        private func withServer(_ mpm: MPM, _ body: (HTTPDProcess) throws -> Void) throws {
            try withHTTPD(
                RESPConfiguration.server(mpm, .socache, children: mpm == .prefork ? Self.clients + 4 : 3), body)
        }

        @Test(
            "Commands that reach other children, between those that use the store, hold up nobody",
            arguments: MPM.allCases)
        func mixed(_ mpm: MPM) throws {
            try withServer(mpm) { server in
                let listener = try RawClient(port: server.respPort, timeout: .seconds(20))
                try listener.send("SUBSCRIBE news\r\n")
                #expect(try listener.receive(through: ":1\r\n").contains("news"))
                let rounds = 200
                let clients = try (0..<Self.clients).map { _ in
                    try RawClient(port: server.respPort, timeout: .seconds(20))
                }
                let batch = "INCR n\r\nPUBLISH news x\r\nSELECT 1\r\nINCR n\r\nPSUBSCRIBE never*\r\nRESET\r\n"
                for client in clients { try client.send(String(repeating: batch, count: rounds) + "ECHO end\r\n") }
                for client in clients {
                    let text = try client.receive(through: "$3\r\nend\r\n", timeout: .seconds(30))
                    #expect(text.components(separatedBy: "+RESET\r\n").count - 1 == rounds)
                    #expect(text.components(separatedBy: "+OK\r\n").count - 1 == rounds)
                    #expect(!text.contains("-"), "no error")
                }
                let count = Self.clients * rounds
                let asker = try RawClient(port: server.respPort, timeout: .seconds(5))
                try asker.send("GET n\r\nSELECT 1\r\nGET n\r\n")
                let digits = "$\("\(count)".count)\r\n\(count)\r\n"
                #expect(
                    try asker.receive(exactly: digits.utf8.count * 2 + 5) == Array("\(digits)+OK\r\n\(digits)".utf8))
                let message = "*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$1\r\nx\r\n"
                #expect(
                    try listener.receive(exactly: message.utf8.count * count)
                        == Array(String(repeating: message, count: count).utf8))
            }
        }

        @Test("One client's long pipeline leaves it to the others in between", arguments: [MPM.event, .worker])
        func fair(_ mpm: MPM) throws {
            try withServer(mpm) { server in
                let load = [
                    "-h", "127.0.0.1", "-p", "\(server.respPort)", "-t", "set", "-n", "400000", "-c", "6", "-P", "500",
                    "-q",
                ]
                let clients = try (0..<Self.clients).map { _ in
                    try RawClient(port: server.respPort, timeout: .seconds(5))
                }
                let run = Background(Command("redis-benchmark", load, timeout: .seconds(60)))
                var slowest = Duration.zero
                var asked = 0
                while run.isRunning {
                    for client in clients {
                        let start = ContinuousClock.now
                        try client.send("INCR n\r\n")
                        asked += 1
                        #expect(try client.receive(through: "\r\n") == ":\(asked)\r\n")
                        slowest = max(slowest, ContinuousClock.now - start)
                    }
                }
                #expect(try run.wait().status == 0)
                print("\(asked) questions beside the pipelines, the slowest took \(slowest)")
                #expect(asked > Self.clients * 2 && slowest < .seconds(1))
            }
        }
    }
}
