// SPDX-License-Identifier: Apache-2.0

extension HTMLTokenizer {
    /// The tag that begins at `start`, and what it does to what follows.
    mutating func tag(in bytes: Span<UInt8>, from start: Int, isEnd: Bool, isLast: Bool) -> HTMLToken? {
        let offset = isEnd ? 2 : 1
        var scan = isUnfinished ? unfinished : TagScan(nameAt: offset)
        isUnfinished = false
        guard let end = scan.run(in: bytes, from: start) else {
            let length = bytes.count &- start
            if length >= tagLength {
                isOverlongEnd = isEnd
                place = .overlongTag
                // What is seen from now on begins at the next byte.
                scan.seen = 0
                unfinished = scan
                return HTMLToken(.overlong, start, bytes.count, mode: mode, flags: .first)
            }
            if isLast {
                isCutOff = true
                return HTMLToken(.ignored, start, bytes.count, mode: mode)
            }
            unfinished = scan
            isUnfinished = true
            return nil
        }
        let length = end &- start
        let name = (start: start &+ offset, end: start &+ offset &+ scan.nameLength)
        let isSelfClosing = scan.state == .selfClosing
        if isEnd {
            endTag(scan.name)
            guard length <= tagLength else { return HTMLToken(.overlong, start, end, mode: mode) }
            return HTMLToken(
                .endTag, start, end, content: name, mode: .data, flags: isSelfClosing ? [.whole, .selfClosing] : .whole)
        }
        let isOverlong = length > tagLength
        let tag = OpenElements.StartTag(
            name: scan.name, isSelfClosing: isSelfClosing,
            attributes: isOverlong ? 0..<0 : name.end..<max(end, name.end))
        let namespace = startTag(tag, in: bytes)
        guard !isOverlong else { return HTMLToken(.overlong, start, end, mode: .data) }
        return HTMLToken(
            .startTag, start, end, content: name, mode: .data, namespace: namespace,
            flags: isSelfClosing ? [.whole, .selfClosing] : .whole)
    }

    /// Goes on with a tag that is longer than it may be.
    mutating func overlongTag(in bytes: Span<UInt8>, from start: Int) -> HTMLToken? {
        var scan = unfinished
        guard let end = scan.run(in: bytes, from: start) else {
            scan.seen = 0
            unfinished = scan
            return HTMLToken(.overlong, start, bytes.count, mode: mode, flags: [])
        }
        place = .text
        if isOverlongEnd {
            endTag(scan.name)
        } else {
            let tag = OpenElements.StartTag(
                name: scan.name, isSelfClosing: scan.state == .selfClosing, attributes: 0..<0)
            _ = startTag(tag, in: bytes)
        }
        return HTMLToken(.overlong, start, end, mode: .data, flags: .last)
    }

    @inline(__always)
    mutating func startTag(_ tag: OpenElements.StartTag, in bytes: Span<UInt8>) -> HTMLNamespace {
        let (namespace, next) = elements.open(tag, in: bytes)
        // Kept here because they are asked for at each tag.
        level = elements.level
        hasOpened = elements.hasOpened
        if next != .data {
            mode = next
            textElement = tag.name
            script = .plain
        }
        return namespace
    }

    @inline(__always)
    mutating func endTag(_ name: ElementName) {
        mode = .data
        elements.close(name)
        level = elements.level
    }

    /// A DOCTYPE: 13.2.5.53 to 13.2.5.68. Whatever is in it, the first `>` ends it.
    mutating func doctype(in bytes: Span<UInt8>, from start: Int, isLast: Bool) -> HTMLToken? {
        var scan = isUnfinished ? unfinished : TagScan(nameAt: 9)
        isUnfinished = false
        let found = bytes.first(0x3E, from: start &+ scan.seen)
        guard found < bytes.count else {
            let length = bytes.count &- start
            if length >= tagLength {
                place = .overlongDoctype
                return HTMLToken(.overlong, start, bytes.count, mode: mode, flags: .first)
            }
            if isLast {
                isCutOff = true
                return HTMLToken(.doctype, start, bytes.count, mode: mode)
            }
            scan.seen = length
            unfinished = scan
            isUnfinished = true
            return nil
        }
        let kind = found &+ 1 &- start > tagLength ? HTMLToken.Kind.overlong : .doctype
        return HTMLToken(kind, start, found &+ 1, mode: mode)
    }

    /// Goes on with a DOCTYPE that is longer than it may be.
    mutating func doctypeRest(in bytes: Span<UInt8>, from start: Int) -> HTMLToken? {
        let end = bytes.first(0x3E, from: start)
        guard end < bytes.count else { return HTMLToken(.overlong, start, bytes.count, mode: mode, flags: []) }
        place = .text
        return HTMLToken(.overlong, start, end &+ 1, mode: mode, flags: .last)
    }
}
