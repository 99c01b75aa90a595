// SPDX-License-Identifier: Apache-2.0

/// What stands in the place of the literals of a set, all in one piece.
struct LiteralTexts: Sendable {
    private(set) var bytes: [UInt8] = []
    /// Where in it the text of each literal begins, and the end.
    private(set) var offsets: [UInt32] = [0]

    /// `nil` where that takes more than to look up a text for each literal: other patterns, rules that are over with their
    /// first match, and what is made for each match.
    init?(_ patterns: PatternSet, _ replacements: [Replacement]) {
        guard patterns.singles.isEmpty, patterns.sets.count == 1, !patterns.once.contains(true) else { return nil }
        for rule in patterns.sets[0].rules {
            guard case .text(let text) = replacements[rule].kind else { return nil }
            bytes += text
            guard let end = UInt32(exactly: bytes.count) else { return nil }
            offsets.append(end)
        }
    }
}
