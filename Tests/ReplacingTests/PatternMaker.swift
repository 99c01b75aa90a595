// SPDX-License-Identifier: Apache-2.0
import HTTPDTesting

/// Makes up patterns, replacements and inputs of few letters, so that they meet often.
struct PatternMaker {
    var generator: SeededGenerator
    private var groups = 0

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
    }

    mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: 0..<values.count, using: &generator)]
    }

    mutating func chance(_ part: Int) -> Bool { Int.random(in: 0..<part, using: &generator) == 0 }

    mutating func makeCase() -> Perl.Case {
        groups = 0
        let pattern = makeAlternatives(depth: 2)
        var replacement = pick(["", "X", "<", "longer"])
        for _ in 0..<Int.random(in: 0...2, using: &generator) {
            let group = Int.random(in: 0...groups, using: &generator)
            replacement += group == 0 ? "[$&]" : "${\(group)}"
            replacement += pick(["", "-"])
        }
        let flags = ["i", "m", "s"].filter { _ in chance(3) }.joined()
        return Perl.Case(pattern: pattern, replacement: replacement, flags: flags, input: makeInput())
    }

    mutating func makeInput() -> [UInt8] {
        let letters = Array("aabbcA \n\n".utf8)
        return (0..<Int.random(in: 0...24, using: &generator)).map { _ in pick(letters) }
    }

    private mutating func makeAlternatives(depth: Int) -> String {
        var text = makeSequence(depth)
        while chance(4) { text += "|" + makeSequence(depth) }
        return text
    }

    private mutating func makeSequence(_ depth: Int) -> String {
        (0..<Int.random(in: 1...3, using: &generator)).map { _ in makeItem(depth) }.joined()
    }

    private mutating func makeItem(_ depth: Int) -> String {
        switch Int.random(in: 0..<20, using: &generator) {
        // What looks ahead is short, as Perl 5.36 misses matches behind a lookahead that may be empty.
        case 0: return "(?=\(pick(Self.ahead)))"
        case 1: return "(?!\(pick(Self.ahead)))"
        case 2: return "(?<=\(pick(["a", "b", "ab", "\\n", "a|b", "^", "^a", "(?<=a)b", "\\b"])))"
        case 3: return "(?<!\(pick(["a", "b", "ab", "\\n", "^", "c|b"])))"
        case 4: return pick(["^", "(?:$)", "\\A", "\\z", "\\Z", "\\b", "\\B"])
        case 5 where groups > 0: return "\\\(Int.random(in: 1...groups, using: &generator))"
        case 6 where depth == 2 && chance(3): return "\\K"
        case 7, 8, 9: return depth > 0 ? makeGroup(depth) : makeAtom()
        default: return makeAtom() + makeQuantifier(["*", "+", "?", "*?", "+?", "??", "*+", "{2}", "{1,2}", "{2,}?"])
        }
    }

    private static let ahead = [
        "a", "b", "ab", "[^a]c", "\\n", "\\s", ".", "a|b", "b(?=a)", "(?:$)", "^", "\\b", "a.*b",
    ]

    /// A group, repeated only where PCRE2 10.42 and Perl 5.36 agree on what that means: they do not on what a group inside a
    /// repeated one found last and on `{1,2}` of what may be empty; and PCRE2's machine code misses matches of `(?>…)` in either
    /// case.
    private mutating func makeGroup(_ depth: Int) -> String {
        let before = groups
        switch Int.random(in: 0..<5, using: &generator) {
        case 0, 1:
            let inner = makeAlternatives(depth: depth - 1)
            return "(?:\(inner))" + (groups == before ? makeQuantifier(["*", "+", "?", "*?"]) : "")
        default:
            let inner = makeAlternatives(depth: depth - 1)
            // Counted behind what is inside, whose numbers are higher: a group that is used before it ends is none here.
            groups += 1
            return "(\(inner))" + (groups == before + 1 ? makeQuantifier(["*", "+", "?", "*?"]) : "")
        }
    }

    private mutating func makeAtom() -> String {
        pick(["a", "b", "c", "ab", ".", "[ab]", "[^a]", "\\n", "\\w", "\\W", "\\s", " "])
    }

    private mutating func makeQuantifier(_ choices: [String]) -> String {
        chance(2) ? pick(choices) : ""
    }
}
