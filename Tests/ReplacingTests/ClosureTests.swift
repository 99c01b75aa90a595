// SPDX-License-Identifier: Apache-2.0
import Streaming
import Testing

@testable import Replacing

@Suite("Replacements that a closure makes")
struct ClosureTests {
    private func text(_ rules: [ReplaceRule], _ input: String) throws -> [String] {
        let input = Array(input.utf8)
        let set = try RuleSet(rules)
        return try ([[], Array(input.indices)] + input.indices.map { [$0] }).map {
            String(decoding: try streamed(set, input, cuts: $0), as: UTF8.self)
        }
    }

    private static func reversed(_ match: borrowing Match, _ text: inout ReplacementText) throws(StreamError) {
        let bytes = match.bytes
        for index in bytes.indices.reversed() { text.append(bytes.extracting(index..<index + 1)) }
    }

    @Test("a closure sees the bytes of the match, of literals and of patterns")
    func bytes() throws {
        let rules = [
            try ReplaceRule(literal: "abc", with: .made(Self.reversed)),
            try ReplaceRule(literal: "XYZ", ignoresCase: true, with: .made(Self.reversed)),
            ReplaceRule(try Pattern("\\d+"), with: .made(Self.reversed)),
        ]
        for result in try text(rules, "abc xYz 123") { #expect(result == "cba zYx 321") }
    }

    @Test("a closure sees groups by number and by name, and none that took no part")
    func groups() throws {
        let rule = ReplaceRule(
            try Pattern("(?<key>\\w+)=(?:(\\d+)|(?<word>\\w+))"),
            with: .made { (match: borrowing Match, text: inout ReplacementText) throws(StreamError) in
                if let key = match["key"] { text.append(key) }
                text.append(match[2] == nil ? ":" : "#")
                if let word = match["word"] { text.append(word) }
                if let number = match[2] { text.append(number) }
                let others = [match[0]?.count, match[4]?.count, match[-1]?.count, match[Int.max]?.count]
                text.append(others == [match.bytes.count, nil, nil, nil] && match["none"] == nil ? "!" : "?")
            })
        for result in try text([rule], "a=1 bc=de") { #expect(result == "a#1! bc:de!") }
    }

    @Test("a literal has one group, the match")
    func literalGroups() throws {
        let rule = try ReplaceRule(
            literal: "ab",
            with: .made { (match: borrowing Match, text: inout ReplacementText) throws(StreamError) in
                text.append("\(match[0]?.count ?? -1)\(match[1] == nil)\(match["n"] == nil)")
            })
        for result in try text([rule], "-ab-") { #expect(result == "-2truetrue-") }
    }

    @Test("what a closure throws fails the stream")
    func throwing() throws {
        let rule = try ReplaceRule(
            literal: "ab",
            with: .made { (_: borrowing Match, _: inout ReplacementText) throws(StreamError) in
                throw StreamError("no more of this")
            })
        #expect(throws: StreamError("no more of this")) { _ = try text([rule], "ab") }
        #expect(try streamed(RuleSet([rule]), Array("a-b".utf8)) == Array("a-b".utf8))
    }

    @Test("the count of matches, and no limit that is not reached")
    func count() throws {
        let rules = try RuleSet([ReplaceRule("s/a/b/n"), ReplaceRule("s/c*$/d/")])
        var count = 0
        let result = try streamed(rules, Array("aac".utf8), cuts: [1]) { count = $0.exceeded == nil ? $0.count : -1 }
        #expect(result == Array("bbdd".utf8))
        #expect(count == 4)
    }
}
