// SPDX-License-Identifier: Apache-2.0
internal import BasicContainers

/// All keys of a ``MemoryStore``, of every database.
///
/// Each key has a slot that it keeps for its life, so a scan that goes from slot to slot misses none. When memory runs
/// out, a hand goes round the keys and takes the first that was not used since it came by last: the clock algorithm,
/// which is nearly least-recently-used and moves nothing when a key is used.
public struct MemoryTable: StoreDatabase, ~Copyable, Sendable {
    /// What a key takes beside its bytes: its slot, its place in the index, and what the allocator adds.
    static let overhead = MemoryLayout<Slot>.stride + KeyIndex.bytesPerKey + 32
    /// The keys that are looked at, with each change, for one whose deadline has passed.
    private static let keysPerChange = 2
    /// Slots that are kept when there is no key left.
    private static let keptSlots = 64

    private var slots = SlotTable()
    private var index = KeyIndex()
    private var counts: [Int]
    private var selected: UInt32 = 0
    private let limit: Int
    /// Goes round as the hand of the slots does, but only looks for deadlines that have passed.
    private var expiryHand = 0
    /// No key goes before this moment.
    private var earliest = KeyDeadline.never

    /// The moment of the command.
    public var now: Int64 = 0
    /// The bytes that are used.
    private var size = 0
    /// How often a key was looked for that was there.
    private var hits = 0
    /// How often one was looked for that was not.
    private var misses = 0
    /// How many keys went because there was no room.
    private var evictions = 0
    /// How many keys went because their deadline had passed.
    private var expirations = 0

    init(databases: Int, limit: Int) {
        counts = Array(repeating: 0, count: min(max(1, databases), 1 << 16))
        self.limit = max(0, limit)
    }

    mutating func select(_ database: Int) {
        selected = UInt32(truncatingIfNeeded: min(max(0, database), counts.count &- 1))
    }

    var statistics: MemoryStore.Statistics {
        MemoryStore.Statistics(
            size: size, hits: hits, misses: misses, evictions: evictions, expirations: expirations, counts: counts)
    }

    // MARK: StoreDatabase

    /// Lends the value of a key.
    public mutating func read(
        _ key: Span<UInt8>, _ body: (Span<UInt8>) throws(RESPError) -> Void
    ) throws(RESPError) -> Bool {
        guard let slot = find(key, hash(key)) else {
            misses &+= 1
            return false
        }
        hits &+= 1
        slots[slot].isRecent = true
        try slots[slot].lendValue(body)
        return true
    }

    /// When a key goes.
    public mutating func deadline(of key: Span<UInt8>) -> KeyDeadline? {
        guard let slot = find(key, hash(key)) else { return nil }
        return slots[slot].deadline
    }

    /// Whether there is room when all other keys are gone.
    public func admits(_ key: Span<UInt8>, valueOf count: Int) -> Bool { count <= room(beside: key) }

    /// Gives a key a value.
    public mutating func set(
        _ key: Span<UInt8>, to value: Span<UInt8>, until deadline: KeyDeadline?
    ) throws(RESPError) {
        let hash = hash(key)
        guard value.count <= room(beside: key) else { throw .outOfMemory }
        let slot: Int
        if let old = find(key, hash) {
            slot = old
            slots[slot].isRecent = true
        } else {
            guard !slots.isFull else { throw .outOfMemory }
            slot = insert(key, hash)
        }
        size &-= slots[slot].value.capacity
        slots[slot].value.replace(with: value)
        size &+= slots[slot].value.capacity
        if let deadline { give(slot, deadline) }
        changed(sparing: slot)
    }

    /// Changes the value of a key.
    public mutating func edit(
        _ key: Span<UInt8>, _ body: (inout ValueBuffer, _ isPresent: Bool) throws(RESPError) -> Void
    ) throws(RESPError) {
        let room = room(beside: key)
        guard let slot = find(key, hash(key)) else {
            var none = UniqueArray<UInt8>()
            var value = ValueBuffer(lending: &none, room: room)
            try body(&value, false)
            guard !value.isOverfull else { throw .outOfMemory }
            return try set(key, to: value.bytes, until: .never)
        }
        slots[slot].isRecent = true
        size &-= slots[slot].value.capacity
        var value = ValueBuffer(lending: &slots[slot].value, room: room)
        var problem: RESPError?
        do throws(RESPError) {
            try body(&value, true)
        } catch {
            problem = error
        }
        value.end(&slots[slot].value)
        size &+= slots[slot].value.capacity
        changed(sparing: slot)
        if let problem { throw problem }
        if value.isOverfull { throw .outOfMemory }
    }

    /// Gives a key another deadline.
    public mutating func setDeadline(of key: Span<UInt8>, to deadline: KeyDeadline) -> Bool {
        guard let slot = find(key, hash(key)) else { return false }
        give(slot, deadline)
        return true
    }

    /// Removes a key.
    public mutating func remove(_ key: Span<UInt8>) -> Bool {
        guard let slot = find(key, hash(key)) else { return false }
        remove(slot)
        return true
    }

    /// Lends some keys: those of the next slots.
    public mutating func scan(
        from cursor: UInt64, count: Int, _ body: (Span<UInt8>) throws(RESPError) -> Void
    ) throws(RESPError) -> UInt64 {
        guard var slot = Int(exactly: cursor), slot < slots.count else { return 0 }
        // Slots without a key cost little: a few more of them are looked at.
        var (steps, overflows) = max(1, count).multipliedReportingOverflow(by: 10)
        if overflows { steps = .max }
        var left = max(1, count)
        while slot < slots.count, left > 0, steps > 0 {
            steps &-= 1
            if slots[slot].isTaken {
                left &-= 1
                if slots[slot].deadline.hasPassed(now) {
                    expire(slot)
                } else if slots[slot].database == selected {
                    try slots[slot].lendKey(body)
                }
            }
            slot &+= 1
        }
        return slot < slots.count ? UInt64(slot) : 0
    }

    /// The number of keys.
    public mutating func count() -> Int {
        removeExpired()
        return counts[Int(selected)]
    }

    /// Removes all keys of the database.
    public mutating func removeAll() {
        if counts[Int(selected)] == index.count { return clear() }
        for slot in 0..<slots.count where slots[slot].isTaken && slots[slot].database == selected { remove(slot) }
    }

    // MARK: Slots

    private func hash(_ key: Span<UInt8>) -> UInt32 { KeyHash.hash(key, selected) }

    /// The slot of a key that is there; one whose deadline has passed goes.
    private mutating func find(_ key: Span<UInt8>, _ hash: UInt32) -> Int? {
        var probe = index.probe(hash)
        while let slot = index.next(&probe) {
            guard slots[slot].isOf(key, in: selected) else { continue }
            guard slots[slot].deadline.hasPassed(now) else { return slot }
            expire(slot)
            return nil
        }
        return nil
    }

    private mutating func insert(_ key: Span<UInt8>, _ hash: UInt32) -> Int {
        // What many keys took is given back when all are gone, but not whenever the last of few goes.
        if index.count == 0, slots.count > Self.keptSlots { clear() }
        let slot = slots.take()
        if index.count == 0 { expiryHand = slot }
        slots[slot].key = UniqueArray(exactly: key)
        slots[slot].hash = hash
        slots[slot].database = selected
        index.insert(slot, hash)
        counts[Int(selected)] &+= 1
        size &+= footprint(slot)
        return slot
    }

    private mutating func remove(_ slot: Int) {
        if expiryHand == slot { expiryHand = slots.next(slot) }
        index.remove(slot, slots[slot].hash)
        counts[Int(slots[slot].database)] &-= 1
        size &-= footprint(slot)
        slots.give(slot)
    }

    private mutating func expire(_ slot: Int) {
        expirations &+= 1
        remove(slot)
    }

    private mutating func give(_ slot: Int, _ deadline: KeyDeadline) {
        slots[slot].deadline = deadline
        if deadline < earliest { earliest = deadline }
    }

    /// Removes the keys of all databases whose deadline has passed. Goes through them only if there may be one.
    mutating func removeExpired() {
        guard earliest.hasPassed(now) else { return }
        earliest = .never
        for slot in 0..<slots.count where slots[slot].isTaken {
            if slots[slot].deadline.hasPassed(now) {
                expire(slot)
            } else if slots[slot].deadline < earliest {
                earliest = slots[slot].deadline
            }
        }
    }

    /// Forgets all keys, and gives their memory back at once.
    private mutating func clear() {
        slots = SlotTable()
        index = KeyIndex()
        for database in counts.indices { counts[database] = 0 }
        size = 0
        earliest = .never
    }

    // MARK: Room

    /// What a key takes.
    private func footprint(_ slot: Int) -> Int {
        Self.overhead &+ slots[slot].key.capacity &+ slots[slot].value.capacity
    }

    /// The bytes that the value of a key may have, when all others are gone; negative if the key alone is too large.
    private func room(beside key: Span<UInt8>) -> Int { limit &- Self.overhead &- key.count }

    /// Makes room after a change, if need be, and looks for keys whose deadline has passed: those that nobody asks for
    /// would stay for ever.
    private mutating func changed(sparing slot: Int) {
        for _ in 0..<Self.keysPerChange {
            // There is a key: the one that has changed.
            let seen = expiryHand
            expiryHand = slots.next(seen)
            if seen != slot, slots[seen].deadline.hasPassed(now) { expire(seen) }
        }
        while size > limit, index.count > 1 { evict(sparing: slot) }
    }

    /// Takes the next key that the hand finds unused.
    private mutating func evict(sparing slot: Int) {
        // Twice round: the first time may find all of them recent.
        for _ in 0..<(2 &* index.count &+ 1) {
            guard let seen = slots.hand else { return }
            slots.moveHand()
            if seen == slot { continue }
            if slots[seen].deadline.hasPassed(now) { return expire(seen) }
            if slots[seen].isRecent {
                slots[seen].isRecent = false
                continue
            }
            evictions &+= 1
            return remove(seen)
        }
    }
}
