// SPDX-License-Identifier: Apache-2.0

/// The URL of `<meta http-equiv=refresh>` and of the header field `Refresh`: the HTML standard's shared declarative refresh
/// steps (4.2.5.3).
public enum RefreshURL {
    /// Where the URL is in a decoded value; `nil` if there is none.
    public static func range(in bytes: Span<UInt8>) -> Range<Int>? {
        var index = bytes.skippingSpaces(from: 0)
        let time = index
        while bytes.at(index).isDigit { index &+= 1 }
        if index == time, bytes.at(index) != UInt8(ascii: ".") { return nil }
        while bytes.at(index).isDigit || bytes.at(index) == UInt8(ascii: ".") { index &+= 1 }
        guard index < bytes.count else { return nil }
        let separator = bytes[index]
        guard isSeparator(separator) || separator.isSpace else { return nil }
        index = bytes.skippingSpaces(from: index)
        if isSeparator(bytes.at(index)) { index &+= 1 }
        index = bytes.skippingSpaces(from: index)
        guard index < bytes.count else { return nil }
        let start = index
        if bytes[index].lowercased == UInt8(ascii: "u") {
            guard let behind = behindName(bytes, index) else { return Range(start, to: bytes.count) }
            index = behind
        }
        let quote = bytes.at(index)
        guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { return Range(index, to: bytes.count) }
        return Range(index &+ 1, to: bytes.first(quote, from: index &+ 1))
    }

    private static func isSeparator(_ byte: UInt8) -> Bool { byte == UInt8(ascii: ";") || byte == UInt8(ascii: ",") }

    /// The place behind `url =`, which begins at `start`; `nil` if it is something else, and the URL.
    private static func behindName(_ bytes: Span<UInt8>, _ start: Int) -> Int? {
        guard bytes.hasWord("url", at: start) else { return nil }
        let equals = bytes.skippingSpaces(from: start &+ 3)
        guard bytes.at(equals) == UInt8(ascii: "=") else { return nil }
        return bytes.skippingSpaces(from: equals &+ 1)
    }
}
