// SPDX-License-Identifier: Apache-2.0
import HTMLSelectors
import HTMLTokenizing

/// The attributes of a start tag for selectors, which are read when one asks.
struct TagAttributes: ElementAttributes, ~Copyable, ~Escapable {
    private let bytes: Span<UInt8>
    private let token: HTMLToken
    /// Where values are decoded.
    private(set) var scratch: [UInt8]

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>, _ token: HTMLToken, _ scratch: consuming [UInt8]) {
        self.bytes = bytes
        self.token = token
        self.scratch = scratch
    }

    consuming func takeScratch() -> [UInt8] { scratch }

    mutating func withValue(of name: AttributeName, _ body: (Span<UInt8>) -> Bool) -> Bool? {
        // Most tags have none.
        guard token.range.upperBound &- token.content.upperBound > 2 else { return nil }
        var attributes = HTMLAttributes(of: token, in: bytes)
        guard let attribute = attributes.first(named: name.bytes.span) else { return nil }
        let raw = bytes.extracting(attribute.value)
        // What has no references and no returns is what it says.
        var isPlain = true
        for index in raw.indices where raw[index] == UInt8(ascii: "&") || raw[index] == 0x0D || raw[index] == 0 {
            isPlain = false
        }
        if isPlain { return body(raw) }
        scratch.removeAll(keepingCapacity: true)
        HTMLText.appendAttribute(raw, to: &scratch)
        return body(scratch.span)
    }
}
