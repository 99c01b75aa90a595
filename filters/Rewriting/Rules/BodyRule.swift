// SPDX-License-Identifier: Apache-2.0
public import HTTPD
import Replacing

/// The words of `Replace`: a rule, and the condition under which it holds.
public struct BodyRule: DirectiveWords {
    let rule: ConditionalRule

    /// Reads the words.
    public init(directiveArguments words: [String]) throws(DirectiveError) {
        guard let text = words.first, words.count <= 2 else {
            throw DirectiveError("takes a rule such as \"s/from/to/\", and at most a condition such as \"expr=…\"")
        }
        rule = try ConditionalRule(text, words.dropFirst().first)
    }
}
