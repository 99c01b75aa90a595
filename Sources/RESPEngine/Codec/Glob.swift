// SPDX-License-Identifier: Apache-2.0

/// Redis's patterns: `*`, `?`, `[a-z]`, `[^a]` and a backslash before what is meant literally.
///
/// What matches is what matches in Redis 7.0, byte by byte, with the oddities of unfinished classes; but where Redis may
/// take time that is exponential in the number of stars, this takes the product of both lengths at most.
public enum Glob {
    /// Whether a pattern matches all of a text.
    ///
    /// - Parameters:
    ///   - pattern: The pattern; any bytes are one.
    ///   - text: The text.
    ///   - ignoringCase: Whether ASCII letters match in either case, as for the names of `CONFIG GET`.
    public static func matches(_ pattern: Span<UInt8>, _ text: Span<UInt8>, ignoringCase: Bool = false) -> Bool {
        var steps = Int.max
        return matches(pattern, text, ignoringCase: ignoringCase, steps: &steps) ?? false
    }

    /// The same within a number of steps, each of which is a byte of the text that is compared; `nil` when it runs out.
    static func matches(
        _ pattern: Span<UInt8>, _ text: Span<UInt8>, ignoringCase: Bool = false, steps: inout Int
    ) -> Bool? {
        var at = 0
        var position = 0
        // Where to go on behind the last star, and how much of the text it has taken.
        var star = -1
        var taken = 0
        while position < text.count {
            if steps <= 0 { return nil }
            steps &-= 1
            if at < pattern.count, pattern[at] == UInt8(ascii: "*") {
                at &+= 1
                star = at
                taken = position
                // The rest is only stars.
                if at == pattern.count { return true }
            } else if at < pattern.count, let next = step(pattern, at, text[position], ignoringCase) {
                at = next
                position &+= 1
            } else {
                // What an earlier star takes is of no use: all that it could leave, the last can leave too.
                guard star >= 0 else { return false }
                at = star
                taken &+= 1
                position = taken
            }
        }
        // In Redis, stars at the end match nothing only behind something: no text at all matches no pattern but none.
        if text.isEmpty { return pattern.isEmpty }
        while at < pattern.count, pattern[at] == UInt8(ascii: "*") { at &+= 1 }
        return at == pattern.count
    }

    /// Matches one byte with what stands at a position of the pattern and is no star.
    ///
    /// - Returns: The position behind it, if it matches.
    private static func step(_ pattern: Span<UInt8>, _ at: Int, _ byte: UInt8, _ ignoringCase: Bool) -> Int? {
        var at = at
        switch pattern[at] {
        case UInt8(ascii: "?"): return at &+ 1
        case UInt8(ascii: "["): return matchClass(pattern, at &+ 1, byte, ignoringCase)
        case UInt8(ascii: "\\") where at &+ 1 < pattern.count: at &+= 1
        default: break
        }
        return same(pattern[at], byte, ignoringCase) ? at &+ 1 : nil
    }

    /// Matches one byte with a class, from behind its bracket. One that does not end takes all that is left.
    private static func matchClass(
        _ pattern: Span<UInt8>, _ start: Int, _ byte: UInt8, _ ignoringCase: Bool
    ) -> Int? {
        let count = pattern.count
        var at = start
        let isNegated = at < count && pattern[at] == UInt8(ascii: "^")
        if isNegated { at &+= 1 }
        var isMatch = false
        while at < count {
            let first = pattern[at]
            if first == UInt8(ascii: "\\"), count &- at >= 2 {
                // The case counts here, as in Redis.
                if pattern[at &+ 1] == byte { isMatch = true }
                at &+= 2
            } else if first == UInt8(ascii: "]") {
                at &+= 1
                return isMatch != isNegated ? at : nil
            } else if count &- at >= 3, pattern[at &+ 1] == UInt8(ascii: "-") {
                if isWithin(first, pattern[at &+ 2], byte, ignoringCase) { isMatch = true }
                at &+= 3
            } else {
                if same(first, byte, ignoringCase) { isMatch = true }
                at &+= 1
            }
        }
        return isMatch != isNegated ? at : nil
    }

    /// Whether a byte is between two, which may come in either order. Bytes have a sign, as C's have.
    private static func isWithin(_ first: UInt8, _ last: UInt8, _ byte: UInt8, _ ignoringCase: Bool) -> Bool {
        var low = Int8(bitPattern: first)
        var high = Int8(bitPattern: last)
        if low > high { swap(&low, &high) }
        var value = byte
        if ignoringCase {
            low = Int8(bitPattern: lowercase(UInt8(bitPattern: low)))
            high = Int8(bitPattern: lowercase(UInt8(bitPattern: high)))
            value = lowercase(value)
        }
        let signed = Int8(bitPattern: value)
        return signed >= low && signed <= high
    }

    @inline(__always)
    private static func same(_ one: UInt8, _ other: UInt8, _ ignoringCase: Bool) -> Bool {
        one == other || (ignoringCase && lowercase(one) == lowercase(other))
    }

    @inline(__always)
    private static func lowercase(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
    }
}
