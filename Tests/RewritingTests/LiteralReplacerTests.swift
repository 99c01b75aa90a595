// SPDX-License-Identifier: Apache-2.0
import HTTPDTesting
import Testing

@testable import Rewriting

@Suite("Streaming literal replacement against a whole-buffer oracle")
struct LiteralReplacerTests {
    /// Compares for the input whole, byte by byte, and cut in two and three everywhere.
    private func compare(_ needle: [UInt8], by replacement: [UInt8], in input: [UInt8]) throws {
        let literal = try #require(Literal(needle))
        let expected = replaced(needle, by: replacement, in: input)
        var cuts: [[Int]] = [[], Array(0..<input.count)]
        for first in input.indices {
            cuts.append([first])
            for second in first..<input.count { cuts.append([first, second]) }
        }
        for cut in cuts {
            let result = streamed(literal, by: replacement, in: input, cuts: cut)
            guard result != expected else { continue }
            Issue.record("\(needle) by \(replacement) in \(input), cut at \(cut): \(result) instead of \(expected)")
            return
        }
    }

    /// Every needle of 1 to 7 letters out of two: shorter ones do not show every wrong border.
    static let needles: [[UInt8]] = (1...7).flatMap { length in
        (0..<(1 << length)).map { bits in (0..<length).map { bits >> $0 & 1 == 0 ? 97 : 98 } }
    }

    @Test(arguments: needles)
    func everyNeedleOfTwoLetters(_ needle: [UInt8]) throws {
        var generator = SeededGenerator(seed: UInt64(needle.count) &* 131 &+ UInt64(needle[0]))
        for replacement in [[], [120], needle, needle + needle, [97] + needle] {
            for _ in 0..<2 {
                // Beginnings of the needle one after the other, so that matches break off at every length.
                var input: [UInt8] = []
                while input.count < 14 {
                    input += needle.prefix(Int.random(in: 1...needle.count, using: &generator))
                    if Bool.random(using: &generator) { input.append(UInt8.random(in: 97...98, using: &generator)) }
                }
                try compare(needle, by: replacement, in: input)
            }
        }
    }

    @Test(
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
        let replacement = [UInt8](repeating: 98, count: replacement)
        let literal = try #require(Literal(needle))
        #expect(LiteralReplacer(literal, with: replacement).growthLimit == limit)
        for count in 1...50 {
            let input = [UInt8](repeating: 97, count: count)
            #expect(streamed(literal, by: replacement, in: input, cuts: []).count <= limit * count)
        }
    }

    @Test func bytesThatAreNoText() throws {
        try compare([0], by: [1, 0], in: [0, 0, 1, 0, 255])
        try compare([0, 0, 1], by: [], in: [0, 0, 0, 1, 0, 0, 1, 0, 0])
        try compare([0xC3, 0x28], by: [0xFF], in: [0xC3, 0xC3, 0x28, 0xC3, 0xA9, 0xC3])
        try compare([0xFF, 0xFE], by: [0], in: [0xFF, 0xFF, 0xFE, 0xFF])
    }

    @Test func nothingIsNoLiteral() {
        #expect(Literal([]) == nil)
    }

    @Test func longInputs() throws {
        var generator = SeededGenerator(seed: 7)
        let input = (0..<20_000).map { _ in UInt8.random(in: 97...99, using: &generator) }
        for needle in [[97, 98], [97, 97, 98, 97, 97], [99]] as [[UInt8]] {
            let literal = try #require(Literal(needle))
            let expected = replaced(needle, by: [45, 45], in: input)
            for _ in 0..<8 {
                let cuts = (0..<50).map { _ in Int.random(in: 0..<input.count, using: &generator) }.sorted()
                #expect(streamed(literal, by: [45, 45], in: input, cuts: cuts) == expected)
            }
        }
    }
}
