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

    /// Connections, and lines under way on each.
    private struct Shape: Hashable {
        var connections: Int
        var depth: Int

        static let few = Shape(connections: 32, depth: 1)
        static let deep = Shape(connections: 32, depth: 32)
        static let many = Shape(connections: 1_000, depth: 1)
    }

    private func throughput() throws -> Table {
        let servers = [
            try EchoPeers.swift(libraries), try EchoPeers.modEcho(), try EchoPeers.modPython(),
            try EchoPeers.modPerl(), try EchoPeers.swiftNIO(libraries), try EchoPeers.plain(libraries),
        ]
        for server in servers { try server.confine() }
        // httpd's others have a thread for each connection, and not so many.
        let rates = try rounds(servers) { index in
            [.few, .deep] + ([0, 4, 5].contains(index) ? [.many] : [])
        }
        for server in servers { try server.stop() }
        var table = Table(
            title: "Echo of 32-byte lines, lines/s: medians of \(effort.rounds) interleaved rounds",
            columns: ["", "32 connections", "32 deep", "1,000 connections", "1,000 to 32"])
        for (index, server) in servers.enumerated() {
            let hasMany = rates.has(index, .many)
            table.rows.append(
                Row([
                    server.name, rates.rate(index, .few).text(0), rates.rate(index, .deep).text(0),
                    hasMany ? rates.rate(index, .many).text(0) : "",
                    hasMany ? rates.growth(index, from: .few, to: .many).text(2) : "",
                ]))
        }
        table.rows += [
            Self.ratio("Swift to mod_echo, 32 connections", rates.ratio(0, to: 1, .few), 0.9),
            Self.ratio("Swift to SwiftNIO, 32 connections", rates.ratio(0, to: 4, .few), 0.8),
            Self.ratio("Swift to mod_echo, 32 deep", rates.ratio(0, to: 1, .deep), 8),
            Self.ratio("Swift, 1,000 connections to 32", rates.growth(0, from: .few, to: .many), 1),
            Self.ratio("Swift to SwiftNIO, 1,000 connections", rates.ratio(0, to: 4, .many), nil),
            Self.ratio("Swift to mod_python, 32 connections", rates.ratio(0, to: 2, .few), nil),
            Self.ratio("Swift to mod_perl, 32 connections", rates.ratio(0, to: 3, .few), nil),
        ]
        table.notes = [
            "Each line is compared with what was sent. httpd: event MPM, 2 children with 25 threads each. \(Cores.note)",
            "The plain loop polls, receives and sends in one thread, and does nothing else: what it loses with 1,000 "
                + "connections, the kernel and the processor's caches take from everyone.",
        ]
        return table
    }

    private static func ratio(_ name: String, _ figure: Double, _ least: Double?) -> Row {
        Row([name, figure.text(2) + "×", "", "", ""], least.map { .atLeast($0, "≥ \($0)×") }, figure)
    }

    /// Lines per second of each server, for each shape and round.
    private struct Rates {
        var values: [[Shape: [Double]]]
        func has(_ index: Int, _ shape: Shape) -> Bool { values[index][shape] != nil }
        func all(_ index: Int, _ shape: Shape) -> [Double] { values[index][shape] ?? [] }
        func rate(_ index: Int, _ shape: Shape) -> Double { all(index, shape).median }
        func ratio(_ index: Int, to other: Int, _ shape: Shape) -> Double {
            zip(all(index, shape), all(other, shape)).map { $0 / $1 }.median
        }
        func growth(_ index: Int, from shape: Shape, to other: Shape) -> Double {
            zip(all(index, other), all(index, shape)).map { $0 / $1 }.median
        }
    }

    private func rounds(_ servers: [EchoServer], _ shapes: (Int) -> [Shape]) throws -> Rates {
        var rates = Rates(values: servers.map { _ in [:] })
        let runs = servers.indices.flatMap { index in shapes(index).map { (index: index, shape: $0) } }
        for round in 0..<effort.rounds {
            for (index, shape) in round.isMultiple(of: 2) ? runs : runs.reversed() {
                let arguments = [
                    "\(servers[index].port)", "\(shape.connections)", "\(shape.depth)", "\(effort.seconds)",
                ]
                let result = try Cores.runLoad(libraries.echoLoad, arguments, timeout: .seconds(60))
                guard result.status == 0, let rate = Double(result.text.trimmingCharacters(in: .whitespacesAndNewlines))
                else { throw BenchError("\(servers[index].name): \(result.errorText)") }
                rates.values[index][shape, default: []].append(rate)
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
