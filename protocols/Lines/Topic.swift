// SPDX-License-Identifier: Apache-2.0

/// What messages are about: a word of ASCII letters, digits and `-._/`, at most 64 of them.
///
/// Nothing else, so that two names that look alike are alike, and a name never breaks the line that it stands in.
public struct Topic: Hashable, Sendable {
    /// The longest name.
    public static let longestName = 64

    /// The word; capitals count.
    public let name: String

    /// A topic, unless the word is none.
    public init?(_ word: some StringProtocol) {
        guard (1...Self.longestName).contains(word.utf8.count), word.utf8.allSatisfy(Self.isAllowed) else { return nil }
        name = String(word)
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "/"): true
        default: false
        }
    }
}
