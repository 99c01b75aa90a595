// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Replacing

@Suite("Rules in Perl's spelling")
struct RuleTextTests {
    @Test(
        "the parts of a rule",
        arguments: [
            ("s/from/to/n", "from", "to"),
            ("s/from//n", "from", ""),
            ("s|a/b|c/d|n", "a/b", "c/d"),
            ("s/a\\/b/c\\/d/n", "a/b", "c/d"),
            ("s/a\\\\/b/n", "a\\", "b"),
            ("s/a\\nb/c/n", "a\\nb", "c"),
            ("s#h\u{e9}#\u{1F600}#n", "h\u{e9}", "\u{1F600}"),
            ("s\u{20AC}a\\\u{20AC}b\u{20AC}c\u{20AC}", "a\u{20AC}b", "c"),
            ("s, , ,n", " ", " "),
            ("s/from/to/nn", "from", "to"),
            ("s1a1b1n", "a", "b"),
            // A combining mark is a sign of its own, so that no letter hides the delimiter.
            ("s/a/\u{301}b/n", "a", "\u{301}b"),
            ("s/a\\/b/c\\/d/", "a/b", "c/d"),
            ("s,a{1\\,2},x,", "a{1,2}", "x"),
            ("s-[a\\-c]-x-", "[a-c]", "x"),
            ("s=(?\\=a)=x=", "(?=a)", "x"),
            // What means something in a pattern stays ordinary.
            ("s|a\\|b|x\\|y|", "a\\|b", "x|y"),
            ("s.a\\.b.x.", "a\\.b", "x"),
            ("s+a\\+b+x+", "a\\+b", "x"),
            ("s?a\\?b?x?", "a\\?b", "x"),
            ("s(a\\(b(x(", "a\\(b", "x"),
            ("s$a\\$b$x\\$1$", "a\\$b", "x\\$1"),
            ("s^a\\^b^x^", "a\\^b", "x"),
            ("s#a\\#b#x#x", "a\\#b", "x"),
            ("s&a\\&b&x\\&&", "a&b", "x\\&"),
            ("s|a\\|b|x\\|y|n", "a|b", "x|y"),
            // Only the backslash of the delimiter is taken from what is read once more.
            ("s/a\\\\b\\//\\\\\\//", "a\\\\b/", "\\\\/"),
            ("s/a/%{REQUEST_URI} =~ m#\\/x\\.y#/e", "a", "%{REQUEST_URI} =~ m#/x\\.y#"),
        ])
    func parts(_ text: String, _ from: String, _ to: String) throws {
        let rule = try RuleText(text)
        #expect(rule.pattern == from)
        #expect(rule.replacement == to)
    }

    @Test("the flags, in any order and more than once")
    func flags() throws {
        #expect(try RuleText("s/a/b/").flags == [])
        #expect(
            try RuleText("s/a/b/e1xsmi").flags
                == [.ignoresCase, .isMultiline, .dotMatchesNewline, .isExtended, .once, .expression])
        #expect(try RuleText("s/a/b/1ni").flags == [.literal, .ignoresCase, .once])
        #expect(try RuleText("s/a/b/nen").flags == [.literal, .expression])
    }

    @Test(
        "each error has its sentence",
        arguments: [
            ("", "'' must be a rule such as s/from/to/"),
            ("s", "'s' must be a rule such as s/from/to/"),
            ("from", "'from' must be a rule such as s/from/to/"),
            ("S/a/b/n", "'S/a/b/n' must be a rule such as s/from/to/"),
            ("sxaxbxn", "'x' cannot separate the parts of a rule: use / or another sign"),
            ("s\u{e9}a\u{e9}b\u{e9}", "'\u{e9}' cannot separate the parts of a rule: use / or another sign"),
            ("s a b n", "' ' cannot separate the parts of a rule: use / or another sign"),
            ("s\\a\\b\\n", "'\\' cannot separate the parts of a rule: use / or another sign"),
            ("s/", "'s/' lacks the / behind what is to be found"),
            ("s/from", "'s/from' lacks the / behind what is to be found"),
            ("s/from\\/", "'s/from\\/' lacks the / behind what is to be found"),
            ("s/from\\", "'s/from\\' lacks the / behind what is to be found"),
            ("s/from/", "'s/from/' lacks the / behind the replacement"),
            ("s/from/to", "'s/from/to' lacks the / behind the replacement"),
            ("s|from|to\\|n", "'s|from|to\\|n' lacks the | behind the replacement"),
            ("s/from/to/n ", "' ' is not a flag of a rule: n, i, m, s, x, 1 and e are"),
            ("s/from/to/I", "'I' is not a flag of a rule: n, i, m, s, x, 1 and e are"),
            (
                "s/from/to/g",
                "'g' is not a flag of a rule: n, i, m, s, x, 1 and e are, and all matches are replaced without it"
            ),
            ("s/a/b/c/", "'c' is not a flag of a rule: n, i, m, s, x, 1 and e are"),
            ("s/a/b/nm", "m, s and x are for patterns, and the flag n says that there is none"),
            ("s/a/b/sn", "m, s and x are for patterns, and the flag n says that there is none"),
            ("s/a/b/xn", "m, s and x are for patterns, and the flag n says that there is none"),
            ("s//to/n", "there is nothing to be found"),
            ("s/a/b/e", "the flag e asks for an expression, and there is nobody here who knows them"),
            ("s/a(/b/", "'a(' is no pattern: missing closing parenthesis, at byte 2 of the pattern"),
            ("s/a/$1/", "'$1' uses group 1, and the last group of the pattern is 0"),
        ])
    func errors(_ text: String, _ sentence: String) {
        #expect(throws: RuleError(sentence)) { _ = try ReplaceRule(text) }
    }

    @Test("a delimiter that means something is ordinary behind a backslash")
    func ordinaryDelimiters() throws {
        for (rule, input, expected) in [
            ("s|a\\|b|x|", "a|b a", "x a"), ("s.a\\.b.x.", "axb a.b", "axb x"), ("s#a\\#b#x#x", "a#b a", "x a"),
            ("s$a\\$b$x\\$1$", "a$b", "x$1"), ("s-[a\\-c]-x-", "b-", "x-"), ("s&(a)&[\\&$1]&", "a", "[&a]"),
        ] {
            #expect(try streamed(RuleSet([ReplaceRule(rule)]), Array(input.utf8)) == Array(expected.utf8), "\(rule)")
        }
    }
}
