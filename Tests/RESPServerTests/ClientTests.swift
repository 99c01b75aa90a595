// SPDX-License-Identifier: Apache-2.0
import HTTPDTesting
import Testing

extension RESPServer {
    @Suite("RESP: clients")
    struct Clients {
        typealias Store = RESPConfiguration.Store

        private func both(_ mpm: MPM, _ store: Store, _ body: (_ ports: [String]) throws -> Void) throws {
            let redis = try CompanionServer(.redis)
            try withHTTPD(RESPConfiguration.server(mpm, store)) { server in
                try body(["\(redis.port)", "\(server.respPort)"])
            }
        }

        @Test("redis-py finds what it finds with Redis, in RESP2 and RESP3", arguments: Store.allCases)
        func redisPy(_ store: Store) throws {
            try both(.event, store) { ports in
                for version in ["2", "3"] { try ClientProgram.run("client_redispy", ports + ["--protocol", version]) }
            }
        }

        @Test("redis-py under worker and prefork", arguments: [MPM.worker, .prefork])
        func redisPyElsewhere(_ mpm: MPM) throws {
            try both(mpm, .socache) { ports in try ClientProgram.run("client_redispy", ports) }
        }

        @Test("coredis finds what it finds with Redis", arguments: Store.allCases)
        func coredis(_ store: Store) throws {
            try both(.event, store) { ports in try ClientProgram.run("client_coredis", ports) }
        }

        @Test("redis-cli prints what it prints with Redis", arguments: MPM.allCases)
        func commandLine(_ mpm: MPM) throws {
            try both(mpm, .socache) { ports in try ClientProgram.run("command_line", ports) }
        }

        @Test("redis-benchmark runs to its end, one command at a time and 16", arguments: MPM.allCases)
        func benchmark(_ mpm: MPM) throws {
            try withHTTPD(RESPConfiguration.server(mpm, .socache)) { server in
                for depth in ["1", "16"] {
                    let result = try Command(
                        "redis-benchmark",
                        ["-h", "127.0.0.1", "-p", "\(server.respPort)", "-t", "ping,set,get,incr,mset"]
                            + ["-n", "4000", "-c", "8", "-P", depth, "-r", "100", "-d", "100", "--csv"]
                    ).run()
                    #expect(result.status == 0, "\(result.errorText)")
                    let names = result.text.split(separator: "\n").dropFirst().compactMap {
                        $0.split(separator: ",").first
                    }
                    #expect(
                        names == [
                            "\"PING_INLINE\"", "\"PING_MBULK\"", "\"SET\"", "\"GET\"", "\"INCR\"", "\"MSET (10 keys)\"",
                        ], "\(result.text)")
                    #expect(!result.errorText.contains("Error"), "\(result.errorText)")
                }
            }
        }
    }
}
