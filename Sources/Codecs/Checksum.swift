// SPDX-License-Identifier: Apache-2.0
internal import CodecLibraries

/// CRC-64 as xz has it (ECMA-182, reflected), by ISA-L: tells whether bytes are those that were written. It finds accidents, and
/// is no protection against somebody who wants to deceive.
public struct Checksum: Sendable {
    /// The checksum of what was added.
    public private(set) var value: UInt64 = 0

    /// The checksum of no bytes.
    public init() {}

    /// The checksum of bytes that are in hand.
    public static func of(_ bytes: Span<UInt8>) -> UInt64 {
        var sum = Checksum()
        sum.add(bytes)
        return sum.value
    }

    /// Adds bytes behind those that were added.
    public mutating func add(_ bytes: Span<UInt8>) { value = CodecBytes.crc64(value, bytes) }
}
