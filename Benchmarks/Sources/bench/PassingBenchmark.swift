// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPDTesting

/// Filters that change nothing, beside no filter at all. They differ by so little that chance must be taken out of all
/// else: the servers take turns of some hundredths of a second, so that what disturbs the machine disturbs all of them;
/// all of them are started anew several times, since where a process lies in memory makes two like servers differ by
/// some per cent; they serve one and the same file; and a second server without a filter tells what is left of chance.
struct PassingBenchmark {
    private static let path = "/page.html"
    private static let connections = 8
    /// Pages in a turn.
    private static let requests = 64
    /// Seconds of turns for each generation of servers.
    private static let seconds = 15

    private let peers: [Peer]
    private let targets: [Int: Double] = [3: 0.97, 4: 0.97]
    private let load: String
    private let effort: Effort

    init(_ libraries: Libraries, _ effort: Effort) {
        self.effort = effort
        load = libraries.pageLoad
        let page = Pages.ordinary
        func swift(_ name: String, _ filter: String) -> Peer {
            Peer(name: name, directives: libraries.filter(filter, plugin: libraries.swiftFilters), expected: page)
        }
        peers = [
            Peer(name: "no filter", directives: "", expected: page),
            Peer(name: "no filter, a second server", directives: "", expected: page),
            Peer(
                name: "C, passing brigades on",
                directives: "LoadModule bench_filters_module \"\(libraries.cFilters)\"\nSetOutputFilter C_PASS\n",
                expected: page),
            swift("Swift, passing brigades on", "BenchFilters.Pass"),
            swift("Swift, keeping all bytes", "BenchFilters.Keep"),
        ]
    }

    func run() throws -> Table {
        table(try (0..<effort.generations).map { _ in try generation() })
    }

    /// The pages per second of each, from servers of their own.
    private func generation() throws -> [Double] {
        let servers = try peers.map { try $0.start(["page.html": Pages.ordinary]) }
        try serveOneFile(servers)
        for (peer, server) in zip(peers, servers) {
            try peer.verify(server, Self.path)
            try Cores.confine(server)
        }
        let rounds = try turns(servers)
        for (peer, server) in zip(peers, servers) {
            server.stop()
            try ErrorLogAudit(server.errorLog, allowing: peer.allowing).check()
        }
        return servers.indices.map { index in Double(Self.requests) / rounds.map { $0[index] }.median }
    }

    /// Gives all of them the first one's file: two copies lie in different places of the processor's caches.
    private func serveOneFile(_ servers: [HTTPDProcess]) throws {
        guard let first = servers.first else { return }
        for server in servers.dropFirst() {
            let result = try Command("ln", ["-f", first.documentRoot + Self.path, server.documentRoot + Self.path])
                .run()
            guard result.status == 0 else { throw BenchError("ln: \(result.errorText)") }
        }
    }

    /// The seconds of each server's turn, for each round.
    private func turns(_ servers: [HTTPDProcess]) throws -> [[Double]] {
        let sizes = ["\(Self.connections)", "\(Self.requests)", "\(Self.seconds)"]
        let urls = servers.map { "\($0.port)\(Self.path)" }
        let result = try Cores.runLoad(load, sizes + urls, timeout: .seconds(Self.seconds + 60))
        guard result.status == 0 else { throw BenchError(result.errorText) }
        let rounds = result.text.split(separator: "\n").map { $0.split(separator: " ").compactMap { Double($0) } }
        guard !rounds.isEmpty, rounds.allSatisfy({ $0.count == servers.count }) else {
            throw BenchError("page-load prints \(result.text.prefix(200))")
        }
        return rounds
    }

    private func table(_ generations: [[Double]]) -> Table {
        var table = Table(
            title: "240 KB page, 8 connections: means of \(generations.count) starts, \(Self.seconds) s each",
            columns: ["", "requests/s", "of no filter", "standard error"])
        for (index, peer) in peers.enumerated() {
            let ratios = generations.map { $0[index] / $0[0] }
            let rate = generations.map { $0[index] }.mean
            let cells = [peer.name, rate.text(0), ratios.mean.text(3), index > 0 ? ratios.errorOfMean.text(3) : ""]
            table.rows.append(
                targets[index].map { Row(cells, .atLeast($0, "≥ \($0) of no filter"), ratios.mean) } ?? Row(cells))
        }
        table.notes = [
            "Each turn asks one server for \(Self.requests) pages; of a start's turns the median counts.",
            "The second server without a filter tells what is chance.",
            "Each gave the right bytes to 8 clients at once. \(Cores.note)",
        ]
        return table
    }
}
