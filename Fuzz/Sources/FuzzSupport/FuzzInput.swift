// SPDX-License-Identifier: Apache-2.0

/// The bytes of one run, taken from the front.
public struct FuzzInput {
    private var rest: ArraySlice<UInt8>

    /// Copies what libFuzzer lends.
    public init(_ start: UnsafePointer<UInt8>?, _ count: Int) {
        rest = Array(UnsafeBufferPointer(start: start, count: count))[...]
    }

    /// The next byte, or 0 at the end.
    public mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }

    /// The next bytes, as many as there are.
    public mutating func bytes(_ count: Int) -> [UInt8] {
        let taken = Array(rest.prefix(count))
        rest = rest.dropFirst(count)
        return taken
    }

    /// All that is left.
    public mutating func remaining() -> [UInt8] { bytes(rest.count) }

    /// All that is left as text; invalid UTF-8 is repaired.
    public mutating func text() -> String { String(decoding: remaining(), as: UTF8.self) }
}

/// Ends the run as a finding.
public func finding(_ message: @autoclosure () -> String) -> Never { fatalError(message()) }
