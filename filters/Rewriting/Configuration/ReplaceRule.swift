// SPDX-License-Identifier: Apache-2.0
public import HTTPD
import Replacing

/// One rule.
public struct ConfiguredRule: DirectiveValue {
    let rule: ReplaceRule
    /// Reads it.
    public init(directiveArgument text: String) throws(DirectiveError) {
        do throws(RuleError) { rule = try ReplaceRule(text) } catch { throw DirectiveError(error.message) }
    }
}
