// SPDX-License-Identifier: Apache-2.0
import HTTPD
import Testing

@testable import Rewriting

@Suite("The rules of the Replace directive")
struct ReplaceRuleTests {
    @Test(
        arguments: [
            ("s/from/to/n", "from", "to"),
            ("s/from//n", "from", ""),
            ("s|a/b|c/d|n", "a/b", "c/d"),
            ("s/a\\/b/c\\/d/n", "a/b", "c/d"),
            ("s/a\\\\/b/n", "a\\", "b"),
            ("s/a\\nb/c/n", "a\\nb", "c"),
            ("s#h\u{e9}#\u{1F600}#n", "h\u{e9}", "\u{1F600}"),
            ("s, , ,n", " ", " "),
            ("s/from/to/nn", "from", "to"),
            ("s1a1b1n", "a", "b"),
        ])
    func goodRules(_ text: String, _ from: String, _ to: String) throws {
        let rule = try ReplaceRule(directiveArgument: text)
        #expect(rule.literal.bytes == Array(from.utf8))
        #expect(rule.replacement == Array(to.utf8))
    }

    @Test(
        arguments: [
            ("", "'' must be a rule such as s/from/to/n"),
            ("s", "'s' must be a rule such as s/from/to/n"),
            ("from", "'from' must be a rule such as s/from/to/n"),
            ("S/a/b/n", "'S/a/b/n' must be a rule such as s/from/to/n"),
            ("sxaxbxn", "'x' cannot separate the parts of a rule: use / or another sign"),
            ("s a b n", "' ' cannot separate the parts of a rule: use / or another sign"),
            ("s\\a\\b\\n", "'\\' cannot separate the parts of a rule: use / or another sign"),
            ("s/", "'s/' lacks the / behind what is to be found"),
            ("s/from", "'s/from' lacks the / behind what is to be found"),
            ("s/from\\/", "'s/from\\/' lacks the / behind what is to be found"),
            ("s/from/", "'s/from/' lacks the / behind the replacement"),
            ("s/from/to", "'s/from/to' lacks the / behind the replacement"),
            ("s/from/to\\/n", "'s/from/to\\/n' lacks the / behind the replacement"),
            ("s/from/to/", "only literal rules exist: add the flag n, as in s/from/to/n"),
            ("s|from|to|", "only literal rules exist: add the flag n, as in s|from|to|n"),
            ("s/from/to/i", "'i' is not a flag of a rule: n, for literal text, is"),
            ("s/from/to/n ", "' ' is not a flag of a rule: n, for literal text, is"),
            ("s//to/n", "'s//to/n' has nothing to be found: write text between the first two /"),
        ])
    func badRules(_ text: String, _ sentence: String) {
        #expect(throws: DirectiveError(sentence)) {
            _ = try ReplaceRule(directiveArgument: text)
        }
    }
}
