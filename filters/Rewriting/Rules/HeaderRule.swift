// SPDX-License-Identifier: Apache-2.0
public import HTTPD
import Replacing

/// The words of `ReplaceHeader`: a field, a rule for each of its values, and the condition under which it holds.
public struct HeaderRule: DirectiveWords {
    /// Which header the field is in.
    enum Message: String {
        case request, response
    }

    let message: Message
    let field: String
    let rule: ConditionalRule

    /// Fields by which those at the other end find the end of the body.
    private static let framing: Set<String> = ["content-length", "transfer-encoding"]

    /// Reads the words.
    public init(directiveArguments words: [String]) throws(DirectiveError) {
        var rest = words[...]
        message = rest.first.flatMap { Message(rawValue: $0.lowercased()) } ?? .response
        if let first = rest.first, Message(rawValue: first.lowercased()) != nil { rest = rest.dropFirst() }
        guard let field = rest.popFirst(), let text = rest.popFirst(), rest.count <= 1 else {
            throw DirectiveError(
                "takes request or response, the name of a field, a rule such as \"s/from/to/\", and at most a condition"
            )
        }
        guard !field.isEmpty, field.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }) else {
            throw DirectiveError("'\(field)' is no name of a header field")
        }
        guard !Self.framing.contains(field.lowercased()) else {
            throw DirectiveError("'\(field)' says how long the body is, and not what a rule makes of it")
        }
        self.field = field
        rule = try ConditionalRule(text, rest.first)
    }
}
