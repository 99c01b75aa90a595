// SPDX-License-Identifier: Apache-2.0

/// The words behind `SET key value` and `GETEX key`.
struct SetOptions {
    /// When the key must be there, or must not.
    enum Condition { case always, ifAbsent, ifPresent }
    /// What becomes of the deadline.
    enum Expiry {
        case none, kept, removed
        /// The place of the number, and what it counts.
        case given(place: Int, Expiration.Unit)
    }

    private(set) var condition = Condition.always
    private(set) var expiry = Expiry.none
    private(set) var returnsOld = false

    /// Reads the words from `first` on.
    ///
    /// - Parameter isSet: Whether they are of `SET`; those of `GETEX` are fewer.
    init(_ arguments: borrowing Arguments, from first: Int, isSet: Bool) throws(RESPError) {
        var place = first
        while place < arguments.count {
            let word = arguments[place]
            if isSet, matches(word, "nx"), condition != .ifPresent {
                condition = .ifAbsent
            } else if isSet, matches(word, "xx"), condition != .ifAbsent {
                condition = .ifPresent
            } else if isSet, matches(word, "get") {
                returnsOld = true
            } else if isSet, matches(word, "keepttl"), allows(.kept) {
                expiry = .kept
            } else if !isSet, matches(word, "persist"), allows(.removed) {
                expiry = .removed
            } else if let unit = Expiration.Unit(word), place + 1 < arguments.count,
                allows(.given(place: place + 1, unit))
            {
                place += 1
                expiry = .given(place: place, unit)
            } else {
                throw .syntax
            }
            place += 1
        }
    }

    /// Whether a word about the deadline may follow those before it: the same again may, and the last one counts.
    private func allows(_ next: Expiry) -> Bool {
        switch (expiry, next) {
        case (.none, _), (.kept, .kept), (.removed, .removed): true
        case (.given(_, let old), .given(_, let new)): old == new
        default: false
        }
    }
}

/// A time to live, or a moment, as clients write them.
enum Expiration {
    /// What a number counts.
    enum Unit {
        case seconds, milliseconds, secondsSince1970, millisecondsSince1970

        /// By the option's name.
        init?(_ word: Span<UInt8>) {
            if matches(word, "ex") {
                self = .seconds
            } else if matches(word, "px") {
                self = .milliseconds
            } else if matches(word, "exat") {
                self = .secondsSince1970
            } else if matches(word, "pxat") {
                self = .millisecondsSince1970
            } else {
                return nil
            }
        }

        var isSeconds: Bool { self == .seconds || self == .secondsSince1970 }
        var isRelative: Bool { self == .seconds || self == .milliseconds }
    }

    /// The deadline that a number means.
    ///
    /// - Parameters:
    ///   - number: What the client wrote.
    ///   - unit: What it counts.
    ///   - now: Milliseconds since 1970.
    ///   - command: The command's name, for the error.
    ///   - mustBePositive: Whether nothing but a time to come is allowed.
    static func deadline(
        _ number: Span<UInt8>, _ unit: Unit, now: Int64, command: String, mustBePositive: Bool
    ) throws(RESPError) -> KeyDeadline {
        guard var value = integer(number) else { throw .notAnInteger }
        if mustBePositive, value <= 0 { throw .invalidExpiry(command) }
        if unit.isSeconds {
            let (product, overflows) = value.multipliedReportingOverflow(by: 1000)
            if overflows { throw .invalidExpiry(command) }
            value = product
        }
        if unit.isRelative {
            let (sum, overflows) = value.addingReportingOverflow(now)
            if overflows { throw .invalidExpiry(command) }
            value = sum
        }
        // The last moment of all means never.
        return KeyDeadline(milliseconds: min(value, .max - 1))
    }
}
