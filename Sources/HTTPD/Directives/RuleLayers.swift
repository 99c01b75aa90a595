// SPDX-License-Identifier: Apache-2.0

/// The value of `ReplaceInherit` and `HTMLRewriteInherit`.
package enum RuleInheritance: String, CaseIterable, DirectiveValue {
    /// The rules of an inner section come behind those around it.
    case append
    /// They come before those.
    case prepend
    /// They take their place; a section without rules has those around it.
    case replace
}

/// What a section, or some that were merged, makes of the rules of those around it.
///
/// httpd merges sections in any grouping: `<Location>`s with each other before they meet a `<Directory>`. So a merged section must
/// still know what it does to rules that come later from outside, and not only which rules it has.
package struct RuleLayers<Rule: Sendable>: Sendable {
    /// The rules that come before those around it.
    private var before: [Rule] = []
    /// Those that come behind them.
    private var after: [Rule] = []
    /// Whether those around it do not count.
    private var drops = false

    /// One section.
    package init(_ rules: [Rule], _ inheritance: RuleInheritance) {
        switch inheritance {
        case .append: after = rules
        case .prepend: before = rules
        case .replace:
            after = rules
            drops = !rules.isEmpty
        }
    }

    /// Lays an inner section over this one.
    package mutating func add(_ inner: Self) {
        if inner.drops {
            self = inner
        } else {
            before = inner.before + before
            after += inner.after
        }
    }

    /// The rules, where there are none around.
    package var rules: [Rule] { before + after }
}
