// SPDX-License-Identifier: Apache-2.0
internal import APR

/// One text to be found, letter by letter.
struct Literal: Sendable {
    /// Finds it where it is whole.
    private let search: ByteSearch
    /// The length of the longest proper prefix that is also a suffix, for each prefix of ``bytes``: where a search
    /// goes on when the next byte does not match (Knuth, Morris and Pratt).
    private let borders: [Int]

    /// `nil` for text of no bytes, which would be found everywhere.
    init?(_ bytes: [UInt8]) {
        guard let search = ByteSearch(bytes) else { return nil }
        self.search = search
        var borders = [0]
        borders.reserveCapacity(bytes.count)
        var length = 0
        for byte in bytes.dropFirst() {
            while length > 0, bytes[length] != byte { length = borders[length - 1] }
            if bytes[length] == byte { length += 1 }
            borders.append(length)
        }
        self.borders = borders
    }

    /// The bytes to be found; at least one.
    var bytes: [UInt8] { search.bytes }

    /// The number of bytes.
    var count: Int { bytes.count }

    /// Finds the first occurrences at or after `start`, from left to right and none inside another; more may follow if
    /// `places` is filled.
    func offsets(in span: Span<UInt8>, from start: Int, into places: inout MutableSpan<Int>) -> Int {
        search.offsets(in: span, from: start, into: &places)
    }

    /// The offset of the first occurrence at or after `start`.
    func firstOffset(in span: Span<UInt8>, from start: Int) -> Int? {
        search.firstOffset(in: span, from: start)
    }

    /// The number of bytes matched when `byte` comes after `matched` bytes that match, fewer than ``count``.
    private func matched(_ matched: Int, then byte: UInt8) -> Int {
        var length = matched
        while length > 0, bytes[length] != byte { length = borders[length - 1] }
        return bytes[length] == byte ? length + 1 : length
    }

    /// The length of the longest end of `span` that begins the literal without being all of it.
    func overlap(atEndOf span: Span<UInt8>, from start: Int) -> Int {
        var length = 0
        var index = max(start, span.count - (count - 1))
        while index < span.count {
            length = matched(length, then: span[index])
            index += 1
        }
        return length
    }
}
