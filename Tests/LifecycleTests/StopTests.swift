// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension Lifecycle {
    @Suite("Protocols: the server stops")
    struct Stop {
        /// Clients that never stop sending; some wait for each answer, some do not.
        private static func keepBusy(_ clients: ArraySlice<RawClient>, _ crew: Crew) {
            for (number, client) in clients.enumerated() {
                let lines = number % 2 == 0 ? 1 : 500
                let text = String(repeating: "busy busy busy\n", count: lines)
                crew.start { crew in
                    // The end comes anywhere.
                    while crew.goesOn, (try? client.expectEcho(text, timeout: .seconds(20))) != nil {
                        crew.findings.count("rounds")
                    }
                }
            }
        }

        @Test(
            "At once, or gracefully within SwiftProtocolDrain, with idle and busy connections; no child crashes",
            arguments: MPM.allCases, [SIGTERM, SIGWINCH])
        func stops(_ mpm: MPM, _ signal: Int32) throws {
            let count = 60
            for round in 0..<(signal == SIGTERM ? 3 : 1) {
                let configuration = EchoServer.configuration(
                    mpm, "SwiftProtocolDrain 1\n\(mpm == .event ? "AsyncRequestWorkerFactor 20" : "")", threads: 64,
                    children: mpm == .prefork ? 64 : 1,
                    maxClients: 64)
                let server = try HTTPDProcess.start(configuration)
                let processes = server.childPIDs + [server.parentPID]
                let clients = try EchoWaiting.open(count, server.ports[1])
                let crew = Crew()
                Self.keepBusy(clients.suffix(30), crew)
                usleep(200_000)
                let start = ContinuousClock.now
                server.send(signal: signal)
                try server.waitUntil("the end") { !server.isRunning }
                let time = ContinuousClock.now - start
                crew.stop()
                for client in clients { client.shutdownWrite() }
                try crew.wait()
                #expect(crew.findings.count(of: "rounds") > count)
                print("\(mpm), signal \(signal), round \(round): ended within \(time)")
                // A graceful end closes politely what is open still: for two seconds.
                #expect(time < (signal == SIGTERM ? .seconds(2) : .seconds(5)), "\(time)")
                #expect(server.stop() == .status(0))
                for process in processes { #expect(kill(process, 0) != 0, "process \(process) is left") }
                // The event MPM closes the sockets of busy threads, one of which may be about to wait.
                let audit = ErrorLogAudit(server.errorLog, allowing: ["AH10503"])
                #expect(audit.unexpected.isEmpty, "\(server.errorLog)")
                #expect(!server.errorLog.contains("'idle' passed"), "the end of the server is no missed deadline")
                #expect(!server.errorLog.contains("AH00045") && !server.errorLog.contains("access conflict"))
            }
        }
    }
}
