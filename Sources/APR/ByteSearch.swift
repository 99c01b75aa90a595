// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD

extension Span where Element == UInt8 {
    /// The offset of the first occurrence of `needle` at or after `start`. The corresponding C call is `memmem`.
    ///
    /// - Returns: `nil` when there is none, when `needle` is empty, or when `start` is past the end.
    public func firstOffset(of needle: Span<UInt8>, from start: Int = 0) -> Int? {
        guard start >= 0, start <= count, !needle.isEmpty, needle.count <= count - start else { return nil }
        // SAFETY: memmem reads only inside the two buffers, whose counts are passed; `start` was checked above.
        return unsafe withUnsafeBytes { haystack -> Int? in
            unsafe needle.withUnsafeBytes { pattern -> Int? in
                guard let base = haystack.baseAddress, let first = pattern.baseAddress else { return nil }
                let found = unsafe chttpd_find(base + start, haystack.count - start, first, pattern.count)
                return unsafe found.map { unsafe UnsafeRawPointer($0) - base }
            }
        }
    }

    /// The offset of the first `byte` at or after `start`. The corresponding C call is `memchr`.
    ///
    /// - Returns: `nil` when there is none, or when `start` is past the end.
    public func firstOffset(of byte: UInt8, from start: Int = 0) -> Int? {
        guard start >= 0, start < count else { return nil }
        // SAFETY: memchr reads only inside the buffer, whose count is passed; `start` was checked above.
        return unsafe withUnsafeBytes { haystack -> Int? in
            guard let base = haystack.baseAddress else { return nil }
            let found = unsafe memchr(base + start, Int32(byte), haystack.count - start)
            return unsafe found.map { unsafe UnsafeRawPointer($0) - base }
        }
    }
}

/// A text to be searched for again and again, with what makes the search fast.
///
/// The search looks for the two bytes of the text that are the rarest in ordinary text and markup, at many places at
/// once, and compares the rest only where both are.
public struct ByteSearch: Equatable, Sendable {
    /// The bytes to be found; at least one.
    public let bytes: [UInt8]
    private let first: Int
    private let second: Int

    /// Common bytes of text and markup, the most common ones first. All others count as rare.
    private static let common = Array(" etaoinsrhlducm\n<>/pgf\"=wy.b-v,:;kE0AT12SICxNRO3M45jPDqz_".utf8)

    /// `nil` for text of no bytes, which would be found everywhere.
    public init?(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return nil }
        self.bytes = bytes
        let places = bytes.indices.sorted { Self.rarity(bytes[$0]) > Self.rarity(bytes[$1]) }
        first = places.first ?? 0
        // The same byte a second time tells less than another one.
        let rarest = bytes[first]
        second = places.first { bytes[$0] != rarest } ?? places.last ?? 0
    }

    private static func rarity(_ byte: UInt8) -> Int {
        common.firstIndex(of: byte) ?? common.count
    }

    /// The offset of the first occurrence in `span` at or after `start`; `nil` when there is none, or when `start` is
    /// past the end.
    public func firstOffset(in span: Span<UInt8>, from start: Int = 0) -> Int? {
        var place: InlineArray<1, Int> = [0]
        var places = place.mutableSpan
        return offsets(in: span, from: start, into: &places) == 1 ? place[0] : nil
    }

    /// Finds occurrences in `span` at or after `start`, from left to right and none inside another.
    ///
    /// - Parameter places: Takes the offsets of the first ones. If it is filled, there may be more behind the last.
    /// - Returns: The number of offsets; none when `start` is past the end.
    public func offsets(in span: Span<UInt8>, from start: Int = 0, into places: inout MutableSpan<Int>) -> Int {
        guard start >= 0, start <= span.count, bytes.count <= span.count - start else { return 0 }
        // SAFETY: the search reads only inside the two buffers and writes only inside the third, whose counts are
        // passed; `start` was checked above, and both places lie in the text.
        return unsafe span.withUnsafeBytes { haystack -> Int in
            unsafe bytes.span.withUnsafeBytes { pattern -> Int in
                unsafe places.withUnsafeMutableBufferPointer { places -> Int in
                    guard let base = haystack.baseAddress, let text = pattern.baseAddress,
                        let first = places.baseAddress
                    else { return 0 }
                    return unsafe chttpd_find_each(
                        base, haystack.count, text, pattern.count, self.first, second, start, first, places.count)
                }
            }
        }
    }
}
