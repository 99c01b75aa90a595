// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import RESPEngine

@Suite("The memory store keeps to its limit, and to what is used")
struct MemoryRoomTests {
    private func key(_ number: Int) -> [UInt8] { Array("k\(number)".utf8) }

    private func append(_ store: MemoryStore, _ key: [UInt8], _ bytes: [UInt8]) throws(RESPError) {
        try store.at(0) { (table) throws(RESPError) in
            try table.edit(key.span) { (value, _) throws(RESPError) in value.append(bytes.span) }
        }
    }

    /// Whatever is done, after each command all fits, and what was just written is there.
    @Test(arguments: [0, 1, 200, 1000, 20_000, 100_000])
    func theSizeStaysBelowTheLimit(limit: Int) throws {
        let store = MemoryStore(databases: 2, limit: limit)
        var random = SmallRandom(seed: UInt64(limit + 1))
        for _ in 0..<4000 {
            let key = key(Int.random(in: 0..<200, using: &random))
            let isLarge = Int.random(in: 0..<30, using: &random) == 0
            let bytes = [UInt8](repeating: 7, count: Int.random(in: 0...(isLarge ? limit + 50 : 300), using: &random))
            do {
                switch Int.random(in: 0..<3, using: &random) {
                case 0: try store.set(key, bytes)
                case 1: try append(store, key, bytes)
                default:
                    try store.at(0, 1) { (table) throws(RESPError) in
                        try table.edit(key.span) { (value, _) throws(RESPError) in
                            value.overwrite(from: bytes.count / 2, with: bytes.span)
                        }
                    }
                }
                #expect(store.value(key) != nil || store.value(key, at: 0, 1) != nil)
            } catch {
                #expect(error as? RESPError == .outOfMemory)
            }
            #expect(store.statistics.size <= limit)
        }
    }

    @Test func aValueAsLargeAsTheLimitAllows() throws {
        let limit = 10_000
        let room = limit - MemoryTable.overhead - 1
        let store = MemoryStore(databases: 1, limit: limit)
        try store.set([1], [UInt8](repeating: 1, count: room))
        #expect(store.statistics.size == limit)
        // The other one goes.
        try store.set([2], [UInt8](repeating: 2, count: room))
        #expect(store.value([1]) == nil)
        #expect(store.value([2])?.count == room)
        #expect(throws: RESPError.outOfMemory) { try store.set([2], [UInt8](repeating: 3, count: room + 1)) }
        #expect(throws: RESPError.outOfMemory) { try store.set([3], [UInt8](repeating: 3, count: room + 1)) }
        #expect(store.value([2])?.first == 2)
    }

    @Test func aValueThatGrowsTooLargeIsLeftAsItWas() throws {
        let store = MemoryStore(databases: 1, limit: 2000)
        try append(store, [1], [UInt8](repeating: 1, count: 900))
        try append(store, [1], [UInt8](repeating: 1, count: 500))
        #expect(throws: RESPError.outOfMemory) { try append(store, [1], [UInt8](repeating: 1, count: 900)) }
        #expect(throws: RESPError.outOfMemory) { try append(store, [2], [UInt8](repeating: 1, count: 2900)) }
        #expect(store.value([1]) == [UInt8](repeating: 1, count: 1400))
        #expect(store.value([2]) == nil)
        for (offset, count) in [(0, 3000), (1990, 1), (Int.max, 1), (Int.max - 1, 2)] {
            #expect(throws: RESPError.outOfMemory) {
                try store.at(0) { (table) throws(RESPError) in
                    try table.edit([1].span) { (value, _) throws(RESPError) in
                        value.overwrite(from: offset, with: [UInt8](repeating: 9, count: count).span)
                    }
                }
            }
        }
        #expect(store.value([1]) == [UInt8](repeating: 1, count: 1400))
        #expect(store.statistics.size <= 2000)
    }

    @Test func aLimitOfNothingKeepsNothing() {
        for limit in [Int.min, -1, 0, 1] {
            let store = MemoryStore(databases: 1, limit: limit)
            #expect(throws: RESPError.outOfMemory) { try store.set([], []) }
            #expect(throws: RESPError.outOfMemory) { try append(store, [1], [1]) }
            #expect(store.statistics.size == 0)
        }
    }

    @Test func whatIsUsedStays() throws {
        let store = MemoryStore(databases: 1, limit: 100_000)
        let hot = (0..<50).map { key(1_000_000 + $0) }
        for name in hot { try store.set(name, [1]) }
        for number in 0..<20_000 {
            try store.set(key(number), [2])
            // Read, or written again.
            let name = hot[number / 2 % 50]
            if number % 2 == 0 { _ = store.value(name) } else { try store.set(name, [1]) }
        }
        #expect(hot.filter { store.value($0) == nil }.isEmpty)
        #expect(store.statistics.evictions > 15_000)
    }

    @Test func whatIsOnlyWrittenAgainStays() throws {
        let store = MemoryStore(databases: 1, limit: 20_000)
        try store.set([1], [1])
        for number in 0..<2000 {
            try store.set(key(number), [2])
            if number % 20 == 0 { try store.set([1], [3]) }
        }
        #expect(store.statistics.evictions > 1500)
        #expect(store.value([1]) == [3])
    }

    @Test func whenAllIsRecentSomethingGoesNonetheless() throws {
        let store = MemoryStore(databases: 1, limit: 20_000)
        var count = 0
        while store.statistics.evictions == 0 {
            try store.set(key(count), [1])
            for number in 0...count { _ = store.value(key(number)) }
            count += 1
        }
        #expect(store.value(key(count - 1)) == [1])
        #expect(store.statistics.counts == [count - 1])
    }

    @Test func keysPastTheirDeadlinesGoBeforeOthersAreEvicted() throws {
        let store = MemoryStore(databases: 1, limit: 20_000)
        for number in 0..<50 { try store.set(key(number), [1], until: KeyDeadline(milliseconds: 10)) }
        for number in 0..<50 { try store.set(key(100 + number), [1], at: 20) }
        #expect(store.statistics.evictions == 0)
        #expect(store.statistics.expirations > 45)
    }

    @Test func whatHasExpiredGoesThoughNobodyAsksForIt() throws {
        let store = MemoryStore(databases: 2, limit: 10 << 20)
        for number in 0..<1000 { try store.set(key(number), [1], until: KeyDeadline(milliseconds: 10), at: 0, 1) }
        // Changes of another key, in another database.
        for _ in 0..<600 { try store.set([1], [1], at: 20) }
        #expect(store.statistics.counts == [1, 0])
        #expect(store.statistics.expirations == 1000)
    }

    /// After a flood of small keys large ones come: to find one that can go must not take a look at all slots that are
    /// free. Ten million looks at free slots would be seen in the time that this takes.
    @Test func fewKeysInManySlotsAreFoundAtOnce() throws {
        let store = MemoryStore(databases: 1, limit: 16 << 20)
        for number in 0..<60_000 { try store.set(key(number), []) }
        #expect(store.statistics.counts[0] > 50_000)
        let large = [UInt8](repeating: 1, count: 7 << 20)
        let start = ContinuousClock.now
        for number in 0..<300 { try store.set(key(number), large) }
        #expect(store.statistics.counts[0] <= 3)
        #expect(ContinuousClock.now - start < .seconds(60))
    }

    @Test func aMillionKeysInFourMegabytes() throws {
        let before = try residentBytes()
        let store = MemoryStore(databases: 1, limit: 4 << 20)
        for number in 0..<1_000_000 { try store.set(key(number), [1, 2, 3, 4, 5, 6, 7, 8]) }
        #expect(store.statistics.size <= 4 << 20)
        #expect(store.statistics.counts[0] > 10_000)
        #expect(store.statistics.evictions == 1_000_000 - store.statistics.counts[0])
        #expect(try residentBytes() - before < 12 << 20)
    }

    /// What small keys took of the tables is in addition to what large values take then: less than as much again.
    @Test func largeValuesAfterManySmallOnes() throws {
        let before = try residentBytes()
        let store = MemoryStore(databases: 1, limit: 32 << 20)
        for number in 0..<300_000 { try store.set(key(number), []) }
        let large = [UInt8](repeating: 1, count: 200_000)
        for number in 0..<1000 { try store.set(key(number), large) }
        #expect(store.statistics.counts[0] > 100)
        #expect(try residentBytes() - before < 72 << 20)
    }
}

@Suite("Several keys at once")
struct ManyKeysTests {
    @Test("MSET whose last value has no room changes nothing")
    func allOrNothing() {
        let talk = Talk(on: MemoryStore(databases: 1, limit: 2_000))
        #expect(talk.say("SET a old") == "+OK\r\n")
        let large = String(repeating: "x", count: 3_000)
        #expect(talk.say("MSET a new b \(large)").hasPrefix("-OOM "))
        #expect(talk.say("GET a") == "$3\r\nold\r\n")
    }
}
