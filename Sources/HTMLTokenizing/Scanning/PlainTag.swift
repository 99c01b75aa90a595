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
    /// Whether its element, or one of its attributes, is of interest.
    let isWanted: Bool

    /// The tag whose name begins at `start`, with a letter; `nil` if it is not as plain as that.
    @inline(__always)
    init?(in bytes: Span<UInt8>, nameAt start: Int, _ interest: TagInterest) {
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
            isWanted = interest.wants(element: letters)
        } else {
            guard let attributes = Self.attributes(in: bytes, from: start &+ nameLength, interest) else { return nil }
            end = attributes.end
            isWanted = attributes.areWanted || interest.wants(element: letters)
            // Not the end of a value without quotes: a tag with such a one is not plain.
            isSelfClosing = bytes[end &- 2] == 0x2F
        }
    }

    /// The token of an end tag that begins at `start`.
    @inline(__always)
    func endToken(_ start: Int, nameAt first: Int) -> HTMLToken {
        HTMLToken(.endTag, start, end, content: (first, first &+ nameLength), mode: .data, flags: flags)
    }

    /// The token of a start tag that begins at `start`.
    @inline(__always)
    func startToken(_ start: Int, nameAt first: Int, _ namespace: HTMLNamespace) -> HTMLToken {
        HTMLToken(
            .startTag, start, end, content: (first, first &+ nameLength), mode: .data, namespace: namespace,
            flags: flags)
    }

    /// What is known of a start tag.
    @inline(__always)
    func opening(nameAt first: Int) -> OpenElements.StartTag {
        OpenElements.StartTag(
            name: ElementName(low: name, high: 0), isSelfClosing: isSelfClosing,
            attributes: Range(first &+ nameLength, to: end))
    }

    private var flags: HTMLToken.Flags { isSelfClosing ? [.whole, .selfClosing] : .whole }

    /// The place behind the `>` that ends attributes, which begin at `start`, at the byte behind a name; and whether one of
    /// them is of interest.
    @inline(never)
    private static func attributes(
        in bytes: Span<UInt8>, from start: Int, _ interest: TagInterest
    ) -> (end: Int, areWanted: Bool)? {
        var index = start
        var areWanted = false
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
            if byte == 0x3E { return (index &+ 1, areWanted) }
            if byte == 0x2F { return UInt8(truncatingIfNeeded: word >> 8) == 0x3E ? (index &+ 2, areWanted) : nil }
            // It would be part of a name, or behind a space.
            if byte == 0x3D { return nil }
            let name = end(in: bytes, from: index, word, equals: 0x3D3D_3D3D_3D3D_3D3D)
            guard let name, name &+ 1 < bytes.count else { return nil }
            if interest.hasAttributes, !areWanted {
                areWanted = isWanted(in: bytes, index, to: name, word, interest)
            }
            byte = bytes[name]
            if byte == 0x3E { return (name &+ 1, areWanted) }
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
                    if bytes[value] == 0x3E { return bytes[value &- 1] == 0x2F ? nil : (value &+ 1, areWanted) }
                    index = value
                }
            }
            word = bytes.word(index)
            byte = UInt8(truncatingIfNeeded: word)
            guard byte > 0x20 || byte.isHTMLSpace else { return nil }
        }
    }

    /// Whether the attribute is of interest whose name is at these places, before a space, an equals sign or the end.
    @inline(__always)
    private static func isWanted(
        in bytes: Span<UInt8>, _ start: Int, to end: Int, _ word: UInt64, _ interest: TagInterest
    ) -> Bool {
        // Two attributes, of which the first has no value, are one here: `<a b/href=x>`.
        var slash = word.zeroBytes(xor: 0x2F2F_2F2F_2F2F_2F2F).trailingZeroBitCount >> 3
        if slash > 7 { slash = end &- start > 8 ? bytes.first(0x2F, from: start &+ 8) &- start : end }
        if slash < end &- start { return true }
        var value = end &+ 1
        if value < bytes.count, bytes[value] == 0x22 || bytes[value] == 0x27 { value &+= 1 }
        guard start < bytes.count, value < bytes.count else { return true }
        return interest.wants(attribute: word, bytes[start], length: end &- start, value: bytes[value])
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
