// SPDX-License-Identifier: Apache-2.0
import HTTPD

/// A message: what it is, its number among those of its sender, and bytes that follow from the number.
enum Note {
    enum Kind: UInt8 {
        case number = 1
        /// Whoever waits goes on.
        case release
        /// Makes the receiver throw.
        case failure
        /// Makes the receiver send a number back to the sender alone.
        case question
        /// Holds the receiver up.
        case nap
    }

    static let headSize = 9

    static func make(_ kind: Kind, _ number: UInt64, size: Int) -> [UInt8] {
        var bytes = [kind.rawValue]
        bytes.reserveCapacity(headSize + size)
        for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(shift * 8))) }
        for index in 0..<size { bytes.append(fill(number, index)) }
        return bytes
    }

    static func read(_ bytes: Span<UInt8>) -> (kind: Kind, number: UInt64, isWhole: Bool)? {
        guard bytes.count >= headSize, let kind = Kind(rawValue: bytes[0]) else { return nil }
        var number: UInt64 = 0
        for shift in 0..<8 { number |= UInt64(bytes[shift + 1]) << UInt64(shift * 8) }
        var isWhole = true
        for index in headSize..<bytes.count where bytes[index] != fill(number, index - headSize) { isWhole = false }
        return (kind, number, isWhole)
    }

    private static func fill(_ number: UInt64, _ index: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: number &+ UInt64(truncatingIfNeeded: index &* 7))
    }
}
