// SPDX-License-Identifier: Apache-2.0
import APR
public import Streaming

/// Text to be replaced, with what a streaming search needs to know of it.
public struct Literal: Equatable, Sendable {
    /// Finds it where it is whole.
    private let search: ByteSearch
    /// The length of the longest proper prefix that is also a suffix, for each prefix of ``bytes``: where a search
    /// goes on when the next byte does not match (Knuth, Morris and Pratt).
    private let borders: [Int]

    /// `nil` for text of no bytes, which would be found everywhere.
    public init?(_ bytes: [UInt8]) {
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

    /// Finds the first occurrences at or after `start`, from left to right; more may follow if `places` is filled.
    func offsets(in span: Span<UInt8>, from start: Int, into places: inout MutableSpan<Int>) -> Int {
        search.offsets(in: span, from: start, into: &places)
    }

    /// The number of bytes matched when `byte` comes after `matched` bytes that match, fewer than ``count``.
    func matched(_ matched: Int, then byte: UInt8) -> Int {
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

/// Replaces every occurrence of one text by another, from left to right, wherever the stream is cut.
///
/// Holds back at most the bytes that may begin an occurrence: these are a prefix of the text itself, so it keeps
/// only their number, and memory does not depend on the body.
public struct LiteralReplacer: StreamTransform, Sendable {
    private let literal: Literal
    private let replacement: [UInt8]
    /// The number of bytes held back: so many bytes of the literal ended the last piece.
    private var held = 0

    /// Replaces `literal` by `replacement`.
    public init(_ literal: Literal, with replacement: [UInt8]) {
        self.literal = literal
        self.replacement = replacement
    }

    /// A replacement for every occurrence, and no more than that.
    public var growthLimit: Int? { max(1, (replacement.count + literal.count - 1) / literal.count) }

    /// Replaces what is complete, and holds back what may begin an occurrence.
    public mutating func write(_ bytes: Span<UInt8>, into output: inout Output) {
        var position = resolveHeld(bytes, into: &output)
        guard held == 0 else { return }
        let count = literal.count
        // Many at a time: starting a search costs as much as it takes to get through some hundred bytes.
        var matches = InlineArray<64, Int>(repeating: 0)
        var places = matches.mutableSpan
        var found = places.count
        while found == places.count {
            found = literal.offsets(in: bytes, from: position, into: &places)
            for index in places.indices.prefix(found) {
                output.keep(places[index] - position, replacing: count, by: replacement.span)
                position = places[index] + count
            }
        }
        held = literal.overlap(atEndOf: bytes, from: position)
        output.keep(bytes.count - position - held)
        output.drop(held)
    }

    /// Puts out what is held back: no occurrence came of it.
    public mutating func finish(into output: inout Output) {
        releaseHeld(held, into: &output)
        held = 0
    }

    /// Goes on with a match that began in an earlier piece, until it is one, or nothing is held back any more.
    ///
    /// - Returns: The number of bytes of this piece that are dealt with.
    private mutating func resolveHeld(_ bytes: Span<UInt8>, into output: inout Output) -> Int {
        var position = 0
        while held > 0, position < bytes.count {
            let next = literal.matched(held, then: bytes[position])
            // The byte is either part of what is held now, or ends up behind all that is released.
            releaseHeld(min(held, held + 1 - next), into: &output)
            if next == 0 {
                held = 0
                return position
            }
            output.drop(1)
            position += 1
            held = next
            if held == literal.count {
                output.insert(replacement.span)
                held = 0
            }
        }
        return position
    }

    /// Puts out the first `count` bytes of what is held back.
    private func releaseHeld(_ count: Int, into output: inout Output) {
        guard count > 0, count <= literal.count else { return }
        output.insert(literal.bytes.span.extracting(0..<count))
    }
}
