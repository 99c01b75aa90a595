// SPDX-License-Identifier: Apache-2.0

extension HTMLTokenizer {
    /// A comment, or what there is of it, from `start`, where `skipping` bytes open it: 13.2.5.43 to 13.2.5.52.
    ///
    /// The states for `<!` in a comment differ in nothing but errors from those without, and so are left out.
    mutating func comment(in bytes: Span<UInt8>, from start: Int, skipping: Int = 0, isLast: Bool) -> HTMLToken? {
        let content = start &+ skipping
        let first: HTMLToken.Flags = skipping > 0 ? .first : []
        var index = content
        if place == .commentStart {
            // `>` and `->` end a comment that has just begun.
            let dashes = index < bytes.count && bytes[index] == 0x2D ? 1 : 0
            guard index &+ dashes < bytes.count else {
                return commentPart(first, start, content, end: content, close: isLast ? bytes.count : content)
            }
            if bytes[index &+ dashes] == 0x3E {
                return commentEnd(first, start, content, end: content, close: index &+ dashes &+ 1)
            }
        }
        while true {
            let dash = bytes.first(0x2D, from: index)
            guard dash < bytes.count else {
                return commentPart(first, start, content, end: bytes.count, close: bytes.count)
            }
            // What the page's end cuts off behind `-`, `--` or `--!` does not belong to the comment.
            let cut = isLast ? bytes.count : dash
            guard dash &+ 1 < bytes.count else { return commentPart(first, start, content, end: dash, close: cut) }
            guard bytes[dash &+ 1] == 0x2D else {
                index = dash &+ 1
                continue
            }
            guard dash &+ 2 < bytes.count else { return commentPart(first, start, content, end: dash, close: cut) }
            let byte = bytes[dash &+ 2]
            if byte == 0x3E { return commentEnd(first, start, content, end: dash, close: dash &+ 3) }
            if byte == 0x21 {
                guard dash &+ 3 < bytes.count else { return commentPart(first, start, content, end: dash, close: cut) }
                if bytes[dash &+ 3] == 0x3E { return commentEnd(first, start, content, end: dash, close: dash &+ 4) }
                index = dash &+ 3
            } else {
                // Of many dashes the last two count.
                index = byte == 0x2D ? dash &+ 1 : dash &+ 2
            }
        }
    }

    private mutating func commentEnd(
        _ first: HTMLToken.Flags, _ start: Int, _ content: Int, end: Int, close: Int
    ) -> HTMLToken {
        place = .text
        return HTMLToken(.comment, start, close, content: (content, end), mode: mode, flags: [first, .last])
    }

    /// A part of a comment that goes on; `nil` if it has no bytes.
    private mutating func commentPart(
        _ first: HTMLToken.Flags, _ start: Int, _ content: Int, end: Int, close: Int
    ) -> HTMLToken? {
        guard close > start else { return nil }
        if end > content { place = .comment }
        return HTMLToken(.comment, start, close, content: (content, end), mode: mode, flags: first)
    }

    /// What is no comment but counts as one: 13.2.5.41. The first `>` ends it.
    mutating func bogusComment(
        in bytes: Span<UInt8>, from start: Int, content: Int, isFirst: Bool, isLast: Bool
    ) -> HTMLToken? {
        let first: HTMLToken.Flags = isFirst ? .first : []
        let end = bytes.first(0x3E, from: content)
        guard end < bytes.count else {
            place = .bogusComment
            return HTMLToken(.comment, start, bytes.count, content: (content, bytes.count), mode: mode, flags: first)
        }
        place = .text
        return HTMLToken(.comment, start, end &+ 1, content: (content, end), mode: mode, flags: [first, .last])
    }
}
