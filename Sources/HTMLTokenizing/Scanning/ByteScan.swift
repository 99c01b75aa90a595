// SPDX-License-Identifier: Apache-2.0

extension Span where Element == UInt8 {
    /// The index of the first `byte` at or after `start`; `count` if there is none, or if `start` is negative.
    @inline(__always)
    func first(_ byte: UInt8, from start: Int) -> Int {
        guard start >= 0 else { return count }
        var index = start
        let pattern = UInt64(byte) &* 0x0101_0101_0101_0101
        // Most runs of text are short: what is found soon is found with words, and only the rest is worth vectors.
        let near = index &+ 96
        while index < count, count &- index >= 16, index < near {
            let part = extracting(index..<(index &+ 16))
            let low = part.word(0).zeroBytes(xor: pattern)
            if low != 0 { return index &+ (low.trailingZeroBitCount >> 3) }
            let high = part.word(8).zeroBytes(xor: pattern)
            if high != 0 { return index &+ 8 &+ (high.trailingZeroBitCount >> 3) }
            index &+= 16
        }
        return firstFar(byte, from: index)
    }

    @inline(never)
    private func firstFar(_ byte: UInt8, from start: Int) -> Int {
        var index = start
        while index >= 0, index < count, count &- index >= 64 {
            if extracting(index..<(index &+ 64)).contains(byte) { break }
            index &+= 64
        }
        while index >= 0, index < count {
            if self[index] == byte { return index }
            index &+= 1
        }
        return count
    }

    /// Whether `byte` is anywhere; looks at all bytes, and only a loop of this plain form becomes vector instructions.
    @inline(__always)
    private func contains(_ byte: UInt8) -> Bool {
        var found: UInt8 = 0
        var index = 0
        while index < count {
            found |= self[index] == byte ? 1 : 0
            index &+= 1
        }
        return found != 0
    }

    /// Eight bytes, the first of them lowest: the compiler makes it one load. 0 where there are fewer.
    @inline(__always)
    func word(_ at: Int) -> UInt64 {
        guard at >= 0, count &- at >= 8, at < count else { return 0 }
        let part = extracting(at..<(at &+ 8))
        let low = UInt64(part[0]) | UInt64(part[1]) << 8 | UInt64(part[2]) << 16 | UInt64(part[3]) << 24
        return low | UInt64(part[4]) << 32 | UInt64(part[5]) << 40 | UInt64(part[6]) << 48 | UInt64(part[7]) << 56
    }

    /// Whether `text`, which is in small letters, stands at `index`; `nil` if the bytes end before that is known.
    func matches(_ text: StaticWord, at index: Int) -> Bool? {
        var at = index
        var word = text.bytes
        while word != 0 {
            guard at >= 0, at < count else { return nil }
            let byte = text.ignoresCase ? self[at].lowercasedASCII : self[at]
            guard byte == UInt8(truncatingIfNeeded: word) else { return false }
            word >>= 8
            at &+= 1
        }
        return true
    }
}

/// A word of at most eight bytes to be looked for.
struct StaticWord: Sendable {
    /// The first byte lowest.
    var bytes: UInt64
    var ignoresCase: Bool

    /// `doctype`.
    static var doctype: Self { Self(bytes: 0x65_7079_7463_6F64, ignoresCase: true) }
    /// `[CDATA[`.
    static var cdata: Self { Self(bytes: 0x5B_4154_4144_435B, ignoresCase: false) }
    /// `public`.
    static var `public`: Self { Self(bytes: 0x6369_6C62_7570, ignoresCase: true) }
    /// `system`.
    static var system: Self { Self(bytes: 0x6D65_7473_7973, ignoresCase: true) }
}

extension UInt64 {
    /// Has its lowest set bit in the first byte that is that of `pattern`; 0 if there is none.
    @inline(__always)
    func zeroBytes(xor pattern: UInt64) -> UInt64 {
        let difference = self ^ pattern
        return (difference &- 0x0101_0101_0101_0101) & ~difference & 0x8080_8080_8080_8080
    }

    /// Has its lowest set bit in the first byte that is below `limit`, which is at most 128; 0 if there is none.
    @inline(__always)
    func bytes(below limit: UInt64) -> UInt64 {
        (self &- limit &* 0x0101_0101_0101_0101) & ~self & 0x8080_8080_8080_8080
    }
}

extension UInt8 {
    /// Tab, line feed, form feed, carriage return or space: what separates attributes.
    @inline(__always)
    var isHTMLSpace: Bool { self <= 0x20 && (0x1_0000_3600 as UInt64) &>> UInt64(self) & 1 != 0 }

    @inline(__always)
    var isASCIILetter: Bool { (self | 0x20) &- 0x61 < 26 }

    @inline(__always)
    var isASCIIDigit: Bool { self &- 0x30 < 10 }

    @inline(__always)
    var lowercasedASCII: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }
}

extension Range<Int> {
    /// From `start` to `end`, or nothing if that is before it: `..<` would trap.
    @inline(__always)
    init(_ start: Int, to end: Int) {
        self = start..<Swift.max(start, end)
    }
}
