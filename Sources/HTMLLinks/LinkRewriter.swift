// SPDX-License-Identifier: Apache-2.0
import HTMLTokenizing

/// Maps the URLs in values, of whatever kind.
///
/// Keep one for a page: it has the memory that values are worked on in, so nothing is allocated where nothing changes.
public struct LinkRewriter: Sendable {
    /// The rules.
    public let urls: URLMap
    private var css: CSSLinkRewriter
    private var decoded: [UInt8] = []
    private var output: [UInt8] = []

    /// Maps by these rules.
    public init(_ urls: URLMap) {
        self.urls = urls
        css = CSSLinkRewriter(urls)
    }

    /// The new value of an attribute, decoded; `nil` if it stays as it is.
    ///
    /// Most values are seen to be unchanged at their first byte, and only those with references are decoded.
    ///
    /// - Parameters:
    ///   - raw: The value as it is written in the page, without quotation marks.
    ///   - kind: What the attribute holds.
    public mutating func map(raw: Span<UInt8>, as kind: LinkKind) -> [UInt8]? {
        guard mayChange(raw, as: kind) else { return nil }
        if Self.isPlain(raw) { return map(raw, as: kind) }
        decoded.removeAll(keepingCapacity: true)
        HTMLText.appendAttribute(raw, to: &decoded)
        // Moved out, so that it can be read while the rest is written.
        var value: [UInt8] = []
        swap(&value, &decoded)
        let result = map(value.span, as: kind)
        swap(&value, &decoded)
        return result
    }

    /// Whether a value, as it is written in the page, may change; a glance at its beginning for a URL.
    public func mayChange(_ raw: Span<UInt8>, as kind: LinkKind) -> Bool {
        guard !urls.isEmpty else { return false }
        switch kind {
        case .url, .spaces, .commas, .srcset:
            var index = 0
            while index < raw.count, raw[index] <= 0x20 || raw[index] == UInt8(ascii: ",") { index &+= 1 }
            guard index < raw.count else { return false }
            if kind != .url { return true }
            return raw[index] == UInt8(ascii: "&") || urls.mayBegin(raw[index])
        case .declarations:
            // No URL stands there but in a function.
            for index in raw.indices where raw[index] == UInt8(ascii: "(") || raw[index] == UInt8(ascii: "&") {
                return true
            }
            return false
        case .refresh: return true
        case .document, .content: return false
        }
    }

    /// Whether a value as it is written means itself: no references, and nothing that is replaced.
    public static func isPlain(_ raw: Span<UInt8>) -> Bool {
        var others: UInt8 = 0
        for index in raw.indices {
            let byte = raw[index]
            others |= byte == UInt8(ascii: "&") || byte == 0x0D || byte == 0 ? 1 : 0
        }
        return others == 0
    }

    /// The new value; `nil` if it stays as it is.
    ///
    /// - Parameters:
    ///   - value: The value, decoded.
    ///   - kind: What it holds.
    public mutating func map(_ value: Span<UInt8>, as kind: LinkKind) -> [UInt8]? {
        var editor = ValueEditor()
        switch kind {
        case .url: editor.map(0..<value.count, of: value, urls)
        case .srcset:
            var parts = SrcsetURLs(in: value)
            while let part = parts.next() { editor.map(part, of: value, urls) }
        case .spaces, .commas:
            var parts = SeparatedURLs(in: value, commas: kind == .commas)
            while let part = parts.next() { editor.map(part, of: value, urls) }
        case .refresh:
            if let part = RefreshURL.range(in: value) { editor.map(part, of: value, urls) }
        case .declarations: return declarations(value)
        case .document, .content: return nil
        }
        return editor.finish(value)
    }

    private mutating func declarations(_ value: Span<UInt8>) -> [UInt8]? {
        output.removeAll(keepingCapacity: true)
        _ = css.write(value, to: &output)
        css.finish(to: &output)
        guard !output.isEmpty, !value.isSame(as: output) else { return nil }
        return output
    }
}

/// Edits to one value, from its start to its end; nothing is written before the first.
struct ValueEditor {
    private var output: [UInt8] = []
    private var copied = 0
    private var isChanged = false

    /// Maps the URL at these places.
    mutating func map(_ range: Range<Int>, of value: Span<UInt8>, _ urls: borrowing URLMap) {
        guard let edit = urls.map(value.part(range)) else { return }
        let start = range.lowerBound &+ edit.range.lowerBound
        replace(Range(start, to: range.lowerBound &+ edit.range.upperBound), of: value, by: edit.text)
    }

    /// Puts `text` in the place of a part that is behind all that were replaced.
    mutating func replace(_ range: Range<Int>, of value: Span<UInt8>, by text: [UInt8]) {
        if !isChanged { output.reserveCapacity(value.count &+ text.count) }
        isChanged = true
        output.append(value.part(Range(copied, to: range.lowerBound)))
        output += text
        copied = range.upperBound
    }

    /// The new value; `nil` if nothing was replaced.
    mutating func finish(_ value: Span<UInt8>) -> [UInt8]? {
        guard isChanged else { return nil }
        output.append(value.part(Range(copied, to: value.count)))
        return output
    }
}
