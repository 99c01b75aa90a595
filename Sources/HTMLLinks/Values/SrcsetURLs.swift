// SPDX-License-Identifier: Apache-2.0

/// The URLs of a `srcset`: the HTML standard's steps to parse one (4.8.4.2.1), as far as they find the URLs.
///
/// A comma is a part of a URL unless it is at its end, and what is in parentheses is a descriptor whatever it is. URLs whose
/// descriptors are wrong are found as well: no browser loads them.
public struct SrcsetURLs: ~Copyable, ~Escapable {
    private let bytes: Span<UInt8>
    private var index = 0

    /// Reads a decoded value.
    @_lifetime(copy bytes)
    public init(in bytes: Span<UInt8>) {
        self.bytes = bytes
    }

    /// Where the next URL is; `nil` behind the last one.
    @_lifetime(self: copy self)
    public mutating func next() -> Range<Int>? {
        while index < bytes.count, bytes[index].isSpace || bytes[index] == UInt8(ascii: ",") { index &+= 1 }
        guard index < bytes.count else { return nil }
        let start = index
        while index < bytes.count, !bytes[index].isSpace { index &+= 1 }
        var end = index
        while end > start, bytes[end &- 1] == UInt8(ascii: ",") { end &-= 1 }
        // With a comma at its end there are no descriptors.
        if end == index { skipDescriptors() }
        return Range(start, to: end)
    }

    @_lifetime(self: copy self)
    private mutating func skipDescriptors() {
        var isInParentheses = false
        while index < bytes.count {
            let byte = bytes[index]
            index &+= 1
            if isInParentheses {
                if byte == UInt8(ascii: ")") { isInParentheses = false }
            } else if byte == UInt8(ascii: ",") {
                return
            } else if byte == UInt8(ascii: "(") {
                isInParentheses = true
            }
        }
    }
}
