// SPDX-License-Identifier: Apache-2.0

/// What a handler of a phase says: httpd's return codes.
public enum Decision: Equatable, Sendable {
    /// The phase is done, well. The corresponding C constant is `OK`.
    case ok
    /// Somebody else may decide. The corresponding C constant is `DECLINED`.
    case declined
    /// The response was sent; the request ends. The corresponding C constant is `DONE`.
    case done
    /// The request ends with this status, from 200 to 599. Any other is an error of the handler: the log names it, and
    /// the client gets 500, as it does for one that httpd has no words for. A phase before the handler says with it
    /// that the request failed or was answered: 200 there sends httpd's page for an error under that status.
    case status(HTTPStatus)

    /// httpd's return code: the one place where it is made.
    ///
    /// What is no final status never gets to httpd, which has meanings of its own for negative numbers: after -3,
    /// `SUSPENDED`, it would wait for ever for somebody to go on with the request.
    var returnCode: CInt {
        switch self {
        case .ok: 0
        case .declined: -1
        case .done: -2
        case .status(let status): status.isFinal ? CInt(truncatingIfNeeded: status.rawValue) : 500
        }
    }
}

/// A phase of a request that handlers can be registered for, in the order in which httpd runs them.
public enum Phase: UInt32, CaseIterable, Sendable {
    /// Whether the client may have the resource, by all but who the user is. The C hook is `access_checker`.
    case access = 1
    /// Last changes before the content is made. The corresponding C hook is `fixups`.
    case fixup = 2
    /// Makes the content. The corresponding C hook is `handler`.
    case handler = 3
    /// After the response was sent. The corresponding C hook is `log_transaction`.
    case log = 4
}

/// A handler of a phase as a type, for one that is too long for a closure.
public protocol RequestHandler: Sendable {
    /// Makes the handler, once, when the plugin is loaded.
    init()
    /// Handles a request. Called from many threads at once, each with its own request.
    ///
    /// - Throws: What ends the request; the message goes to the log, and the client gets its status.
    func handle(_ request: borrowing Request) throws(HTTPDError) -> Decision
}
