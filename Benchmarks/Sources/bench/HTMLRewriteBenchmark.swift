// SPDX-License-Identifier: Apache-2.0

import HTTPDTesting

/// HTMLREWRITE beside mod_proxy_html, through httpd, and the engines alone beside lol-html.
struct HTMLRewriteBenchmark {
    private static let path = "/page.html"
    private let libraries: Libraries
    private let effort: Effort

    init(_ libraries: Libraries, _ effort: Effort) {
        self.libraries = libraries
        self.effort = effort
    }

    func run() throws -> [Table] {
        let page = try Pages.document(bytes: 714_000)
        var engines = effort
        engines.seconds = min(effort.seconds, 1)
        return [
            try served("one tag selector and a URL map", .tagAndURLs, page, least: 8),
            try served("no rule matching", .nothing, page, least: nil),
            try HTMLEngines(libraries, engines).run(page),
        ]
    }

    /// Everybody who can do a job, through httpd.
    private func served(
        _ title: String, _ job: HTMLRewritePeer.Job, _ page: [UInt8], least: Double?
    ) throws -> Table {
        Progress.say("  \(title)")
        let peers = HTMLRewritePeer.allCases.filter { $0.isBuilt(libraries) }
        let servers = try peers.map { try start($0, job, page) }
        let firstBytes = try servers.map { try $0.firstByte(Self.path, requests: effort.rounds > 3 ? 51 : 15) }
        let rounds = try Rounds(
            servers, path: Self.path, connections: 8, effort: effort, leastRequests: effort.rounds > 3 ? 100 : 0)
        let subject = peers.firstIndex(of: .rewrite)
        let megabytes = Double(page.count) / 1e6
        var table = Table(
            title: "\(title), on \(page.count / 1_000) KB of HTML from a file, 8 connections",
            columns: [
                "", "requests/s", "HTMLREWRITE serves", "CPU ms/request", "HTMLREWRITE takes less CPU by",
                "MB per CPU second", "first byte ms", "peak MB",
            ])
        for (index, peer) in peers.enumerated() {
            let cpu = rounds.cpu(index)
            let ratio = subject.map { rounds.ratio($0, to: index) }
            let cells = [
                peer.rawValue, rounds.rate(index).text(0), ratio.map { $0.text(2) + "×" } ?? "–", cpu.text(3),
                subject.map { rounds.cpuRatio($0, to: index).text(2) + "×" } ?? "–",
                (cpu > 0 ? megabytes / cpu * 1_000 : 0).text(0), firstBytes[index].text(2),
                try servers[index].peakMemory().text(1),
            ]
            guard peer == .proxyHTML, let least else {
                table.rows.append(Row(cells))
                continue
            }
            // Without a subject the ratio is 0, and the target missed.
            table.rows.append(Row(cells, .atLeast(least, "HTMLREWRITE ≥ \(least.text(0))×"), ratio ?? 0))
        }
        for server in servers { try server.finish(allowing: []) }
        table.notes =
            (subject == nil ? ["HTMLREWRITE is out: there is no libHTMLRewriting.so."] : []) + [
                Cores.note, "Judged by requests per second. One worker process each.",
            ] + HTMLRewritePeer.notes
        return table
    }

    /// Starts a server and looks at its answer.
    private func start(_ peer: HTMLRewritePeer, _ job: HTMLRewritePeer.Job, _ page: [UInt8]) throws -> HTTPDProcess {
        let server = try peer.peer(job, libraries).start(["page.html": page], children: 1)
        let body = "\(server.root)/tmp/body"
        for _ in 0..<2 {
            let result = try server.curl("--fail", "-o", body, path: Self.path, timeout: .seconds(60))
            guard result.status == 0 else {
                throw BenchError("\(peer.rawValue): \(result.errorText)\n\(server.errorLog)")
            }
            try peer.check(try Files.read(body), to: page, job)
        }
        try Cores.confine(server)
        return server
    }
}
