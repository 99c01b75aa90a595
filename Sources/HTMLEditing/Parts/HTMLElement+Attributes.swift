// SPDX-License-Identifier: Apache-2.0
internal import HTMLTokenizing
public import Streaming

extension HTMLElement {
    /// The value of an attribute, with its references decoded; empty if it is written without one, `nil` if there is no
    /// such attribute. Names are compared without regard to case.
    ///
    /// What is no UTF-8 in it becomes U+FFFD: ``withAttribute(_:_:)`` has the bytes.
    public subscript(name: String) -> String? {
        @_lifetime(self: copy self)
        mutating get {
            guard let index = find(name) else { return nil }
            return String(decoding: value(index), as: UTF8.self)
        }
    }

    /// Whether there is such an attribute.
    @_lifetime(self: copy self)
    public mutating func hasAttribute(_ name: String) -> Bool { find(name) != nil }

    /// Lends the bytes of an attribute's value, with its references decoded; `nil` if there is no such attribute.
    @_lifetime(self: copy self)
    public mutating func withAttribute<Result>(_ name: String, _ body: (Span<UInt8>) -> Result) -> Result? {
        guard let index = find(name) else { return nil }
        return body(value(index).span)
    }

    /// Lends the bytes of each attribute's name and value, in their order in the tag; of two with one name the first alone.
    @_lifetime(self: copy self)
    public mutating func forEachAttribute(_ body: (_ name: String, _ value: String) -> Void) {
        readAttributes()
        var seen: [[UInt8]] = []
        for index in edits.attributes.indices where !edits.attributes[index].isRemoved {
            let name = name(index)
            guard !seen.contains(name) else { continue }
            seen.append(name)
            body(String(decoding: name, as: UTF8.self), String(decoding: value(index), as: UTF8.self))
        }
    }

    /// Gives an attribute a value, where it stands; a new one comes behind the others.
    ///
    /// - Throws: For what is no name of an attribute.
    @_lifetime(self: copy self)
    public mutating func setAttribute(_ name: String, to value: String) throws(StreamError) {
        try setAttribute(name, toBytes: Array(value.utf8))
    }

    /// Gives an attribute a value in UTF-8, where it stands; a new one comes behind the others.
    ///
    /// - Throws: For what is no name of an attribute.
    @_lifetime(self: copy self)
    public mutating func setAttribute(_ name: String, toBytes value: [UInt8]) throws(StreamError) {
        guard HTMLElementFacts.isAttributeName(name) else {
            throw StreamError("'\(name)' is no name of an attribute")
        }
        edits.changesAttributes = true
        let name = Array(name.utf8)
        if let index = find(name) {
            edits.attributes[index].value = value
            edits.attributes[index].isRaw = false
        } else {
            edits.attributes.append(ElementEdits.Attribute(source: nil, name: name, value: value))
        }
    }

    /// Removes an attribute, each that has this name.
    @_lifetime(self: copy self)
    public mutating func removeAttribute(_ name: String) {
        while let index = find(name) {
            edits.attributes[index].isRemoved = true
            edits.changesAttributes = true
        }
    }

    @_lifetime(self: copy self)
    private mutating func readAttributes() {
        guard !edits.hasReadAttributes else { return }
        edits.hasReadAttributes = true
        var attributes = HTMLAttributes(of: token, in: bytes)
        while let attribute = attributes.next() {
            guard edits.attributes.count < limit else {
                edits.exceeds = true
                return
            }
            edits.attributes.append(ElementEdits.Attribute(source: attribute))
        }
    }

    /// Has values that are mapped in the place of those of the page.
    @_lifetime(self: copy self)
    mutating func take(_ links: [MappedLink]) {
        guard !links.isEmpty else { return }
        readAttributes()
        edits.changesAttributes = true
        for link in links {
            guard let index = edits.attributes.firstIndex(where: { $0.source == link.source }) else { continue }
            edits.attributes[index].value = link.value
            edits.attributes[index].isRaw = link.isRaw
        }
    }

    @_lifetime(self: copy self)
    private mutating func find(_ name: String) -> Int? { find(Array(name.utf8)) }

    /// The first attribute of this name.
    @_lifetime(self: copy self)
    private mutating func find(_ name: [UInt8]) -> Int? {
        readAttributes()
        for index in edits.attributes.indices where !edits.attributes[index].isRemoved {
            if let source = edits.attributes[index].source {
                if bytes.extracting(source.name).isSame(as: name) { return index }
            } else {
                let added = edits.attributes[index].name
                if added.span.isSame(as: name) { return index }
            }
        }
        return nil
    }

    private func name(_ index: Int) -> [UInt8] {
        var name: [UInt8] = []
        if let source = edits.attributes[index].source {
            HTMLText.appendName(bytes.extracting(source.name), to: &name)
        } else {
            let added = edits.attributes[index].name
            HTMLText.appendName(added.span, to: &name)
        }
        return name
    }

    private func value(_ index: Int) -> [UInt8] {
        if let value = edits.attributes[index].value { return value }
        var value: [UInt8] = []
        if let source = edits.attributes[index].source {
            HTMLText.appendAttribute(bytes.extracting(source.value), to: &value)
        }
        return value
    }
}

extension Span where Element == UInt8 {
    /// Whether these are the same letters as others, small or capital.
    fileprivate func isSame(as other: [UInt8]) -> Bool {
        guard count == other.count else { return false }
        for index in other.indices where self[index] != other[index] {
            guard self[index].lowercased == other[index].lowercased else { return false }
        }
        return true
    }
}
