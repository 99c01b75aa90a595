// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Replacing

@Suite("Templates, and what is wrong with patterns")
struct TemplateTests {
    private static let letters = "(?<first>a)(b)(c)(d)(e)(f)(g)(h)(i)(j)(k)(l)(z)?"

    @Test(
        "what stands for what",
        arguments: [
            ("$0", "abcdefghijkl"), ("$&", "abcdefghijkl"), ("$1", "a"), ("$12", "l"), ("$013", "a3"), ("$1x", "ax"),
            ("$123", "l3"), ("${1}2", "a2"), ("${12}", "l"), ("${0}", "abcdefghijkl"), ("${first}", "a"),
            ("$+{first}", "a"), ("\\1", "a"), ("\\12", "a2"), ("[$13]", "[]"), ("[${13}]", "[]"),
            ("\\n\\r\\t\\f\\a\\e", "\n\r\t\u{c}\u{7}\u{1b}"), ("\\0", "\0"), ("\\x41\\x7e", "A~"), ("\\\\", "\\"),
            ("\\$1", "$1"), ("\\$\\&\\/", "$&/"), ("$", "$"), ("a$", "a$"), ("$ 1", "$ 1"), ("$$1", "$a"), ("$x", "$x"),
            ("$+", "$+"), ("$+1", "$+1"), ("{1}", "{1}"), ("\u{e9}\\\u{e9}", "\u{e9}\u{e9}"), ("", ""),
        ])
    func parts(_ template: String, _ expected: String) throws {
        let rule = try ReplaceRule(Pattern(Self.letters), template: template)
        #expect(try streamed(RuleSet([rule]), Array("<abcdefghijkl>".utf8), cuts: [4]) == Array("<\(expected)>".utf8))
    }

    @Test("a byte of a template that is no text by itself")
    func bytes() throws {
        let rule = try ReplaceRule(Pattern("a"), template: "\\xFf\\xc3$&")
        #expect(try streamed(RuleSet([rule]), [97]) == [0xFF, 0xC3, 97])
    }

    @Test(
        "what is wrong with a template",
        arguments: [
            ("$2", "'$2' uses group 2, and the last group of the pattern is 1"),
            ("$12", "'$12' uses group 12, and the last group of the pattern is 1"),
            ("\\9", "'\\9' uses group 9, and the last group of the pattern is 1"),
            ("${2}", "'${2}' uses group 2, and the last group of the pattern is 1"),
            ("${b}", "'${b}' uses the group 'b', which the pattern does not have"),
            ("$+{b}", "'$+{b}' uses the group 'b', which the pattern does not have"),
            ("${}", "'${}' uses the group '', which the pattern does not have"),
            ("${+1}", "'${+1}' uses the group '+1', which the pattern does not have"),
            ("${-0}", "'${-0}' uses the group '-0', which the pattern does not have"),
            (
                "${99999999999999999999}",
                "'${99999999999999999999}' uses the group '99999999999999999999', which the pattern does not have"
            ),
            ("${a", "'${a' lacks the } of a group's name"),
            ("${", "'${' lacks the } of a group's name"),
            ("$+{", "'$+{' lacks the } of a group's name"),
            ("a\\", "'a\\' ends in a backslash: write \\\\ for one"),
            ("\\x4", "'\\x4' needs two hexadecimal digits behind \\x"),
            ("\\xg0", "'\\xg0' needs two hexadecimal digits behind \\x"),
            ("\\x", "'\\x' needs two hexadecimal digits behind \\x"),
            ("\\U$1", "'\\U' means nothing in a replacement"),
        ])
    func errors(_ template: String, _ sentence: String) throws {
        let pattern = try Pattern("(?<a>a)")
        #expect(throws: RuleError(sentence)) { _ = try Replacement(template: template, for: pattern) }
    }

    @Test(
        "what is wrong with a pattern, and where",
        arguments: [
            ("a(b", "missing closing parenthesis", 3), ("a)b", "unmatched closing parenthesis", 1),
            ("[a", "missing terminating ] for character class", 2),
            ("*a", "quantifier does not follow a repeatable item", 0), ("a\\", "\\ at end of pattern", 2),
            ("(?<n>a)(?<n>b)", "two named subpatterns have the same name (PCRE2_DUPNAMES not set)", 12),
            ("(?<=a+)b", "lookbehind assertion is not fixed length", 0),
            ("\\2(a)", "reference to non-existent subpattern", 1),
            ("ab\\Gc", "\\G is not possible in a stream", 2),
            ("a(*COMMIT)b", "(*COMMIT) is not possible in a stream", 1),
            ("(*COMMIT:name)b", "(*COMMIT) is not possible in a stream", 0),
            ("\\\\\\Ga", "\\G is not possible in a stream", 2), ("\\Q\\G\\E\\G", "\\G is not possible in a stream", 6),
            ("(*UTF)a", "using UTF is disabled by the application", 6),
            ("(*UCP)a", "using UCP is disabled by the application", 6),
            ("(*CRLF)^a", "(*CRLF) is not possible in a stream", 0),
            ("(*UTF)(*ANY)^a", "(*ANY) is not possible in a stream", 6),
        ])
    func patternErrors(_ pattern: String, _ message: String, _ offset: Int) {
        #expect(throws: PatternError(message, at: offset)) { _ = try Pattern(pattern) }
    }

    @Test(
        "what only looks like what is refused",
        arguments: ["\\\\G", "\\Q(*COMMIT)\\G\\E", "\\(*COMMIT\\)", "(*PRUNE)a", "\\Q\\G"])
    func allowed(_ pattern: String) throws { _ = try Pattern(pattern) }
}
