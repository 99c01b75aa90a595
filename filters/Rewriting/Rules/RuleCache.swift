// SPDX-License-Identifier: Apache-2.0
import HTTPD
import Replacing
import Synchronization

/// What was compiled lately, by what it was compiled of: an .htaccess file is read for each request, and the rules of nested
/// sections come together anew for each.
enum RuleCache {
    /// When there are more of them, all are forgotten: what is in use comes back at once.
    private static let most = 512

    private static let rules = Mutex<[String: ReplaceRule]>([:])
    private static let sets = Mutex<[PatternSet.Key: PatternSet]>([:])

    /// The rule of a text.
    static func rule(_ text: String, _ parts: RuleText) throws(RuleError) -> ReplaceRule {
        if let rule = rules.withLock({ $0[text] }) { return rule }
        let rule = try ReplaceRule(compiling: parts)
        rules.withLock { rules in
            if rules.count >= most { rules.removeAll() }
            rules[text] = rule
        }
        return rule
    }

    /// The rules, ready to be applied together.
    static func set(_ rules: [ReplaceRule]) throws(PatternError) -> RuleSet {
        let key = PatternSet.Key(rules)
        if let patterns = sets.withLock({ $0[key] }) { return RuleSet(rules, patterns) }
        let patterns = try PatternSet(rules)
        sets.withLock { sets in
            if sets.count >= most { sets.removeAll() }
            sets[key] = patterns
        }
        return RuleSet(rules, patterns)
    }
}
