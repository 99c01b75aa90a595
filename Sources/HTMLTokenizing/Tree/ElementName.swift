// SPDX-License-Identifier: Apache-2.0

/// The name of an element in small letters, as two words that can be compared at once.
///
/// Of a name longer than 16 bytes it is a digest: nothing that parsing depends on is that long, and two such names are
/// told apart but for a chance of one in 2^64.
struct ElementName: Equatable, Sendable {
    /// The first eight bytes, the first of them lowest.
    var low: UInt64
    /// The next eight.
    var high: UInt64

    init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }

    /// No name.
    static var none: Self { Self(low: 0, high: 0) }

    /// The name at these places of the bytes.
    init(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        self = .none
        var index = max(range.lowerBound, 0)
        let end = min(range.upperBound, bytes.count)
        var place = 0
        while index < end {
            append(bytes[index], at: place)
            index &+= 1
            place &+= 1
        }
    }

    /// Adds the byte at `place`, which is the number of those that are there.
    @inline(__always)
    mutating func append(_ byte: UInt8, at place: Int) {
        // NUL would be taken for the end; no name that matters has 0xFF.
        let letter = UInt64(byte == 0 ? 0xFF : byte.lowercasedASCII)
        if place < 8 {
            low |= letter &<< UInt64(truncatingIfNeeded: place &* 8)
        } else if place < 16 {
            high |= letter &<< UInt64(truncatingIfNeeded: place &* 8 &- 64)
        } else {
            let mixed = (low ^ letter) &* 0x9E37_79B9_7F4A_7C15
            low = mixed ^ (mixed >> 29)
            // A digest is never taken for a name of at most 16 bytes that matters: their bytes are ASCII.
            high = ((high &* 31) &+ letter) | 0x8000_0000_0000_0000
        }
    }

    /// The byte at `place` of a name of at most 16 bytes; 0 behind the last.
    @inline(__always)
    func byte(at place: Int) -> UInt8 {
        let word =
            place < 8
            ? low >> UInt64(truncatingIfNeeded: place &* 8) : high >> UInt64(truncatingIfNeeded: place &* 8 &- 64)
        return place < 16 ? UInt8(truncatingIfNeeded: word) : 0
    }
}
