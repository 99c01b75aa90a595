// SPDX-License-Identifier: Apache-2.0
import RESPEngine
import Testing

/// What `KEYS` of Redis 7.0.15 finds with a pattern when there is one key.
@Suite("Patterns match what they match in Redis")
struct GlobTests {
    private static let matching: [(String, String)] = [
        ("[^", "a"), ("[a", "a"), ("[a-", "a"), ("[a-", "-"), ("[\\", "\\"), ("a\\", "a\\"), ("[^]", "a"),
        ("[z-a]", "c"), ("*", "a"), ("a*", "a"), ("h[a-e]llo", "hello"), ("\\*", "*"), ("\\a", "a"), ("[\\]]", "]"),
        ("[a-c]*x", "bqqx"), ("*a*b*", "xxaxxbxx"), ("", ""), ("[a]*", "a^-bb"), ("**[a?AA", "bb--]a"),
        ("**[^ab?", "b]-"), ("?[b]^", "cb^"), ("*a[a[-\\a", "a]aa"), ("*[*abaa", "bbacb"), ("*[?a\\^*", "abbcc-a"),
        ("?**b", "c-]b"), ("**[^", "caccb?"), ("*[b?b**", "babb"), ("*[a^^*c", "a[cc"), ("*[?b[", "cbb"),
        ("?[?ab*?", "ba"), ("*[\\*[?*b", "a-b"),
    ]

    private static let other: [(String, String)] = [
        ("[", "a"), ("[]a", "a"), ("[]", "a"), ("**", ""), ("?", ""), ("Aa[**^", "abb"), ("]?[*]?*", "aa]aabb"),
        ("ca*A-[", "aaa["), ("*[[\\[?", "bbbbbbc"), ("*]bb[c", "aba?ac"), ("*A[-cc", "bbAb"), ("\\*[^", "bacb-c"),
        ("\\[[*]--", "abaccc"), ("[\\*", "*bbaAca"), ("]a?b*a[b", "cb?a-Aa"), ("*]][?", "aaacbb"),
        ("b]][?*", "abab"), ("a[]*-]a*", "a^ab"), ("[*]-", "?ab"), ("[*[", "caaabbc"), ("-?*[]", "aa^ab"),
        ("ab[*b", "\\bb-a"), ("ab*???[c", "^acab"), ("^*?b[-", "?]bcb"), ("aab[*\\", "bbccb"),
    ]

    private func matches(_ pattern: String, _ text: String, ignoringCase: Bool = false) -> Bool {
        matches(Array(pattern.utf8), Array(text.utf8), ignoringCase: ignoringCase)
    }

    private func matches(_ pattern: [UInt8], _ text: [UInt8], ignoringCase: Bool = false) -> Bool {
        Glob.matches(pattern.span, text.span, ignoringCase: ignoringCase)
    }

    @Test(arguments: matching) func whatRedisFinds(_ pattern: String, _ text: String) {
        #expect(matches(pattern, text))
    }

    @Test(arguments: other) func whatRedisDoesNotFind(_ pattern: String, _ text: String) {
        #expect(!matches(pattern, text))
    }

    @Test func bytesHaveASignInRanges() {
        let pattern = Array("[a-".utf8) + [0xFF, 0x5D]
        #expect(matches(pattern, [0x05]))
        #expect(matches(pattern, [0xFF]))
        #expect(!matches(pattern, [0x80]))
    }

    @Test func caseIsIgnoredWhereAsked() {
        #expect(matches("MAX*", "maxmemory", ignoringCase: true))
        #expect(matches("[A-M]ax?", "MAXX", ignoringCase: true))
        #expect(!matches("MAX*", "maxmemory"))
        #expect(!matches("[\\A]", "a", ignoringCase: true))
    }

    @Test(.timeLimit(.minutes(1))) func manyStarsTakeNoMoreThanTheProductOfTheLengths() {
        let pattern = String(repeating: "a*", count: 2000) + "b"
        let text = String(repeating: "a", count: 20_000)
        #expect(!matches(pattern, text))
        #expect(matches(pattern, text + "b"))
        #expect(!matches(String(repeating: "*a", count: 2000) + "b", text))
    }
}
