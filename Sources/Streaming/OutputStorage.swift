// SPDX-License-Identifier: Apache-2.0
public import BasicContainers

/// The buffers behind an ``Output``, kept from call to call so that a filter allocates once.
///
/// Inlined into the adapters and into plugins: what is done per piece, and per edit, is less than a call.
@usableFromInline
package struct OutputStorage: ~Copyable {
    /// One run of the result of a call.
    @usableFromInline
    package enum Segment: Equatable, Sendable {
        /// The next `count` written bytes.
        case written(count: Int)
        /// Bytes of the input that stay where they are.
        case kept(offset: Int, count: Int)
    }

    /// One of them, in a form that can be lent: an ``Output`` takes a span.
    @usableFromInline
    package typealias One = InlineArray<1, OutputStorage>

    /// One call, and what waits from calls before it, may write at most this many bytes.
    static let writeLimit = 64 * 1024 * 1024

    /// What a call did that no call may do.
    @usableFromInline
    package enum Fault: Sendable {
        case none
        /// It asked for more than its input had.
        case beyondInput
        /// It wrote more than ``writeLimit``.
        case tooMuch
    }

    /// Room is made for at most so many bytes that may yet come.
    private static let largestReserve = 64 * 1024

    /// A buffer between two transforms that grew beyond this is given back.
    static let keptBetweenTransforms = 128 * 1024

    @usableFromInline
    var bytes = UniqueArray<UInt8>()
    /// The runs of the last call in order; only filled once something was kept, and more was done than that.
    @usableFromInline
    var runs = UniqueArray<Segment>()
    /// The number of bytes kept by a call that did nothing else, from the start of its input; 0 otherwise.
    @usableFromInline
    package internal(set) var keptAlone = 0
    /// What a transform did wrong.
    @usableFromInline
    package internal(set) var fault = Fault.none
    /// Bytes written since the last kept run of this call.
    @usableFromInline
    var run = 0

    /// Empty storage.
    @inlinable
    package init() {}

    /// The number of bytes written and not yet taken.
    @inlinable
    package var count: Int { bytes.count }

    /// The bytes written and not yet taken.
    @inlinable
    package var written: Span<UInt8> {
        @_lifetime(borrow self)
        get { bytes.span }
    }

    /// Lends a range of the bytes written.
    @inlinable
    package func withWritten(_ range: Range<Int>, _ body: (Span<UInt8>) -> Void) {
        body(bytes.span.extracting(range))
    }

    /// The number of runs of the last call; none unless something was kept.
    @inlinable
    package var segmentCount: Int { keptAlone > 0 ? 1 : runs.count }

    /// A run of the last call, in order, or `nil` behind the last.
    @inlinable
    package func segment(at index: Int) -> Segment? {
        guard index >= 0, index < segmentCount else { return nil }
        return keptAlone > 0 ? .kept(offset: 0, count: keptAlone) : runs[index]
    }

    /// Whether nothing is written and nothing is kept.
    @inlinable
    package var isEmpty: Bool { bytes.isEmpty && !hasKeptRuns }

    /// Whether the adapter is to fail the stream.
    @inlinable
    package var hasFault: Bool {
        if case .none = fault { false } else { true }
    }

    /// What the stream fails with.
    package var error: StreamError? {
        switch fault {
        case .none: nil
        case .beyondInput: .editBeyondInput
        case .tooMuch: .tooMuchOutput
        }
    }

    /// Notes a misuse; the adapter fails the stream.
    @inlinable
    mutating func fail() {
        fault = .beyondInput
    }

    /// Makes room for `count` more bytes and, as they come piece by piece, for about as many as the input has left; if
    /// it may not, the call has failed.
    ///
    /// Only asked when the buffer has to grow, so that most writes are not slower for it.
    @usableFromInline
    @inline(never)
    mutating func mayGrow(by count: Int, left: Int) -> Bool {
        guard count <= Self.writeLimit &- bytes.count else {
            fault = .tooMuch
            return false
        }
        let expected = min(left, Self.largestReserve)
        let wanted = bytes.count + count + expected + expected / 8
        if wanted > bytes.capacity * 2 { bytes.reserveCapacity(wanted) }
        return true
    }

    /// Writes bytes.
    @inlinable
    package mutating func write(_ span: Span<UInt8>) {
        bytes.append(copying: span)
    }

    /// Makes a list of runs of the only one.
    @inlinable
    mutating func listKeptAlone() {
        guard keptAlone > 0 else { return }
        runs.append(.kept(offset: 0, count: keptAlone))
        keptAlone = 0
    }

    /// Writes bytes; `left` is what the input has left.
    @inlinable
    mutating func append(_ span: Span<UInt8>, left: Int) {
        if span.count > bytes.freeCapacity, !mayGrow(by: span.count, left: left) { return }
        listKeptAlone()
        bytes.append(copying: span)
        run += span.count
    }

    /// Writes two runs of bytes.
    @inlinable
    mutating func append(_ first: Span<UInt8>, _ second: Span<UInt8>, left: Int) {
        let count = first.count + second.count
        if count > bytes.freeCapacity, !mayGrow(by: count, left: left) { return }
        listKeptAlone()
        bytes.append(copying: first)
        bytes.append(copying: second)
        run += count
    }

    /// Writes up to `count` bytes in place.
    @inlinable
    mutating func append<Failure: Error>(
        count: Int, left: Int,
        _ body: (inout OutputSpan<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        guard count >= 0 else {
            fail()
            return
        }
        if count > bytes.freeCapacity, !mayGrow(by: count, left: left) { return }
        listKeptAlone()
        let before = bytes.count
        defer { run += bytes.count - before }
        try bytes.append(addingCount: count, initializingWith: body)
    }

    /// Notes that all of the input is kept, with nothing before it.
    @inlinable
    mutating func keepAlone(_ count: Int) {
        keptAlone = count
    }

    @inlinable
    mutating func keep(offset: Int, count: Int) {
        if offset == 0, isEmpty { return keepAlone(count) }
        listKeptAlone()
        if run > 0 { runs.append(.written(count: run)) }
        run = 0
        runs.append(.kept(offset: offset, count: count))
    }

    /// Whether the last call kept a run in place, so that the order of runs matters.
    @inlinable
    package var hasKeptRuns: Bool { keptAlone > 0 || !runs.isEmpty }

    /// Ends the list of runs of a call that kept some, so that it covers all that was written since.
    @inlinable
    package mutating func closeRuns() {
        if run > 0, !runs.isEmpty { runs.append(.written(count: run)) }
        run = 0
    }

    /// Forgets the runs of the last call; what it wrote stays.
    @inlinable
    package mutating func removeRuns() {
        if !runs.isEmpty { runs.removeAll(keepingCapacity: true) }
        keptAlone = 0
        run = 0
    }

    /// Forgets everything. Capacity above `limit` is given back, so that one large write is not kept for good.
    @inlinable
    package mutating func removeAll(keepingCapacityUpTo limit: Int) {
        if bytes.capacity > limit {
            bytes = UniqueArray()
        } else {
            bytes.removeAll(keepingCapacity: true)
        }
        removeRuns()
    }
}
