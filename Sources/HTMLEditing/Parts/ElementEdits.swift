// SPDX-License-Identifier: Apache-2.0
import HTMLTokenizing
import Streaming

/// What handlers want of one element, gathered at its start tag.
struct ElementEdits: Sendable {
    /// What is taken away.
    enum Removal: Sendable {
        case nothing, content, tags, tagsAndContent, element

        var hasContent: Bool { self == .nothing || self == .tags }
        var hasTags: Bool { self == .nothing || self == .content }
    }

    /// An attribute, as it stands or as it has become.
    struct Attribute: Sendable {
        /// Where it is in the tag; `nil` for one that was added.
        var source: HTMLAttributes.Attribute?
        /// The name of one that was added.
        var name: [UInt8] = []
        /// The value it was given, in UTF-8.
        var value: [UInt8]?
        var isRemoved = false
        /// Whether the value has bytes of the page's encoding, which is not UTF-8.
        var isRaw = false
    }

    typealias EndHandler = @Sendable (inout HTMLEndTag) throws(StreamError) -> Void

    var attributes: [Attribute] = []
    var hasReadAttributes = false
    /// Whether one was changed.
    var changesAttributes = false
    var exceeds = false
    var name: [UInt8] = []
    var before: [UInt8] = []
    var prepend: [UInt8] = []
    var append: [UInt8] = []
    var after: [UInt8] = []
    var replacement: [UInt8] = []
    var removal = Removal.nothing
    var endHandlers: [EndHandler] = []
    var userData: (any Sendable)?

    /// Makes it ready for the next element, with the memory it has.
    mutating func reset() {
        attributes.removeAll(keepingCapacity: true)
        hasReadAttributes = false
        changesAttributes = false
        exceeds = false
        if !name.isEmpty { name = [] }
        if !before.isEmpty { before = [] }
        if !prepend.isEmpty { prepend = [] }
        if !append.isEmpty { append = [] }
        if !after.isEmpty { after = [] }
        if !replacement.isEmpty { replacement = [] }
        removal = .nothing
        if !endHandlers.isEmpty { endHandlers = [] }
        if userData != nil { userData = nil }
    }

    /// Whether a slash could follow what stays before an attribute: behind a value without quotes it would be a part of that.
    func isApart(before index: Int) -> Bool {
        for attribute in attributes[..<index].reversed() where !attribute.isRemoved {
            guard let source = attribute.source, attribute.value == nil else { return true }
            return source.notation != .unquoted
        }
        return true
    }

    /// Whether the tag's last attribute stays, and ends in an equals sign.
    var endsInEquals: Bool {
        guard let last = attributes.last(where: { $0.source != nil }), let source = last.source else { return false }
        return source.notation == .unquoted && source.value.isEmpty && !last.isRemoved && last.value == nil
    }

    /// Whether something is to be done at the element's end.
    var waits: Bool {
        !append.isEmpty || !after.isEmpty || !name.isEmpty || removal != .nothing || !endHandlers.isEmpty
    }
}
