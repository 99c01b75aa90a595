// SPDX-License-Identifier: Apache-2.0
internal import BasicContainers

/// The bytes of a value, lent to be changed.
///
/// What would make it longer than there is room for is not done, and remembered: whoever lends it then throws.
public struct ValueBuffer: ~Copyable, Sendable {
    private var storage: UniqueArray<UInt8>
    /// The most bytes that there may be memory for.
    private let room: Int

    /// Whether something was not done, for want of room. The bytes are what they were before it.
    public private(set) var isOverfull = false

    /// What a value can have at most, wherever it is.
    private static let longest = 1 << 29

    /// No bytes.
    public init() {
        storage = UniqueArray()
        room = Self.longest
    }

    /// A copy of bytes, with no more memory than they need.
    public init(copying bytes: Span<UInt8>) {
        self.init(capacity: bytes.count)
        storage.append(copying: bytes)
    }

    /// No bytes, and memory for some.
    public init(capacity: Int) {
        storage = UniqueArray(minimumCapacity: max(0, capacity))
        room = max(Self.longest, capacity)
    }

    /// The bytes of a slot while they are lent; ``end(_:)`` gives them back.
    init(lending bytes: inout UniqueArray<UInt8>, room: Int) {
        storage = UniqueArray()
        self.room = min(room, Self.longest)
        swap(&storage, &bytes)
    }

    /// Gives the bytes back.
    mutating func end(_ bytes: inout UniqueArray<UInt8>) { swap(&storage, &bytes) }

    /// The number of bytes.
    public var count: Int { storage.count }

    /// The bytes.
    public var bytes: Span<UInt8> {
        @_lifetime(borrow self)
        get { storage.span }
    }

    /// Puts bytes at the end.
    public mutating func append(_ more: Span<UInt8>) {
        guard reserve(more.count) else { return }
        storage.append(copying: more)
    }

    /// Puts a byte at the end.
    public mutating func append(_ byte: UInt8) {
        guard reserve(1) else { return }
        storage.append(byte)
    }

    /// Puts zeros at the end until there are `count` bytes.
    public mutating func pad(to count: Int) {
        guard count > storage.count, reserve(count &- storage.count) else { return }
        let missing = count &- storage.count
        storage.append(addingCount: missing) { output in output.append(repeating: 0, count: missing) }
    }

    /// Writes bytes over those from `offset` on, and beyond the end.
    public mutating func overwrite(from offset: Int, with more: Span<UInt8>) {
        guard offset >= 0 else { return }
        let (end, overflows) = offset.addingReportingOverflow(more.count)
        guard !overflows, reserve(max(0, end &- storage.count)) else {
            isOverfull = true
            return
        }
        pad(to: offset)
        let overlap = min(more.count, storage.count &- offset)
        for index in 0..<overlap { storage[offset &+ index] = more[index] }
        storage.append(copying: more.extracting(droppingFirst: overlap))
    }

    /// Has other bytes instead; memory that is large enough, and not far too large, is used again.
    public mutating func replace(with bytes: Span<UInt8>) {
        guard bytes.count <= room else {
            isOverfull = true
            return
        }
        storage.replace(with: bytes)
    }

    /// Sees to it that there is memory for more bytes; where it grows, for some more than that.
    private mutating func reserve(_ more: Int) -> Bool {
        if more <= storage.freeCapacity { return true }
        let (needed, overflows) = storage.count.addingReportingOverflow(more)
        guard !overflows, needed <= room else {
            isOverfull = true
            return false
        }
        // Neither number is above 2²⁹.
        storage.reserveCapacity(min(max(needed, storage.capacity &+ storage.capacity / 2), room))
        return true
    }
}

extension UniqueArray<UInt8> {
    /// Has other bytes instead; memory that is large enough, and not far too large, is used again.
    mutating func replace(with bytes: Span<UInt8>) {
        if capacity >= bytes.count, capacity / 2 <= bytes.count {
            removeAll(keepingCapacity: true)
        } else {
            self = UniqueArray(minimumCapacity: bytes.count)
        }
        append(copying: bytes)
    }

    /// A copy of bytes, with no more memory than they need.
    init(exactly bytes: Span<UInt8>) {
        self.init(minimumCapacity: bytes.count)
        append(copying: bytes)
    }
}

/// Whether two texts have the same bytes.
func areEqual(_ first: Span<UInt8>, _ second: Span<UInt8>) -> Bool {
    guard first.count == second.count else { return false }
    for index in first.indices where first[index] != second[index] { return false }
    return true
}
