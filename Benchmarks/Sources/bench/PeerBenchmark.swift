// SPDX-License-Identifier: Apache-2.0

import HTTPDTesting

/// Upper-casing beside what stock httpd and its scripting modules do.
struct PeerBenchmark {
    private static let path = "/page.html"
    private let peers: [Peer]
    private let effort: Effort

    /// Where each stands in the list.
    private static let noFilter = 0
    private static let upper = 1
    private static let targets: [(index: Int, least: Double)] = [(2, 1.3), (3, 3), (4, 3), (5, 8)]

    init(_ libraries: Libraries, _ effort: Effort) {
        self.effort = effort
        let page = Pages.ordinary
        let capitals = Pages.upper(page)
        peers = [
            Peer(name: "no filter", directives: "", expected: page),
            Peer(
                name: "Swift upper", directives: libraries.filter("Shout.Upper", plugin: libraries.shout),
                expected: capitals),
            Peer(
                name: "mod_case_filter", modules: ["case_filter"], directives: "CaseFilter On\n", expected: capitals),
            ScriptedPeers.lua(capitals),
            ScriptedPeers.perl(capitals),
            ScriptedPeers.python(capitals),
        ]
    }

    func run() throws -> Table {
        let servers = try peers.map { peer in
            let server = try peer.start(["page.html": Pages.ordinary])
            try peer.verify(server, Self.path)
            return server
        }
        let rounds = try Rounds(servers, path: Self.path, connections: 8, effort: effort)
        for (peer, server) in zip(peers, servers) {
            try peer.verify(server, Self.path)
            server.stop()
            try ErrorLogAudit(server.errorLog, allowing: peer.allowing).check()
        }
        return table(rounds)
    }

    private func table(_ rounds: Rounds) -> Table {
        var table = Table(
            title: "240 KB page, event MPM, 8 connections: medians of \(effort.rounds) interleaved rounds",
            columns: ["", "requests/s", "of no filter", "upper is faster", "CPU ms/request", "upper takes less CPU"])
        for index in peers.indices {
            let ofNone = rounds.ratio(index, to: Self.noFilter)
            var cells = [peers[index].name, rounds.rate(index).text(0), ofNone.text(3)]
            cells += index > Self.upper ? [rounds.ratio(Self.upper, to: index).text(2) + "×"] : [""]
            cells += [rounds.cpu(index).text(3)]
            cells += index > Self.upper ? [rounds.cpuRatio(Self.upper, to: index).text(2) + "×"] : [""]
            if let target = Self.targets.first(where: { $0.index == index }) {
                table.rows.append(
                    Row(
                        cells, .atLeast(target.least, "upper ≥ \(target.least)×"),
                        rounds.ratio(Self.upper, to: index)))
            } else {
                table.rows.append(Row(cells))
            }
        }
        table.notes = [
            "Each gave the right bytes to 8 clients at once, before and after it was timed.",
            "2 children with 25 threads each, as Debian's event MPM. \(Cores.note)",
            "mod_python serves under the event MPM with one interpreter lock per child; its script keeps what it wrote "
                + "until the request ends, without which mod_python sends wrong bytes.",
        ]
        return table
    }
}
