// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// What was worked out of the value of a header field: clients send the same few values again and again.
///
/// One value has one place, found by its bytes, so a stranger who sends many different ones only has them worked out. Any
/// thread may ask.
final class FieldCache<Value: Sendable>: Sendable {
    private struct Entry {
        var field: [UInt8]
        var value: Value
    }

    private static var places: Int { 64 }
    /// A longer value is worked out each time.
    private static var longest: Int { 256 }

    private let entries = Mutex<[Entry?]>([])

    /// What was worked out of these bytes, or is now.
    func value(of field: Span<UInt8>, _ make: (String) -> Value) -> Value {
        guard field.count <= Self.longest else { return make(String(copying: field)) }
        let place = Self.place(of: field)
        if let known = entries.withLock({ Self.find(field, at: place, in: $0) }) { return known }
        let value = make(String(copying: field))
        let entry = Entry(field: Self.bytes(field), value: value)
        entries.withLock { entries in
            if entries.isEmpty { entries = [Entry?](repeating: nil, count: Self.places) }
            entries[place] = entry
        }
        return value
    }

    private static func find(_ field: Span<UInt8>, at place: Int, in entries: [Entry?]) -> Value? {
        guard place < entries.count, let entry = entries[place], entry.field.count == field.count else { return nil }
        let known = entry.field.span
        for index in field.indices where known[index] != field[index] { return nil }
        return entry.value
    }

    /// FNV-1a, of which `places` takes some bits.
    private static func place(of field: Span<UInt8>) -> Int {
        var hash: UInt32 = 0x811C_9DC5
        for index in field.indices { hash = (hash ^ UInt32(field[index])) &* 0x0100_0193 }
        return Int((hash ^ (hash >> 16)) % UInt32(places))
    }

    private static func bytes(_ field: Span<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(field.count)
        for index in field.indices { bytes.append(field[index]) }
        return bytes
    }
}
