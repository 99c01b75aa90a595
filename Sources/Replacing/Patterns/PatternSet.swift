// SPDX-License-Identifier: Apache-2.0

/// The patterns of some rules, made ready to be searched for together. Many streams may use one.
package final class PatternSet: Sendable {
    /// What searches for one rule alone.
    struct Single: Sendable {
        enum Search: Sendable {
            case literal(Literal)
            case pattern(Pattern)
        }

        let search: Search
        let rule: Int
    }

    /// What a set is made for: equal keys find the same.
    package struct Key: Hashable, Sendable {
        private let sources: [PatternSource]
        private let once: [Bool]

        package init(_ rules: [ReplaceRule]) {
            sources = rules.map(\.search.source)
            once = rules.map(\.isOnce)
        }
    }

    let singles: [Single]
    let literals: LiteralSet?
    /// Whether a rule is over with its first match.
    let once: [Bool]
    /// How many bytes before a match must stay in sight.
    let context: Int
    /// The length of the longest literal.
    let longestLiteral: Int
    /// Whether a pattern may ask where a line begins.
    let hasLineStarts: Bool

    /// - Throws: When memory runs out.
    package init(_ rules: [ReplaceRule]) throws(PatternError) {
        var singles: [Single] = []
        var together: [LiteralSet.Text] = []
        for (rule, value) in rules.enumerated() {
            switch value.search {
            // What ends with its first match cannot be one of many: others would be missed where it hides them.
            case .literal(let bytes, let ignoresCase) where value.isOnce:
                singles.append(Single(search: try Self.alone(bytes, ignoresCase: ignoresCase), rule: rule))
            case .literal(let bytes, let ignoresCase):
                together.append(.init(bytes: bytes, ignoresCase: ignoresCase, rule: rule))
            case .pattern(let pattern):
                singles.append(Single(search: .pattern(pattern), rule: rule))
            }
        }
        if let only = together.first, together.count == 1, !only.ignoresCase {
            singles.append(Single(search: try Self.alone(only.bytes, ignoresCase: false), rule: only.rule))
            together = []
        }
        if together.isEmpty {
            literals = nil
        } else {
            guard let set = LiteralSet(together) else {
                throw PatternError("the literals cannot be compiled together", at: 0)
            }
            literals = set
        }
        let patterns = singles.compactMap { if case .pattern(let pattern) = $0.search { pattern } else { nil } }
        context = patterns.map(\.context).max() ?? 0
        hasLineStarts = patterns.contains(where: \.hasLineStarts)
        longestLiteral = rules.map { if case .literal(let bytes, _) = $0.search { bytes.count } else { 0 } }.max() ?? 0
        self.singles = singles
        once = rules.map(\.isOnce)
    }

    private static func alone(_ bytes: [UInt8], ignoresCase: Bool) throws(PatternError) -> Single.Search {
        if !ignoresCase, let literal = Literal(bytes) { return .literal(literal) }
        let digits = Array("0123456789abcdef".utf8)
        let quoted = bytes.flatMap { Array("\\x".utf8) + [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return .pattern(try Pattern(String(decoding: quoted, as: UTF8.self), options: .ignoresCase))
    }
}
