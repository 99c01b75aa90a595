// SPDX-License-Identifier: Apache-2.0

/// What went wrong while driving a real httpd, in words.
public struct HTTPDTestError: Error, CustomStringConvertible, Sendable {
    /// The kinds a test may want to tell apart.
    public enum Kind: Sendable, Equatable {
        /// A time limit ran out.
        case timeout
        /// The peer reset the connection.
        case connectionReset
        /// A system call failed with this `errno`.
        case system(Int32)
        /// httpd did not start, or did not come back after a restart.
        case startup
        /// The error log, or the way the server ended, is not what it should be.
        case audit
        /// The test's own body threw; see ``HTTPDTestError/underlying``.
        case body
        /// The caller asked for something impossible.
        case usage
    }

    /// What kind of failure this is.
    public let kind: Kind
    /// The failure, as a sentence or several lines.
    public let message: String
    /// The error that a test's body threw, if this one wraps it.
    public let underlying: (any Error)?

    /// Makes an error.
    public init(_ kind: Kind, _ message: String, underlying: (any Error)? = nil) {
        self.kind = kind
        self.message = message
        self.underlying = underlying
    }

    /// The message.
    public var description: String { message }
}
