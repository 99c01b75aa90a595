// SPDX-License-Identifier: Apache-2.0
public import Streaming

/// Why a filter, a handler or a protocol cannot go on.
///
/// Thrown out of a filter or handler it ends the response: with ``httpStatus`` while nothing was sent yet, by
/// closing the connection after that. The message goes to the error log, never to the client.
public struct HTTPDError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The HTTP status that the client gets if no byte of the response was sent. RFC 9110 §15.
    public let httpStatus: Int
    /// The status that httpd's filters and callers see.
    public let status: Status
    /// What went wrong, for the log.
    public let message: String
    /// Whether a client did it that sent something wrong: nothing for an administrator to see to, and logged at `info`.
    public let isClientsDoing: Bool

    /// An error with a sentence for the log.
    ///
    /// - Parameters:
    ///   - message: What went wrong, for the log.
    ///   - httpStatus: What the client gets if nothing was sent yet.
    public init(_ message: String, httpStatus: Int = 500) {
        self.init(message, httpStatus: httpStatus, isClientsDoing: false)
    }

    /// An error that a client made by sending something wrong.
    ///
    /// - Parameters:
    ///   - message: What was wrong, for the log.
    ///   - httpStatus: What the client gets if nothing was sent yet, from 400 to 499.
    public init(byClient message: String, httpStatus: Int = 400) {
        self.init(message, httpStatus: httpStatus, isClientsDoing: true)
    }

    private init(_ message: String, httpStatus: Int, isClientsDoing: Bool) {
        self.message = message
        self.isClientsDoing = isClientsDoing
        self.httpStatus = httpStatus
        switch httpStatus {
        case 400: self.status = .invalid
        case 413: self.status = .noSpace
        case 408: self.status = .timedOut
        default: self.status = .general
        }
    }

    /// A failed call of APR or httpd.
    ///
    /// - Parameters:
    ///   - status: What the call returned.
    ///   - message: What was tried, for the log.
    ///   - httpStatus: What the client gets if nothing was sent yet.
    ///   - isClientsDoing: Whether a client did it that sent something wrong.
    public init(_ status: Status, _ message: String, httpStatus: Int = 500, isClientsDoing: Bool = false) {
        // A failure is never a success, whatever the call returned.
        self.status = status == .success ? .general : status
        self.message = message
        self.httpStatus = httpStatus
        self.isClientsDoing = isClientsDoing
    }

    /// A transform that cannot go on.
    public init(_ error: StreamError) {
        self.init(error.message)
    }

    /// The message, with APR's text where a call failed.
    public var description: String {
        status == .general || status == .invalid ? message : "\(message): \(status)"
    }
}
