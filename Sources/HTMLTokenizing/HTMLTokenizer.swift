// SPDX-License-Identifier: Apache-2.0

/// Cuts HTML into tags, text and comments as the standard's tokenizer does (13.2.5), while it streams through.
///
/// It copies and keeps no bytes. The caller shows it what it has, takes tokens until there are none, and shows what is
/// behind the last one again, followed by what has come:
///
///     while let token = tokenizer.next(in: bytes, from: start, isLast: isLast) { start = token.range.upperBound … }
///
/// What has to be shown again is a tag, a DOCTYPE or an end of text that may become one: at most ``Options/tagLength``
/// bytes. The tokens are the same however the page is cut, but for text, comments and what is overlong, whose parts are.
///
/// Bytes are taken for an encoding that has ASCII in it, as UTF-8 has. What tokens mean is worked out for those who ask:
/// ``HTMLAttributes``, ``HTMLDoctype``, ``HTMLText``.
///
/// The standard's tokenizer is steered by its tree builder: `<title>` is followed by other text than `<b>`, but not in
/// SVG. So it keeps the stack of open elements, as far as it decides that.
public struct HTMLTokenizer: Sendable {
    /// What may differ between uses.
    public struct Options: Equatable, Sendable {
        /// Whether what is in `<noscript>` is text, as it is where scripts run.
        public var scripting = true
        /// How many bytes a tag or a DOCTYPE may have, at least 64; a longer one is ``HTMLToken/Kind/overlong``.
        public var tagLength = 64 * 1024
        /// How many open elements are known; what is deeper is taken for HTML.
        public var depth = 512

        /// The usual ones.
        public init() {}
    }

    /// What the next byte is part of.
    enum Place: Equatable, Sendable {
        case text
        /// Behind `<!--`: a comment may end here without its own dashes.
        case commentStart
        case comment
        case bogusComment
        case overlongTag
        case overlongDoctype
    }

    /// How the next bytes are read, where they are not part of a tag or comment.
    public internal(set) var mode = TextMode.data
    var place = Place.text
    /// The element whose end tag ends RCDATA, RAWTEXT and scripts.
    var textElement = ElementName.none
    var script = ScriptState.plain
    /// The tag that the bytes broke off in, as far as it is known.
    var unfinished = TagScan(nameAt: 0)
    var isUnfinished = false
    /// What the tag that is overlong will do at its end, unless it is an end tag.
    var isOverlongEnd = false
    /// Whether the page has ended in a tag or DOCTYPE.
    var isCutOff = false
    var elements: OpenElements
    /// Which start tags are shown by ``next(in:passing:above:isLast:)``.
    public var interest = TagInterest()
    let tagLength: Int

    /// At the beginning of a page.
    public init(_ options: Options = Options()) {
        tagLength = max(options.tagLength, 64)
        elements = OpenElements(scripting: options.scripting, depth: options.depth)
    }

    /// At the beginning of what is in an element, as if its start tag had just been: for parts of pages.
    ///
    /// `textElement` are the bytes of its name. In a mode other than data that is what the text's end tag has to be.
    public init(_ options: Options = Options(), in mode: TextMode, of textElement: Span<UInt8>) {
        self.init(options)
        self.mode = mode
        self.textElement = ElementName(textElement, 0..<textElement.count)
    }

    /// The language of the innermost open element.
    public var namespace: HTMLNamespace { elements.namespace }

    /// How many elements are open, as far as is known; also the level of the element that a start tag would open inside them.
    ///
    /// An element keeps its level while it is open. One that is closed without those inside of it (`<b><p></b>`) is counted
    /// until they are closed.
    public internal(set) var level = 0
    /// Whether the start tag that was told of last opened an element, whose end may come: one of HTML's void elements has
    /// none. It is the innermost, at ``level`` less 1.
    public internal(set) var hasOpened = false
    /// The level of the element that the end tag which was told of last has closed; `nil` if there is none for it.
    public var endedLevel: Int? { elements.ended < 0 ? nil : elements.ended }
    /// Whether that was `</body>` or `</html>`. It closes nothing, and what follows is in the element still, but whoever wrote
    /// it took it for the end of all inside.
    public var endsAll: Bool { elements.endsAll }
    /// Whether what follows the last token is read as a tag or text between tags: neither is part of a comment, a script or a
    /// tag that the page's end has cut off.
    public var isBetweenTags: Bool { mode == .data && place == .text && !isCutOff }
    /// Whether there was an element so deep that it is not known.
    public var isTooDeep: Bool { elements.isTooDeep }

    /// The first token of the bytes from `start` on; `nil` if more bytes are needed to know it, or there are none.
    ///
    /// `isLast` says that no bytes will follow: then there are tokens for all of them.
    public mutating func next(in bytes: Span<UInt8>, from start: Int = 0, isLast: Bool) -> HTMLToken? {
        guard start >= 0, start < bytes.count else { return nil }
        if place == .text, mode == .data, !isUnfinished, let token = plain(in: bytes, from: start) { return token }
        return nextAny(in: bytes, from: start, isLast: isLast)
    }

    /// A tag or text as they mostly are; `nil` if it is not as simple as that.
    @inline(__always)
    private mutating func plain(in bytes: Span<UInt8>, from start: Int) -> HTMLToken? {
        let word = bytes.word(start)
        guard UInt8(truncatingIfNeeded: word) == 0x3C else {
            guard word != 0 else { return nil }
            let open = bytes.first(0x3C, from: start)
            guard open &+ 2 < bytes.count else { return nil }
            let byte = bytes[open &+ 1]
            guard byte.isASCIILetter || (byte == 0x2F && bytes[open &+ 2].isASCIILetter) else { return nil }
            return HTMLToken(.text, start, open, mode: .data)
        }
        let byte = UInt8(truncatingIfNeeded: word >> 8)
        let isEnd = byte == 0x2F
        guard (isEnd ? UInt8(truncatingIfNeeded: word >> 16) : byte).isASCIILetter else { return nil }
        let first = start &+ (isEnd ? 2 : 1)
        guard let tag = PlainTag(in: bytes, nameAt: first, interest), tag.end &- start <= tagLength else { return nil }
        if isEnd {
            endTag(ElementName(low: tag.name, high: 0))
            return tag.endToken(start, nameAt: first)
        }
        return tag.startToken(start, nameAt: first, startTag(tag.opening(nameAt: first), in: bytes))
    }

    @inline(never)
    mutating func nextAny(in bytes: Span<UInt8>, from start: Int, isLast: Bool) -> HTMLToken? {
        switch place {
        case .text: return nextText(in: bytes, from: start, isLast: isLast)
        case .commentStart, .comment: return comment(in: bytes, from: start, isLast: isLast)
        case .bogusComment: return bogusComment(in: bytes, from: start, content: start, isFirst: false, isLast: isLast)
        case .overlongTag: return overlongTag(in: bytes, from: start)
        case .overlongDoctype: return doctypeRest(in: bytes, from: start)
        }
    }

    @inline(__always)
    private mutating func nextText(in bytes: Span<UInt8>, from start: Int, isLast: Bool) -> HTMLToken? {
        switch mode {
        case .data: return data(in: bytes, from: start, isLast: isLast)
        case .rcdata, .rawtext: return rawText(in: bytes, from: start, isLast: isLast)
        case .script: return scriptText(in: bytes, from: start, isLast: isLast)
        case .plaintext: return text(start, bytes.count)
        case .cdata: return cdata(in: bytes, from: start, isLast: isLast)
        }
    }

    /// Text from `start` to `end`; `nil` if that is nothing.
    @inline(__always)
    func text(_ start: Int, _ end: Int) -> HTMLToken? {
        end > start ? HTMLToken(.text, start, end, mode: mode) : nil
    }

    /// Text, and what interrupts it: 13.2.5.1, 13.2.5.6 and 13.2.5.7.
    @inline(never)
    private mutating func data(in bytes: Span<UInt8>, from start: Int, isLast: Bool) -> HTMLToken? {
        var index = start
        while true {
            let open = bytes.first(0x3C, from: index)
            guard open < bytes.count else { return text(start, bytes.count) }
            guard open &+ 1 < bytes.count else { return text(start, isLast ? bytes.count : open) }
            let byte = bytes[open &+ 1]
            if byte.isASCIILetter {
                if open > start { return text(start, open) }
                return tag(in: bytes, from: open, isEnd: false, isLast: isLast)
            }
            switch byte {
            case 0x2F:
                guard open &+ 2 < bytes.count else { return text(start, isLast ? bytes.count : open) }
                if let text = text(start, open) { return text }
                let letter = bytes[open &+ 2]
                if letter.isASCIILetter { return tag(in: bytes, from: open, isEnd: true, isLast: isLast) }
                if letter == 0x3E { return HTMLToken(.ignored, open, open &+ 3, mode: mode) }
                return bogusComment(in: bytes, from: open, content: open &+ 2, isFirst: true, isLast: isLast)
            case 0x21:
                return text(start, open) ?? declaration(in: bytes, from: open, isLast: isLast)
            case 0x3F:
                return text(start, open)
                    ?? bogusComment(in: bytes, from: open, content: open &+ 1, isFirst: true, isLast: isLast)
            default:
                index = open &+ 1
            }
        }
    }

    /// What `<!` begins: 13.2.5.42.
    private mutating func declaration(in bytes: Span<UInt8>, from start: Int, isLast: Bool) -> HTMLToken? {
        let word = start &+ 2
        guard word < bytes.count else {
            return isLast ? bogusComment(in: bytes, from: start, content: word, isFirst: true, isLast: true) : nil
        }
        let isKnown: Bool?
        switch bytes[word] {
        case 0x2D:
            guard word &+ 1 < bytes.count else {
                isKnown = nil
                break
            }
            isKnown = bytes[word &+ 1] == 0x2D
            if isKnown == true {
                place = .commentStart
                return comment(in: bytes, from: start, skipping: 4, isLast: isLast)
            }
        case 0x44, 0x64:
            isKnown = bytes.matches(.doctype, at: word)
            if isKnown == true { return doctype(in: bytes, from: start, isLast: isLast) }
        case 0x5B:
            isKnown = bytes.matches(.cdata, at: word)
            if isKnown == true, elements.namespace != .html {
                let token = HTMLToken(.cdataStart, start, word &+ 7, mode: mode)
                mode = .cdata
                return token
            }
        default:
            isKnown = false
        }
        if isKnown == nil, !isLast { return nil }
        return bogusComment(in: bytes, from: start, content: word, isFirst: true, isLast: isLast)
    }
}
