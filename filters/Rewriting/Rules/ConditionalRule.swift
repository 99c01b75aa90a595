// SPDX-License-Identifier: Apache-2.0
import HTTPD
import Replacing

/// A rule as it stands in the configuration: what it replaces with, and whether it holds, may depend on the request.
struct ConditionalRule: Sendable {
    /// The rule, with nothing for what an expression is to say.
    let rule: ReplaceRule
    /// The text of the rule, for the log.
    let source: String
    private let expression: StringExpression?
    private let condition: ConditionExpression?

    /// Reads a rule, and `expr=…`.
    init(_ text: String, _ condition: String?) throws(DirectiveError) {
        source = text
        do throws(RuleError) {
            let parts = try RuleText(text)
            expression = parts.flags.contains(.expression) ? try Self.expression(parts.replacement) : nil
            rule = try RuleCache.rule(text, parts)
        } catch {
            throw DirectiveError(error.message)
        }
        guard let condition else {
            self.condition = nil
            return
        }
        guard condition.hasPrefix("expr=") else {
            throw DirectiveError("'\(condition)' must be a condition such as \"expr=%{REQUEST_URI} =~ m#^/news/#\"")
        }
        self.condition = try ConditionExpression(directiveArgument: String(condition.dropFirst("expr=".count)))
    }

    private static func expression(_ text: String) throws(RuleError) -> StringExpression {
        do throws(DirectiveError) {
            return try StringExpression(directiveArgument: text)
        } catch {
            throw RuleError(error.message)
        }
    }

    /// Whether it is the same for all requests.
    var isConstant: Bool { expression == nil && condition == nil }

    /// The rule as it is for a request; `nil` where its condition does not hold.
    func resolved(_ request: borrowing Request) throws(HTTPDError) -> ReplaceRule? {
        if let condition, try !condition.evaluate(request) { return nil }
        guard let expression else { return rule }
        return rule.replacing(by: .bytes(try expression.evaluateBytes(request)))
    }
}
