// SPDX-License-Identifier: Apache-2.0
import HTTPDTesting
import Testing

@testable import Replacing

@Suite("Rules of which some hold for a stream, and others for the next")
struct ChosenRulesTests {
    /// The rules of a set that hold, by their number.
    private func choose(_ texts: [String], _ numbers: Set<Int>) throws -> (chosen: RuleSet, alone: RuleSet) {
        let rules = try texts.map { try ReplaceRule($0) }
        let chosen = rules.enumerated().map { numbers.contains($0.offset) ? $0.element : nil }
        return (try RuleSet(rules).resolved(chosen, otherwise: rules), try RuleSet(chosen.compactMap(\.self)))
    }

    @Test("a set with some rules left out does what a set of the others does, wherever the stream is cut")
    func likeAlone() throws {
        let texts = [
            "s/ab/1/n", "s/abc/2/n", "s/a/3/ni", "s/b+/4/", "s/bc/5/n1", "s/^c/6/m", "s/abcab/7/n", "s/c(?=a)/8/",
        ]
        var maker = PatternMaker(seed: 5)
        for _ in 0..<300 {
            let numbers = Set((0..<texts.count).filter { _ in maker.chance(2) })
            guard !numbers.isEmpty else { continue }
            let (chosen, alone) = try choose(texts, numbers)
            let input = maker.makeInput()
            let expected = try streamed(alone, input)
            for cuts in cuttings(input.count, &maker.generator) {
                #expect(try streamed(chosen, input, cuts: cuts) == expected, "\(numbers) \(input) \(cuts)")
            }
        }
    }

    @Test("what a request puts in the place of a match is put there as it is")
    func replaced() throws {
        let rules = try [ReplaceRule("s/a(.)/x/"), ReplaceRule("s/b/y/n")]
        let set = try RuleSet(rules).resolved([rules[0].replacing(by: .text("$1\\")), nil], otherwise: rules)
        #expect(try streamed(set, Array("azb".utf8)) == Array("$1\\b".utf8))
    }

    @Test("a pattern that asks not to be compiled to code is interpreted")
    func notCompiled() throws {
        let rules = try RuleSet([ReplaceRule("s/(*NO_JIT)f(o+)/<$1>/")])
        for cuts in [[], [1], [1, 2, 3, 4, 5, 6]] {
            #expect(try streamed(rules, Array("foo fo f".utf8), cuts: cuts) == Array("<oo> <o> f".utf8))
        }
    }

    @Test("the beginning of a literal before more line ends than a match may have bytes does not stop the search")
    func lineEnds() throws {
        let rules = try RuleSet([ReplaceRule("s/ha/HA/n"), ReplaceRule("s/^ +//m")])
        let input = Array(("h" + String(repeating: "\n", count: 70_000) + " bha").utf8)
        let expected = Array(("h" + String(repeating: "\n", count: 70_000) + "bHA").utf8)
        for cuts in [[], [1], [65_536, 65_537], [70_000]] {
            #expect(try streamed(rules, input, cuts: cuts) == expected)
        }
        let few = try RuleSet([ReplaceRule("s/baaaa/1/n"), ReplaceRule("s/aba/2/n"), ReplaceRule("s/^ +//m")])
        for count in 0..<12 {
            let input = Array(("ab" + String(repeating: "\n", count: count) + " aba b\n\n").utf8)
            let whole = try streamed(few, input, limits: ReplaceLimits(matchLength: 1))
            #expect(
                try streamed(few, input, cuts: Array(input.indices), limits: ReplaceLimits(matchLength: 1)) == whole)
        }
    }
}
