// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import RESPEngine

@Suite("The index of keys finds what a dictionary would")
struct KeyIndexTests {
    /// All slots that are found by a hash.
    private func slots(_ index: borrowing KeyIndex, _ hash: UInt32) -> Set<Int> {
        var found: Set<Int> = []
        var probe = index.probe(hash)
        while let slot = index.next(&probe) {
            #expect(found.insert(slot).inserted)
        }
        return found
    }

    /// Random inserts and removals, with hashes from a few; after each, that hash, and now and then all of them.
    private func compare(_ hashes: [UInt32], operations: Int, slots most: Int) {
        var random = SmallRandom(seed: UInt64(hashes.count) &* 31 &+ UInt64(operations))
        var index = KeyIndex()
        var model: [UInt32: Set<Int>] = [:]
        var places: [Int: UInt32] = [:]
        for step in 0..<operations {
            let slot = Int.random(in: 0..<most, using: &random)
            let hash: UInt32
            if let old = places.removeValue(forKey: slot) {
                hash = old
                index.remove(slot, hash)
                model[hash]?.remove(slot)
            } else {
                hash = hashes.randomElement(using: &random) ?? 0
                places[slot] = hash
                index.insert(slot, hash)
                model[hash, default: []].insert(slot)
            }
            #expect(index.count == places.count)
            #expect(slots(index, hash) == model[hash] ?? [])
            if step % 500 == 0 {
                for hash in hashes { #expect(slots(index, hash) == model[hash] ?? []) }
            }
        }
    }

    @Test func oneHashForAll() { compare([0xDEAD_BEEF], operations: 2000, slots: 60) }

    @Test func hashesThatWrapAroundTheEnd() {
        // With 16, 32, … places these all belong to the last ones and the first.
        compare([0xFFFF_FFFF, 0xFFFF_FFFE, 0x0FFF_FFFF, 0, 1, 0x8000_0000], operations: 6000, slots: 40)
        compare([0xFFFF_FFFF, 0], operations: 2000, slots: 7)
    }

    @Test func hashesAtRandom() {
        var random = SmallRandom(seed: 7)
        let hashes = (0..<3000).map { _ in UInt32.random(in: .min ... .max, using: &random) }
        compare(hashes, operations: 20_000, slots: 5000)
    }

    @Test func whatIsNotThereIsNotRemoved() {
        var index = KeyIndex()
        index.insert(3, 9)
        index.remove(4, 9)
        index.remove(3, 25)
        index.remove(3, 10)
        #expect(index.count == 1)
        #expect(slots(index, 9) == [3])
        #expect(slots(index, 25).isEmpty)
    }

    @Test func theHighestSlot() {
        var index = KeyIndex()
        let slot = Int(UInt32.max) - 1
        index.insert(slot, .max)
        #expect(slots(index, .max) == [slot])
        index.remove(slot, .max)
        #expect(slots(index, .max).isEmpty)
    }
}

/// The same numbers each time.
struct SmallRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state &* 0x2545_F491_4F6C_DD1D
    }
}
