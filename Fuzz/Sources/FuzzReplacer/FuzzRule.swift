// SPDX-License-Identifier: Apache-2.0
import FuzzSupport
import Replacing
import Streaming

/// A rule made of the bytes of a run.
struct FuzzRule {
    enum Search {
        case literal(String, ignoresCase: Bool)
        case pattern(String, Pattern.Options)
    }

    let search: Search
    let isOnce: Bool
    /// Text with the groups of the match behind it.
    private let text: [UInt8]
    private let showsGroups: Bool

    init(_ input: inout FuzzInput) {
        let kind = input.byte()
        isOnce = kind & 0x0C == 0x0C
        showsGroups = kind & 0x10 != 0
        text = [[], [120], [60, 97, 98], [97, 97, 97, 97]][Int(kind >> 6)]
        if kind & 1 == 0 {
            let letters = Array("aabbcA\u{e9}\u{e8}0\n\0-".unicodeScalars)
            var literal = String.UnicodeScalarView()
            for byte in input.bytes(1 + Int(input.byte() % 7)) { literal.append(letters[Int(byte) % letters.count]) }
            search = .literal(literal.isEmpty ? "a" : String(literal), ignoresCase: kind & 2 != 0)
        } else {
            search = .pattern(Self.pattern(input.bytes(1 + Int(input.byte() % 16))), .init(rawValue: input.byte() & 15))
        }
    }

    /// What stands in the place of a match of which these are the groups, the match itself first.
    func replacement(_ groups: [ArraySlice<UInt8>?]) -> [UInt8] {
        showsGroups ? groups.reduce(text) { $0 + [0x5B] + ($1 ?? [0x2D]) + [0x5D] } : text
    }

    /// The rule; `nil` if it is wrong.
    func rule() -> ReplaceRule? {
        let text = text
        let plain = Replacement.bytes(text)
        switch search {
        case .literal(let literal, let ignoresCase):
            let replacement = showsGroups ? made(text, groups: 0) : plain
            return try? ReplaceRule(literal: literal, ignoresCase: ignoresCase, isOnce: isOnce, with: replacement)
        case .pattern(let pattern, let options):
            guard let pattern = try? Pattern(pattern, options: options) else { return nil }
            return ReplaceRule(pattern, isOnce: isOnce, with: showsGroups ? made(text, groups: 3) : plain)
        }
    }

    private func made(_ text: [UInt8], groups: Int) -> Replacement {
        .made { (match: borrowing Match, result: inout ReplacementText) throws(StreamError) in
            result.append(text.span)
            for group in 0...groups {
                result.append("[")
                if let bytes = match[group] { result.append(bytes) } else { result.append("-") }
                result.append("]")
            }
        }
    }

    /// What patterns are made of. Not `(?>`, and no `+` behind a group: PCRE2 10.42's machine code misses some matches of
    /// those in partial matching.
    private static let tokens = [
        "a", "b", "c", "A", "ab", ".", "[ab]", "[^a]", "\\n", "\\w", "\\W", "\\s", "-", "\\x00", "\\xe9", "\\R",
        "*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{2,}", "{0,3}?",
        "(", "(", "(?:", "(?=", "(?!", "(?<=", "(?<!", ")", ")", ")", "|", "|", "(?i)", "(?m)", "(?s)", "(?|",
        "^", "$", "\\A", "\\z", "\\Z", "\\b", "\\B", "\\K", "\\1", "\\2", "\\N", "\\H", "[[:alpha:]]", "(?-i)", "(?1)",
        "#",
    ]

    private static func pattern(_ bytes: [UInt8]) -> String {
        var text = ""
        var open = 0
        for byte in bytes {
            let token = tokens[Int(byte) % tokens.count]
            if token == ")" {
                guard open > 0 else { continue }
                open -= 1
            } else if token.hasPrefix("("), !["(?i)", "(?m)", "(?s)", "(?-i)", "(?1)"].contains(token) {
                open += 1
            }
            text += token
        }
        return text + String(repeating: ")", count: open)
    }
}
