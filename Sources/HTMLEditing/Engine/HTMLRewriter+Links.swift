// SPDX-License-Identifier: Apache-2.0
import HTMLLinks
import HTMLTokenizing
import Streaming

/// An attribute whose URLs are mapped.
struct MappedLink: Sendable {
    let source: HTMLAttributes.Attribute
    let value: [UInt8]
    /// Whether the value has bytes of a page that is not in UTF-8, which stand for themselves.
    let isRaw: Bool
}

/// The URLs of start tags.
extension HTMLRewriter {
    /// Pages inside of pages are looked at down to this depth.
    static let deepestDocument = 3

    /// Whether a start tag has room for an attribute that holds a URL.
    @inline(__always)
    func mayHoldLinks(_ token: HTMLToken) -> Bool {
        links != nil && token.range.upperBound &- token.content.upperBound > 5
    }

    /// Maps the URLs of a start tag that no handler is for.
    @inline(never)
    mutating func mapLinks(
        _ token: HTMLToken, _ window: Span<UInt8>, _ place: inout PageEdits, into output: inout Output
    ) throws(StreamError) {
        try findLinks(token, window)
        for link in mapped {
            place.keep(upTo: link.source.range.lowerBound, in: window, into: &output)
            place.drop(upTo: link.source.range.upperBound, into: &output)
            var text: [UInt8] = []
            writing.appendAttribute(
                window.extracting(link.source.name), link.value.span, isRaw: link.isRaw, to: &text)
            output.insert(text.span)
        }
    }

    /// Puts into `mapped` which attributes of a start tag are mapped.
    mutating func findLinks(_ token: HTMLToken, _ window: Span<UInt8>) throws(StreamError) {
        if !mapped.isEmpty { mapped.removeAll(keepingCapacity: true) }
        var attributes = HTMLAttributes(of: token, in: window)
        while let attribute = attributes.next() {
            guard !attribute.value.isEmpty else { continue }
            let kind = LinkPlace.kind(
                ofAttribute: window.extracting(attribute.name), element: window.extracting(token.content),
                namespace: token.namespace)
            guard let kind, let link = try link(attribute, kind, token, window) else { continue }
            // Of two with one name, the first is the element's.
            var earlier = HTMLAttributes(of: token, in: window)
            let name = [UInt8](copying: window.extracting(attribute.name)).map(\.lowercased)
            guard earlier.first(named: name.span)?.range == attribute.range else { continue }
            mapped.append(link)
        }
        mappedValues += mapped.count
    }

    private mutating func link(
        _ attribute: HTMLAttributes.Attribute, _ kind: LinkKind, _ token: HTMLToken, _ window: Span<UInt8>
    ) throws(StreamError) -> MappedLink? {
        let raw = window.extracting(attribute.value)
        let value: [UInt8]?
        switch kind {
        case .document: value = try document(raw)
        case .content: value = content(raw, token, window)
        default: value = links?.map(raw: raw, as: kind)
        }
        guard let value else { return nil }
        guard !writing.isUTF8, raw.hasOthersThanASCII else {
            return MappedLink(source: attribute, value: value, isRaw: false)
        }
        // Bytes of the page's encoding, and those of references in UTF-8, cannot stand side by side.
        guard LinkRewriter.isPlain(raw) || decoded(raw).countOfOthersThanASCII == raw.countOfOthersThanASCII else {
            return nil
        }
        return MappedLink(source: attribute, value: value, isRaw: true)
    }

    private func decoded(_ raw: Span<UInt8>) -> [UInt8] {
        var value: [UInt8] = []
        HTMLText.appendAttribute(raw, to: &value)
        return value
    }

    /// The `content` of a `<meta>`, which other attributes say the meaning of.
    private mutating func content(_ raw: Span<UInt8>, _ token: HTMLToken, _ window: Span<UInt8>) -> [UInt8]? {
        func value(_ name: String) -> [UInt8]? {
            var attributes = HTMLAttributes(of: token, in: window)
            let name = Array(name.utf8)
            return attributes.first(named: name.span).map { decoded(window.extracting($0.value)) }
        }
        let httpEquiv = value("http-equiv")
        if let httpEquiv, httpEquiv.span.isName("content-security-policy") {
            let policy = decoded(raw)
            return links?.map(header: policy.span, as: .policy)
        }
        let name = value("name") ?? value("property")
        let kind = LinkPlace.meta(httpEquiv: httpEquiv?.span, name: name?.span)
        guard let kind else { return nil }
        return links?.map(raw: raw, as: kind)
    }

    /// A page inside of this one: `<iframe srcdoc>`.
    private func document(_ raw: Span<UInt8>) throws(StreamError) -> [UInt8]? {
        guard let urls = links?.urls, depthOfDocument < Self.deepestDocument else { return nil }
        let page = decoded(raw)
        var limits = limits
        // What is wrong inside is no reason to fail what is around it.
        limits.policy = .pass
        var rewriter = HTMLRewriter(HTMLRules(), urls: urls, limits: limits, isUTF8: writing.isUTF8)
        rewriter.depthOfDocument = depthOfDocument + 1
        var buffer = OutputBuffer()
        try buffer.collect(editing: page.span) { (output: inout Output) throws(StreamError) in
            try rewriter.write(page.span, into: &output)
        }
        try buffer.collect { (output: inout Output) throws(StreamError) in try rewriter.finish(into: &output) }
        guard rewriter.mappedValues > 0 else { return nil }
        return [UInt8](copying: buffer.bytes)
    }
}

/// The text of `<style>`.
extension HTMLRewriter {
    /// Whether the text that follows a start tag is a style sheet.
    @inline(__always)
    func opensStyle(_ token: HTMLToken, _ window: Span<UInt8>) -> Bool {
        token.content.count == 5 && window[token.content.lowerBound] | 0x20 == UInt8(ascii: "s") && tokenizer.hasOpened
            && suppressed == nil && token.namespace != .mathML && window.extracting(token.content).isName("style")
    }

    /// A part of the style sheet.
    @inline(never)
    mutating func styleText(
        _ token: HTMLToken, _ window: Span<UInt8>, _ edits: inout PageEdits, into output: inout Output
    ) {
        css.removeAll(keepingCapacity: true)
        guard style?.write(window.extracting(token.range), to: &css) == true else { return }
        edits.keep(upTo: token.range.lowerBound, in: window, into: &output)
        edits.drop(upTo: token.range.upperBound, into: &output)
        output.insert(css.span)
    }

    /// What of the style sheet was waited with is decided before a token.
    @inline(never)
    mutating func endStyle(
        before token: HTMLToken, _ window: Span<UInt8>, _ edits: inout PageEdits, into output: inout Output
    ) {
        edits.keep(upTo: token.range.lowerBound, in: window, into: &output)
        endStyle(into: &output)
    }

    /// The same where the page ends.
    mutating func endStyle(into output: inout Output) {
        css.removeAll(keepingCapacity: true)
        style?.finish(to: &css)
        output.insert(css.span)
    }
}

extension Span where Element == UInt8 {
    fileprivate var countOfOthersThanASCII: Int {
        var count = 0
        for index in indices where self[index] >= 0x80 { count += 1 }
        return count
    }

    fileprivate var hasOthersThanASCII: Bool { countOfOthersThanASCII > 0 }

    /// Whether these bytes are `name`, which is in small letters, in either case.
    func isName(_ name: StaticString) -> Bool {
        guard count == name.utf8CodeUnitCount else { return false }
        let name = Array(name.description.utf8)
        return isName(name.span)
    }
}

extension [UInt8] {
    fileprivate var countOfOthersThanASCII: Int { span.countOfOthersThanASCII }
}
