// SPDX-License-Identifier: Apache-2.0

/// The name of an element in small letters, as two words that are compared at once.
///
/// Of a name of more than 16 bytes it is a digest: such names are compared byte by byte where it is the same.
struct NameKey: Hashable, Sendable {
    private(set) var low: UInt64 = 0
    private(set) var high: UInt64 = 0

    /// How many bytes a key holds.
    static var capacity: Int { 16 }

    @inline(__always)
    init(_ name: Span<UInt8>) {
        guard name.count <= 8 else {
            appendLong(name)
            return
        }
        for index in name.indices {
            low |= Self.letter(name[index]) &<< UInt64(truncatingIfNeeded: index &* 8)
        }
    }

    /// No byte of UTF-8 is 0xFF, and 0 is where a name ends.
    @inline(__always)
    private static func letter(_ byte: UInt8) -> UInt64 { UInt64(byte == 0 ? 0xFF : byte.lowercasedASCII) }

    @inline(never)
    private mutating func appendLong(_ name: Span<UInt8>) {
        for index in name.indices {
            let letter = Self.letter(name[index])
            if index < 8 {
                low |= letter &<< UInt64(truncatingIfNeeded: index &* 8)
            } else if index < Self.capacity {
                high |= letter &<< UInt64(truncatingIfNeeded: index &* 8 &- 64)
            } else {
                low = (low ^ letter) &* 0x9E37_79B9_7F4A_7C15
                low ^= low >> 29
                high = (high &* 31) &+ letter
            }
        }
    }

    init(_ name: [UInt8]) {
        self.init(name.span)
    }

    /// The name, as far as eight bytes.
    var firstBytes: [UInt8] {
        var bytes: [UInt8] = []
        var rest = high == 0 ? low : 0
        while rest != 0 {
            bytes.append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
        return bytes
    }

    /// Where to begin to look in a table.
    @inline(__always)
    var hash: Int {
        let mixed = (low ^ (high &* 0xC2B2_AE3D_27D4_EB4F)) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: mixed >> 32)
    }
}

/// Finds the entry of an element's name.
struct NameTable: Sendable {
    private struct Slot: Sendable {
        var key: NameKey
        /// Less than 0: nothing is here, or behind here.
        var entry: Int
    }

    private var slots: [Slot] = []

    /// A table of names that differ, each by its place.
    init(_ keys: [NameKey]) {
        var size = 1
        // At least half of it stays free, so that each search ends.
        while size < keys.count * 2 { size *= 2 }
        slots = Array(repeating: Slot(key: NameKey([]), entry: -1), count: size)
        for (entry, key) in keys.enumerated() {
            var place = key.hash & (size - 1)
            while slots[place].entry >= 0 { place = (place + 1) & (size - 1) }
            slots[place] = Slot(key: key, entry: entry)
        }
    }

    /// The place of a name; `nil` if it is not there.
    @inline(__always)
    func find(_ key: NameKey) -> Int? {
        let mask = slots.count &- 1
        var place = key.hash & mask
        while slots[place].entry >= 0 {
            if slots[place].key == key { return slots[place].entry }
            place = (place &+ 1) & mask
        }
        return nil
    }
}
