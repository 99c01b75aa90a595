// SPDX-License-Identifier: Apache-2.0
import HTTPD
import RESPEngine

/// What a shared cache has under a key: eight bytes of the deadline, the lowest first, and the value.
struct StoredObject: ~Escapable {
    let deadline: KeyDeadline
    let value: Span<UInt8>

    private static let prefix = 8

    /// Takes an object apart; `nil` if there is none, or it is too short to be one.
    @_lifetime(copy bytes)
    init?(_ bytes: Span<UInt8>?) {
        guard let bytes, bytes.count >= Self.prefix else { return nil }
        var bits: UInt64 = 0
        for index in 0..<Self.prefix { bits |= UInt64(bytes[index]) << UInt64(index &* 8) }
        deadline = KeyDeadline(milliseconds: Int64(bitPattern: bits))
        value = bytes.extracting(droppingFirst: Self.prefix)
    }

    /// Puts one together.
    static func encode(_ value: Span<UInt8>, until deadline: KeyDeadline) -> ValueBuffer {
        var object = ValueBuffer(capacity: value.count + prefix)
        let bits = UInt64(bitPattern: deadline.milliseconds)
        for index in 0..<prefix { object.append(UInt8(truncatingIfNeeded: bits >> UInt64(index &* 8))) }
        object.append(value)
        return object
    }
}
