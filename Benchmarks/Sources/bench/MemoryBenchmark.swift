// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPDTesting

/// The most memory that a child ever had, for bodies and lines of any length.
struct MemoryBenchmark {
    private let libraries: Libraries
    private let bodies: [(name: String, title: String, bytes: [UInt8])]

    init(_ libraries: Libraries, _ effort: Effort) {
        self.libraries = libraries
        let mega = 1 << 20
        let page = Pages.html(bytes: mega, elementEvery: 29)
        let long = Array(repeatElement(page, count: 64).joined())
        bodies = [
            ("small", "1 MB", page),
            ("long", "64 MB", long),
            ("line", "one line of 64 MB", long.map { $0 == UInt8(ascii: "\n") ? UInt8(ascii: " ") : $0 }),
        ]
    }

    func run() throws -> Table {
        var table = Table(
            title: "Peak memory of a child in MB (VmHWM), one request of each body, one connection",
            columns: [""] + bodies.map(\.title) + ["longest − 1 MB"])
        let makers: [([UInt8]) -> Peer] = [
            { Peer(name: "no filter", directives: "", expected: $0) },
            { ReplacePeer.replace.peer(.element, libraries, $0) },
            { ReplacePeer.substitute.peer(.element, libraries, $0) },
        ]
        for (index, make) in makers.enumerated() {
            let name = make([]).name
            let peaks = try bodies.map { try peak(of: make([]), $0.name, $0.bytes, isFiltered: index > 0) }
            let growth = (peaks.max() ?? 0) - (peaks.first ?? 0)
            let cells = [name] + peaks.map { $0.text(1) } + [growth.text(1)]
            table.rows.append(index == 1 ? Row(cells, .atMost(1, "grows by ≤ 1 MB"), growth) : Row(cells))
        }
        table.notes = [
            "A fresh server for each figure. EnableMMAP Off: a mapped file would count as memory of the child."
        ]
        return table
    }

    private func peak(of peer: Peer, _ name: String, _ bytes: [UInt8], isFiltered: Bool) throws -> Double {
        var peer = peer
        peer.directives += "EnableMMAP Off\n"
        let server = try peer.start(["\(name).html": bytes], children: 1)
        let body = "\(server.root)/tmp/body"
        let result = try server.curl("--fail", "-o", body, path: "/\(name).html", timeout: .seconds(120))
        guard result.status == 0 else { throw BenchError("\(peer.name), \(name): \(result.errorText)") }
        let peak = try server.peakMemory()
        let size = try Files.size(body)
        // `component` is longer than `element`, so a body that was not filtered is too short.
        guard isFiltered ? size > bytes.count : size == bytes.count else {
            throw BenchError("\(peer.name), \(name): a body of \(size) bytes")
        }
        server.stop()
        return peak
    }
}
