// SPDX-License-Identifier: Apache-2.0

/// What a load balancer says about a connection before its first byte: the PROXY protocol of HAProxy, versions 1 (text)
/// and 2 (binary).
///
/// Only to be read from senders that are trusted: whoever can send it can claim any address.
public struct ProxyHeader: Equatable, Sendable {
    /// What the connection is for.
    public enum Command: Sendable {
        /// The balancer's own, as for a health check: the connection's real addresses count. Version 2 only.
        case local
        /// A client's.
        case proxy
    }

    /// What the client speaks to the balancer.
    public enum Transport: Sendable {
        /// Not said.
        case unspecified
        /// TCP, or a stream socket.
        case stream
        /// UDP, or a datagram socket. Version 2 only.
        case datagram
    }

    /// One end of the client's connection.
    public enum Address: Equatable, Sendable {
        /// Not said, or of a family that the protocol does not know: the connection's real address counts.
        case unspecified
        /// Four decimal numbers.
        case ipv4(String, port: UInt16)
        /// In the form of RFC 5952: lower case, the longest run of zeros shortened, `::ffff:192.0.2.1` for IPv4.
        case ipv6(String, port: UInt16)
        /// The path of a socket without the NULs behind it; an abstract name begins with NUL, an unnamed socket is
        /// empty. Version 2 only.
        case unix(path: [UInt8])
    }

    /// What was found at the start of a stream.
    public enum Parsing: Equatable, Sendable {
        /// So far it may be a header: more bytes are needed.
        case incomplete
        /// The first `length` bytes are a header.
        case header(ProxyHeader, length: Int)
    }

    /// The most bytes of a header of version 1, with its CR LF.
    public static let maximumTextLength = 107

    /// What the connection is for.
    public let command: Command
    /// What the client speaks.
    public let transport: Transport
    /// The client.
    public let source: Address
    /// What the client connected to.
    public let destination: Address
    /// What else the balancer says; empty in version 1, and where the addresses are unspecified.
    public let fields: Fields

    init(
        command: Command = .proxy, transport: Transport = .unspecified, source: Address = .unspecified,
        destination: Address = .unspecified, fields: Fields = Fields()
    ) {
        self.command = command
        self.transport = transport
        self.source = source
        self.destination = destination
        self.fields = fields
    }

    /// Reads the header at the start of a stream.
    ///
    /// - Parameters:
    ///   - bytes: All that has come so far.
    ///   - maximumLength: The most bytes of a header of version 2 with all its fields. The protocol allows 65,551.
    /// - Throws: When the stream does not begin with a header, or with one that is malformed or too long.
    public static func parse(_ bytes: Span<UInt8>, maximumLength: Int = 4096) throws(StreamError) -> Parsing {
        if begins(bytes, with: textSignature) {
            return bytes.count < textSignature.count ? .incomplete : try parseText(bytes)
        }
        if begins(bytes, with: binarySignature) {
            return bytes.count < binarySignature.count ? .incomplete : try parseBinary(bytes, maximumLength)
        }
        throw StreamError("the connection does not begin with a PROXY header")
    }

    /// Begins version 1.
    static let textSignature = Array("PROXY ".utf8)
    /// Begins version 2.
    static let binarySignature: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A]

    /// Whether the bytes are the signature, its start, or go on behind it.
    private static func begins(_ bytes: Span<UInt8>, with signature: [UInt8]) -> Bool {
        for (index, byte) in signature.enumerated() where index < bytes.count {
            if bytes[index] != byte { return false }
        }
        return true
    }

    static func malformed(_ what: String) -> StreamError {
        StreamError("malformed PROXY header: \(what)")
    }
}
