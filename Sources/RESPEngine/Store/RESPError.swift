// SPDX-License-Identifier: Apache-2.0

/// What a command answers that cannot be done: a word in capitals for programs, and a sentence, as Redis has them.
public struct RESPError: Error, Equatable, Sendable {
    /// The text, without what frames it: mostly ASCII, but what it quotes of the client's is as it came.
    public let bytes: [UInt8]

    /// A text that begins with a word in capitals.
    public init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// A text, and behind it what the client sent, up to its first zero.
    init(_ text: String, quoting words: Span<UInt8>, _ rest: String = "") {
        var bytes = Array(text.utf8)
        bytes.append(cString: words, longest: words.count)
        bytes += rest.utf8
        self.bytes = bytes
    }

    /// A text of any bytes.
    init(bytes: [UInt8]) {
        self.bytes = bytes
    }
}

extension [UInt8] {
    /// Adds what C's `%.*s` would: up to the first zero, and no more than `longest` bytes.
    mutating func append(cString text: Span<UInt8>, longest: Int) {
        for index in 0..<Swift.max(0, Swift.min(text.count, longest)) {
            if text[index] == 0 { return }
            append(text[index])
        }
    }
}

extension RESPError {
    static let nameTooLong = RESPError("ERR the name is too long: \(SessionRules.longestName) bytes are allowed")
    static let patternTooLong = RESPError("ERR the pattern is too long: \(SessionRules.longestName) bytes are allowed")
    static let patternTooSlow = RESPError("ERR the pattern takes too long")
    static let syntax = RESPError("ERR syntax error")
    static let notAnInteger = RESPError("ERR value is not an integer or out of range")
    static let notAFloat = RESPError("ERR value is not a valid float")
    static let overflow = RESPError("ERR increment or decrement would overflow")
    static let notANumber = RESPError("ERR increment would produce NaN or Infinity")
    static let badOffset = RESPError("ERR offset is out of range")
    static let badCursor = RESPError("ERR invalid cursor")
    static let badDatabase = RESPError("ERR DB index is out of range")
    static let authenticationRequired = RESPError("NOAUTH Authentication required.")
    static let wrongPassword = RESPError("WRONGPASS invalid username-password pair or user is disabled.")
    static let badVersion = RESPError("NOPROTO unsupported protocol version")
    static let replyTooLong = RESPError("ERR the reply would be too long")
    static let stringTooLong = RESPError("ERR string exceeds maximum allowed size (proto-max-bulk-len)")

    /// A single value that is larger than all memory that the store may use.
    public static let outOfMemory = RESPError("OOM command not allowed when used memory > 'maxmemory'.")

    /// A store that is somewhere else does not answer; the server's log says why.
    public static let storeFailed = RESPError("ERR the store cannot be used at the moment")
    /// A value that the store does not take.
    public static let tooLargeForStore = RESPError("ERR the value is too large for the store")
    /// Some stores find what they are asked for and nothing else.
    public static let cannotList = RESPError("ERR the store cannot list its keys")

    static func wrongArity(_ name: String) -> RESPError {
        RESPError("ERR wrong number of arguments for '\(name)' command")
    }

    static func invalidExpiry(_ name: String) -> RESPError {
        RESPError("ERR invalid expire time in '\(name)' command")
    }
}

extension ReplyWriter {
    /// What cannot be done.
    public mutating func error(_ error: RESPError) { self.error(error.bytes.span) }
}
