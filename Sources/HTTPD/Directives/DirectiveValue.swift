// SPDX-License-Identifier: Apache-2.0

/// A type that a directive's argument or a filter's option can have.
public protocol DirectiveValue: Sendable {
    /// Reads an argument, or says what is wrong with it and what would be right.
    init(directiveArgument text: String) throws(DirectiveError)
}

/// What is wrong with a line of the configuration, in a sentence that says what to do.
public struct DirectiveError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The sentence; httpd puts file and line before it.
    public let message: String

    /// An error with a sentence for the administrator.
    public init(_ message: String) {
        self.message = message
    }

    /// The sentence.
    public var description: String { message }
}

extension String: DirectiveValue {
    /// Any text.
    public init(directiveArgument text: String) throws(DirectiveError) {
        self = text
    }
}

extension Bool: DirectiveValue {
    /// `On` or `Off`.
    public init(directiveArgument text: String) throws(DirectiveError) {
        switch text.lowercased() {
        case "on": self = true
        case "off": self = false
        default: throw DirectiveError("must be On or Off, not '\(text)'")
        }
    }
}

extension Int: DirectiveValue {
    /// A decimal integer.
    public init(directiveArgument text: String) throws(DirectiveError) {
        guard let value = Int(text) else { throw DirectiveError("must be a whole number, not '\(text)'") }
        self = value
    }
}

extension Double: DirectiveValue {
    /// A decimal number.
    public init(directiveArgument text: String) throws(DirectiveError) {
        guard let value = Double(text), value.isFinite else {
            throw DirectiveError("must be a number, not '\(text)'")
        }
        self = value
    }
}

extension Optional: DirectiveValue where Wrapped: DirectiveValue {
    /// What the type itself takes; `nil` is for a setting that was not set.
    public init(directiveArgument text: String) throws(DirectiveError) {
        self = try Wrapped(directiveArgument: text)
    }
}

extension DirectiveValue where Self: RawRepresentable & CaseIterable, RawValue == String {
    /// One of the words that the type's cases stand for, in any case.
    public init(directiveArgument text: String) throws(DirectiveError) {
        for candidate in Self.allCases where candidate.rawValue.lowercased() == text.lowercased() {
            self = candidate
            return
        }
        let words = Self.allCases.map(\.rawValue).joined(separator: ", ")
        throw DirectiveError("must be one of \(words), not '\(text)'")
    }
}

/// A number of bytes: `8192`, `64K`, `10M` or `1G`, in powers of 1024.
public struct ByteCount: DirectiveValue, Hashable, ExpressibleByIntegerLiteral {
    /// The number of bytes.
    public let bytes: Int

    /// Wraps a number of bytes.
    public init(_ bytes: Int) {
        self.bytes = bytes
    }

    /// Wraps a number of bytes.
    public init(integerLiteral value: Int) {
        bytes = value
    }

    /// Digits and at most one of the letters K, M and G.
    public init(directiveArgument text: String) throws(DirectiveError) {
        let wrong = DirectiveError("must be a number of bytes such as 8192, 64K or 10M, not '\(text)'")
        guard let last = text.last else { throw wrong }
        let shifts: [Character: Int] = ["k": 10, "m": 20, "g": 30]
        let shift = shifts[Character(last.lowercased())]
        guard let number = Int(shift == nil ? text[...] : text.dropLast()), number >= 0 else { throw wrong }
        let (bytes, overflow) = number.multipliedReportingOverflow(by: 1 << (shift ?? 0))
        guard !overflow else { throw wrong }
        self.bytes = bytes
    }
}

extension ByteCount: Comparable, CustomStringConvertible {
    /// Whether it is fewer bytes.
    public static func < (left: ByteCount, right: ByteCount) -> Bool { left.bytes < right.bytes }

    /// The number as it may be written: in the largest unit that has no fraction.
    public var description: String {
        for (letter, shift) in [("G", 30), ("M", 20), ("K", 10)] where bytes > 0 && bytes & ((1 << shift) - 1) == 0 {
            return "\(bytes >> shift)\(letter)"
        }
        return String(bytes)
    }
}
