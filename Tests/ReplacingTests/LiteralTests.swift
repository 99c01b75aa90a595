// SPDX-License-Identifier: Apache-2.0
import HTTPDTesting
import Streaming
import Testing

@testable import Replacing

@Suite("Literal rules against a whole-buffer oracle")
struct LiteralTests {
    /// How a literal is looked for: by itself, or with others that are never there.
    enum Search: CaseIterable {
        case alone, amongOthers

        func rules(_ needle: [UInt8], _ replacement: [UInt8]) throws -> RuleSet {
            var rules = [try Self.rule(needle, replacement)]
            if self == .amongOthers {
                rules += [try Self.rule(Array("other".utf8), []), try Self.rule([3, 4, 5], [])]
            }
            return try RuleSet(rules)
        }

        private static func rule(_ needle: [UInt8], _ replacement: [UInt8]) throws -> ReplaceRule {
            try ReplaceRule(literal: String(decoding: needle, as: UTF8.self), with: .bytes(replacement))
        }
    }

    /// Replaces from left to right with the whole input at hand, in the plainest way.
    private func replaced(_ needle: [UInt8], by replacement: [UInt8], in input: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var index = 0
        while index < input.count {
            if input[index...].starts(with: needle) {
                result += replacement
                index += needle.count
            } else {
                result.append(input[index])
                index += 1
            }
        }
        return result
    }

    /// Compares for the input whole, byte by byte, and cut in two and three everywhere.
    private func compare(
        _ needle: [UInt8], by replacement: [UInt8], in input: [UInt8], _ searches: [Search] = Search.allCases
    ) throws {
        let expected = replaced(needle, by: replacement, in: input)
        var cuts: [[Int]] = [[], Array(0..<input.count)]
        for first in input.indices {
            cuts.append([first])
            for second in first..<input.count { cuts.append([first, second]) }
        }
        for search in searches {
            let rules = try search.rules(needle, replacement)
            for (number, cut) in cuts.enumerated() {
                let result = try streamed(rules, input, cuts: cut, flushes: number % 2 == 0)
                guard result != expected else { continue }
                Issue.record("\(needle) by \(replacement) in \(input), cut at \(cut): \(result) instead of \(expected)")
                return
            }
        }
    }

    /// Every needle of 1 to 6 letters out of two: shorter ones do not show every wrong border.
    static let needles: [[UInt8]] = (1...6).flatMap { length in
        (0..<(1 << length)).map { bits in (0..<length).map { bits >> $0 & 1 == 0 ? 97 : 98 } }
    }

    @Test("every needle of two letters")
    func everyNeedleOfTwoLetters() throws {
        for needle in Self.needles {
            var generator = SeededGenerator(seed: UInt64(needle.count) &* 131 &+ UInt64(needle[0]))
            for replacement in [[], [97] + needle] {
                // Beginnings of the needle one after the other, so that matches break off at every length.
                var input: [UInt8] = []
                while input.count < 11 {
                    input += needle.prefix(Int.random(in: 1...needle.count, using: &generator))
                    if Bool.random(using: &generator) { input.append(UInt8.random(in: 97...98, using: &generator)) }
                }
                try compare(needle, by: replacement, in: input, needle.count < 5 ? Search.allCases : [.alone])
            }
        }
    }

    @Test(
        "literals that begin inside themselves, and inputs that end within them",
        arguments: [
            ("aab", "aaaab aab aaab"), ("abab", "ababab abab abaabab"), ("aaa", "aaaaaaa"), ("end", "this is the end"),
            ("x", "xxx"), ("abcabd", "abcabcabd abcabdabcab"), ("whole", "whole"), ("longer than that", "longer"),
        ])
    func selfOverlapAndEnds(_ needle: String, _ input: String) throws {
        for replacement in ["", "y", needle, "<\(needle)>"] {
            try compare(Array(needle.utf8), by: Array(replacement.utf8), in: Array(input.utf8))
        }
    }

    @Test("no stream grows by more than it says", arguments: [(1, 0, 1), (7, 9, 2), (3, 3, 1), (1, 5, 5), (2, 7, 4)])
    func growth(_ needle: Int, _ replacement: Int, _ limit: Int) throws {
        let needle = [UInt8](repeating: 97, count: needle)
        let rules = try Search.alone.rules(needle, [UInt8](repeating: 98, count: replacement))
        #expect(try Replacer(rules).growthLimit == limit)
        for count in 1...50 {
            #expect(try streamed(rules, [UInt8](repeating: 97, count: count)).count <= limit * count)
        }
    }

    @Test("no stream grows by more than its patterns say, and most of those that shrink to nothing say nothing")
    func growthOfPatterns() throws {
        func limit(_ rules: String...) throws -> Int? {
            try Replacer(RuleSet(rules.map { try ReplaceRule($0) })).growthLimit
        }
        #expect(try limit("s/a+b/12345/") == 3)
        #expect(try limit("s/[ab]{3}/12/") == 1)
        #expect(try limit("s/a|bcd/1234/", "s/xy/123456789/n") == 5)
        #expect(try limit("s/a*/1/") == nil)
        #expect(try limit("s/aaaa\\Kb?/1/") == nil)
        #expect(try limit("s/aaa(*ACCEPT)bbbbbbb/1234567/") != 1)
        #expect(try limit("s/(a)/$1$1/") == nil)
        for rule in ["s/a+b/12345/", "s/a|bcd/1234/", "s/(?=aa)a/123/", "s/(?<=a)a|aa/12/"] {
            let rules = try RuleSet([ReplaceRule(rule)])
            let limit = try #require(try Replacer(rules).growthLimit)
            var generator = SeededGenerator(seed: 3)
            for _ in 0..<50 {
                let input = (1...20).map { _ in UInt8.random(in: 97...100, using: &generator) }
                #expect(try streamed(rules, input).count <= limit * input.count)
            }
        }
    }

    @Test func bytesThatAreNoText() throws {
        try compare([0], by: [1, 0], in: [0, 0, 1, 0, 255])
        try compare([0, 0, 1], by: [], in: [0, 0, 0, 1, 0, 0, 1, 0, 0])
        try compare([0xC3, 0xA9], by: [0xFF], in: [0xC3, 0xC3, 0xA9, 0xC3, 0x28, 0xC3])
        try compare([0xC3, 0xA9, 0], by: [0, 0xFE], in: [0xFF, 0xC3, 0xA9, 0xC3, 0xA9, 0, 0xFF, 0xC3])
    }

    @Test("literals as long as they are, beyond the limit of a match", arguments: [15_998, 16_000, 30_000])
    func longLiterals(_ count: Int) throws {
        var generator = SeededGenerator(seed: 9)
        let letters = (0..<count).map { _ in UInt8.random(in: 98...120, using: &generator) }
        let literal = String(decoding: letters, as: UTF8.self)
        let rules = try RuleSet([ReplaceRule(literal: literal, with: .text("x")), ReplaceRule("s/y/Y/n")])
        let input = Array("y\(literal)-\(literal)y".utf8)
        for cuts in [[], [20], [9000, 20_000, 30_000]] {
            let result = try streamed(rules, input, cuts: cuts, limits: ReplaceLimits(matchLength: 10))
            #expect(String(decoding: result, as: UTF8.self) == "Yx-xY")
        }
    }

    @Test("nothing is no literal, and a replacement may be what it replaces")
    func edges() throws {
        #expect(throws: PatternError.self) { _ = try ReplaceRule(literal: "", with: .text("x")) }
        #expect(throws: RuleError("there is nothing to be found")) { _ = try ReplaceRule("s//x/n") }
        let rules = try RuleSet([ReplaceRule(literal: "a", with: .text("aa"))])
        #expect(try streamed(rules, Array("aaa".utf8), cuts: [1, 2]) == Array("aaaaaa".utf8))
    }

    @Test("ASCII letters match in either case, and no others do", arguments: [false, true])
    func eitherCase(_ isOnce: Bool) throws {
        // With the bytes of the capital that differs from the small letter by the bit that differs in ASCII.
        let input = Array("\u{e9}Ab{ \u{c9}aB[ \u{e9}aB{\u{e9}AB{".utf8)
        let rules = try RuleSet([
            ReplaceRule(literal: "\u{e9}aB{", ignoresCase: true, isOnce: isOnce, with: .text("!"))
        ])
        let expected = isOnce ? "! \u{c9}aB[ \u{e9}aB{\u{e9}AB{" : "! \u{c9}aB[ !!"
        for cut in input.indices { #expect(try streamed(rules, input, cuts: [cut]) == Array(expected.utf8)) }
    }

    @Test(arguments: Search.allCases) func longInputs(_ search: Search) throws {
        var generator = SeededGenerator(seed: 7)
        let input = (0..<20_000).map { _ in UInt8.random(in: 97...99, using: &generator) }
        for needle in [[97, 98], [97, 97, 98, 97, 97], [99]] as [[UInt8]] {
            let rules = try search.rules(needle, [45, 45])
            let expected = replaced(needle, by: [45, 45], in: input)
            for _ in 0..<4 {
                let cuts = (0..<50).map { _ in Int.random(in: 0..<input.count, using: &generator) }.sorted()
                #expect(try streamed(rules, input, cuts: cuts) == expected)
            }
        }
    }
}
