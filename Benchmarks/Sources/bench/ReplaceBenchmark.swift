// SPDX-License-Identifier: Apache-2.0

import HTTPDTesting

/// One literal rule on a large page with thousands of hits, beside mod_substitute.
struct ReplaceBenchmark {
    private static let path = "/page.html"
    private let peers: [Peer]
    private let effort: Effort
    private let hits: Int

    init(_ libraries: Libraries, _ effort: Effort) {
        self.effort = effort
        let page = Pages.dense
        let expected = Pages.replace("element", by: "component", in: page)
        hits = expected.hits
        peers = [
            Peer(name: "no filter", directives: "", expected: page),
            Self.replace(libraries, expected.bytes),
            Self.substitute(expected.bytes),
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
        let servers = try peers.map { peer in
            let server = try peer.start(["page.html": Pages.dense])
            try peer.verify(server, Self.path)
            return server
        }
        let tables = try [1, 8].map { connections in
            table(try Rounds(servers, path: Self.path, connections: connections, effort: effort), connections)
        }
        for (peer, server) in zip(peers, servers) {
            server.stop()
            try ErrorLogAudit(server.errorLog, allowing: peer.allowing).check()
        }
        return tables
    }

    private func table(_ rounds: Rounds, _ connections: Int) -> Table {
        let megabytes = Double(Pages.dense.count) / 1e6
        var table = Table(
            title: "s/element/component/n on \(Pages.dense.count / 1_000) KB of HTML with \(hits) hits, "
                + "\(connections) connection\(connections == 1 ? "" : "s")",
            columns: ["", "requests/s", "times mod_substitute", "CPU ms/request", "CPU less by", "MB per CPU second"])
        for index in peers.indices {
            let ratio = rounds.ratio(index, to: 2)
            let cpu = rounds.cpu(index)
            let cells = [
                peers[index].name, rounds.rate(index).text(0), ratio.text(2) + "×", cpu.text(3),
                rounds.cpuRatio(index, to: 2).text(2) + "×", (cpu > 0 ? megabytes / cpu * 1_000 : 0).text(0),
            ]
            table.rows.append(index == 1 ? Row(cells, .atLeast(4, "≥ 4× mod_substitute"), ratio) : Row(cells))
        }
        table.notes = [Cores.note]
        return table
    }
}
