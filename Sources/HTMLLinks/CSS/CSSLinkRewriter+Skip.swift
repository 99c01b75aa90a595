// SPDX-License-Identifier: Apache-2.0

/// Most of a style sheet is passed by fast: bytes that change no state are not taken one by one.
extension CSSLinkRewriter {
    /// The next place, at or behind `start`, where something may happen; leaves the state as the bytes before it would.
    mutating func skip(_ piece: Span<UInt8>, from start: Int) -> Int {
        switch state {
        case .plain: skipPlain(piece, from: start)
        case .comment: piece.first(UInt8(ascii: "*"), from: start)
        case .string, .url: isHolding ? start : Self.skipQuoted(piece, from: start)
        default: start
        }
    }

    private mutating func skipPlain(_ piece: Span<UInt8>, from start: Int) -> Int {
        guard !expectsURL, !isNamespace, !name.isAtKeyword, previous != UInt8(ascii: "@") else { return start }
        var end = start
        while end < piece.count, !piece[end].matters { end &+= 1 }
        readUntil = end
        // A name right before that place is a function's, maybe: it is read.
        while end > start, piece[end &- 1].isCSSName || piece[end &- 1] == 0 { end &-= 1 }
        guard end > start else { return start }
        name.clear()
        beforePrevious = end &- start > 1 ? piece[end &- 2] : previous
        previous = piece[end &- 1]
        return end
    }

    /// In a string or a URL that is not held.
    private static func skipQuoted(_ piece: Span<UInt8>, from start: Int) -> Int {
        var index = start
        while index < piece.count {
            let byte = piece[index]
            if byte <= 0x20 || byte == 0x7F || byte &- 0x22 < 8 || byte == UInt8(ascii: "\\") { break }
            index &+= 1
        }
        return index
    }
}

extension UInt8 {
    /// Whether the byte changes more than what a name is: quotation marks, parentheses, `/`, `\` and `@`.
    @inline(__always)
    fileprivate var matters: Bool {
        if self &- 0x22 < 14 { return 0x20E1 >> UInt16(self &- 0x22) & 1 != 0 }
        return self == UInt8(ascii: "@") || self == UInt8(ascii: "\\")
    }
}
