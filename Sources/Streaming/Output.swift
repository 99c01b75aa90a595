// SPDX-License-Identifier: Apache-2.0
/// What a transform does with the bytes it was given: keep them, drop them, or put others in their place.
///
/// An `Output` is lent for one call. Edits apply to the input from its start: each ``keep(_:)`` and
/// ``drop(_:)`` moves on through the input; ``insert(_:)`` and ``append(count:_:)`` put bytes in at the place
/// reached. Input that is left over when the call returns is dropped.
///
/// A call may write at most 64 MB: one that writes more fails, and the stream with it. A filter that multiplies what it
/// gets is given less at a time.
///
/// Kept bytes are not copied where that is cheaper: a long run stays in the bucket it came in.
public struct Output: ~Copyable, ~Escapable {
    /// Runs of at least this many bytes stay where they are; shorter ones are copied to stand together.
    @inlinable
    static var longRun: Int { 16 * 1024 }

    @usableFromInline
    let input: Span<UInt8>
    @usableFromInline
    let keepsInPlace: Bool
    @usableFromInline
    var position = 0
    /// The one storage that the edits go to, lent like the input: a filter is called too often to move it in and out.
    @usableFromInline
    var lent: MutableSpan<OutputStorage>

    /// Starts the edits of `input`; the result gathers in `storage`.
    ///
    /// - Parameters:
    ///   - storage: A span of one.
    ///   - keepsInPlace: Whether long runs may stay in the input; if not, all output is written bytes.
    @inlinable
    @_lifetime(copy input, copy storage)
    package init(editing input: Span<UInt8>, into storage: consuming MutableSpan<OutputStorage>, keepsInPlace: Bool) {
        self.input = input
        self.keepsInPlace = keepsInPlace
        lent = storage
    }

    /// Lends the storage on to an inner output that edits other bytes.
    @inlinable
    @_lifetime(&self)
    mutating func lendStorage() -> MutableSpan<OutputStorage> {
        lent._mutatingExtracting(...)
    }

    /// What the edits did that no edits may do.
    package var error: StreamError? { lent[0].error }

    /// The number of input bytes that were neither kept nor dropped yet.
    @inlinable
    public var remaining: Int { input.count - position }

    /// The number of bytes that wait to be passed on: by how much it grows in a call is what the call has written.
    public var writtenCount: Int { lent[0].count }

    /// Keeps the next `count` bytes of the input as they are.
    ///
    /// A count beyond the input keeps what there is and fails the call, as does a negative one.
    @inlinable
    @_lifetime(self: copy self)
    public mutating func keep(_ count: Int) {
        // All of it, and nothing before it: by far the most common call.
        if keepsInPlace, position == 0, count > 0, count == input.count, lent[0].isEmpty {
            position = count
            lent[0].keepAlone(count)
        } else {
            keepPart(count)
        }
    }

    @usableFromInline
    @_lifetime(self: copy self)
    mutating func keepPart(_ count: Int) {
        guard let count = checked(count), count > 0 else { return }
        let start = position
        position += count
        if keepsInPlace, count >= Self.longRun {
            lent[0].keep(offset: start, count: count)
        } else {
            lent[0].append(input.extracting(start..<position), left: remaining)
        }
    }

    /// Drops the next `count` bytes of the input.
    ///
    /// A count beyond the input drops what there is and fails the call, as does a negative one.
    @inlinable
    @_lifetime(self: copy self)
    public mutating func drop(_ count: Int) {
        guard let count = checked(count) else { return }
        position += count
    }

    /// Keeps the next `count` bytes, and puts a copy of `bytes` in the place of the `dropped` bytes behind them.
    ///
    /// The same as ``keep(_:)``, ``drop(_:)`` and ``insert(_:)``, for less: for a filter that edits at many places.
    @inlinable
    @_lifetime(self: copy self)
    public mutating func keep(_ count: Int, replacing dropped: Int, by bytes: Span<UInt8>) {
        guard count >= 0, count < Self.longRun, dropped >= 0, count <= remaining, dropped <= remaining - count else {
            keep(count)
            drop(dropped)
            return insert(bytes)
        }
        let kept = input.extracting(position..<position + count)
        position += count + dropped
        lent[0].append(kept, bytes, left: remaining)
    }

    /// Puts a copy of `bytes` in.
    @inlinable
    @_lifetime(self: copy self)
    public mutating func insert(_ bytes: Span<UInt8>) {
        lent[0].append(bytes, left: remaining)
    }

    /// Puts the UTF-8 bytes of `text` in.
    @inlinable
    @_lifetime(self: copy self)
    public mutating func insert(_ text: String) {
        lent[0].append(text.utf8Span.span, left: remaining)
    }

    /// Puts up to `count` bytes in that `body` writes straight into the output, with no copy between.
    ///
    /// A count that is negative, or more than a call may write, fails the call and does not run `body`.
    @inlinable
    @_lifetime(self: copy self)
    public mutating func append<Failure: Error>(
        count: Int,
        _ body: (inout OutputSpan<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        try lent[0].append(count: count, left: remaining, body)
    }

    /// Holds a count to what the input has left; a count that does not fit marks the output as failed.
    @inlinable
    mutating func checked(_ count: Int) -> Int? {
        if count < 0 {
            lent[0].fail()
            return nil
        }
        if count > remaining {
            lent[0].fail()
            return remaining
        }
        return count
    }
}
