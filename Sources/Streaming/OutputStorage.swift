// SPDX-License-Identifier: Apache-2.0
internal import BasicContainers

/// The buffers behind an ``Output``, kept from call to call so that a filter allocates once.
package struct OutputStorage: ~Copyable {
    /// One run of the result of a call.
    package enum Segment: Equatable, Sendable {
        /// The next `count` written bytes.
        case written(count: Int)
        /// Bytes of the input that stay where they are.
        case kept(offset: Int, count: Int)
    }

    /// No single write may ask for more than this many bytes.
    static let largestWrite = 1 << 30

    private var bytes = UniqueArray<UInt8>()
    /// The runs of the last call in order; only filled once something was kept, and more was done than that.
    private var runs: [Segment] = []
    /// The number of bytes kept by a call that did nothing else, from the start of its input; 0 otherwise.
    package private(set) var keptAlone = 0
    /// Whether a transform asked for more than its input had.
    package private(set) var hasFault = false
    /// Bytes written since the last kept run of this call.
    private var run = 0

    /// Empty storage.
    package init() {}

    /// The number of bytes written and not yet taken.
    package var count: Int { bytes.count }

    /// The bytes written and not yet taken.
    package var written: Span<UInt8> {
        @_lifetime(borrow self)
        get { bytes.span }
    }

    /// Lends a range of the bytes written.
    package func withWritten(_ range: Range<Int>, _ body: (Span<UInt8>) -> Void) {
        body(bytes.span.extracting(range))
    }

    /// The runs of the last call in order; none unless something was kept.
    package var segments: [Segment] { keptAlone > 0 ? [.kept(offset: 0, count: keptAlone)] : runs }

    /// Whether nothing is written and nothing is kept.
    package var isEmpty: Bool { bytes.isEmpty && !hasKeptRuns }

    /// Notes a misuse; the adapter fails the stream.
    mutating func fail() {
        hasFault = true
    }

    /// Writes bytes.
    package mutating func write(_ span: Span<UInt8>) {
        bytes.append(copying: span)
    }

    /// Makes a list of runs of the only one.
    private mutating func listKeptAlone() {
        guard keptAlone > 0 else { return }
        runs.append(.kept(offset: 0, count: keptAlone))
        keptAlone = 0
    }

    mutating func append(_ span: Span<UInt8>) {
        listKeptAlone()
        bytes.append(copying: span)
        run += span.count
    }

    mutating func append<Failure: Error>(
        count: Int,
        _ body: (inout OutputSpan<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        guard count >= 0, count <= Self.largestWrite else {
            fail()
            return
        }
        listKeptAlone()
        let before = bytes.count
        defer { run += bytes.count - before }
        try bytes.append(addingCount: count, initializingWith: body)
    }

    mutating func keep(offset: Int, count: Int) {
        if offset == 0, isEmpty {
            keptAlone = count
            return
        }
        listKeptAlone()
        if run > 0 { runs.append(.written(count: run)) }
        run = 0
        runs.append(.kept(offset: offset, count: count))
    }

    /// Whether the last call kept a run in place, so that the order of runs matters.
    package var hasKeptRuns: Bool { keptAlone > 0 || !runs.isEmpty }

    /// Ends the list of runs of a call that kept some, so that it covers all that was written since.
    package mutating func closeRuns() {
        if run > 0, !runs.isEmpty { runs.append(.written(count: run)) }
        run = 0
    }

    /// Forgets the runs of the last call; what it wrote stays.
    package mutating func removeRuns() {
        if !runs.isEmpty { runs.removeAll(keepingCapacity: true) }
        keptAlone = 0
        run = 0
    }

    /// Forgets everything. Capacity above `limit` is given back, so that one large write is not kept for good.
    package mutating func removeAll(keepingCapacityUpTo limit: Int) {
        if bytes.capacity > limit {
            bytes = UniqueArray()
        } else {
            bytes.removeAll(keepingCapacity: true)
        }
        removeRuns()
    }
}
