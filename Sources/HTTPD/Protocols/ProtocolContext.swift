// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD
internal import Streaming

/// What a protocol handler can reach during a call: the connection, and the bytes to send. Lent for the call.
@safe
public struct ProtocolContext: ~Copyable, ~Escapable {
    /// The connection.
    public let connection: Connection
    private let session: ProtocolSession
    private(set) var output: ByteQueue
    private(set) var isOverfull = false

    @_lifetime(copy connection)
    init(_ connection: consuming Connection, _ session: ProtocolSession, _ output: consuming ByteQueue) {
        self.connection = connection
        self.session = session
        self.output = output
    }

    consuming func finish() -> ByteQueue { output }

    /// Sends bytes, when the call returns.
    ///
    /// More than ``ProtocolLimits/largestOutput`` bytes that wait for the client fail the connection.
    @_lifetime(self: copy self)
    public mutating func write(_ bytes: Span<UInt8>) {
        guard !isOverfull, bytes.count <= session.limits.largestOutput - output.count else {
            isOverfull = true
            return
        }
        output.append(bytes)
    }

    /// Sends text, UTF-8 encoded, when the call returns.
    @_lifetime(self: copy self)
    public mutating func write(_ text: String) {
        write(text.utf8Span.span)
    }

    /// Sends what ``ConnectionHandle``s have pushed so far, before whatever is written next.
    ///
    /// What is pushed leaves after the call that comes to be at the time. A handler that tells its client that nothing
    /// more will come, and has seen to it, calls this first, or the client gets something all the same.
    @_lifetime(self: copy self)
    public mutating func writePushed() {
        for bytes in session.takePushed() { write(bytes.span) }
    }

    /// The number of bytes that wait for the client.
    public var waitingBytes: Int { output.count }

    /// The connection as other threads see it: to push bytes later.
    public var handle: ConnectionHandle { ConnectionHandle(mailbox: session.openMailbox()) }

    /// Makes the connection call ``ProtocolHandler/scheduled(_:_:)`` after a time; false if too many timers run.
    @discardableResult
    public func schedule(after time: Duration, tag: Int) -> Bool {
        session.schedule(after: time, tag: tag)
    }

    /// Writes a line about one command to the access log, beside that of the whole connection.
    ///
    /// - Parameters:
    ///   - command: What stands for the request line: a verb, what it is about, and what the handler likes. Nothing
    ///     secret; httpd escapes what is no text.
    ///   - status: A status as HTTP has them.
    public func logCommand(_ command: String, status: Int = 200) {
        // SAFETY: the connection is lent to the context.
        unsafe session.countDirect(connection.raw)
        unsafe AccessRecord(line: command, status: status, user: session.user).write(connection.raw)
    }

    /// Says who the client is, for the lines of the access log that follow: `%u`. `nil` for nobody that is known.
    public func setUser(_ name: String?) { session.user = name }

    /// Shows in mod_status what the connection does at the moment; with `ExtendedStatus On`, in the row of the thread that
    /// runs it.
    public func show(_ text: String) {
        // SAFETY: the connection is lent to the context; the text is copied.
        unsafe chttpd_show(connection.raw, text)
        session.show(text)
    }

    /// Whether the child ends: ``ProtocolHandler/draining(_:)`` was called.
    public var isDraining: Bool { session.isDraining }
}
