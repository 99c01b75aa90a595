// SPDX-License-Identifier: Apache-2.0

/// A protocol of its own on one of httpd's listeners: `SwiftProtocol Plugin.name`, or `Listen port token`.
///
/// One value per connection. Its functions are called one at a time, by any thread; between calls the connection waits
/// without a thread where the MPM can do that, so a call must not block and nothing may depend on which thread it is.
///
/// The ``decoder`` cuts what the client sends into frames. Whatever a function writes leaves when it returns; while more
/// than ``ProtocolLimits/highWaterMark`` bytes wait for the client, no further frames come.
///
/// A function that throws closes its own connection, and no other; the message goes to the log.
public protocol ProtocolHandler: ~Copyable {
    /// The options behind the protocol's name.
    associatedtype Options: FilterOptions = NoOptions
    /// How the client's bytes are cut into frames.
    associatedtype Decoder: FrameDecoder & ~Copyable

    /// What selects the protocol in `Listen port token`, or `nil` if only `SwiftProtocol` does.
    static var token: ProtocolToken? { get }

    /// The limits that hold for the protocol, unless the administrator sets others.
    static var limits: ProtocolLimits { get }

    /// The decoder of this connection.
    var decoder: Decoder { get set }

    /// Makes the handler for a connection, or returns `nil` to close it.
    init?(_ connection: borrowing Connection, options: Options) throws(HTTPDError)

    /// The connection is open, and encrypted where TLS is on. The default does nothing.
    mutating func opened(_ context: inout ProtocolContext) throws(HTTPDError)

    /// Takes the next frame: what it carries, without what delimits it.
    mutating func received(_ frame: Span<UInt8>, _ context: inout ProtocolContext) throws(HTTPDError) -> Next

    /// A frame is longer than the decoder's maximum; it is dropped as it comes, and this is called once. The default
    /// throws.
    mutating func overlong(_ context: inout ProtocolContext) throws(HTTPDError) -> Next

    /// The client will send no more. The default closes the connection when what was written has left; a handler that
    /// goes on occupies a thread until the end.
    mutating func halfClosed(_ context: inout ProtocolContext) throws(HTTPDError) -> Next

    /// A deadline passed. The default closes the connection; `continue` starts the deadline anew, except for
    /// ``Deadline/connection``. Not called for ``Deadline/write``, as nothing could be said, nor for
    /// ``Deadline/handshake`` and ``Deadline/drain``.
    mutating func timedOut(_ deadline: Deadline, _ context: inout ProtocolContext) throws(HTTPDError) -> Next

    /// A timer is due that ``ProtocolContext/schedule(after:tag:)`` or ``ConnectionHandle/schedule(after:tag:)`` set.
    /// The default does nothing.
    mutating func scheduled(_ tag: Int, _ context: inout ProtocolContext) throws(HTTPDError) -> Next

    /// The child ends, at a graceful restart or stop. The connection may go on until `SwiftProtocolDrain` has passed,
    /// which is the default; one that returns `close` ends when what was written has left.
    mutating func draining(_ context: inout ProtocolContext) throws(HTTPDError) -> Next

    /// The connection is over: the last call. Not made when the whole server is stopped at once. The default does
    /// nothing.
    mutating func closed(_ reason: CloseReason, _ connection: borrowing Connection)
}

extension ProtocolHandler where Self: ~Copyable {
    /// Only `SwiftProtocol` selects the protocol.
    public static var token: ProtocolToken? { nil }
    /// The limits of ``ProtocolLimits/init()``.
    public static var limits: ProtocolLimits { ProtocolLimits() }
    /// Nothing to do.
    public mutating func opened(_ context: inout ProtocolContext) throws(HTTPDError) {}
    /// Fails the connection.
    public mutating func overlong(_ context: inout ProtocolContext) throws(HTTPDError) -> Next {
        throw HTTPDError("a frame is longer than \(decoder.maximumFrameLength) bytes")
    }
    /// Closes the connection.
    public mutating func halfClosed(_ context: inout ProtocolContext) throws(HTTPDError) -> Next { .close }
    /// Closes the connection.
    public mutating func timedOut(
        _ deadline: Deadline, _ context: inout ProtocolContext
    ) throws(HTTPDError) -> Next { .close }
    /// Nothing to do.
    public mutating func scheduled(
        _ tag: Int, _ context: inout ProtocolContext
    ) throws(HTTPDError) -> Next { .continue }
    /// Goes on until the drain time has passed.
    public mutating func draining(_ context: inout ProtocolContext) throws(HTTPDError) -> Next { .continue }
    /// Nothing to do.
    public mutating func closed(_ reason: CloseReason, _ connection: borrowing Connection) {}
}

/// What a protocol handler wants next.
public enum Next: Equatable, Sendable {
    /// To go on.
    case `continue`
    /// The end of the connection, when what was written has left.
    case close
}

/// The name of a protocol, as `Listen` and ALPN use it: lower case, at most 15 bytes. RFC 7301 §3.1.
public struct ProtocolToken: ExpressibleByStringLiteral, Sendable {
    let name: StaticString

    /// Wraps a name.
    public init(stringLiteral name: StaticString) {
        self.name = name
    }
}
