// SPDX-License-Identifier: Apache-2.0
import RESPEngine

/// A store as dictionaries: what a ``MemoryStore`` with room for all must be like.
struct StoreModel {
    struct Entry: Equatable {
        var value: [UInt8]
        var deadline: KeyDeadline
    }

    var databases: [[[UInt8]: Entry]]

    init(_ count: Int) { databases = Array(repeating: [:], count: count) }

    subscript(_ database: Int, _ key: [UInt8], _ now: Int64) -> Entry? {
        guard let entry = databases[database][key], !entry.deadline.hasPassed(now) else { return nil }
        return entry
    }

    /// The keys that are there.
    func keys(_ database: Int, _ now: Int64) -> Set<[UInt8]> {
        Set(databases[database].filter { !$0.value.deadline.hasPassed(now) }.keys)
    }
}

extension MemoryStore {
    /// A database at a moment.
    func at<Result: Sendable>(
        _ now: Int64, _ database: Int = 0, _ body: (inout MemoryTable) throws(RESPError) -> Result
    ) throws(RESPError) -> Result {
        try withDatabase(database) { (table) throws(RESPError) -> Result in
            table.now = now
            return try body(&table)
        }
    }

    func value(_ key: [UInt8], at now: Int64 = 0, _ database: Int = 0) -> [UInt8]? {
        var value: [UInt8]?
        do {
            let isThere = try at(now, database) { (table) throws(RESPError) in
                try table.read(key.span) { (bytes) throws(RESPError) in value = copy(bytes) }
            }
            return isThere ? value : nil
        } catch {
            return Array("\(error)".utf8)
        }
    }

    func set(
        _ key: [UInt8], _ value: [UInt8], until deadline: KeyDeadline? = .never, at now: Int64 = 0,
        _ database: Int = 0
    ) throws {
        try at(now, database) { (table) throws(RESPError) in
            try table.set(key.span, to: value.span, until: deadline)
        }
    }

    func remove(_ key: [UInt8], at now: Int64 = 0, _ database: Int = 0) throws -> Bool {
        try at(now, database) { (table) in table.remove(key.span) }
    }

    /// The keys of one call, and where to go on.
    func scan(
        from cursor: UInt64, count: Int, at now: Int64 = 0, _ database: Int = 0
    ) throws -> (keys: [[UInt8]], next: UInt64) {
        var keys: [[UInt8]] = []
        let next = try at(now, database) { (table) throws(RESPError) in
            try table.scan(from: cursor, count: count) { (key) throws(RESPError) in keys.append(copy(key)) }
        }
        return (keys, next)
    }
}
