// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPDTesting

/// COMPRESS beside mod_deflate and mod_brotli, on a long page and a short one, which are files or come from a handler.
/// Each figure stands beside the bytes that it was had for.
struct CompressionBenchmark {
    private let libraries: Libraries
    private let effort: Effort

    /// Where the pages come from.
    private enum Source: String, CaseIterable {
        case file = "a file"
        case handler = "a handler, whole"
        case pieces = "a handler, in pieces"

        /// What makes a server send its pages so.
        func directives(_ libraries: Libraries) -> String {
            switch self {
            case .file: ""
            case .handler: Self.handler(libraries, "bench-page")
            case .pieces: Self.handler(libraries, "bench-pieces")
            }
        }

        private static func handler(_ libraries: Libraries, _ name: String) -> String {
            "LoadModule bench_filters_module \"\(libraries.cFilters)\"\n"
                + "<Location \"/\">\nSetHandler \(name)\n</Location>\n"
        }
    }

    /// One of those compared.
    private struct Contestant {
        var name: String
        var peer: Peer
        /// What the clients accept.
        var coding: String
        /// What undoes it.
        var decoder: [String]
        /// At least so many times the requests of another, for at most so many times its bytes.
        var target: (least: Double, of: String, bytes: Double)?
    }

    /// The most that mod_deflate can do.
    private static let smallest = "DEFLATE 9"

    init(_ libraries: Libraries, _ effort: Effort) {
        self.libraries = libraries
        self.effort = effort
    }

    func run() throws -> [Table] {
        let pages = try [Pages.manual(bytes: 714_000), Pages.manual(bytes: 8_000)]
        return try pages.flatMap { page in try Source.allCases.map { try run(page, $0) } }
    }

    private func contestants(_ page: [UInt8], _ source: Source) -> [Contestant] {
        func swift(_ directives: String) -> Peer {
            Peer(
                name: "COMPRESS",
                directives: source.directives(libraries)
                    + libraries.load(plugin: libraries.modules + "/libCompression.so")
                    + "SwiftOutputFilter Compression.Compress COMPRESS\nSetOutputFilter COMPRESS\n" + directives,
                expected: page)
        }
        let gunzip = ["gzip", "-dc"]
        let unbrotli = ["brotli", "-dc"]
        let unzstd = ["zstd", "-dcq"]
        let deflate = "DEFLATE 6"
        let isWhole = source != .pieces
        var list = [
            Contestant(
                name: "plain", peer: Peer(name: "plain", directives: source.directives(libraries), expected: page),
                coding: "identity", decoder: ["cat"]),
            Contestant(
                name: deflate,
                peer: Peer(
                    name: deflate, modules: ["filter", "deflate"],
                    directives: source.directives(libraries) + "SetOutputFilter DEFLATE\nDeflateCompressionLevel 6\n",
                    expected: page),
                coding: "gzip", decoder: gunzip),
            Contestant(
                name: Self.smallest,
                peer: Peer(
                    name: Self.smallest, modules: ["filter", "deflate"],
                    directives: source.directives(libraries) + "SetOutputFilter DEFLATE\nDeflateCompressionLevel 9\n",
                    expected: page),
                coding: "gzip", decoder: gunzip),
            Contestant(
                name: "BROTLI_COMPRESS 5",
                peer: Peer(
                    name: "BROTLI_COMPRESS 5", modules: ["filter", "brotli"],
                    directives: source.directives(libraries)
                        + "SetOutputFilter BROTLI_COMPRESS\nBrotliCompressionQuality 5\n", expected: page),
                coding: "br", decoder: unbrotli),
            Contestant(
                name: "gzip, balanced", peer: swift(""), coding: "gzip", decoder: gunzip,
                target: isWhole ? (1.8, deflate, 1.01) : nil),
            Contestant(
                name: "gzip, fast", peer: swift("CompressProfile fast\n"), coding: "gzip", decoder: gunzip,
                target: isWhole ? (8, deflate, 1.3) : nil),
            Contestant(
                name: "zstd, balanced", peer: swift(""), coding: "zstd", decoder: unzstd,
                target: isWhole ? (4, deflate, 1.1) : nil),
            Contestant(
                name: "br, balanced", peer: swift(""), coding: "br", decoder: unbrotli,
                target: isWhole ? (1, "BROTLI_COMPRESS 5", 1) : nil),
        ]
        if source == .file {
            let cache = "CompressCache \"@ROOT@/tmp\"\n"
            list += [
                Contestant(
                    name: "gzip, stored", peer: swift(cache), coding: "gzip", decoder: gunzip, target: (30, deflate, 1)),
                Contestant(name: "br, stored", peer: swift(cache), coding: "br", decoder: unbrotli),
                Contestant(name: "zstd, stored", peer: swift(cache), coding: "zstd", decoder: unzstd),
            ]
        }
        return list
    }

    private func run(_ page: [UInt8], _ source: Source) throws -> Table {
        let all = contestants(page, source)
        let servers = try all.map { try $0.peer.start(["page.html": page]) }
        var sizes = try zip(all, servers).map { try size(of: $0, $1, page) }
        let rounds = try Rounds(
            servers, path: "/page.html", connections: 8, effort: effort,
            headers: all.map { ["Accept-Encoding: \($0.coding)"] })
        // What is stored is made beside the first responses, and is smaller than they were.
        sizes = try zip(all, servers).map { try size(of: $0, $1, page) }
        for (contestant, server) in zip(all, servers) {
            server.stop()
            try ErrorLogAudit(server.errorLog, allowing: contestant.peer.allowing).check()
        }
        return table(all, sizes, rounds, bytes: page.count, source)
    }

    /// The bytes of the response's body, once an independent program has read it.
    private func size(of contestant: Contestant, _ server: HTTPDProcess, _ page: [UInt8]) throws -> Int {
        let (body, text) = ("\(server.root)/tmp/body", "\(server.root)/tmp/text")
        let fetch = ["-sS", "--fail", "--noproxy", "*", "-H", "Accept-Encoding: \(contestant.coding)", "-o", body]
        let fetched = try Command("curl", fetch + [server.url("/page.html")]).run()
        guard fetched.status == 0 else {
            throw BenchError("\(contestant.name): \(fetched.errorText)\n\(server.errorLog)")
        }
        let decoder = contestant.decoder.joined(separator: " ")
        let decoded = try Command("sh", ["-c", "\(decoder) < '\(body)' > '\(text)'"]).run()
        guard decoded.status == 0, try Files.read(text) == page else {
            throw BenchError("\(contestant.name) does not answer the page: \(decoded.errorText)")
        }
        return try Files.read(body).count
    }

    private func table(
        _ all: [Contestant], _ sizes: [Int], _ rounds: Rounds, bytes: Int, _ source: Source
    ) -> Table {
        var table = Table(
            title: "\(bytes / 1_000) KB of HTML from \(source.rawValue), 8 connections",
            columns: ["", "requests/s", "times DEFLATE 6", "bytes", "of DEFLATE 6", "CPU ms/request", "of plain"])
        for (index, contestant) in all.enumerated() {
            let cells = [
                contestant.name, rounds.rate(index).text(0), rounds.ratio(index, to: 1).text(2) + "×",
                "\(sizes[index])", (Double(sizes[index]) / Double(sizes[1])).text(3), rounds.cpu(index).text(3),
                rounds.ratio(index, to: 0).text(2),
            ]
            guard let target = contestant.target, let other = all.firstIndex(where: { $0.name == target.of }) else {
                table.rows.append(Row(cells))
                continue
            }
            // Bytes beyond the limit miss the target as slowness does.
            let isSmall = Double(sizes[index]) <= Double(sizes[other]) * target.bytes
            let text = "≥ \(target.least.text(1))× \(target.of), ≤ \(target.bytes.text(2)) of its bytes"
            table.rows.append(Row(cells, .atLeast(target.least, text), isSmall ? rounds.ratio(index, to: other) : 0))
        }
        table.notes = [Cores.note, "Each body was read by the program of its coding before and after."]
        if source == .file { table.rows += stored(all, sizes, rounds) }
        return table
    }

    /// What stored variants must be beside the plain file, and beside the most that mod_deflate can do.
    private func stored(_ all: [Contestant], _ sizes: [Int], _ rounds: Rounds) -> [Row] {
        guard let index = all.firstIndex(where: { $0.name == "gzip, stored" }) else { return [] }
        let ratio = rounds.ratio(index, to: 0)
        let other = all.firstIndex { $0.name == Self.smallest } ?? index
        let smaller = Double(sizes[other]) / Double(sizes[index])
        return [
            Row(
                [
                    "DEFLATE 9's bytes beside gzip, stored", "", "", "\(sizes[other])",
                    (Double(sizes[other]) / Double(sizes[1])).text(3), "", "",
                ],
                .atLeast(1.0, "≥ 1 time the stored bytes"), smaller),
            Row(
                ["gzip, stored, beside plain", "", "", "", "", "", ratio.text(2)],
                .atLeast(0.9, "≥ 0.9 of the plain file"), ratio),
        ]
    }
}
