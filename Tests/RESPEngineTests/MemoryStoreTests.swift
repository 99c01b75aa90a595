// SPDX-License-Identifier: Apache-2.0
import RESPEngine
import Testing

@Suite("The memory store is what dictionaries would be")
struct MemoryStoreTests {
    private static let databases = 3

    /// Thousands of operations at random, with time passing, in several databases.
    @Test(arguments: 1...6)
    func operationsAtRandom(seed: UInt64) throws {
        var random = SmallRandom(seed: seed)
        let store = MemoryStore(databases: Self.databases, limit: 64 << 20)
        var model = StoreModel(Self.databases)
        var now: Int64 = 1_000_000
        for step in 0..<6000 {
            now += Int64.random(in: 0...3, using: &random)
            let database = Int.random(in: 0..<Self.databases, using: &random)
            let key = Array("key\(Int.random(in: 0..<300, using: &random))".utf8)
            try operate(store, &model, database, key, now, &random)
            #expect(store.value(key, at: now, database) == model[database, key, now]?.value)
            if step % 1000 == 999 { try compare(store, model, now) }
        }
        // When all is gone, nothing is counted any more.
        for database in 0..<Self.databases {
            for key in model.databases[database].keys { _ = try store.remove(key, at: now, database) }
        }
        #expect(store.statistics.size == 0)
        #expect(store.statistics.counts == [0, 0, 0])
        #expect(store.statistics.evictions == 0)
        #expect(store.statistics.expirations > 0)
    }

    private func operate(
        _ store: MemoryStore, _ model: inout StoreModel, _ database: Int, _ key: [UInt8], _ now: Int64,
        _ random: inout SmallRandom
    ) throws {
        let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        let deadline = KeyDeadline(milliseconds: now + Int64.random(in: -5...2000, using: &random))
        let old = model[database, key, now]
        switch Int.random(in: 0..<20, using: &random) {
        case 0...4:
            try store.set(key, bytes, at: now, database)
            model.databases[database][key] = .init(value: bytes, deadline: .never)
        case 5...7:
            try store.set(key, bytes, until: deadline, at: now, database)
            model.databases[database][key] = .init(value: bytes, deadline: deadline)
        case 8:
            try store.set(key, bytes, until: nil, at: now, database)
            model.databases[database][key] = .init(value: bytes, deadline: old?.deadline ?? .never)
        case 9...11:
            #expect(try store.remove(key, at: now, database) == (old != nil))
            model.databases[database][key] = nil
        case 12...14:
            try store.at(now, database) { (table) throws(RESPError) in
                try table.edit(key.span) { (value, isPresent) throws(RESPError) in
                    #expect(isPresent == (old != nil))
                    #expect(copy(value.bytes) == old?.value ?? [])
                    value.append(bytes.span)
                }
            }
            model.databases[database][key] = .init(
                value: (old?.value ?? []) + bytes, deadline: old?.deadline ?? .never)
        case 15:
            // One that throws has changed nothing.
            #expect(throws: RESPError("no")) {
                try store.at(now, database) { (table) throws(RESPError) in
                    try table.edit(key.span) { (_, _) throws(RESPError) in throw RESPError("no") }
                }
            }
        case 16, 17:
            let isDone = try store.at(now, database) { $0.setDeadline(of: key.span, to: deadline) }
            #expect(isDone == (old != nil))
            if old != nil { model.databases[database][key]?.deadline = deadline }
        case 18:
            #expect(try store.at(now, database) { $0.deadline(of: key.span) } == old?.deadline)
        default:
            guard Int.random(in: 0..<40, using: &random) == 0 else { return }
            try store.at(now, database) { $0.removeAll() }
            model.databases[database] = [:]
        }
    }

    private func compare(_ store: MemoryStore, _ model: StoreModel, _ now: Int64) throws {
        for database in 0..<Self.databases {
            // What has expired does not count, though nobody has asked for it.
            let expected = model.keys(database, now).count
            #expect(try store.at(now, database) { $0.count() } == expected)
            let all = try store.scan(from: 0, count: .max, at: now, database)
            #expect(all.next == 0)
            #expect(Set(all.keys) == model.keys(database, now))
            #expect(all.keys.count == model.keys(database, now).count)
            #expect(store.statistics.counts[database] == all.keys.count)
            for key in all.keys { #expect(store.value(key, at: now, database) == model[database, key, now]?.value) }
        }
    }

    @Test func aKeyIsThereUntilItsDeadline() throws {
        let store = MemoryStore(databases: 1, limit: 1 << 20)
        try store.set([1], [2], until: KeyDeadline(milliseconds: 100), at: 50)
        #expect(store.value([1], at: 99) == [2])
        #expect(store.statistics.expirations == 0)
        #expect(store.value([1], at: 100) == nil)
        #expect(store.statistics.expirations == 1)
        #expect(store.statistics.size == 0)
        // A new one under its name begins without a deadline.
        try store.set([1], [3], until: nil, at: 100)
        #expect(try store.at(101) { $0.deadline(of: [1].span) } == .never)
    }

    @Test("Keys whose deadline has passed do not count, though nobody has asked for them or changed anything")
    func whatHasExpiredDoesNotCount() throws {
        let store = MemoryStore(databases: 2, limit: 1 << 20)
        for key in 0..<UInt8(100) {
            try store.set([key], [1], until: KeyDeadline(milliseconds: 1000 + Int64(key)), at: 0, Int(key) % 2)
        }
        try store.set([200], [1])
        #expect(try store.at(999, 1) { $0.count() } == 50)
        #expect(try store.at(1009, 0) { $0.count() } == 46)
        #expect(store.statistics(at: 1009).counts == [46, 45])
        // One that stays longer after all, and one that goes sooner.
        #expect(try store.at(1009) { $0.setDeadline(of: [98].span, to: KeyDeadline(milliseconds: 5000)) })
        #expect(try store.at(1009) { $0.setDeadline(of: [200].span, to: KeyDeadline(milliseconds: 1010)) })
        #expect(try store.at(1010, 0) { $0.count() } == 44)
        #expect(store.statistics(at: 4999).counts == [1, 0])
        #expect(store.statistics(at: 5000).counts == [0, 0])
        #expect(store.statistics.size == 0)
        #expect(store.statistics.expirations == 101)
    }

    @Test func hitsAndMissesAreCountedWhereValuesAreRead() throws {
        let store = MemoryStore(databases: 1, limit: 1 << 20)
        try store.set([1], [2])
        for _ in 0..<3 { _ = store.value([1]) }
        for _ in 0..<2 { _ = store.value([9]) }
        #expect(store.statistics.hits == 3)
        #expect(store.statistics.misses == 2)
    }

    @Test func databasesThatAreNotThereAreTheNearest() throws {
        let store = MemoryStore(databases: 0, limit: 1 << 20)
        try store.set([1], [2], .max)
        #expect(store.value([1], .min) == [2])
        #expect(store.statistics.counts == [1])
    }

    @Test func removingAllOfOneDatabaseLeavesTheOthers() throws {
        let store = MemoryStore(databases: 3, limit: 1 << 20)
        for database in 0..<3 {
            for key in 0..<100 { try store.set([UInt8(key)], [UInt8(database)], database) }
        }
        try store.at(0, 1) { $0.removeAll() }
        #expect(store.statistics.counts == [100, 0, 100])
        #expect(store.value([5], 0) == [0])
        #expect(store.value([5], 1) == nil)
        #expect(store.value([5], 2) == [2])
        try store.at(0, 2) { $0.removeAll() }
        try store.at(0, 0) { $0.removeAll() }
        #expect(store.statistics.size == 0)
        try store.set([1], [1])
        #expect(store.value([1]) == [1])
    }

    @Test func emptyKeysAndValues() throws {
        let store = MemoryStore(databases: 1, limit: 1 << 20)
        try store.set([], [])
        #expect(store.value([]) == [])
        try store.set([0], [1])
        try store.set([0, 0], [2])
        #expect(store.value([]) == [])
        #expect(store.value([0]) == [1])
        #expect(try store.remove([]))
        #expect(store.value([]) == nil)
        #expect(store.value([0, 0]) == [2])
    }
}

extension MemoryStore {
    fileprivate func value(_ key: [UInt8], _ database: Int) -> [UInt8]? { value(key, at: 0, database) }
    fileprivate func set(_ key: [UInt8], _ value: [UInt8], _ database: Int) throws {
        try set(key, value, at: 0, database)
    }
}
