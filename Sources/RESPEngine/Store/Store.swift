// SPDX-License-Identifier: Apache-2.0

/// Where values are kept: sixteen or so numbered databases of keys.
///
/// All that a command does with a store it does in one ``withDatabase(_:_:)``, so it is atomic, whoever else uses the
/// store.
public protocol Store: Sendable {
    /// What is lent to a command.
    associatedtype Database: StoreDatabase & ~Copyable & ~Escapable

    /// Lends a database to `body`, alone.
    ///
    /// - Throws: What `body` throws, or that the store cannot be used.
    func withDatabase<Result: Sendable>(
        _ number: Int, _ body: (inout Database) throws(RESPError) -> Result
    ) throws(RESPError) -> Result
}

/// When a key goes: milliseconds since 1970, or never.
public struct KeyDeadline: Equatable, Comparable, Sendable {
    /// The milliseconds; `Int64.max` for never.
    public let milliseconds: Int64

    /// A moment.
    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// The key stays.
    public static let never = KeyDeadline(milliseconds: .max)

    /// Whether it has come.
    public func hasPassed(_ now: Int64) -> Bool { milliseconds <= now }

    /// The earlier one first.
    public static func < (first: KeyDeadline, second: KeyDeadline) -> Bool {
        first.milliseconds < second.milliseconds
    }
}

/// One database, lent for a command. A key whose deadline has passed is not there.
public protocol StoreDatabase: ~Copyable, ~Escapable {
    /// The moment of the command, in milliseconds since 1970; set before anything else is called.
    var now: Int64 { get set }

    /// Lends the value of a key, if it is there, and returns whether it is.
    mutating func read(_ key: Span<UInt8>, _ body: (Span<UInt8>) throws(RESPError) -> Void) throws(RESPError) -> Bool

    /// When a key goes, or `nil` if it is not there.
    mutating func deadline(of key: Span<UInt8>) throws(RESPError) -> KeyDeadline?

    /// Gives a key a value; a deadline of `nil` is the one that it had, or never.
    ///
    /// - Throws: That the value is too large for the store.
    mutating func set(_ key: Span<UInt8>, to value: Span<UInt8>, until deadline: KeyDeadline?) throws(RESPError)

    /// Whether the store can take so many bytes as the value of a key, as far as it knows: the default is that it can.
    func admits(_ key: Span<UInt8>, valueOf count: Int) -> Bool

    /// Changes the value of a key; one that is not there begins empty. The deadline stays.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - body: Changes the value; gets whether the key is there. One that throws has changed nothing.
    /// - Throws: What `body` throws, or that the value is too large for the store.
    mutating func edit(
        _ key: Span<UInt8>, _ body: (inout ValueBuffer, _ isPresent: Bool) throws(RESPError) -> Void
    ) throws(RESPError)

    /// Gives a key another deadline, and returns whether it is there.
    mutating func setDeadline(of key: Span<UInt8>, to deadline: KeyDeadline) throws(RESPError) -> Bool

    /// Removes a key, and returns whether it was there.
    mutating func remove(_ key: Span<UInt8>) throws(RESPError) -> Bool

    /// Lends some keys, about `count`, and returns where to go on, or 0 at the end.
    ///
    /// Whoever goes on until the end sees each key that was there all the time, some perhaps twice.
    mutating func scan(
        from cursor: UInt64, count: Int, _ body: (Span<UInt8>) throws(RESPError) -> Void
    ) throws(RESPError) -> UInt64

    /// The number of keys; some may be past their deadlines.
    mutating func count() throws(RESPError) -> Int

    /// Removes all keys.
    mutating func removeAll() throws(RESPError)
}

extension StoreDatabase where Self: ~Copyable & ~Escapable {
    /// Nothing is known.
    public func admits(_ key: Span<UInt8>, valueOf count: Int) -> Bool { true }

    /// Whether a key is there.
    mutating func contains(_ key: Span<UInt8>) throws(RESPError) -> Bool {
        try read(key) { (_) throws(RESPError) in }
    }
}
