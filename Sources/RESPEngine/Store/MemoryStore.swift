// SPDX-License-Identifier: Apache-2.0
internal import Synchronization

/// A store in the memory of one process. What is in it goes with the process.
///
/// When it is full, keys go that were not used for long: it is a cache.
public final class MemoryStore: Store {
    /// What is known of a store.
    public struct Statistics: Equatable, Sendable {
        /// The bytes that are used.
        public let size: Int
        /// How often a key was looked for that was there.
        public let hits: Int
        /// How often one was looked for that was not.
        public let misses: Int
        /// How many keys went because there was no room.
        public let evictions: Int
        /// How many keys went because their deadline had passed.
        public let expirations: Int
        /// The number of keys in each database.
        public let counts: [Int]
    }

    private let table: Mutex<MemoryTable>

    /// An empty store.
    ///
    /// - Parameters:
    ///   - databases: How many there are, at least 1.
    ///   - limit: The bytes that keys and values may take, with what is kept about each, in all databases together.
    public init(databases: Int, limit: Int) {
        table = Mutex(MemoryTable(databases: databases, limit: limit))
    }

    /// What is known at the moment; keys whose deadline has passed, and that nobody has asked for since, may count.
    public var statistics: Statistics { table.withLock { $0.statistics } }

    /// What is known of the keys that are there at a moment, in milliseconds since 1970.
    public func statistics(at now: Int64) -> Statistics {
        table.withLock { table in
            table.now = now
            table.removeExpired()
            return table.statistics
        }
    }

    /// Lends a database.
    public func withDatabase<Result: Sendable>(
        _ number: Int, _ body: (inout MemoryTable) throws(RESPError) -> Result
    ) throws(RESPError) -> Result {
        try table.withLock { (table) throws(RESPError) -> Result in
            table.select(number)
            return try body(&table)
        }
    }
}
