// SPDX-License-Identifier: Apache-2.0
import RESPEngine
import Testing

@Suite("A scan of the memory store sees what was there all the time")
struct MemoryScanTests {
    private func key(_ number: Int) -> [UInt8] { Array("k\(number)".utf8) }

    @Test(arguments: [1, 2, 10, 1000, Int.max], 1...4)
    func keysComeAndGoBetweenTheCalls(count: Int, seed: UInt64) throws {
        let store = MemoryStore(databases: 2, limit: 64 << 20)
        var random = SmallRandom(seed: seed)
        for number in 0..<1000 { try store.set(key(number), [1], at: 0, number % 3 == 0 ? 1 : 0) }
        // Of the first database, those of even numbers stay.
        let staying = Set((0..<1000).filter { $0 % 3 != 0 && $0 % 2 == 0 }.map(key))
        var seen: Set<[UInt8]> = []
        var cursor: UInt64 = 0
        var calls = 0
        repeat {
            let (keys, next) = try store.scan(from: cursor, count: count)
            #expect(keys.count <= count)
            #expect(keys.allSatisfy { store.value($0) != nil })
            seen.formUnion(keys)
            cursor = next
            calls += 1
            for _ in 0..<5 {
                let number = Int.random(in: 0..<2000, using: &random)
                if staying.contains(key(number)) { continue }
                if Bool.random(using: &random) {
                    try store.set(key(number), [2])
                } else {
                    _ = try store.remove(key(number))
                }
            }
        } while cursor != 0 && calls < 100_000
        #expect(cursor == 0)
        #expect(staying.subtracting(seen).isEmpty)
    }

    @Test func cursorsThatNeverWereEndTheScan() throws {
        let store = MemoryStore(databases: 1, limit: 1 << 20)
        for cursor in [0, 1, 7, UInt64.max, UInt64(Int.max), UInt64(Int.max) + 1] {
            let (keys, next) = try store.scan(from: cursor, count: 10)
            #expect(keys.isEmpty && next == 0)
        }
        for number in 0..<20 { try store.set(key(number), []) }
        for cursor in [20, 21, UInt64.max, UInt64(Int.max)] {
            let (keys, next) = try store.scan(from: cursor, count: .max)
            #expect(keys.isEmpty && next == 0)
        }
        for count in [0, -1, Int.min] {
            let (keys, next) = try store.scan(from: 0, count: count)
            #expect(keys.count == 1 && next == 1)
        }
    }

    @Test func whatHasExpiredIsNotSeenAndGoes() throws {
        let store = MemoryStore(databases: 1, limit: 1 << 20)
        for number in 0..<20 { try store.set(key(number), [], until: KeyDeadline(milliseconds: 10)) }
        #expect(try store.scan(from: 0, count: 5, at: 9).keys.count == 5)
        let (keys, next) = try store.scan(from: 5, count: 10, at: 10)
        #expect(keys.isEmpty && next == 15)
        #expect(store.statistics.counts == [10])
    }

    /// A scan of few keys in many slots gets on.
    @Test func freeSlotsArePassedFaster() throws {
        let store = MemoryStore(databases: 1, limit: 64 << 20)
        for number in 0..<1000 { try store.set(key(number), []) }
        for number in 0..<999 { _ = try store.remove(key(number)) }
        var cursor: UInt64 = 0
        var (seen, calls) = (0, 0)
        repeat {
            let (keys, next) = try store.scan(from: cursor, count: 10)
            (seen, cursor, calls) = (seen + keys.count, next, calls + 1)
        } while cursor != 0
        #expect(seen == 1 && calls == 10)
    }

    @Test func whatTheBodyThrowsComesOut() throws {
        let store = MemoryStore(databases: 1, limit: 1 << 20)
        try store.set([1], [2])
        #expect(throws: RESPError("enough")) {
            try store.at(0) { (table) throws(RESPError) in
                _ = try table.scan(from: 0, count: 1) { (_) throws(RESPError) in throw RESPError("enough") }
            }
        }
        #expect(throws: RESPError("enough")) {
            try store.at(0) { (table) throws(RESPError) in
                _ = try table.read([1].span) { (_) throws(RESPError) in throw RESPError("enough") }
            }
        }
        #expect(store.value([1]) == [2])
    }
}
