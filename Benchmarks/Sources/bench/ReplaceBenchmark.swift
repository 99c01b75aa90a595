// SPDX-License-Identifier: Apache-2.0

import HTTPDTesting

/// One literal rule beside mod_substitute: on the page of the peers, and on a large one with thousands of hits.
struct ReplaceBenchmark {
    private static let path = "/page.html"
    private let libraries: Libraries
    private let effort: Effort

    init(_ libraries: Libraries, _ effort: Effort) {
        self.libraries = libraries
        self.effort = effort
    }

    private func peers(_ page: [UInt8], _ expected: [UInt8]) -> [Peer] {
        [
            Peer(name: "no filter", directives: "", expected: page),
            Self.replace(libraries, expected),
            Self.substitute(expected),
        ]
    }

    static func replace(_ libraries: Libraries, _ expected: [UInt8]) -> Peer {
        Peer(
            name: "REPLACE",
            directives: libraries.filter("Rewriting.Replace", plugin: libraries.modules + "/libRewriting.so")
                + "<Location \"/\">\nReplace \"s/element/component/n\"\n</Location>\n",
            expected: expected)
    }

    static func substitute(_ expected: [UInt8]) -> Peer {
        Peer(
            name: "mod_substitute", modules: ["filter", "substitute"],
            directives: "SetOutputFilter SUBSTITUTE\n<Location \"/\">\nSubstitute \"s/element/component/n\"\n"
                + "SubstituteMaxLineLength 128m\n</Location>\n",
            expected: expected)
    }

    func run() throws -> [Table] {
        try run(on: Pages.ordinary, connections: [8]) + run(on: Pages.dense, connections: [8, 1])
    }

    private func run(on page: [UInt8], connections: [Int]) throws -> [Table] {
        let expected = Pages.replace("element", by: "component", in: page)
        let peers = peers(page, expected.bytes)
        let servers = try peers.map { peer in
            let server = try peer.start(["page.html": page])
            try peer.verify(server, Self.path)
            return server
        }
        let tables = try connections.map { count in
            let rounds = try Rounds(servers, path: Self.path, connections: count, effort: effort)
            return table(rounds, peers, bytes: page.count, hits: expected.hits, connections: count)
        }
        for (peer, server) in zip(peers, servers) {
            server.stop()
            try ErrorLogAudit(server.errorLog, allowing: peer.allowing).check()
        }
        return tables
    }

    private func table(_ rounds: Rounds, _ peers: [Peer], bytes: Int, hits: Int, connections: Int) -> Table {
        let megabytes = Double(bytes) / 1e6
        var table = Table(
            title: "s/element/component/n on \(bytes / 1_000) KB of HTML with \(hits) hits, "
                + "\(connections) connection\(connections == 1 ? "" : "s")",
            columns: ["", "requests/s", "times mod_substitute", "CPU ms/request", "CPU less by", "MB per CPU second"])
        for index in peers.indices {
            let ratio = rounds.ratio(index, to: 2)
            let cpu = rounds.cpu(index)
            let cells = [
                peers[index].name, rounds.rate(index).text(0), ratio.text(2) + "×", cpu.text(3),
                rounds.cpuRatio(index, to: 2).text(2) + "×", (cpu > 0 ? megabytes / cpu * 1_000 : 0).text(0),
            ]
            // One client alone waits for what is on its way as much as for the server: no target, but worth knowing.
            let isJudged = index == 1 && connections > 1
            table.rows.append(isJudged ? Row(cells, .atLeast(4, "≥ 4× mod_substitute"), ratio) : Row(cells))
        }
        table.notes = [Cores.note]
        return table
    }
}
