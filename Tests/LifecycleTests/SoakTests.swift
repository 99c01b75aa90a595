// SPDX-License-Identifier: Apache-2.0
import HTTPDTesting
import Testing

extension Lifecycle {
    @Suite("What takes long", .enabled(if: soaks))
    struct SoakLifecycle {
        @Test("60 graceful restarts under load", arguments: MPM.allCases)
        func restarts(_ mpm: MPM) throws { try GracefulRestarts.load(mpm, restarts: 60) }

        @Test("200 graceful restarts grow the parent by less than 100 kB each")
        func parentStaysSmall() throws { try GracefulRestarts.compareGrowth(restarts: 200) }

        @Test("2,000 idle connections on 8 threads grow the child by less than 40 kB each")
        func idleConnections() throws {
            let configuration = EchoServer.configuration(.event, "AsyncRequestWorkerFactor 400", children: 1)
            var clients: [RawClient] = []
            defer { clients.forEach { $0.close() } }
            try withHTTPD(configuration) { server in
                clients = try EchoWaiting.open(10, server.ports[1])
                let child = try #require(server.childPIDs.first)
                let before = try server.residentKilobytes(of: child)
                clients += try EchoWaiting.open(2_000, server.ports[1])
                // The second message of a connection is the first that it waited for.
                for client in clients { try client.expectEcho("once more\n") }
                let growth = try server.residentKilobytes(of: child) - before
                print("2,000 idle connections: \(Double(growth) / 2_000) kB each")
                #expect(growth < 2_000 * 40)
                for _ in 0..<20 {
                    for client in clients { try client.expectEcho("still there\n") }
                }
                let more = try server.residentKilobytes(of: child) - before - growth
                #expect(more < 4_096, "40,000 messages added \(more) kB")
            }
        }
    }
}
