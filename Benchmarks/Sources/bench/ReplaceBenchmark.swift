// SPDX-License-Identifier: Apache-2.0

import HTTPDTesting

/// REPLACE beside the filters of httpd and nginx that do the same: one literal, twenty, two hundred, and a regular
/// expression with a capture, on a long page and a shorter one.
struct ReplaceBenchmark {
    private static let path = "/page.html"
    private static let wordsNote = "Half of the literals are words of the longer page; the others occur nowhere."
    private let libraries: Libraries
    private let effort: Effort

    /// What everybody has to do with a page.
    private struct Task {
        var title: String
        var page: [UInt8]
        var source = ReplacePeer.Source.file
        var contestants: [Contestant]
        var notes: [String] = []
    }

    /// One of those who do it. The first one is whom the task is about: the others are what it is compared with.
    private struct Contestant {
        var peer: ReplacePeer
        var rules: ReplaceRules
        /// What it is called when that is more than its peer's name.
        var label: String?
        /// How many times as many requests the first one must serve.
        var least: Double?

        var name: String { label ?? peer.rawValue }
    }

    /// Somebody who gives the right answer.
    private struct Entrant {
        var contestant: Contestant
        var server: any PageServer
        var firstByte: Double
        var hits: Int
    }

    init(_ libraries: Libraries, _ effort: Effort) {
        self.libraries = libraries
        var effort = effort
        // Many contestants take turns.
        effort.seconds = min(effort.seconds, 0.5)
        self.effort = effort
    }

    func run() throws -> [Table] {
        let long = try Pages.specification(bytes: 714_000)
        let pages = [long, Array(try Pages.specification(bytes: 240_000))]
        let twenty = try ReplaceRules.words(20, of: long, from: 10)
        let many = try ReplaceRules.words(200, of: long, from: 200)
        var tasks = pages.flatMap { page in
            [one(page, .file), literals(twenty, page), manyLiterals(twenty, many, page), links(page)]
        }
        tasks.insert(one(long, .handler), at: 1)
        return try tasks.map { try run($0) }
    }

    private func one(_ page: [UInt8], _ source: ReplacePeer.Source) -> Task {
        let others: [(ReplacePeer, Double?)] =
            source == .file
            ? [
                (.substitute, 4), (.sed, nil), (.subFilter, nil), (.subFilterSendfile, nil), (.subsFilter, 2),
                (.none, nil),
            ]
            : [(.substitute, nil), (.sed, nil), (.none, nil)]
        return Task(
            title: "one literal", page: page, source: source,
            contestants: [Contestant(peer: .replace, rules: .element)]
                + others.map { Contestant(peer: $0.0, rules: .element, least: $0.1) },
            notes: source == .file ? ReplacePeer.notes : [])
    }

    private func literals(_ rules: ReplaceRules, _ page: [UInt8]) -> Task {
        let others: [(ReplacePeer, Double?)] = [(.substitute, 15), (.sed, nil), (.subFilter, 6), (.subsFilter, nil)]
        return Task(
            title: "twenty literals", page: page,
            contestants: [Contestant(peer: .replace, rules: rules)]
                + others.map { Contestant(peer: $0.0, rules: rules, least: $0.1) },
            notes: [Self.wordsNote])
    }

    private func manyLiterals(_ twenty: ReplaceRules, _ many: ReplaceRules, _ page: [UInt8]) -> Task {
        Task(
            title: "two hundred literals", page: page,
            contestants: [
                Contestant(peer: .replace, rules: many, label: "REPLACE, 200 literals"),
                Contestant(peer: .replace, rules: twenty, label: "REPLACE, 20 literals", least: 0.5),
                Contestant(peer: .subFilter, rules: many, label: "nginx sub_filter, 200 literals"),
            ],
            notes: [Self.wordsNote, "Those who apply one rule after the other take ten times as long as for twenty."])
    }

    private func links(_ page: [UInt8]) -> Task {
        let others: [(ReplacePeer, Double?)] = [(.substitute, 4), (.sed, nil), (.subsFilter, 2)]
        return Task(
            title: "a regular expression with a capture: links", page: page,
            contestants: [Contestant(peer: .replace, rules: .links)]
                + others.map { Contestant(peer: $0.0, rules: .links, least: $0.1) },
            notes: ["sub_filter has no regular expressions."])
    }

    private func run(_ task: Task) throws -> Table {
        Progress.say("  \(task.title), \(task.page.count / 1_000) KB from \(task.source.rawValue)")
        var entrants: [Entrant] = []
        var refusal: String?
        for contestant in task.contestants {
            do {
                entrants.append(try enter(contestant, task))
            } catch  where contestant.peer == .replace {
                // What this project cannot do yet misses its targets, and does not keep the others from their figures.
                refusal = "\(contestant.name) is out: \(error)"
                Progress.say(refusal ?? "")
            }
        }
        let rounds = try Rounds(
            entrants.map(\.server), path: Self.path, connections: 8, effort: effort,
            leastRequests: effort.rounds > 3 ? 100 : 0)
        var table = try table(task, entrants, rounds)
        if let refusal { table.notes.insert(refusal.split(separator: "\n").joined(separator: " "), at: 0) }
        for entrant in entrants { try entrant.server.finish(allowing: []) }
        return table
    }

    /// Starts a server and looks at its answer.
    private func enter(_ contestant: Contestant, _ task: Task) throws -> Entrant {
        let expected =
            contestant.peer == .none ? (task.page, 0) : try contestant.rules.expected(of: task.page)
        let server = try contestant.peer.start(
            contestant.rules, task.source, libraries, ["page.html": task.page])
        try server.verify(contestant.name, Self.path, expected.0)
        try Cores.confine(server)
        let firstByte = try server.firstByte(Self.path, requests: effort.rounds > 3 ? 51 : 15)
        return Entrant(contestant: contestant, server: server, firstByte: firstByte, hits: expected.1)
    }

    private func table(_ task: Task, _ entrants: [Entrant], _ rounds: Rounds) throws -> Table {
        let subject = task.contestants[0].name
        let megabytes = Double(task.page.count) / 1e6
        var table = Table(
            title: "\(task.title), on \(task.page.count / 1_000) KB of HTML from \(task.source.rawValue) with "
                + "\(entrants.first?.hits ?? 0) hits, 8 connections",
            columns: [
                "", "requests/s", "\(subject) serves", "CPU ms/request", "\(subject) takes less CPU by",
                "MB per CPU second", "first byte ms", "peak MB",
            ])
        let isSubjectIn = entrants.first?.contestant.name == subject
        for contestant in task.contestants {
            guard let index = entrants.firstIndex(where: { $0.contestant.name == contestant.name }) else {
                table.rows.append(Row([contestant.name] + Array(repeating: "–", count: 7)))
                continue
            }
            let ratio = isSubjectIn ? rounds.ratio(0, to: index) : 0
            let cpu = rounds.cpu(index)
            let cells = [
                contestant.name, rounds.rate(index).text(0), isSubjectIn ? ratio.text(2) + "×" : "–", cpu.text(3),
                isSubjectIn ? rounds.cpuRatio(0, to: index).text(2) + "×" : "–",
                (cpu > 0 ? megabytes / cpu * 1_000 : 0).text(0), entrants[index].firstByte.text(2),
                try entrants[index].server.peakMemory().text(1),
            ]
            guard let least = contestant.least else {
                table.rows.append(Row(cells))
                continue
            }
            table.rows.append(Row(cells, .atLeast(least, "\(subject) ≥ \(least.text(least < 1 ? 1 : 0))×"), ratio))
        }
        table.notes = [
            Cores.note,
            "Judged by requests per second. One worker process each. Every answer was compared with Perl's, byte for byte.",
            "Peak memory is VmHWM of the worker behind the load; pages of a file that is mapped count.",
        ]
        table.notes += task.notes
        return table
    }
}
