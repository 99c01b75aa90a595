// SPDX-License-Identifier: Apache-2.0
import HTTPDTesting
import Testing

@testable import Replacing

/// Literals of four bytes and more are looked for in other ways than shorter ones, and in another way the more there are.
@Suite("Sets of literals of four bytes and more against a whole-buffer oracle")
struct LongLiteralsTests {
    private struct Rule {
        var text: [UInt8]
        var ignoresCase: Bool
        var replacement: [UInt8]

        func begins(at place: Int, in input: [UInt8]) -> Bool {
            guard input.count - place >= text.count else { return false }
            return text.indices.allSatisfy { index in
                let found = input[place + index]
                return found == text[index] || ignoresCase && Self.small(found) == Self.small(text[index])
            }
        }

        private static func small(_ byte: UInt8) -> UInt8 {
            (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte + 32 : byte
        }

        var rule: ReplaceRule {
            get throws {
                try ReplaceRule(
                    literal: String(decoding: text, as: UTF8.self), ignoresCase: ignoresCase, with: .bytes(replacement))
            }
        }
    }

    /// Replaces from left to right with the whole input at hand, in the plainest way.
    private func replaced(by rules: [Rule], in input: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var place = 0
        while place < input.count {
            if let rule = rules.first(where: { $0.begins(at: place, in: input) }) {
                result += rule.replacement
                place += rule.text.count
            } else {
                result.append(input[place])
                place += 1
            }
        }
        return result
    }

    /// Literals, and the beginnings and ends of them, with and without changes: all that may be taken for one and is none.
    private func input(_ count: Int, _ rules: [Rule], _ letters: [UInt8], _ maker: inout PatternMaker) -> [UInt8] {
        var input: [UInt8] = []
        while input.count < count {
            guard maker.chance(2) else {
                input.append(maker.pick(letters))
                continue
            }
            let text = maker.pick(rules).text
            var part = maker.chance(3) ? Array(text.dropFirst(maker.pick([0, 1, 2, 3]))) : text
            if maker.chance(3) { part.removeLast() }
            if maker.chance(4), let last = part.indices.last { part[last] ^= 0x20 }
            input += part
        }
        return Array(input.prefix(count))
    }

    /// What differs by the bit of a letter's case and is no letter is among them.
    private static let letters = Array("abAB@`[{cdefgh <".utf8)

    @Test("literals that were made up, cut everywhere", arguments: [1, 2, 8, 9, 32, 33, 150, 400])
    func madeUp(_ count: Int) throws {
        var maker = PatternMaker(seed: UInt64(count))
        for round in 0..<24 {
            let letters = Array(Self.letters.prefix(maker.pick([4, 8, 16])))
            let shortest = maker.pick([4, 4, 5, 7, 11])
            let rules = (0..<count).map { number in
                let length = shortest + maker.pick([0, 0, 1, 2, 5, 20])
                return Rule(
                    text: (0..<length).map { _ in maker.pick(letters) }, ignoresCase: round % 3 == 0 && maker.chance(2),
                    replacement: Array(maker.pick(["", "x", "<\(number)>"]).utf8))
            }
            let all = try rules.map { try $0.rule }
            let set = RuleSet(all, try PatternSet(all, isNarrow: round % 2 == 1))
            let chosen = rules.indices.map { _ in maker.chance(2) }
            let some = set.resolved(zip(all, chosen).map { $1 ? $0 : nil }, otherwise: all)
            let input = input(maker.pick([3, 30, 40, 100, 700, 2_000]), rules, letters, &maker)
            let expected = replaced(by: rules, in: input)
            let expectedOfSome = replaced(by: zip(rules, chosen).filter(\.1).map(\.0), in: input)
            for cuts in cuttings(input.count, &maker.generator) {
                let flushes = maker.chance(2)
                #expect(try streamed(set, input, cuts: cuts, flushes: flushes) == expected, "\(round), \(cuts)")
                #expect(try streamed(some, input, cuts: cuts, flushes: flushes) == expectedOfSome, "\(round), \(cuts)")
            }
        }
    }

    @Test("texts longer than what is written at once, and runs as long, beside short ones", arguments: [1, 40])
    func long(_ count: Int) throws {
        var rules = (0..<count).map { number in
            Rule(text: Array("word-\(number).".utf8), ignoresCase: false, replacement: Array("w\(number)".utf8))
        }
        for length in [0, 32_767, 32_768, 70_000] {
            rules[0].replacement = Array(repeating: 0x78, count: length)
            var input: [UInt8] = []
            for run in [0, 1, 16_383, 16_384, 0, 40_000] {
                input += Array(repeating: 0x2E, count: run) + rules[0].text + rules[count - 1].text
            }
            let set = try RuleSet(rules.map { try $0.rule })
            let expected = replaced(by: rules, in: input)
            for cuts in [[], [20_000], [65_536], Array(stride(from: 1_000, to: input.count, by: 1_000))] {
                #expect(try streamed(set, input, cuts: cuts) == expected, "\(length), \(cuts)")
            }
        }
    }
}
