// SPDX-License-Identifier: Apache-2.0

/// Finds the slot of a key by its hash: a table of open addressing with linear probing, without holes.
///
/// It knows hashes and slots, no keys: whoever asks compares those. A place holds the slot's number and one more, 0 for
/// none, and the hash beside it, so that a probe mostly touches one cache line and no key.
struct KeyIndex: Sendable {
    private var places: [UInt64]
    private(set) var count = 0

    init() {
        places = Array(repeating: 0, count: 16)
    }

    /// What is kept in memory for each key, at most.
    static let bytesPerKey = 32

    private var mask: Int { places.count &- 1 }

    /// Where the search for a hash begins, and how it goes on: places until one is empty.
    struct Probe {
        fileprivate var place: Int
        fileprivate let hash: UInt32
    }

    func probe(_ hash: UInt32) -> Probe { Probe(place: Int(hash) & mask, hash: hash) }

    /// The next slot whose hash is the one, or `nil` if there is no further one.
    func next(_ probe: inout Probe) -> Int? {
        // The mask holds every place within the table, and there is always an empty one.
        while true {
            let place = places[probe.place]
            if place == 0 { return nil }
            probe.place = (probe.place &+ 1) & mask
            if UInt32(truncatingIfNeeded: place >> 32) == probe.hash { return Int(place & 0xFFFF_FFFF) &- 1 }
        }
    }

    /// Adds a slot, below 2³² - 1.
    mutating func insert(_ slot: Int, _ hash: UInt32) {
        if (count &+ 1) &* 2 > places.count { grow() }
        put(UInt64(hash) << 32 | UInt64(truncatingIfNeeded: slot &+ 1))
        count &+= 1
    }

    /// Removes a slot that was added with a hash.
    mutating func remove(_ slot: Int, _ hash: UInt32) {
        let wanted = UInt64(hash) << 32 | UInt64(truncatingIfNeeded: slot &+ 1)
        var hole = Int(hash) & mask
        while places[hole] != wanted {
            if places[hole] == 0 { return }
            hole = (hole &+ 1) & mask
        }
        count &-= 1
        // Those behind move up, unless that would put them before the place where their search begins.
        var next = (hole &+ 1) & mask
        while places[next] != 0 {
            let home = Int(places[next] >> 32) & mask
            if (next &- home) & mask >= (next &- hole) & mask {
                places[hole] = places[next]
                hole = next
            }
            next = (next &+ 1) & mask
        }
        places[hole] = 0
    }

    private mutating func put(_ entry: UInt64) {
        var place = Int(entry >> 32) & mask
        while places[place] != 0 { place = (place &+ 1) & mask }
        places[place] = entry
    }

    private mutating func grow() {
        let old = places
        places = Array(repeating: 0, count: old.count * 2)
        for entry in old where entry != 0 { put(entry) }
    }
}
