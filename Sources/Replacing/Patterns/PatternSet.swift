// SPDX-License-Identifier: Apache-2.0

/// The patterns of some rules, made ready to be searched for together. Many streams may use one.
package final class PatternSet: Sendable {
    /// A pattern, and the number of its rule.
    struct Single: Sendable {
        let pattern: Pattern
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
    /// Literals that are looked for together: first those of most rules.
    let sets: [LiteralSet]
    /// Whether a rule is over with its first match.
    let once: [Bool]
    /// How many bytes before a match must stay in sight.
    let context: Int
    /// Whether a pattern may ask where a line begins.
    let hasLineStarts: Bool
    /// The length of the longest literal.
    let longestLiteral: Int

    /// - Parameters:
    ///   - rules: Whose patterns they are.
    ///   - isNarrow: Whether literals are looked for as on a machine that cannot take the widest steps: for tests.
    /// - Throws: When memory runs out.
    package init(_ rules: [ReplaceRule], isNarrow: Bool = false) throws(PatternError) {
        var singles: [Single] = []
        var together: [LiteralSet.Text] = []
        var alone: [LiteralSet.Text] = []
        var longest = 0
        for (rule, value) in rules.enumerated() {
            switch value.search {
            case .literal(let bytes, let ignoresCase) where !LiteralSet.takes(bytes):
                singles.append(Single(pattern: try Self.pattern(of: bytes, ignoresCase: ignoresCase), rule: rule))
                longest = max(longest, bytes.count)
            case .literal(let bytes, let ignoresCase):
                let text = LiteralSet.Text(bytes: bytes, ignoresCase: ignoresCase, rule: rule)
                // What ends with its first match cannot be one of many: others would be missed where it hides them.
                if value.isOnce { alone.append(text) } else { together.append(text) }
            case .pattern(let pattern):
                singles.append(Single(pattern: pattern, rule: rule))
            }
        }
        var sets: [LiteralSet] = []
        for texts in (together.isEmpty ? [] : [together]) + alone.map({ [$0] }) {
            guard let set = LiteralSet(texts, isNarrow: isNarrow) else {
                throw PatternError("the literals cannot be compiled together", at: 0)
            }
            sets.append(set)
        }
        self.sets = sets
        self.singles = singles
        once = rules.map(\.isOnce)
        context = singles.map(\.pattern.context).max() ?? 0
        hasLineStarts = singles.contains(where: \.pattern.hasLineStarts)
        longestLiteral = sets.map(\.longest).reduce(longest, max)
    }

    /// A pattern that matches the bytes and nothing else.
    private static func pattern(of bytes: [UInt8], ignoresCase: Bool) throws(PatternError) -> Pattern {
        let digits = Array("0123456789abcdef".utf8)
        let quoted = bytes.flatMap { Array("\\x".utf8) + [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return try Pattern(String(decoding: quoted, as: UTF8.self), options: ignoresCase ? .ignoresCase : [])
    }
}
