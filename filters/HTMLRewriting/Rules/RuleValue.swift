// SPDX-License-Identifier: Apache-2.0
import HTTPD

/// What a rule writes: the same for all requests, or what an expression comes to for each.
enum RuleValue: Sendable {
    case bytes([UInt8])
    case expression(StringExpression)

    /// A text with `%{` in it is an expression.
    init(_ text: String) throws(DirectiveError) {
        if text.contains("%{") {
            self = .expression(try StringExpression(directiveArgument: text))
        } else {
            self = .bytes(Array(text.utf8))
        }
    }

    /// The bytes, where they do not depend on the request.
    var constant: [UInt8]? {
        if case .bytes(let bytes) = self { bytes } else { nil }
    }

    /// The bytes for a request.
    func bytes(_ request: borrowing Request) throws(HTTPDError) -> [UInt8] {
        switch self {
        case .bytes(let bytes): bytes
        case .expression(let expression): try expression.evaluateBytes(request)
        }
    }
}
