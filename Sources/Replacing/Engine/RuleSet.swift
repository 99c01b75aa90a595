// SPDX-License-Identifier: Apache-2.0

/// Rules that are applied together, in one pass: each byte is replaced at most once, what begins first before what begins
/// later, and of what begins at one place the first rule.
public struct RuleSet: Sendable {
    let patterns: PatternSet
    let replacements: [Replacement]
    /// The same, where all are texts for literals.
    let texts: LiteralTexts?
    let growthLimit: Int?
    /// Whether each rule counts; empty if all do.
    let active: [Bool]

    /// Makes rules ready. Takes time: make it once, and use it for many streams.
    ///
    /// - Throws: When memory runs out.
    public init(_ rules: [ReplaceRule]) throws(PatternError) {
        self.init(rules, try PatternSet(rules))
    }

    /// The same with patterns that were made ready for rules with an equal key.
    package init(_ rules: [ReplaceRule], _ patterns: PatternSet) {
        self.init(rules, patterns, active: [])
    }

    private init(_ rules: [ReplaceRule], _ patterns: PatternSet, active: [Bool]) {
        self.patterns = patterns
        self.active = active
        replacements = rules.map(\.replacement)
        texts = LiteralTexts(patterns, replacements)
        growthLimit = rules.reduce(1) { limit, rule in
            guard let limit, let growth = rule.growthLimit else { return nil }
            return max(limit, growth)
        }
    }

    /// The same patterns for one stream: with other replacements, and without the rules that are `nil`.
    package func resolved(_ rules: [ReplaceRule?], otherwise all: [ReplaceRule]) -> RuleSet {
        guard rules.count == replacements.count, all.count == rules.count else { return self }
        return RuleSet(zip(rules, all).map { $0 ?? $1 }, patterns, active: rules.map { $0 != nil })
    }
}
