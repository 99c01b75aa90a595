// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPDTesting

/// RESP beside redis-server, both asked by redis-benchmark: few and many commands under way, alone and with thousands of
/// clients that say nothing.
struct RESPBenchmark {
    private let libraries: Libraries
    private let effort: Effort
    private static let idleClients = 5_000
    private static let clients = 50

    init(_ libraries: Libraries, _ effort: Effort) {
        self.libraries = libraries
        self.effort = effort
    }

    /// One of redis-benchmark's tests.
    private struct Shape: Hashable {
        var command: String
        var depth: Int

        static let all = [1, 16].flatMap { depth in ["SET", "GET"].map { Shape(command: $0, depth: depth) } }
        var name: String { depth == 1 ? command : "\(command) -P \(depth)" }
    }

    /// Commands per second of each server, for each shape and round.
    private typealias Rates = [[Shape: [Double]]]

    private static let redis = 0
    private static let memory = 1
    private static let shared = 2
    private static let locked = 3
    private static let shmcb = "RESPStore \"socache:shmcb:@ROOT@/run/resp(33554432)\""

    func run() throws -> [Table] {
        let servers = try start()
        // A second one of each has the idle clients, and takes its turn beside the first: a machine is not as fast at one
        // time as at another.
        let besieged = try start()
        let crowds = try besieged.map { try IdleClients($0, Self.idleClients) }
        for server in servers + besieged { try server.confine() }
        let (alone, crowded) = try rounds(servers, besieged, try calibrate(servers))
        for (crowd, server) in zip(crowds, besieged) { try crowd.end(server) }
        for server in servers + besieged { try server.stop() }
        return [throughput(servers, alone), idle(servers, alone, crowded)]
    }

    private func start() throws -> [EchoServer] {
        [
            try EchoServer.redis(),
            try server("Swift, memory", "RESPStore memory", children: 1),
            // As conf/swift.conf has it, and as Debian has all locks.
            try server("Swift, shmcb", Self.shmcb, main: "Mutex pthread swift-cache\n", children: 2),
            try server("Swift, shmcb, a file for a lock", Self.shmcb, children: 2),
        ]
    }

    private func server(_ name: String, _ store: String, main: String = "", children: Int) throws -> EchoServer {
        // The idle ones stay longer than the usual minute.
        try .httpd(
            name, modules: ["socache_shmcb"], host: "SwiftProtocol RESP.RESP\n\(store)\nTimeout 3600\n",
            main: main + libraries.load(plugin: libraries.modules + "/libRESP.so"), children: children)
    }

    // MARK: Load

    /// How many commands take about as long as a round should: redis-benchmark counts them, and not the seconds.
    private func calibrate(_ servers: [EchoServer]) throws -> [[Shape: Int]] {
        try servers.map { server in
            try Dictionary(
                uniqueKeysWithValues: Shape.all.map { shape in
                    let rate = try load(server, shape, 10_000 * shape.depth)
                    return (shape, max(Int(rate * effort.seconds), 1_000))
                })
        }
    }

    /// Commands per second, as redis-benchmark tells them.
    private func load(_ server: EchoServer, _ shape: Shape, _ count: Int) throws -> Double {
        let arguments = [
            "-h", "127.0.0.1", "-p", "\(server.port)", "-t", shape.command.lowercased(), "-n", "\(count)",
            "-c", "\(Self.clients)", "-P", "\(shape.depth)", "--csv",
        ]
        let result = try Cores.runLoad("redis-benchmark", arguments, timeout: .seconds(120))
        // "SET","83333.34",…
        let line = result.text.split(separator: "\n").first { $0.hasPrefix("\"\(shape.command)\"") }
        let cell = line?.split(separator: ",").dropFirst().first?.replacingOccurrences(of: "\"", with: "")
        guard result.status == 0, let rate = cell.flatMap({ Double($0) }) else {
            throw BenchError("\(server.name): \(result.text)\(result.errorText)")
        }
        return rate
    }

    private func rounds(
        _ servers: [EchoServer], _ besieged: [EchoServer], _ counts: [[Shape: Int]]
    ) throws -> (alone: Rates, crowded: Rates) {
        var rates: (alone: Rates, crowded: Rates) = (servers.map { _ in [:] }, servers.map { _ in [:] })
        let runs = Shape.all.flatMap { shape in servers.indices.map { (index: $0, shape: shape) } }
        for round in 0..<effort.rounds {
            for (index, shape) in round.isMultiple(of: 2) ? runs : runs.reversed() {
                let count = counts[index][shape] ?? 10_000
                // Each of the two is the first one every other time.
                for isAlone in round.isMultiple(of: 2) ? [true, false] : [false, true] {
                    let rate = try load(isAlone ? servers[index] : besieged[index], shape, count)
                    if isAlone {
                        rates.alone[index][shape, default: []].append(rate)
                    } else {
                        rates.crowded[index][shape, default: []].append(rate)
                    }
                }
            }
        }
        return rates
    }

    // MARK: Tables

    private func throughput(_ servers: [EchoServer], _ rates: Rates) -> Table {
        var table = Table(
            title:
                "RESP by redis-benchmark -c \(Self.clients), commands/s: medians of \(effort.rounds) interleaved rounds",
            columns: [""] + Shape.all.map(\.name))
        for (index, server) in servers.enumerated() {
            table.rows.append(Row([server.name] + Shape.all.map { (rates[index][$0] ?? []).median.text(0) }))
        }
        for (index, least) in [(Self.memory, 0.5), (Self.shared, 0.3), (Self.locked, nil)] as [(Int, Double?)] {
            for shape in Shape.all {
                let ratio = Self.ratio(rates[index][shape], rates[Self.redis][shape])
                table.rows.append(
                    Self.judged(
                        "\(servers[index].name), to redis-server, \(shape.name)", shape, ratio,
                        least.map { .atLeast($0, "≥ \($0)×") }))
            }
        }
        table.notes = [
            "Values of 3 bytes, all for one key. httpd: event MPM, 25 threads a child; one child with a store of its own, "
                + "two that share one. \(Cores.note)"
        ]
        return table
    }

    private func idle(_ servers: [EchoServer], _ alone: Rates, _ crowded: Rates) -> Table {
        var table = Table(
            title: "The same with \(Self.idleClients) idle clients, commands/s", columns: [""] + Shape.all.map(\.name))
        for (index, server) in servers.enumerated() {
            table.rows.append(Row([server.name] + Shape.all.map { (crowded[index][$0] ?? []).median.text(0) }))
        }
        for index in servers.indices {
            for shape in Shape.all {
                let ratio = Self.ratio(crowded[index][shape], alone[index][shape])
                table.rows.append(
                    Self.judged(
                        "\(servers[index].name), to itself without them, \(shape.name)", shape, ratio,
                        index == Self.redis ? nil : .atLeast(0.8, "≥ 0.8×")))
            }
        }
        table.notes = [
            "Opened by redis-benchmark -I in a process of its own. A second server of each kind has them, and takes turns with "
                + "the first: the ratios are of neighbours in time."
        ]
        return table
    }

    /// A figure below its shape's column.
    private static func judged(_ name: String, _ shape: Shape, _ figure: Double, _ target: Target?) -> Row {
        Row([name] + Shape.all.map { $0 == shape ? figure.text(2) + "×" : "" }, target, figure)
    }

    private static func ratio(_ these: [Double]?, _ those: [Double]?) -> Double {
        zip(these ?? [], those ?? []).map { $0 / $1 }.median
    }
}

/// redis-benchmark with connections that do nothing.
private final class IdleClients {
    private let process = Process()
    private let count: Int

    /// Opens them, and returns when all are there.
    init(_ server: EchoServer, _ count: Int) throws {
        self.count = count
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "setpriv", "--pdeathsig", "TERM", "redis-benchmark", "-h", "127.0.0.1", "-p", "\(server.port)", "-I", "-c",
            "\(count)",
        ]
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let deadline = ContinuousClock.now + .seconds(60)
        while try Self.connections(to: server.port) < count {
            guard process.isRunning, ContinuousClock.now < deadline else {
                process.terminate()
                throw BenchError("\(server.name) does not hold \(count) idle clients; is `ulimit -n` larger?")
            }
            Thread.sleep(forTimeInterval: 0.2)
        }
    }

    deinit { if process.isRunning { process.terminate() } }

    /// Closes them, and throws if the server did before.
    func end(_ server: EchoServer) throws {
        let left = try Self.connections(to: server.port)
        process.terminate()
        process.waitUntilExit()
        guard left >= count else { throw BenchError("\(server.name) closed \(count - left) of \(count) idle clients") }
    }

    /// How many connections a port of the loopback interface has.
    private static func connections(to port: UInt16) throws -> Int {
        let lines = String(decoding: try Files.read("/proc/net/tcp"), as: UTF8.self).split(separator: "\n")
        return lines.dropFirst().count { line in
            // "number: local:port remote:port state …", all in hexadecimal; 01 is an open connection.
            let fields = line.split(separator: " ", maxSplits: 4)
            guard fields.count > 3, fields[3] == "01" else { return false }
            return fields[1].split(separator: ":").last.flatMap { UInt16($0, radix: 16) } == port
        }
    }
}
