// SPDX-License-Identifier: Apache-2.0

extension HTMLTokenizer {
    /// The first token that is of interest; `nil` if more bytes are needed to know it, or there are none.
    ///
    /// It passes over text, over end tags, and over start tags that ``interest`` does not want, and keeps track of what they
    /// open and close. For callers that want to know of few tags it is a third faster than to take each.
    ///
    /// - Parameters:
    ///   - bytes: What the caller has.
    ///   - start: Where to begin. Afterwards where the token begins, or where bytes are missing.
    ///   - floor: The level of an element: each tag is shown that closes it, or one around it. -1 if none is of interest.
    ///   - isLast: Whether no bytes will follow.
    public mutating func next(
        in bytes: Span<UInt8>, passing start: inout Int, above floor: Int, isLast: Bool
    ) -> HTMLToken? {
        while start >= 0, start < bytes.count {
            if place == .text, mode == .data, !isUnfinished,
                let token = pass(in: bytes, from: &start, above: floor)
            {
                return token
            }
            guard let token = nextAny(in: bytes, from: start, isLast: isLast) else { return nil }
            switch token.kind {
            case .text: break
            case .endTag: if closes(floor) { return token }
            default: return token
            }
            start = token.range.upperBound
        }
        return nil
    }

    /// Whether the end tag that was told of last has closed the element of a level, or one around it.
    @inline(__always)
    private func closes(_ floor: Int) -> Bool { level <= floor || (elements.ended >= 0 && elements.ended <= floor) }

    /// Passes over plain tags, and the text between them; `nil` where something else begins.
    @inline(never)
    private mutating func pass(in bytes: Span<UInt8>, from start: inout Int, above floor: Int) -> HTMLToken? {
        var index = start
        defer { start = index }
        // Once, and not for each tag.
        let interest = interest
        while true {
            var word = bytes.word(index)
            if UInt8(truncatingIfNeeded: word) != 0x3C {
                guard word != 0 else { return nil }
                index = bytes.first(0x3C, from: index)
                word = bytes.word(index)
            }
            let byte = UInt8(truncatingIfNeeded: word >> 8)
            let isEnd = byte == 0x2F
            guard (isEnd ? UInt8(truncatingIfNeeded: word >> 16) : byte).isASCIILetter else { return nil }
            let first = index &+ (isEnd ? 2 : 1)
            guard let tag = PlainTag(in: bytes, nameAt: first, interest), tag.end &- index <= tagLength else {
                return nil
            }
            if isEnd {
                endTag(ElementName(low: tag.name, high: 0))
                if closes(floor) { return tag.endToken(index, nameAt: first) }
            } else {
                let namespace = startTag(tag.opening(nameAt: first), in: bytes)
                let own = hasOpened ? level &- 1 : level
                if tag.isWanted || own <= floor || (!hasOpened && isTooDeep) {
                    return tag.startToken(index, nameAt: first, namespace)
                }
            }
            index = tag.end
            if mode != .data { return nil }
        }
    }
}
