// SPDX-License-Identifier: Apache-2.0

/// Where an argument is: eight bytes for each, as a command may have many.
struct ArgumentRange: Equatable, Sendable {
    /// Positions are below 2³⁰: the limits are held to that.
    let start: UInt32
    let count: UInt32

    @inline(__always)
    init(_ start: Int, _ count: Int) {
        self.start = UInt32(truncatingIfNeeded: start)
        self.count = UInt32(truncatingIfNeeded: count)
    }
}

/// The arguments of one command, its name first, lent by the decoder until it decodes again. Nothing is copied.
public struct Arguments: ~Copyable, ~Escapable {
    private let bytes: Span<UInt8>
    private let ranges: Span<ArgumentRange>

    @_lifetime(copy bytes, copy ranges)
    init(_ bytes: Span<UInt8>, _ ranges: Span<ArgumentRange>) {
        self.bytes = bytes
        self.ranges = ranges
    }

    /// The number of arguments, the command's name among them.
    public var count: Int { ranges.count }

    /// An argument, or no bytes where there is none: never traps.
    public subscript(_ index: Int) -> Span<UInt8> {
        @_lifetime(copy self)
        get {
            guard index >= 0, index < ranges.count else { return bytes.extracting(first: 0) }
            let range = ranges[index]
            let start = Int(range.start)
            let end = start &+ Int(range.count)
            // Another frame than the one that was decoded may be shorter.
            guard end <= bytes.count else { return bytes.extracting(first: 0) }
            return bytes.extracting(start..<end)
        }
    }

    /// The arguments without the first ones, such as the options of a command; none if there are fewer.
    ///
    /// - Parameter count: How many to leave out.
    @_lifetime(copy self)
    public func dropFirst(_ count: Int) -> Arguments {
        let start = min(max(count, 0), ranges.count)
        return Arguments(bytes, ranges.extracting(start..<ranges.count))
    }
}
