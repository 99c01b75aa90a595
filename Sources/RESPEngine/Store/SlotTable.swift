// SPDX-License-Identifier: Apache-2.0
internal import BasicContainers

/// A key with its value, and what is known of it.
struct Slot: ~Copyable, Sendable {
    var key = UniqueArray<UInt8>()
    var value = UniqueArray<UInt8>()
    var deadline = KeyDeadline.never
    var hash: UInt32 = 0
    var database: UInt32 = 0
    /// Whether it has a key.
    var isTaken = false
    /// Whether it was used since the hand came by.
    var isRecent = false
    /// The neighbours in the ring; of a slot without a key, the next one without.
    fileprivate var next: UInt32 = 0
    fileprivate var previous: UInt32 = 0

    func lendKey(_ body: (Span<UInt8>) throws(RESPError) -> Void) throws(RESPError) { try body(key.span) }
    func lendValue(_ body: (Span<UInt8>) throws(RESPError) -> Void) throws(RESPError) { try body(value.span) }
    func isOf(_ other: Span<UInt8>, in selected: UInt32) -> Bool {
        database == selected && areEqual(key.span, other)
    }
}

/// The slots of all keys. A key keeps its slot for its life; those that have one are linked to a ring besides, so that
/// whoever goes round meets nothing but keys, however few are left of many.
struct SlotTable: ~Copyable, Sendable {
    private var slots = UniqueArray<Slot>()
    /// The first slot without a key.
    private var free = Self.none
    /// Where the ring is entered: what is added comes just before.
    private var entry = Self.none

    private static let none = UInt32.max

    /// The number of slots, with a key or without.
    var count: Int { slots.count }

    /// Whether there can be no further one.
    var isFull: Bool { free == Self.none && slots.count >= Int(Self.none) }

    /// A slot; the number is one that was handed out, or below the count.
    subscript(_ slot: Int) -> Slot {
        _read { yield slots[slot] }
        _modify { yield &slots[slot] }
    }

    /// The slot behind another in the ring, both with keys.
    func next(_ slot: Int) -> Int { Int(slots[slot].next) }

    /// The slot that the hand points to, which has a key; `nil` if none has.
    var hand: Int? { entry == Self.none ? nil : Int(entry) }

    /// Moves the hand to the next key.
    mutating func moveHand() {
        guard entry != Self.none else { return }
        entry = slots[Int(entry)].next
    }

    /// A slot for a key, the last that the hand comes to. There must be room: ``isFull``.
    mutating func take() -> Int {
        let slot: UInt32
        if free == Self.none {
            slot = UInt32(truncatingIfNeeded: slots.count)
            slots.append(Slot())
        } else {
            slot = free
            free = slots[Int(slot)].next
        }
        slots[Int(slot)].isTaken = true
        if entry == Self.none {
            slots[Int(slot)].next = slot
            slots[Int(slot)].previous = slot
            entry = slot
        } else {
            let last = slots[Int(entry)].previous
            slots[Int(slot)].next = entry
            slots[Int(slot)].previous = last
            slots[Int(last)].next = slot
            slots[Int(entry)].previous = slot
        }
        return Int(slot)
    }

    /// Takes a slot's key away.
    mutating func give(_ slot: Int) {
        let (next, previous) = (slots[slot].next, slots[slot].previous)
        slots[Int(previous)].next = next
        slots[Int(next)].previous = previous
        if Int(entry) == slot { entry = Int(next) == slot ? Self.none : next }
        slots[slot] = Slot()
        slots[slot].next = free
        free = UInt32(truncatingIfNeeded: slot)
    }
}
