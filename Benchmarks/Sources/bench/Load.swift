// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPDTesting

/// What one burst of load found.
struct LoadResult {
    /// Requests per second.
    var rate: Double
    /// Server CPU per request, in milliseconds, of all its children.
    var cpu: Double
}

/// Load from wrk, one thread of it.
enum Load {
    static func run(
        _ server: any PageServer, _ path: String, connections: Int, seconds: Double, headers: [String] = []
    ) throws -> LoadResult {
        let milliseconds = Int(seconds * 1_000)
        // wrk counts whole seconds; an interrupt ends it at any time, and it reports all the same.
        let wrk =
            Cores.forLoad + ["wrk", "-t1", "-c\(connections)", "-d60s"] + headers.flatMap { ["-H", $0] }
            + [server.url(path)]
        let before = cpuTicks(of: server)
        let limit = Duration.milliseconds(milliseconds + 10_000)
        let result = try Command("timeout", ["-s", "INT", String(seconds)] + wrk, timeout: limit).run()
        let ticks = cpuTicks(of: server) - before
        let lines = result.text.split(separator: "\n")
        if let bad = lines.first(where: { $0.contains("Non-2xx") || $0.contains("Socket errors") }) {
            throw BenchError("wrk: \(bad)\n\(server.errorLog)")
        }
        if lines.contains(where: { $0.contains(" 0 requests in ") }), seconds < 4 {
            // A busy machine may not finish a single one in a short time.
            return try run(server, path, connections: connections, seconds: seconds * 2, headers: headers)
        }
        guard let rate = number(in: lines, behind: "Requests/sec:"),
            let count = lines.first(where: { $0.contains(" requests in ") })?.split(separator: " ").first
                .flatMap({ Double($0) }),
            count > 0
        else { throw BenchError("wrk answers \(result.text)\(result.errorText)") }
        let perSecond = Double(sysconf(Int32(_SC_CLK_TCK)))
        return LoadResult(rate: rate, cpu: ticks / perSecond / count * 1_000)
    }

    private static func number(in lines: [Substring], behind label: String) -> Double? {
        lines.first { $0.hasPrefix(label) }?.split(separator: " ").last.flatMap { Double($0) }
    }

    /// The user and system time of the children of a server so far.
    private static func cpuTicks(of server: any PageServer) -> Double {
        server.childPIDs.reduce(0) { sum, pid in
            guard let stat = try? Files.read("/proc/\(pid)/stat"),
                let close = stat.lastIndex(of: UInt8(ascii: ")"))
            else { return sum }
            let fields = String(decoding: stat[(close + 1)...], as: UTF8.self).split(separator: " ")
            guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { return sum }
            return sum + user + system
        }
    }
}

/// Rounds in turn: each runs every contestant once, so that what disturbs the machine disturbs all of them.
struct Rounds {
    /// One list per contestant, one result per round. Contestants may be asked with header fields of their own, and
    /// slow ones for longer, up to a threefold time: requests on their way when the time is up are not counted,
    /// and must not be many beside those that are.
    private(set) var results: [[LoadResult]]

    init(
        _ contestants: [any PageServer], path: String, connections: Int, effort: Effort, headers: [[String]]? = nil,
        leastRequests: Double = 0
    ) throws {
        results = contestants.map { _ in [] }
        func load(_ index: Int, _ seconds: Double) throws -> LoadResult {
            try Load.run(
                contestants[index], path, connections: connections, seconds: seconds, headers: headers?[index] ?? [])
        }
        let seconds = try contestants.indices.map { index in
            try Cores.confine(contestants[index])
            let rate = try load(index, min(0.3, effort.seconds)).rate
            return min(max(effort.seconds, leastRequests / max(rate, 1)), effort.seconds * 3)
        }
        for round in 0..<effort.rounds {
            for offset in contestants.indices {
                // Nobody always runs behind the same one.
                let index = round.isMultiple(of: 2) ? offset : contestants.count - 1 - offset
                results[index].append(try load(index, seconds[index]))
            }
        }
    }

    /// The median rate of one contestant.
    func rate(_ index: Int) -> Double { results[index].map(\.rate).median }

    /// The median of CPU per request of one contestant.
    func cpu(_ index: Int) -> Double { results[index].map(\.cpu).median }

    /// How many times as many requests per second as another: the median of the rounds' ratios.
    func ratio(_ index: Int, to other: Int) -> Double {
        zip(results[index], results[other]).map { $0.rate / $1.rate }.median
    }

    /// How many times less CPU than another: the median of the rounds' ratios.
    func cpuRatio(_ index: Int, to other: Int) -> Double {
        zip(results[index], results[other]).map { $0.cpu > 0 ? $1.cpu / $0.cpu : 0 }.median
    }
}
