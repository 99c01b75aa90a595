// SPDX-License-Identifier: Apache-2.0

/// Rules that are applied together, in one pass: each byte is replaced at most once, what begins first before what begins
/// later, and of what begins at one place the first rule.
public struct RuleSet: Sendable {
    let patterns: PatternSet
    let replacements: [Replacement]
    let growthLimit: Int?

    /// Makes rules ready. Takes time: make it once, and use it for many streams.
    ///
    /// - Throws: When memory runs out.
    public init(_ rules: [ReplaceRule]) throws(PatternError) {
        self.init(rules, try PatternSet(rules))
    }

    /// The same with patterns that were made ready for rules with an equal key.
    package init(_ rules: [ReplaceRule], _ patterns: PatternSet) {
        self.patterns = patterns
        replacements = rules.map(\.replacement)
        growthLimit = rules.reduce(1) { limit, rule in
            guard let limit, let growth = rule.growthLimit else { return nil }
            return max(limit, growth)
        }
    }
}
