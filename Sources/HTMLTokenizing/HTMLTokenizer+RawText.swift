// SPDX-License-Identifier: Apache-2.0

extension HTMLTokenizer {
    /// RCDATA and RAWTEXT, which their end tag alone ends: 13.2.5.2, 13.2.5.3 and 13.2.5.9 to 13.2.5.14.
    mutating func rawText(in bytes: Span<UInt8>, from start: Int, isLast: Bool) -> HTMLToken? {
        var index = start
        while true {
            let open = bytes.first(0x3C, from: index)
            guard open < bytes.count else { return text(start, bytes.count) }
            switch endsText(in: bytes, at: open) {
            case true: return text(start, open) ?? tag(in: bytes, from: open, isEnd: true, isLast: isLast)
            case false: index = open &+ 1
            case nil:
                if !isLast { return text(start, open) }
                index = open &+ 1
            }
        }
    }

    /// Whether what begins at `open`, with `<`, is the end tag of the element that the text is in; `nil` if the bytes end
    /// before that is known.
    func endsText(in bytes: Span<UInt8>, at open: Int) -> Bool? {
        // A tag that is known for one, but not its end.
        if isUnfinished { return true }
        guard open &+ 1 < bytes.count else { return nil }
        guard bytes[open &+ 1] == 0x2F else { return false }
        var index = open &+ 2
        var place = 0
        while index >= 0, index < bytes.count {
            let byte = bytes[index]
            let expected = textElement.byte(at: place)
            if expected == 0 {
                return place > 0 && (byte.isHTMLSpace || byte == 0x2F || byte == 0x3E)
            }
            guard byte.lowercasedASCII == expected else { return false }
            index &+= 1
            place &+= 1
        }
        return nil
    }

    /// CDATA, up to `]]>`: 13.2.5.69 to 13.2.5.71.
    mutating func cdata(in bytes: Span<UInt8>, from start: Int, isLast: Bool) -> HTMLToken? {
        var index = start
        while true {
            let bracket = bytes.first(0x5D, from: index)
            guard bracket < bytes.count else { return text(start, bytes.count) }
            let cut = isLast ? bytes.count : bracket
            guard bracket &+ 1 < bytes.count else { return text(start, cut) }
            guard bytes[bracket &+ 1] == 0x5D else {
                index = bracket &+ 2
                continue
            }
            guard bracket &+ 2 < bytes.count else { return text(start, cut) }
            guard bytes[bracket &+ 2] == 0x3E else {
                index = bracket &+ 1
                continue
            }
            if let text = text(start, bracket) { return text }
            mode = .data
            return HTMLToken(.cdataEnd, bracket, bracket &+ 3, mode: .cdata)
        }
    }
}
