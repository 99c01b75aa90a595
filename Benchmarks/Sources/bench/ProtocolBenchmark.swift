// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPDTesting

/// Lines of 32 bytes that are echoed: few and many connections, one line at a time and many.
struct ProtocolBenchmark {
    private let libraries: Libraries
    private let effort: Effort
    private static let idleConnections = 5_000

    init(_ libraries: Libraries, _ effort: Effort) {
        self.libraries = libraries
        self.effort = effort
    }

    func run() throws -> [Table] {
        [try throughput(), try idle()]
    }

    private func throughput() throws -> Table {
        let servers = [
            try EchoPeers.swift(libraries), try EchoPeers.modEcho(), try EchoPeers.modPython(),
            try EchoPeers.modPerl(), try EchoPeers.swiftNIO(libraries),
        ]
        for server in servers { try server.confine() }
        let all = Array(servers.indices)
        let one = try rounds(servers, all, connections: 32, depth: 1)
        let deep = try rounds(servers, all, connections: 32, depth: 32)
        // The others have a thread for each connection, and not so many.
        let many = try rounds(servers, [0, 4], connections: 1_000, depth: 1)
        for server in servers { try server.stop() }
        var table = Table(
            title: "Echo of 32-byte lines, lines/s: medians of \(effort.rounds) interleaved rounds",
            columns: ["", "32 connections", "32 deep", "1,000 connections"])
        for index in all {
            table.rows.append(
                Row([
                    servers[index].name, one.rate(index).text(0), deep.rate(index).text(0),
                    many.has(index) ? many.rate(index).text(0) : "",
                ]))
        }
        let growth = zip(many[0], one[0]).map { $0 / $1 }.median
        table.rows += [
            Self.ratio("Swift to mod_echo, 32 connections", one.ratio(0, to: 1), 0.9),
            Self.ratio("Swift to SwiftNIO, 32 connections", one.ratio(0, to: 4), 0.8),
            Self.ratio("Swift to mod_echo, 32 deep", deep.ratio(0, to: 1), 8),
            Self.ratio("Swift, 1,000 connections to 32", growth, 1),
            Self.ratio("Swift to mod_python, 32 connections", one.ratio(0, to: 2), nil),
            Self.ratio("Swift to mod_perl, 32 connections", one.ratio(0, to: 3), nil),
        ]
        table.notes = [
            "Each line is compared with what was sent. httpd: event MPM, 2 children with 25 threads each. \(Cores.note)"
        ]
        return table
    }

    private static func ratio(_ name: String, _ figure: Double, _ least: Double?) -> Row {
        Row([name, figure.text(2) + "×", "", ""], least.map { .atLeast($0, "≥ \($0)×") }, figure)
    }

    /// Results in lines per second, one list per server.
    private struct Rates {
        var values: [[Double]]
        func has(_ index: Int) -> Bool { !values[index].isEmpty }
        func rate(_ index: Int) -> Double { values[index].median }
        func ratio(_ index: Int, to other: Int) -> Double { zip(values[index], values[other]).map { $0 / $1 }.median }
        subscript(index: Int) -> [Double] { values[index] }
    }

    private func rounds(
        _ servers: [EchoServer], _ chosen: [Int], connections: Int, depth: Int
    ) throws -> Rates {
        var rates = Rates(values: servers.map { _ in [] })
        for round in 0..<effort.rounds {
            for index in round.isMultiple(of: 2) ? chosen : chosen.reversed() {
                let arguments = ["\(servers[index].port)", "\(connections)", "\(depth)", "\(effort.seconds)"]
                let command = Cores.forLoad + [libraries.echoLoad] + arguments
                guard let program = command.first else { continue }
                let result = try Command(program, Array(command.dropFirst()), timeout: .seconds(60)).run()
                guard result.status == 0, let rate = Double(result.text.trimmingCharacters(in: .whitespacesAndNewlines))
                else { throw BenchError("\(servers[index].name): \(result.errorText)") }
                rates.values[index].append(rate)
            }
        }
        return rates
    }

    /// Thousands of connections that say nothing: what each costs, and how many a thread holds.
    private func idle() throws -> Table {
        let threads = 8
        let servers = [
            try EchoPeers.swift(libraries, children: 1, threads: threads), try EchoPeers.swiftNIO(libraries),
        ]
        var table = Table(
            title: "\(Self.idleConnections) idle connections",
            columns: ["", "kB each", "connections per thread", "all answer within s"])
        for (index, server) in servers.enumerated() {
            try server.confine()
            // What a first few connections make the server allocate for good is not what each costs.
            _ = try idle(server, 100)
            let before = try server.residentKilobytes()
            let found = try idle(server, Self.idleConnections)
            let each = Double(found.kilobytes - before) / Double(Self.idleConnections)
            let perThread = Self.idleConnections / (index == 0 ? threads : 1)
            let cells = [server.name, each.text(2), "\(perThread)", found.seconds.text(3)]
            table.rows.append(index == 0 ? Row(cells, .atMost(10, "≤ 10 kB each"), each) : Row(cells))
            if index == 0 {
                table.rows.append(
                    Row(
                        ["Swift, connections per thread", "", "\(perThread)", ""], .atLeast(500, "≥ 500"),
                        Double(perThread)))
            }
            try server.stop()
        }
        table.notes = [
            "One child with \(threads) threads. Resident memory of the process after three seconds of silence. mod_echo holds 1 a thread."
        ]
        return table
    }

    private func idle(_ server: EchoServer, _ count: Int) throws -> (kilobytes: Int, seconds: Double) {
        let process = Process()
        let (input, output) = (Pipe(), Pipe())
        process.executableURL = URL(fileURLWithPath: libraries.echoLoad)
        process.arguments = ["\(server.port)", "\(count)", "idle"]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        defer {
            process.terminate()
            process.waitUntilExit()
        }
        func line() throws -> String {
            let text = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
            guard !text.isEmpty else { throw BenchError("\(server.name) does not hold \(count) connections") }
            return text.trimmingCharacters(in: .whitespacesAndNewlines)
        }
        _ = try line()
        Thread.sleep(forTimeInterval: 3)
        let kilobytes = try server.residentKilobytes()
        input.fileHandleForWriting.write(Data("\n".utf8))
        return (kilobytes, Double(try line()) ?? 0)
    }
}
