// SPDX-License-Identifier: Apache-2.0

/// XXH64 with the seed 0 (https://github.com/Cyan4973/xxHash, doc/xxhash_spec.md): tells whether bytes are those that were
/// written. It is fast, and no protection against somebody who wants to deceive.
struct Checksum {
    private static let primes: (UInt64, UInt64, UInt64, UInt64, UInt64) = (
        0x9E37_79B1_85EB_CA87, 0xC2B2_AE3D_27D4_EB4F, 0x1656_67B1_9E37_79F9, 0x85EB_CA77_C2B2_AE63,
        0x27D4_EB2F_1656_67C5
    )

    /// Pieces are multiples of so many bytes, but for the last.
    static let blockSize = 32

    private var a = primes.0 &+ primes.1
    private var b = primes.1
    private var c: UInt64 = 0
    private var d = 0 &- primes.0
    private var count: UInt64 = 0
    private var tail: [UInt8] = []

    /// The checksum of bytes that are in hand.
    static func of(_ bytes: Span<UInt8>) -> UInt64 {
        var sum = Checksum()
        sum.add(bytes)
        return sum.value
    }

    /// Adds bytes. What stands behind the last whole block must be the end.
    mutating func add(_ bytes: Span<UInt8>) {
        count &+= UInt64(bytes.count)
        var place = 0
        while bytes.count - place >= Self.blockSize {
            a = Self.round(a, Self.word(bytes, place))
            b = Self.round(b, Self.word(bytes, place + 8))
            c = Self.round(c, Self.word(bytes, place + 16))
            d = Self.round(d, Self.word(bytes, place + 24))
            place += Self.blockSize
        }
        while place < bytes.count {
            tail.append(bytes[place])
            place += 1
        }
    }

    /// The checksum of what was added.
    var value: UInt64 {
        let (p1, p2, p3, p4, p5) = Self.primes
        var sum = p5
        if count >= UInt64(Self.blockSize) {
            sum = Self.rotate(a, 1) &+ Self.rotate(b, 7) &+ Self.rotate(c, 12) &+ Self.rotate(d, 18)
            for lane in [a, b, c, d] { sum = (sum ^ Self.round(0, lane)) &* p1 &+ p4 }
        }
        sum &+= count
        let bytes = tail.span
        var place = 0
        while bytes.count - place >= 8 {
            sum = Self.rotate(sum ^ Self.round(0, Self.word(bytes, place)), 27) &* p1 &+ p4
            place += 8
        }
        if bytes.count - place >= 4 {
            sum = Self.rotate(sum ^ (Self.half(bytes, place) &* p1), 23) &* p2 &+ p3
            place += 4
        }
        while place < bytes.count {
            sum = Self.rotate(sum ^ (UInt64(bytes[place]) &* p5), 11) &* p1
            place += 1
        }
        sum = (sum ^ (sum >> 33)) &* p2
        sum = (sum ^ (sum >> 29)) &* p3
        return sum ^ (sum >> 32)
    }

    private static func round(_ lane: UInt64, _ word: UInt64) -> UInt64 {
        rotate(lane &+ word &* primes.1, 31) &* primes.0
    }

    private static func rotate(_ value: UInt64, _ count: UInt64) -> UInt64 {
        value << count | value >> (64 - count)
    }

    /// Four bytes, of which there are as many at `place`.
    private static func half(_ bytes: Span<UInt8>, _ place: Int) -> UInt64 {
        UInt64(bytes[place]) | UInt64(bytes[place + 1]) << 8 | UInt64(bytes[place + 2]) << 16
            | UInt64(bytes[place + 3]) << 24
    }

    /// Eight bytes, of which there are as many at `place`.
    private static func word(_ bytes: Span<UInt8>, _ place: Int) -> UInt64 {
        half(bytes, place) | half(bytes, place + 4) << 32
    }
}
