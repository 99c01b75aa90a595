// SPDX-License-Identifier: Apache-2.0

/// A protocol of its own on one of httpd's listeners: `SwiftProtocol Plugin.name`, or `Listen port token`.
///
/// One value per connection, called by one thread at a time; between calls the connection may wait without a
/// thread, so nothing may depend on which thread it is.
public protocol ProtocolHandler: ~Copyable {
    /// The options behind the protocol's name.
    associatedtype Options: FilterOptions = NoOptions

    /// What selects the protocol in `Listen port token`, or `nil` if only `SwiftProtocol` does.
    static var token: ProtocolToken? { get }

    /// Makes the handler for a connection, or returns `nil` to close it.
    init?(_ connection: borrowing Connection, options: Options) throws(HTTPDError)

    /// The connection is open, and encrypted where TLS is on. The default does nothing.
    mutating func opened(_ context: inout ProtocolContext) throws(HTTPDError)

    /// Takes the next bytes, at least one. The stream may be cut anywhere.
    ///
    /// - Throws: What closes this connection; the message goes to the log.
    mutating func received(_ bytes: Span<UInt8>, _ context: inout ProtocolContext) throws(HTTPDError) -> Next

    /// The client will send no more; the connection closes when what was written has left. The default does nothing.
    mutating func ended(_ context: inout ProtocolContext) throws(HTTPDError)
}

extension ProtocolHandler where Self: ~Copyable {
    /// Only `SwiftProtocol` selects the protocol.
    public static var token: ProtocolToken? { nil }
    /// Nothing to do.
    public mutating func opened(_ context: inout ProtocolContext) throws(HTTPDError) {}
    /// Nothing to do.
    public mutating func ended(_ context: inout ProtocolContext) throws(HTTPDError) {}
}

/// What a protocol handler wants next.
public enum Next: Sendable {
    /// More bytes.
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

/// What a protocol handler can reach during a call: the connection and the bytes to send. Lent for the call.
@safe
public struct ProtocolContext: ~Copyable, ~Escapable {
    /// The connection.
    public let connection: Connection
    var storage: OutputStorage

    @_lifetime(copy connection)
    init(_ connection: consuming Connection, _ storage: consuming OutputStorage) {
        self.connection = connection
        self.storage = storage
    }

    consuming func finish() -> OutputStorage { storage }

    /// Sends bytes, when the call returns.
    @_lifetime(self: copy self)
    public mutating func write(_ bytes: Span<UInt8>) {
        storage.write(bytes)
    }

    /// Sends text, UTF-8 encoded, when the call returns.
    @_lifetime(self: copy self)
    public mutating func write(_ text: String) {
        storage.write(text.utf8Span.span)
    }
}
