// SPDX-License-Identifier: Apache-2.0

/// A reply of either version of the protocol, as a tree.
public enum ReplyValue: Equatable, Sendable {
    /// A status, such as `OK`. Bytes that are no UTF-8 are repaired.
    case simple(String)
    /// An error, its code first. Bytes that are no UTF-8 are repaired.
    case error(String)
    /// A whole number.
    case integer(Int64)
    /// A string of any bytes.
    case bulk([UInt8])
    /// No value: `$-1` or `_`.
    case null
    /// No array: `*-1`.
    case nullArray
    /// Values in order.
    case array([ReplyValue])
    /// A truth value.
    case boolean(Bool)
    /// A floating point number, which may be infinite or NaN.
    case double(Double)
    /// A whole number of any size, in decimal.
    case bigNumber(String)
    /// A string with a format of three bytes.
    case verbatim(format: String, text: [UInt8])
    /// An error of any bytes.
    case bulkError([UInt8])
    /// Keys and values, in the order in which they came.
    case map([ReplyPair])
    /// Values in no particular order.
    case set([ReplyValue])
    /// Values that were sent without being asked for.
    case push([ReplyValue])
    /// A reply with attributes before it.
    indirect case annotated([ReplyPair], ReplyValue)
}

/// A key and its value.
public struct ReplyPair: Equatable, Sendable {
    /// The key.
    public var key: ReplyValue
    /// What belongs to it.
    public var value: ReplyValue

    /// A key and its value.
    public init(_ key: ReplyValue, _ value: ReplyValue) {
        self.key = key
        self.value = value
    }
}

/// What a client takes from a server.
public struct ReplyLimits: Equatable, Sendable {
    /// The most bytes of a whole reply on the wire. A tree takes some twenty times as much in the worst case. Held to
    /// 64…2²⁹.
    public var length = 16 << 20
    /// The most bytes of a line, such as an error. Held to 16…2²⁸.
    public var lineLength = 65_536
    /// How deep aggregates may be nested. Held to 1…128.
    public var nesting = 16

    /// The defaults.
    public init() {}

    var held: ReplyLimits {
        var limits = self
        limits.length = min(max(length, 64), 1 << 29)
        limits.lineLength = min(max(lineLength, 16), 1 << 28)
        limits.nesting = min(max(nesting, 1), 128)
        return limits
    }
}
