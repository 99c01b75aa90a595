// SPDX-License-Identifier: Apache-2.0

/// The URLs of a list with white space, or commas, between them.
public struct SeparatedURLs: ~Copyable, ~Escapable {
    private let bytes: Span<UInt8>
    private let commas: Bool
    private var index = 0

    /// Reads a decoded value: with white space between the URLs, or with commas and, around them, white space.
    @_lifetime(copy bytes)
    public init(in bytes: Span<UInt8>, commas: Bool) {
        self.bytes = bytes
        self.commas = commas
    }

    /// Where the next URL is; `nil` behind the last one.
    @_lifetime(self: copy self)
    public mutating func next() -> Range<Int>? {
        while index < bytes.count, isSeparator(bytes[index]) || bytes[index].isSpace { index &+= 1 }
        guard index < bytes.count else { return nil }
        let start = index
        while index < bytes.count, !isSeparator(bytes[index]) { index &+= 1 }
        var end = index
        while end > start, bytes[end &- 1].isSpace { end &-= 1 }
        return Range(start, to: end)
    }

    private func isSeparator(_ byte: UInt8) -> Bool {
        commas ? byte == UInt8(ascii: ",") : byte.isSpace
    }
}
