// SPDX-License-Identifier: Apache-2.0
import HTMLEditing
import Synchronization

/// Selectors that were compiled lately, by their texts: an .htaccess file is read for each request, and the rules of nested
/// sections come together anew for each.
enum RuleCache {
    /// All of a rule that selectors are compiled of. What it does is put in later.
    struct Shape: Hashable {
        let selector: String
        let isOfComments: Bool
    }

    /// When there are more of them, all are forgotten: what is in use comes back at once.
    private static let most = 512

    private static let known = Mutex<[[Shape]: HTMLRules]>([:])

    /// Rules of these shapes that do nothing.
    static func rules(_ shapes: [Shape]) throws(HTMLRulesError) -> HTMLRules {
        if let rules = known.withLock({ $0[shapes] }) { return rules }
        let rules = try HTMLRules(
            shapes.map { HTMLHandler($0.selector, $0.isOfComments ? .comment { _ in } : .element { _ in }) })
        known.withLock { known in
            if known.count >= most { known.removeAll() }
            known[shapes] = rules
        }
        return rules
    }
}
