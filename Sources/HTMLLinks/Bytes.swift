// SPDX-License-Identifier: Apache-2.0

extension UInt8 {
    /// Tab, line feed, form feed, carriage return or space.
    @inline(__always)
    var isSpace: Bool { self == 0x20 || self == 0x0A || self == 0x09 || self == 0x0D || self == 0x0C }

    @inline(__always)
    var isDigit: Bool { self &- 0x30 < 10 }

    @inline(__always)
    var isLetter: Bool { (self | 0x20) &- 0x61 < 26 }

    @inline(__always)
    var lowercased: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }

    /// A slash, or what a browser takes for one in URLs of the web.
    @inline(__always)
    var isSlash: Bool { self == 0x2F || self == 0x5C }

    /// What URLs are rid of wherever it stands: tab, line feed and carriage return.
    @inline(__always)
    var isBreak: Bool { self == 0x09 || self == 0x0A || self == 0x0D }
}

extension Span<UInt8> {
    /// The byte at `index`; 0 outside.
    @inline(__always)
    func at(_ index: Int) -> UInt8 {
        index >= 0 && index < count ? self[index] : 0
    }

    /// The bytes at these places, as far as there are any.
    @inline(__always)
    @_lifetime(copy self)
    func part(_ range: Range<Int>) -> Span<UInt8> {
        let start = Swift.min(Swift.max(range.lowerBound, 0), count)
        return extracting(start..<Swift.min(Swift.max(range.upperBound, start), count))
    }

    /// The first index at or after `index` whose byte is no ASCII white space.
    func skippingSpaces(from index: Int) -> Int {
        var index = index
        while index >= 0, index < count, self[index].isSpace { index &+= 1 }
        return index
    }

    /// The first index at or after `index` that has `byte`; `count` if there is none.
    func first(_ byte: UInt8, from index: Int) -> Int {
        var index = index
        while index >= 0, index < count, self[index] != byte { index &+= 1 }
        return index
    }

    func isSame(as other: [UInt8]) -> Bool {
        guard count == other.count else { return false }
        for index in indices where self[index] != other[index] { return false }
        return true
    }

    /// Whether these are the bytes of `text`, which is in small letters, without regard to case.
    func isWord(_ text: String) -> Bool {
        count == text.utf8.count && hasWord(text, at: 0)
    }

    /// Whether `text`, which is in small letters, stands at `index`, without regard to case.
    func hasWord(_ text: String, at index: Int) -> Bool {
        var at = index
        for byte in text.utf8 {
            guard at >= 0, at < count, self[at].lowercased == byte else { return false }
            at &+= 1
        }
        return true
    }
}

extension [UInt8] {
    mutating func append(_ bytes: Span<UInt8>) {
        for index in bytes.indices { append(bytes[index]) }
    }
}

extension Range<Int> {
    /// From `start` to `end`, or nothing if that is before it: `..<` would trap.
    @inline(__always)
    init(_ start: Int, to end: Int) {
        self = start..<Swift.max(start, end)
    }
}
