// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

/// A server with the plugin Relay, and one connection to each of its children.
final class RelayServer {
    /// What a child said.
    struct Answer {
        let process: Int32
        /// Its number among all children, or 0.
        let child: Int
        let lines: [String]

        /// What follows a word at the beginning of a line.
        func value(_ word: String) -> String? {
            lines.first { $0.hasPrefix(word + " ") }.map { String($0.dropFirst(word.count + 1)) }
        }

        /// What came from a child: messages and bytes; the rest has to be as it should be.
        func received(from child: Int) throws -> (count: Int, bytes: Int) {
            guard let words = value("from \(child)")?.split(separator: " "), words.count == 8 else { return (0, 0) }
            #expect(words[3] == "0" && words[5] == "0" && words[7] == "0", "out of order, missing or broken: \(words)")
            return (try #require(Int(words[0])), try #require(Int(words[1])))
        }

        /// The numbers of children that joined (+) and left (-), in order.
        var events: [Int] { (value("events") ?? "").split(separator: " ").compactMap { Int($0) } }
    }

    let server: HTTPDProcess
    private(set) var clients: [Int32: RawClient] = [:]

    init(_ server: HTTPDProcess) { self.server = server }

    static func configuration(_ mpm: MPM, children: Int = 2, _ directives: String = "") -> HTTPDConfiguration {
        HTTPDConfiguration(
            mpm: mpm,
            directives: """
                \(Plugins.module)SwiftPlugin "\(Plugins.relay)"
                KeepAliveTimeout 60
                MaxKeepAliveRequests 0
                \(directives)
                <Location /relay>
                    SetHandler swift
                    SwiftHandler Relay.Drive
                </Location>

                """,
            children: children, threadsPerChild: 24, maxClients: children * (mpm == .prefork ? 6 : 24))
    }

    static func send(_ query: String, over client: RawClient) throws {
        try client.send("GET /relay?\(query) HTTP/1.1\r\nHost: localhost\r\n\r\n")
    }

    static func answer(on client: RawClient, timeout: Duration = .seconds(30)) throws -> Answer {
        let head = try client.receive(through: "\r\n\r\n", timeout: timeout)
        let field = try #require(head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") })
        let count = try #require(Int(field.split(separator: " ")[1]))
        let lines = String(decoding: try client.receive(exactly: count, timeout: timeout), as: UTF8.self)
            .split(separator: "\n").map(String.init)
        func number(_ word: String) -> Int? {
            lines.first { $0.hasPrefix(word + " ") }.flatMap { Int($0.dropFirst(word.count + 1)) }
        }
        return Answer(
            process: Int32(clamping: try #require(number("process"))), child: number("child") ?? 0, lines: lines)
    }

    /// Asks a child, over a connection of its own that stays open.
    func ask(_ process: Int32, _ query: String = "") throws -> Answer {
        let client = try #require(clients[process], "no connection to \(process)")
        try Self.send(query, over: client)
        let answer = try Self.answer(on: client)
        #expect(answer.process == process)
        return answer
    }

    /// Opens connections until there is one to each of so many children, and forgets those to others.
    func connect(to wanted: Set<Int32>) throws {
        for (process, client) in clients where !wanted.contains(process) {
            client.close()
            clients[process] = nil
        }
        for _ in 0..<200 where clients.count < wanted.count {
            // Several at once, so that more than one child takes some.
            let burst = try (0..<6).map { _ in try RawClient(port: server.port) }
            for client in burst { try Self.send("", over: client) }
            for client in burst {
                let answer = try Self.answer(on: client)
                if wanted.contains(answer.process), clients[answer.process] == nil {
                    clients[answer.process] = client
                } else {
                    client.close()
                }
            }
        }
        #expect(Set(clients.keys) == wanted)
    }

    /// The same for the first so many children that there are.
    @discardableResult
    func connect(children: Int) throws -> [Int32] {
        try server.waitUntil("the children") { server.childPIDs.count >= children }
        let processes = Array(server.childPIDs.prefix(children))
        try connect(to: Set(processes))
        return processes
    }

    func close(_ process: Int32) {
        clients[process]?.close()
        clients[process] = nil
    }

    /// How many descriptors the parent has open.
    func parentDescriptors() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/\(server.parentPID)/fd").count
    }
}
