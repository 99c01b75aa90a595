// SPDX-License-Identifier: Apache-2.0
internal import BasicContainers

/// Bytes that wait to be consumed: added at the end, taken from the front.
package struct ByteQueue: ~Copyable {
    /// More capacity than this is given back when the queue runs empty.
    private static let keptCapacity = 128 * 1024

    private var bytes = UniqueArray<UInt8>()
    private var start = 0

    /// An empty queue.
    package init() {}

    /// The number of bytes.
    package var count: Int { bytes.count - start }
    /// Whether there are none.
    package var isEmpty: Bool { bytes.count == start }
    /// The number of bytes that the queue has memory for.
    package var capacity: Int { bytes.capacity }

    /// The bytes, in order.
    package var span: Span<UInt8> {
        @_lifetime(borrow self)
        get { bytes.span.extracting(droppingFirst: start) }
    }

    /// Lends the first bytes, at most `limit`.
    package func withFirst(_ limit: Int, _ body: (Span<UInt8>) -> Void) {
        body(span.extracting(first: max(0, limit)))
    }

    /// Puts bytes at the end.
    package mutating func append(_ more: Span<UInt8>) {
        guard !more.isEmpty else { return }
        if start > 0, bytes.capacity - bytes.count < more.count {
            // What was consumed makes room before memory does.
            var fresh = UniqueArray<UInt8>(minimumCapacity: count + more.count)
            fresh.append(copying: span)
            bytes = fresh
            start = 0
        }
        bytes.append(copying: more)
    }

    /// Drops the first `amount` bytes, or all if there are fewer.
    package mutating func consume(_ amount: Int) {
        start += min(max(0, amount), count)
        guard start == bytes.count else { return }
        if bytes.capacity > Self.keptCapacity { return removeAll() }
        bytes.removeAll(keepingCapacity: true)
        start = 0
    }

    /// Gives the memory back if the queue is empty.
    package mutating func releaseIfEmpty() {
        if isEmpty { removeAll() }
    }

    /// Drops everything, and the memory with it.
    package mutating func removeAll() {
        start = 0
        bytes = UniqueArray()
    }
}
