// SPDX-License-Identifier: Apache-2.0

/// A tag written as nearly all are: all of it there, its name of less than eight small letters and digits, and its
/// attributes without spaces around their equals signs.
///
/// ``TagScan`` knows all tags, and takes them byte by byte. This looks at eight at a time, and finds the same.
struct PlainTag {
    /// The name, which has no more bytes.
    let name: UInt64
    let nameLength: Int
    /// Behind its `>`.
    let end: Int
    let isSelfClosing: Bool

    /// The tag whose name begins at `start`, with a letter; `nil` if it is not as plain as that.
    @inline(__always)
    init?(in bytes: Span<UInt8>, nameAt start: Int) {
        let word = bytes.word(start)
        // The lowest bit of either is exact.
        let ends = word.zeroBytes(xor: 0x3E3E_3E3E_3E3E_3E3E) | word.bytes(below: 0x30)
        let bits = UInt64(truncatingIfNeeded: ends.trailingZeroBitCount & ~7)
        guard bits > 0, bits < 64 else { return nil }
        let letters = word & ((1 &<< bits) &- 1)
        let capitals = letters & 0x4040_4040_4040_4040 & ~((letters & 0x2020_2020_2020_2020) &<< 1)
        guard capitals == 0 else { return nil }
        name = letters
        nameLength = Int(truncatingIfNeeded: bits &>> 3)
        if UInt8(truncatingIfNeeded: word &>> bits) == 0x3E {
            end = start &+ nameLength &+ 1
            isSelfClosing = false
        } else {
            guard let end = Self.attributes(in: bytes, from: start &+ nameLength) else { return nil }
            self.end = end
            // Not the end of a value without quotes: a tag with such a one is not plain.
            isSelfClosing = bytes[end &- 2] == 0x2F
        }
    }

    /// The place behind the `>` that ends attributes, which begin at `start`, at the byte behind a name.
    @inline(never)
    private static func attributes(in bytes: Span<UInt8>, from start: Int) -> Int? {
        var index = start
        var word = bytes.word(index)
        var byte = UInt8(truncatingIfNeeded: word)
        guard byte.isHTMLSpace || byte == 0x2F else { return nil }
        while true {
            // Behind the tag's name, or an attribute, or its value's quotes.
            while byte.isHTMLSpace {
                index &+= 1
                word = bytes.word(index)
                byte = UInt8(truncatingIfNeeded: word)
            }
            if byte == 0x3E { return index &+ 1 }
            if byte == 0x2F { return UInt8(truncatingIfNeeded: word >> 8) == 0x3E ? index &+ 2 : nil }
            // It would be part of a name, or behind a space.
            if byte == 0x3D { return nil }
            let name = end(in: bytes, from: index, word, equals: 0x3D3D_3D3D_3D3D_3D3D)
            guard let name, name &+ 1 < bytes.count else { return nil }
            byte = bytes[name]
            if byte == 0x3E { return name &+ 1 }
            index = name
            if byte == 0x3D {
                // Behind a slash it would be part of a name.
                if bytes[name &- 1] == 0x2F { return nil }
                let quote = bytes[name &+ 1]
                if quote == 0x22 || quote == 0x27 {
                    let close = bytes.first(quote, from: name &+ 2)
                    guard close < bytes.count else { return nil }
                    index = close &+ 1
                } else {
                    let first = bytes.word(name &+ 1)
                    if quote == 0x3E || quote.isHTMLSpace { return nil }
                    guard let value = end(in: bytes, from: name &+ 1, first, equals: 0x3E3E_3E3E_3E3E_3E3E) else {
                        return nil
                    }
                    if bytes[value] == 0x3E { return bytes[value &- 1] == 0x2F ? nil : value &+ 1 }
                    index = value
                }
            }
            word = bytes.word(index)
            byte = UInt8(truncatingIfNeeded: word)
            guard byte > 0x20 || byte.isHTMLSpace else { return nil }
        }
    }

    /// The place of the first space, `>` or byte of `pattern`, from `start`, where `word` is.
    @inline(__always)
    private static func end(
        in bytes: Span<UInt8>, from start: Int, _ word: UInt64, equals pattern: UInt64
    ) -> Int? {
        var index = start
        var word = word
        while true {
            let ends =
                word.zeroBytes(xor: pattern) | word.zeroBytes(xor: 0x3E3E_3E3E_3E3E_3E3E) | word.bytes(below: 0x21)
            if ends != 0 {
                index &+= ends.trailingZeroBitCount >> 3
                // Not behind the end, where words are 0, nor at a control character, which is part of a name.
                guard index < bytes.count, bytes[index] > 0x20 || bytes[index].isHTMLSpace else { return nil }
                return index
            }
            index &+= 8
            word = bytes.word(index)
        }
    }
}
