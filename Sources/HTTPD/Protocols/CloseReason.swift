// SPDX-License-Identifier: Apache-2.0

/// Why a connection ended.
public enum CloseReason: Equatable, Sendable, CustomStringConvertible {
    /// The handler, or a ``ConnectionHandle``, asked for it.
    case finished
    /// The client had sent all that it wanted to send.
    case clientEnded
    /// The client went away in the middle, or could not be reached any more.
    case clientGone
    /// This deadline passed.
    case timedOut(Deadline)
    /// The server closed it: it stops, or its own `Timeout` passed.
    case serverEnded
    /// Something failed; the error is in the log.
    case failed(HTTPDError)

    /// The reason in a few words, for logs.
    public var description: String {
        switch self {
        case .finished: "finished"
        case .clientEnded: "the client ended it"
        case .clientGone: "the client has gone"
        case .timedOut(let deadline): "the deadline '\(deadline.rawValue)' passed"
        case .serverEnded: "the server ended it"
        case .failed(let error): error.description
        }
    }
}
