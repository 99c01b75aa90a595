// SPDX-License-Identifier: Apache-2.0
import HTTPDTesting
import Streaming
import Testing

@testable import Replacing

@Suite("Many rules in one pass are the alternatives of one pattern")
struct ManyRulesTests {
    /// A rule for both engines.
    private struct Rule {
        var perl: String
        var replacement: String
        var rule: ReplaceRule
    }

    private static func literal(_ maker: inout PatternMaker, _ letters: [String]) throws -> Rule {
        let text = (0...maker.pick([0, 1, 1, 2, 2, 3, 5])).map { _ in maker.pick(letters) }.joined()
        let ignoresCase = maker.chance(3)
        let replacement = maker.pick(["", "X", text, "<\(text)>"])
        return Rule(
            perl: "(?^\(ignoresCase ? "i" : ""):\\Q\(text)\\E)", replacement: replacement,
            rule: try ReplaceRule(literal: text, ignoresCase: ignoresCase, with: .text(replacement)))
    }

    /// `nil` where PCRE2 does not know the pattern.
    private static func pattern(_ maker: inout PatternMaker) -> Rule? {
        let test = maker.makeCase()
        let text = "s/\(test.pattern)/\(test.replacement)/\(test.flags)"
        guard let rule = try? ReplaceRule(text) else { return nil }
        return Rule(perl: "(?^\(test.flags):\(test.pattern))", replacement: test.replacement, rule: rule)
    }

    /// The numbers of groups begin anew in each alternative, and a mark tells which one matched.
    private static func perlCase(_ rules: [Rule], _ input: [UInt8]) -> Perl.Case {
        let alternatives = rules.enumerated().map { "\($1.perl)(*MARK:\($0))" }.joined(separator: "|")
        let replacement = rules.enumerated().map { "$::REGMARK eq '\($0)' ? \"\($1.replacement)\" : " }.joined()
        return Perl.Case(pattern: "(?|\(alternatives))", replacement: replacement + "die", flags: "e", input: input)
    }

    private func compare(_ cases: [([Rule], [UInt8])], seed: UInt64) throws -> Int {
        var generator = SeededGenerator(seed: seed)
        var compared = 0
        var wrong = 0
        let answers = try Perl.results(cases.map { Self.perlCase($0.0, $0.1) })
        for ((rules, input), expected) in zip(cases, answers) {
            guard let expected else { continue }
            compared += 1
            let set = try RuleSet(rules.map(\.rule))
            for cuts in cuttings(input.count, &generator) {
                let flushes = Bool.random(using: &generator)
                let result = try streamed(set, input, cuts: cuts, flushes: flushes)
                guard result != expected else { continue }
                wrong += 1
                Issue.record(
                    """
                    \(rules.map { "\($0.perl) -> \($0.replacement)" }) on \
                    \(String(decoding: input, as: UTF8.self).debugDescription), cut at \(cuts)\(flushes ? ", flushed" : ""): \
                    \(String(decoding: result, as: UTF8.self).debugDescription) instead of \
                    \(String(decoding: expected, as: UTF8.self).debugDescription)
                    """)
                break
            }
            if wrong > 10 { break }
        }
        return compared
    }

    private static let letters = ["a", "b", "A", "c", "\n", "\u{e9}", "."]

    @Test("literals that were made up")
    func literals() throws {
        var maker = PatternMaker(seed: 5)
        let cases = try (0..<400).map { _ in
            (try (0...maker.pick([1, 2, 4, 8])).map { _ in try Self.literal(&maker, Self.letters) }, maker.makeInput())
        }
        #expect(try compare(cases, seed: 5) == 400)
    }

    @Test("200 literals")
    func manyLiterals() throws {
        var maker = PatternMaker(seed: 6)
        let letters = ["a", "b", "A", "c"]
        for _ in 0..<3 {
            let rules = try (0..<200).map { _ in try Self.literal(&maker, letters) }
            let input = (0..<2000).map { _ in Array(maker.pick(letters + ["d", "e"]).utf8)[0] }
            #expect(try compare([(rules, input)], seed: 6) == 1)
        }
    }

    @Test("patterns, and patterns among literals, that were made up")
    func mixes() throws {
        var maker = PatternMaker(seed: 8)
        let cases: [([Rule], [UInt8])] = try (0..<1500).map { _ in
            let count = maker.pick([2, 2, 3, 4])
            var rules: [Rule] = []
            while rules.count < count {
                if maker.chance(3) {
                    rules.append(try Self.literal(&maker, Self.letters))
                } else if let rule = Self.pattern(&maker) {
                    rules.append(rule)
                }
            }
            return (rules, maker.makeInput())
        }
        #expect(try compare(cases, seed: 8) > 1000)
    }

    private func result(_ rules: [String], _ input: String, cuts: [Int] = []) throws -> String {
        String(
            decoding: try streamed(RuleSet(rules.map { try ReplaceRule($0) }), Array(input.utf8), cuts: cuts),
            as: UTF8.self)
    }

    @Test(
        "the first rule wins at one place, and the first place among rules",
        arguments: [
            (["s/ab/1/n", "s/abc/2/n"], "abc", "1c"), (["s/abc/2/n", "s/ab/1/n"], "abcab", "21"),
            (["s/bc/1/n", "s/ab/2/n"], "abc", "2c"), (["s/a+/1/", "s/aab/2/n"], "aab", "1b"),
            (["s/aab/2/n", "s/a+/1/"], "aabaa", "21"), (["s/AB/1/in", "s/ab/2/n"], "abAB", "11"),
            // What a match took begins no other, though it could at the end of a piece.
            (["s/bchxx/1/n", "s/h/2/n", "s/abc/3/"], "abchxx", "32xx"),
            // A replacement is not looked at again.
            (["s/a/ba/n", "s/b/ab/n"], "ab", "baab"), (["s/a/aa/", "s/aa/x/"], "aaa", "aaaaaa"),
            // Where a match begins counts, not where a \K lets it begin.
            (["s/b/1/", "s/a\\Kb/2/"], "ab b", "a2 1"),
        ])
    func order(_ rules: [String], _ input: String, _ expected: String) throws {
        for cut in 0..<input.utf8.count { #expect(try result(rules, input, cuts: [cut]) == expected) }
    }

    @Test(
        "the flag 1 for literals and patterns among others",
        arguments: [
            (["s/a/1/n1", "s/b/2/n", "s/c/3/n"], "abcabc", "123a23"),
            (["s/a/1/n1", "s/a/2/n"], "aaa", "122"),
            (["s/a/1/ni1", "s/b/2/n", "s/c/3/n"], "Abcabc", "123a23"),
            (["s/[ab]/1/1", "s/a/2/1", "s/b/3/"], "abab", "13" + "23"),
            (["s/x*/-/1", "s/b/2/"], "abxb", "-a2x2"),
            // It is over with a match that was replaced, not with one that another rule hid.
            (["s/ab/1/n", "s/b/2/n1"], "abbb", "12b"),
        ])
    func once(_ rules: [String], _ input: String, _ expected: String) throws {
        for cut in 0..<input.utf8.count { #expect(try result(rules, input, cuts: [cut]) == expected) }
    }

    @Test(
        "empty matches among others",
        arguments: [
            (["s/a*/-/", "s/b/+/"], "ab", "-" + "-+-"), (["s/b/+/", "s/a*/-/"], "ab", "-+-"),
            (["s/\\b/|/", "s/o/0/n", "s/x/y/n"], "foo ox", "|f00| |0y|"),
            (["s/^/> /m", "s/\\n/;\\n/"], "a\n\nb", "> a;\n> ;\n> b"),
        ])
    func empty(_ rules: [String], _ input: String, _ expected: String) throws {
        for cut in 0..<input.utf8.count { #expect(try result(rules, input, cuts: [cut]) == expected) }
    }

    @Test("a match that another rule's candidate held back is still found where a \\K stands in it")
    func heldBehindACandidate() throws {
        #expect(try result(["s/cabd/1/n", "s/a\\Kb/2/"], "cabe", cuts: [3]) == "ca2e")
    }

    @Test("one rule after the other sees what the first made")
    func sequential() throws {
        let input = Array("abcab".utf8)
        for cut in 0..<input.count {
            let first = try Replacer(RuleSet([ReplaceRule("s/a/bb/n")]))
            let second = try Replacer(RuleSet([ReplaceRule("s/b+/x/"), ReplaceRule("s/c/abc/n")]))
            let chain = first.then(second).then(try Replacer(RuleSet([ReplaceRule("s/b/!/n")])))
            let pieces = [Array(input[..<cut]), Array(input[cut...])]
            let result = try TransformRun.output(of: chain, fed: pieces, flushing: cut % 2 == 0)
            // What came of a flush cannot be longer for what comes behind it.
            #expect(String(decoding: result, as: UTF8.self) == "xa!cx")
        }
    }
}
