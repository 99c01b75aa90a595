// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension Lifecycle {
    @Suite("Protocols: connections that are woken at the worst moment")
    struct ReactorWakes {
        /// A reactor gives back what was silent for a second, and that would mend what was lost.
        private static let soon = Duration.milliseconds(800)

        /// A client whose connection a reactor has: the MPM ran it twice.
        private static func quickClient(_ server: HTTPDProcess) throws -> RawClient {
            let client = try RawClient(port: server.ports[1])
            for _ in 0..<3 {
                usleep(20_000)
                try client.send("x")
                try #require(try client.receive(exactly: 1) == Array("x".utf8))
            }
            try #require(try client.runs().hasPrefix("2 "))
            return client
        }

        @Test("A connection that is woken while a reactor serves it is attended to")
        func whileServed() throws {
            try withHTTPD(try BellPlugin.configuration()) { server in
                let client = try Self.quickClient(server)
                for _ in 0..<20 {
                    try client.send("w")
                    #expect(try client.receive(exactly: 1, timeout: Self.soon) == Array("A".utf8))
                }
            }
        }

        @Test("A connection that is woken on its way into a reactor is attended to, and the MPM is not rung for that")
        func onItsWay() throws {
            try withHTTPD(try BellPlugin.configuration()) { server in
                for _ in 0..<10 {
                    let client = try RawClient(port: server.ports[1])
                    usleep(20_000)
                    try client.send("w")
                    #expect(try client.receive(exactly: 1, timeout: Self.soon) == Array("A".utf8))
                    usleep(50_000)
                    #expect(try client.runs() == "2 1\n")
                }
            }
        }

        @Test("What a client sends while the ticker attends to its connection is served then")
        func whileAttended() throws {
            try withHTTPD(try BellPlugin.configuration()) { server in
                let client = try Self.quickClient(server)
                for _ in 0..<3 {
                    try client.send("h")
                    usleep(100_000)
                    try client.send("x")
                    #expect(try client.receive(exactly: 2, timeout: Self.soon) == Array("Ax".utf8))
                }
            }
        }

        @Test("Timeout does not end a client that goes on talking while the ticker has no time for it")
        func withoutTicker() throws {
            try withHTTPD(try BellPlugin.configuration("Timeout 6")) { server in
                let client = try Self.quickClient(server)
                let other = try Self.quickClient(server)
                try other.send("l")
                for _ in 0..<75 {
                    usleep(100_000)
                    try client.send("x")
                    try #require(try client.receive(exactly: 1) == Array("x".utf8))
                }
                #expect(try other.receive(exactly: 1) == Array("A".utf8))
            }
        }
    }
}

extension RawClient {
    /// How often the MPM ran a connection, and how often a reactor served it, this time included.
    fileprivate func runs() throws -> String {
        try send("r")
        return try receive(through: "\n")
    }
}
