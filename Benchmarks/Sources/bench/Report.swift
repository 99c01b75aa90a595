// SPDX-License-Identifier: Apache-2.0

/// A target, and whether a figure meets it.
struct Target {
    enum Bound {
        case atLeast(Double)
        case atMost(Double)
    }

    let bound: Bound
    let text: String

    static func atLeast(_ value: Double, _ text: String) -> Target { Target(bound: .atLeast(value), text: text) }
    static func atMost(_ value: Double, _ text: String) -> Target { Target(bound: .atMost(value), text: text) }

    func isMet(by figure: Double) -> Bool {
        switch bound {
        case .atLeast(let least): figure >= least
        case .atMost(let most): figure <= most
        }
    }
}

/// One line of a table: what was measured, and what it should have been.
struct Row {
    var cells: [String]
    /// `nil` where nothing is promised.
    var verdict: (target: Target, figure: Double)?

    init(_ cells: [String], _ target: Target? = nil, _ figure: Double = 0) {
        self.cells = cells
        verdict = target.map { ($0, figure) }
    }

    var isMet: Bool { verdict.map { $0.target.isMet(by: $0.figure) } ?? true }

    /// The cells, and the target with its verdict.
    var all: [String] {
        cells + [verdict.map(\.target.text) ?? "", verdict == nil ? "" : isMet ? "PASS" : "FAIL"]
    }
}

/// A table with its notes.
struct Table {
    var title: String
    var columns: [String]
    var rows: [Row] = []
    var notes: [String] = []

    private var header: [String] { columns + ["target", ""] }

    var text: String {
        let lines = [header] + rows.map(\.all)
        let widths = header.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        let body = lines.map { cells in
            cells.indices.map { column in
                let padding = String(repeating: " ", count: widths[column] - cells[column].count)
                // Names to the left, figures to the right.
                return column == 0 || column >= columns.count ? cells[column] + padding : padding + cells[column]
            }.joined(separator: "  ")
        }
        return ([title] + body.map { "  " + $0 } + notes.map { "  - " + $0 }).joined(separator: "\n")
    }

    var markdown: String {
        let rule = header.indices.map { $0 == 0 || $0 >= columns.count ? "---" : "---:" }
        let lines = ([header, rule] + rows.map(\.all)).map { "| " + $0.joined(separator: " | ") + " |" }
        return (["### \(title)", ""] + lines + [""] + notes.map { "- \($0)" }).joined(separator: "\n")
    }
}

/// All that a run found.
struct Report {
    var tables: [Table] = []
    var duration = Duration.zero

    var meetsAllTargets: Bool { tables.allSatisfy { $0.rows.allSatisfy(\.isMet) } }

    private var summary: String {
        let judged = tables.flatMap(\.rows).filter { $0.verdict != nil }
        let met = judged.count { $0.isMet }
        return "\(met) of \(judged.count) targets met, in \(duration.components.seconds) s"
    }

    var text: String { (tables.map(\.text) + [summary]).joined(separator: "\n\n") }
    var markdown: String { (tables.map(\.markdown) + [summary]).joined(separator: "\n\n") }
}
