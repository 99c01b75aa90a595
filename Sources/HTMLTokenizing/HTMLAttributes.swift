// SPDX-License-Identifier: Apache-2.0

/// The attributes of a start tag, read one after the other: 13.2.5.32 to 13.2.5.39.
///
/// They are where they are in the bytes, and as they are written. A name that was there before counts for nothing, but is
/// read all the same: of two, the first is the element's.
public struct HTMLAttributes: ~Copyable, ~Escapable {
    /// Where an attribute is.
    public struct Attribute: Equatable, Sendable {
        /// All of it: name, equals sign, value and quotes.
        public let range: Range<Int>
        /// Its name; at least one byte.
        public let name: Range<Int>
        /// Its value without quotes; empty where there is none.
        public let value: Range<Int>
        /// How the value is written.
        public let notation: Notation
    }

    /// How a value is written.
    public enum Notation: Equatable, Sendable {
        /// There is none: `<p hidden>`.
        case none
        /// `<p id=a>`, and `<p id=>`.
        case unquoted
        /// `<p id="a">`.
        case doubleQuoted
        /// `<p id='a'>`.
        case singleQuoted
    }

    private let bytes: Span<UInt8>
    private var index: Int
    /// Where the tag's `>` is.
    private let end: Int

    /// Reads the attributes of a tag in the bytes it was found in.
    @_lifetime(copy bytes)
    public init(of token: HTMLToken, in bytes: Span<UInt8>) {
        let isTag = token.kind == .startTag || token.kind == .endTag
        self.init(
            isTag ? token.content.upperBound..<max(token.content.upperBound, token.range.upperBound) : 0..<0, in: bytes)
    }

    /// Reads what is between a tag's name and its end.
    @_lifetime(copy bytes)
    init(_ range: Range<Int>, in bytes: Span<UInt8>) {
        self.bytes = bytes
        index = max(range.lowerBound, 0)
        end = min(range.upperBound &- 1, bytes.count)
    }

    /// The next attribute; `nil` behind the last one.
    public mutating func next() -> Attribute? {
        while index < end, bytes[index].isHTMLSpace || bytes[index] == 0x2F { index &+= 1 }
        guard index < end else { return nil }
        let start = index
        // The first byte is the name's even if it is `=`.
        index &+= 1
        while index < end, bytes[index] != 0x3D, bytes[index] != 0x2F, !bytes[index].isHTMLSpace { index &+= 1 }
        let name = range(start, index)
        let behindName = index
        while index < end, bytes[index].isHTMLSpace { index &+= 1 }
        guard index < end, bytes[index] == 0x3D else {
            index = behindName
            return Attribute(range: name, name: name, value: range(behindName, behindName), notation: .none)
        }
        index &+= 1
        let behindEquals = index
        while index < end, bytes[index].isHTMLSpace { index &+= 1 }
        guard index < end else {
            let value = range(behindEquals, behindEquals)
            return Attribute(range: range(start, behindEquals), name: name, value: value, notation: .unquoted)
        }
        let quote = bytes[index]
        let value: Range<Int>
        if quote == 0x22 || quote == 0x27 {
            let first = index &+ 1
            let last = min(bytes.first(quote, from: first), end)
            value = range(first, last)
            index = min(last &+ 1, end)
        } else {
            let first = index
            while index < end, !bytes[index].isHTMLSpace { index &+= 1 }
            value = range(first, index)
        }
        let notation: Notation = quote == 0x22 ? .doubleQuoted : quote == 0x27 ? .singleQuoted : .unquoted
        return Attribute(range: range(start, index), name: name, value: value, notation: notation)
    }

    /// The first attribute of this name, which is written in small letters; goes on from where it is.
    public mutating func first(named name: Span<UInt8>) -> Attribute? {
        while let attribute = next() {
            if HTMLText.isName(bytes, attribute.name, name) { return attribute }
        }
        return nil
    }

    private func range(_ start: Int, _ end: Int) -> Range<Int> { Range(start, to: end) }
}

/// What the tree builder looks for in attributes.
extension HTMLAttributes {
    /// Whether a `<font>` has an attribute by which it is HTML's and not SVG's.
    static func dressesFont(_ range: Range<Int>, in bytes: Span<UInt8>) -> Bool {
        var attributes = HTMLAttributes(range, in: bytes)
        while let attribute = attributes.next() {
            let name = ElementName(bytes, attribute.name)
            if name == .color || name == .face || name == .size { return true }
        }
        return false
    }

    /// Whether an `<annotation-xml>` says that it holds HTML.
    static func isHTMLAnnotation(_ range: Range<Int>, in bytes: Span<UInt8>) -> Bool {
        var attributes = HTMLAttributes(range, in: bytes)
        while let attribute = attributes.next() {
            guard ElementName(bytes, attribute.name) == .encoding else { continue }
            var value: [UInt8] = []
            HTMLText.appendAttribute(bytes.extracting(attribute.value), to: &value)
            return HTMLText.equals(value.span, "text/html") || HTMLText.equals(value.span, "application/xhtml+xml")
        }
        return false
    }
}
