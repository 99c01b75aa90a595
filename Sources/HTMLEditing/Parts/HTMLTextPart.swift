// SPDX-License-Identifier: Apache-2.0
public import HTMLTokenizing
public import Streaming

/// Text, or a part of one, lent to a handler.
public struct HTMLTextPart: ~Copyable, ~Escapable {
    /// The bytes as they are in the page.
    public let raw: Span<UInt8>
    /// How they are read.
    public let mode: TextMode
    /// Whether the text ends here: a tag or comment follows, or nothing. This part may be empty.
    public let isLast: Bool
    /// What a handler left with the element that this is inside of.
    public internal(set) var userData: (any Sendable)?
    let writing: Writing
    var edits = PartEdits()

    @_lifetime(copy raw)
    init(_ raw: Span<UInt8>, _ mode: TextMode, isLast: Bool, _ writing: Writing) {
        self.raw = raw
        self.mode = mode
        self.isLast = isLast
        self.writing = writing
    }

    /// What a browser reads: references decoded, ends of lines made line feeds; what is no UTF-8 becomes U+FFFD.
    public var decoded: String {
        var decoder = HTMLTextDecoder(mode)
        var bytes: [UInt8] = []
        decoder.append(raw, to: &bytes)
        decoder.finish(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Puts content before it, behind what was put there.
    ///
    /// - Throws: For text that would end the script or style that this is in.
    @_lifetime(self: copy self)
    public mutating func before(_ content: HTMLContent) throws(StreamError) {
        edits.before += try written(content)
    }

    /// Puts content behind it, behind what was put there.
    ///
    /// - Throws: For text that would end the script or style that this is in.
    @_lifetime(self: copy self)
    public mutating func after(_ content: HTMLContent) throws(StreamError) {
        edits.after += try written(content)
    }

    /// Puts content in its place.
    ///
    /// - Throws: For text that would end the script or style that this is in.
    @_lifetime(self: copy self)
    public mutating func replace(with content: HTMLContent) throws(StreamError) {
        edits.replacement = try written(content)
    }

    /// Removes it.
    @_lifetime(self: copy self)
    public mutating func remove() { edits.replacement = [] }

    private func written(_ content: HTMLContent) throws(StreamError) -> [UInt8] {
        // Of raw text it is not known which element it is in: no end tag at all must be in there.
        let name: [UInt8] = []
        var bytes: [UInt8] = []
        try writing.append(content, in: mode, of: name.span, to: &bytes)
        return bytes
    }

    consuming func takeEdits() -> PartEdits { edits }
}

/// A comment, lent to a handler.
public struct HTMLComment: ~Copyable, ~Escapable {
    /// What is commented, as it is in the page.
    public let raw: Span<UInt8>
    /// What a handler left with the element that this is inside of.
    public internal(set) var userData: (any Sendable)?
    let writing: Writing
    var edits = PartEdits()

    @_lifetime(copy raw)
    init(_ raw: Span<UInt8>, _ writing: Writing) {
        self.raw = raw
        self.writing = writing
    }

    /// What is commented; what is no UTF-8 becomes U+FFFD.
    public var text: String { String(repairing: raw) }

    /// Puts content before it, behind what was put there.
    @_lifetime(self: copy self)
    public mutating func before(_ content: HTMLContent) { writing.append(content, to: &edits.before) }

    /// Puts content behind it, behind what was put there.
    @_lifetime(self: copy self)
    public mutating func after(_ content: HTMLContent) { writing.append(content, to: &edits.after) }

    /// Puts content in its place.
    @_lifetime(self: copy self)
    public mutating func replace(with content: HTMLContent) {
        var bytes: [UInt8] = []
        writing.append(content, to: &bytes)
        edits.replacement = bytes
    }

    /// Comments something else.
    ///
    /// - Throws: For what would end the comment, or be none: 13.1.6.
    @_lifetime(self: copy self)
    public mutating func setText(_ text: String) throws(StreamError) {
        let bytes = Array(text.utf8)
        let ends = ["-->", "--!>", "<!--"].contains { bytes.span.contains($0) }
        guard !ends, !text.hasPrefix(">"), !text.hasPrefix("->"), !text.hasSuffix("<!-"), !text.hasSuffix("--"),
            !text.hasSuffix("-"), !text.hasSuffix("--!")
        else { throw StreamError("this text would end the comment it is put into") }
        edits.replacement = Array("<!--".utf8) + bytes + Array("-->".utf8)
    }

    /// Removes it.
    @_lifetime(self: copy self)
    public mutating func remove() { edits.replacement = [] }

    consuming func takeEdits() -> PartEdits { edits }
}

/// What becomes of a text or comment.
struct PartEdits {
    var before: [UInt8] = []
    var after: [UInt8] = []
    /// `nil`: it stays.
    var replacement: [UInt8]?

    /// Whether anything is.
    var changes: Bool { replacement != nil || !before.isEmpty || !after.isEmpty }

    /// Those of one more handler.
    mutating func add(_ other: PartEdits) {
        before += other.before
        after += other.after
        if let new = other.replacement { replacement = new }
    }
}
