// SPDX-License-Identifier: Apache-2.0

/// A piece of a page: which bytes it is, and what they are.
///
/// The pieces are the page: each byte is in exactly one, in their order. Offsets count in the bytes that were given to
/// ``HTMLTokenizer/next(in:from:isLast:)``, and mean nothing once those have moved.
public struct HTMLToken: Equatable, Sendable {
    /// What a piece is.
    public enum Kind: UInt8, Equatable, Sendable {
        /// Text, or a part of it: where one ends and the next begins depends on how the page was cut.
        case text
        /// `<a href="x">`, all of it.
        case startTag
        /// `</a>`, all of it; what looks like attributes is without effect.
        case endTag
        /// A comment, or a part of one: `isFirst` and `isLast` tell. Also what the standard takes for one: `<?x>`, `<!x>`,
        /// `</3>`.
        case comment
        /// `<!DOCTYPE …>`, all of it.
        case doctype
        /// `<![CDATA[` where it begins text; what follows is text.
        case cdataStart
        /// `]]>` where it ends such text.
        case cdataEnd
        /// What has no effect: `</>`, and a tag that the page's end cuts off.
        case ignored
        /// A tag or a DOCTYPE longer than the limit, or a part of one. It is in force, but nothing is known of it.
        case overlong
    }

    // Four words in all, with these three: that many come back from a call in registers.
    @usableFromInline let start: Int
    @usableFromInline let end: Int
    @usableFromInline let contentEnd: Int
    /// How far behind `start` the content begins: what opens a comment is four bytes at most.
    @usableFromInline let contentOffset: UInt8
    /// What it is.
    public let kind: Kind
    /// How text is to be read; for the others, how it was before them.
    public let mode: TextMode
    /// The language of a start tag's element; `html` for the others.
    public let namespace: HTMLNamespace
    let flags: Flags

    struct Flags: OptionSet, Sendable {
        var rawValue: UInt8
        static var selfClosing: Self { Self(rawValue: 1) }
        static var first: Self { Self(rawValue: 2) }
        static var last: Self { Self(rawValue: 4) }
        static var whole: Self { [.first, .last] }
    }

    /// Which bytes it is: at least one.
    @inlinable public var range: Range<Int> { start..<max(start, end) }

    /// The name of a tag as it is written; of a comment, or a part of one, what is commented. Empty for the others.
    @inlinable public var content: Range<Int> {
        let first = start &+ Int(contentOffset)
        return first..<max(first, contentEnd)
    }

    @inline(__always)
    init(
        _ kind: Kind, _ start: Int, _ end: Int, content: (start: Int, end: Int)? = nil, mode: TextMode,
        namespace: HTMLNamespace = .html, flags: Flags = .whole
    ) {
        self.kind = kind
        self.start = start
        self.end = end
        let content = content ?? (start, start)
        contentOffset = UInt8(truncatingIfNeeded: content.start &- start)
        contentEnd = content.end
        self.mode = mode
        self.namespace = namespace
        self.flags = flags
    }

    /// Whether a tag ends in `/>`. It means something in SVG and MathML only: there the element has no end tag.
    public var isSelfClosing: Bool { flags.contains(.selfClosing) }
    /// Whether a comment, or what is overlong, begins here; `true` for all that is in one piece.
    public var isFirst: Bool { flags.contains(.first) }
    /// Whether a comment, or what is overlong, ends here; `true` for all that is in one piece. A comment that the page's
    /// end cuts off need not have such a piece.
    public var isLast: Bool { flags.contains(.last) }
}
