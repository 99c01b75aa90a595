// SPDX-License-Identifier: Apache-2.0
import HTMLLinks
public import HTTPD

/// The words of `HTMLRewriteURLs`: a prefix of URLs, what takes its place, and the condition under which it does.
public struct URLRule: DirectiveWords {
    let from: String
    let to: String
    private let condition: ConditionExpression?

    /// Reads the words.
    public init(directiveArguments words: [String]) throws(DirectiveError) {
        guard words.count == 2 || words.count == 3 else {
            throw DirectiveError(
                "takes the beginning of URLs, what takes its place, and at most a condition such as \"expr=…\"")
        }
        from = words[0]
        to = words[1]
        do throws(URLMapError) {
            _ = try URLMap([(from: from, to: to)])
        } catch {
            throw DirectiveError("'\(error.part == .from ? from : to)': \(error.message)")
        }
        condition = try words.count == 3 ? RuleCondition.expression(words[2]) : nil
    }

    /// Whether it holds for all requests.
    var isConstant: Bool { condition == nil }

    /// Whether it holds for a request.
    func holds(_ request: borrowing Request) throws(HTTPDError) -> Bool {
        guard let condition else { return true }
        return try condition.evaluate(request)
    }
}

/// The last word of a rule.
enum RuleCondition {
    static func expression(_ word: String) throws(DirectiveError) -> ConditionExpression {
        guard word.hasPrefix("expr=") else {
            throw DirectiveError("'\(word)' must be a condition such as \"expr=%{REQUEST_URI} =~ m#^/news/#\"")
        }
        return try ConditionExpression(directiveArgument: String(word.dropFirst("expr=".count)))
    }
}
