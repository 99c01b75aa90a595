// SPDX-License-Identifier: Apache-2.0

/// The hash of keys: Swift's own, which differs from process to process, so nobody outside can choose keys that collide.
enum KeyHash {
    /// The hash of a key in a database.
    static func hash(_ key: Span<UInt8>, _ database: UInt32) -> UInt32 {
        // Whole words: the hasher takes longer for each byte than for eight.
        var hasher = Hasher()
        var rest = key
        while rest.count >= 8 {
            hasher.combine(word(rest.extracting(first: 8)))
            rest = rest.extracting(droppingFirst: 8)
        }
        var last = UInt64(truncatingIfNeeded: rest.count) << 56
        for index in rest.indices { last |= UInt64(rest[index]) << UInt64(index &* 8) }
        hasher.combine(last)
        // A key of several databases has several places, and what is added last need not be hashed.
        return UInt32(truncatingIfNeeded: hasher.finalize()) &+ database &* 0x9E37_79B9
    }

    /// Eight bytes as one number, by one load where the length is known.
    @inline(__always)
    private static func word(_ bytes: Span<UInt8>) -> UInt64 {
        guard bytes.count == 8 else { return 0 }
        let low =
            UInt64(bytes[0]) | UInt64(bytes[1]) << 8 | UInt64(bytes[2]) << 16 | UInt64(bytes[3]) << 24
        let high =
            UInt64(bytes[4]) | UInt64(bytes[5]) << 8 | UInt64(bytes[6]) << 16 | UInt64(bytes[7]) << 24
        return low | high << 32
    }
}
