// SPDX-License-Identifier: Apache-2.0
internal import HTMLEditing
public import HTTPD

/// The words of `HTMLRewrite`: a selector, what is done with its elements, and the condition under which it is.
public struct HTMLRule: DirectiveWords {
    let selector: String
    let action: RuleAction
    private let condition: ConditionExpression?
    /// What it does to each page, if that is always the same.
    let constant: HTMLHandler.Action?

    /// Reads the words.
    public init(directiveArguments words: [String]) throws(DirectiveError) {
        var rest = words[...]
        guard let selector = rest.popFirst(), let name = rest.popFirst() else {
            throw DirectiveError(
                "takes a selector, an action such as set-attribute with its arguments, and at most a condition")
        }
        self.selector = selector
        let kind = try RuleAction.Kind(directiveArgument: name)
        let arguments = kind.arguments
        let conditions = rest.dropFirst(arguments.count)
        guard rest.count >= arguments.count, conditions.count <= 1 else {
            let wanted = arguments.isEmpty ? "no argument" : arguments.joined(separator: " and ")
            throw DirectiveError("'\(name)' takes \(wanted), and at most a condition such as \"expr=…\" behind")
        }
        action = try RuleAction(kind, Array(rest.prefix(arguments.count)))
        do throws(HTMLRulesError) {
            _ = try RuleCache.rules([RuleCache.Shape(selector: selector, isOfComments: kind.isOfComments)])
        } catch {
            throw DirectiveError(error.description)
        }
        if let text = conditions.first {
            condition = try RuleCondition.expression(text)
        } else {
            condition = nil
        }
        if condition == nil, !kind.mayBeRefused, let value = action.value.constant {
            constant = action.handler(value, Refusals())
        } else {
            constant = nil
        }
    }

    /// What it asks of pages.
    var shape: RuleCache.Shape { RuleCache.Shape(selector: selector, isOfComments: action.kind.isOfComments) }

    /// What it does to the page of a request; `nil` where its condition does not hold.
    func resolved(
        _ request: borrowing Request, _ refusals: Refusals
    ) throws(HTTPDError) -> HTMLHandler.Action? {
        if let constant { return constant }
        if let condition, try !condition.evaluate(request) { return nil }
        return action.handler(try action.value.bytes(request), refusals)
    }
}
