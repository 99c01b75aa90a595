// SPDX-License-Identifier: Apache-2.0
public import HTMLTokenizing
public import Streaming

/// An element at its start tag, lent to a handler: what it is, and what becomes of it.
///
/// Handlers see it in their order, each with what those before it have done to its attributes.
public struct HTMLElement: ~Copyable, ~Escapable {
    let bytes: Span<UInt8>
    let token: HTMLToken
    let writing: Writing
    /// Whether content and an end tag may follow.
    public let hasContent: Bool
    /// How its content is read.
    let mode: TextMode
    let limit: Int
    var edits: ElementEdits

    @_lifetime(copy bytes)
    init(
        _ bytes: Span<UInt8>, _ token: HTMLToken, _ writing: Writing, hasContent: Bool, mode: TextMode, limit: Int,
        _ edits: consuming ElementEdits
    ) {
        self.bytes = bytes
        self.token = token
        self.writing = writing
        self.hasContent = hasContent
        self.mode = mode
        self.limit = limit
        self.edits = edits
    }

    /// The edits, which are the rewriter's.
    consuming func takeEdits() -> ElementEdits { edits }

    /// Its name in small letters, as it is in the page.
    public var name: String {
        var name: [UInt8] = []
        HTMLText.appendName(bytes.extracting(token.content), to: &name)
        return String(decoding: name, as: UTF8.self)
    }

    /// Its language.
    public var namespace: HTMLNamespace { token.namespace }

    /// A value of the handlers' own that stays with the element: those behind this one see it, and what is called at its end.
    public var userData: (any Sendable)? {
        get { edits.userData }
        @_lifetime(self: copy self)
        set { edits.userData = newValue }
    }

    // MARK: The element

    /// Gives it another name, in both tags.
    ///
    /// - Throws: For what is no name, and where content would be read in another way under the new name.
    @_lifetime(self: copy self)
    public mutating func rename(to name: String) throws(StreamError) {
        let bytes = Array(name.utf8)
        guard let first = bytes.first, first.isLetter,
            bytes.allSatisfy({ !$0.isSpace && $0 != 0 && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: ">") })
        else { throw StreamError("'\(name)' is no name of an element") }
        guard token.namespace == .html, HTMLElementFacts.mode(behind: bytes.span) == .data, mode == .data,
            HTMLElementFacts.isVoid(bytes.span) == !hasContent
        else { throw StreamError("\(self.name) cannot become \(name): its content would be read in another way") }
        edits.name = bytes
    }

    /// Removes it with all inside of it. What is inside is shown to no handler.
    @_lifetime(self: copy self)
    public mutating func remove() {
        edits.removal = .element
    }

    /// Removes its tags, and leaves what is inside.
    @_lifetime(self: copy self)
    public mutating func unwrap() {
        if edits.removal == .nothing { edits.removal = .tags }
    }

    /// Puts content in its place.
    @_lifetime(self: copy self)
    public mutating func replace(with content: HTMLContent) {
        edits.removal = .element
        writing.append(content, to: &edits.replacement)
    }

    // MARK: Content

    /// Puts content before the start tag, behind what was put there.
    @_lifetime(self: copy self)
    public mutating func before(_ content: HTMLContent) {
        writing.append(content, to: &edits.before)
    }

    /// Puts content behind the element, before what was put there.
    @_lifetime(self: copy self)
    public mutating func after(_ content: HTMLContent) {
        var bytes: [UInt8] = []
        writing.append(content, to: &bytes)
        edits.after.insert(contentsOf: bytes, at: 0)
    }

    /// Puts content behind the start tag, before what was put there. Without effect on an element that has none.
    ///
    /// - Throws: For text that would end the script or style it is put into.
    @_lifetime(self: copy self)
    public mutating func prepend(_ content: HTMLContent) throws(StreamError) {
        var bytes: [UInt8] = []
        try appendInner(content, to: &bytes)
        edits.prepend.insert(contentsOf: bytes, at: 0)
    }

    /// Puts content before the end tag, behind what was put there. Without effect on an element that has none.
    ///
    /// - Throws: For text that would end the script or style it is put into.
    @_lifetime(self: copy self)
    public mutating func append(_ content: HTMLContent) throws(StreamError) {
        var bytes: [UInt8] = []
        try appendInner(content, to: &bytes)
        edits.append += bytes
    }

    /// Puts content in the place of what is inside. Without effect on an element that has none.
    ///
    /// - Throws: For text that would end the script or style it is put into.
    @_lifetime(self: copy self)
    public mutating func setContent(_ content: HTMLContent) throws(StreamError) {
        guard hasContent else { return }
        var bytes: [UInt8] = []
        try appendInner(content, to: &bytes)
        edits.prepend = bytes
        edits.append = []
        if edits.removal == .nothing {
            edits.removal = .content
        } else if edits.removal == .tags {
            edits.removal = .tagsAndContent
        }
    }

    private func appendInner(_ content: HTMLContent, to output: inout [UInt8]) throws(StreamError) {
        guard hasContent else { return }
        try writing.append(content, in: mode, of: bytes.extracting(token.content), to: &output)
    }

    /// Calls a closure at the end of the element, with what then becomes of its end tag. Not called for an element that
    /// has none, for one that is removed, and where a limit was reached.
    @_lifetime(self: copy self)
    public mutating func atEnd(_ handler: @escaping @Sendable (inout HTMLEndTag) throws(StreamError) -> Void) {
        edits.endHandlers.append(handler)
    }
}

/// The end of an element, lent to a closure.
public struct HTMLEndTag {
    let writing: Writing
    /// Whether there is a tag: an element may end with those around it, or because another one begins.
    public let isWritten: Bool
    /// What a handler left with the element.
    public let userData: (any Sendable)?
    var before: [UInt8] = []
    var after: [UInt8] = []
    var isRemoved = false

    init(_ writing: Writing, isWritten: Bool, userData: (any Sendable)?) {
        self.writing = writing
        self.isWritten = isWritten
        self.userData = userData
    }

    /// Puts content before the end tag: inside of the element, which is not a script or the like.
    public mutating func before(_ content: HTMLContent) {
        writing.append(content, to: &before)
    }

    /// Puts content behind the end tag.
    public mutating func after(_ content: HTMLContent) {
        writing.append(content, to: &after)
    }

    /// Removes the tag. The element then ends where a browser finds its end.
    public mutating func remove() { isRemoved = true }
}
