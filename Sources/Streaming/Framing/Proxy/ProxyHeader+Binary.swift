// SPDX-License-Identifier: Apache-2.0

extension ProxyHeader {
    /// Signature, version and command, family and transport, length.
    private static let fixedLength = 16

    /// Reads a header of version 2, whose signature is there.
    static func parseBinary(_ bytes: Span<UInt8>, _ maximumLength: Int) throws(StreamError) -> Parsing {
        let start = binarySignature.count
        guard bytes.count > start else { return .incomplete }
        let command: Command
        switch bytes[start] {
        case 0x20: command = .local
        case 0x21: command = .proxy
        default: throw malformed("neither version 2 nor a command that it has")
        }
        guard bytes.count > start + 1 else { return .incomplete }
        // A local connection's family is to be ignored.
        let form = command == .local ? .unspecified : try Form(bytes[start + 1])
        guard bytes.count >= fixedLength else { return .incomplete }
        let length = fixedLength + (Int(bytes[start + 2]) << 8 | Int(bytes[start + 3]))
        guard length <= maximumLength else {
            throw StreamError("the PROXY header has \(length) bytes, at most \(maximumLength) are allowed")
        }
        guard length >= fixedLength + form.addressLength else { throw malformed("it is too short for its addresses") }
        guard bytes.count >= length else { return .incomplete }
        guard form.addressLength > 0 else { return .header(ProxyHeader(command: command), length: length) }

        var header: [UInt8] = []
        header.reserveCapacity(length)
        for index in 0..<length { header.append(bytes[index]) }
        let fields = try Fields(of: header, from: fixedLength + form.addressLength)
        let (source, destination) = form.addresses(header.dropFirst(fixedLength).prefix(form.addressLength))
        return .header(
            ProxyHeader(
                command: command, transport: form.transport, source: source, destination: destination, fields: fields),
            length: length)
    }

    /// The combinations of family and transport that the protocol has; receivers drop all others.
    private struct Form {
        enum Family {
            case unspecified, ipv4, ipv6, unix
        }

        static let unspecified = Form(family: .unspecified, transport: .unspecified)

        let family: Family
        let transport: Transport

        private init(family: Family, transport: Transport) {
            self.family = family
            self.transport = transport
        }

        init(_ byte: UInt8) throws(StreamError) {
            if byte == 0 {
                self = .unspecified
                return
            }
            switch byte >> 4 {
            case 1: family = .ipv4
            case 2: family = .ipv6
            case 3: family = .unix
            default: throw ProxyHeader.malformed("no family that the protocol has")
            }
            switch byte & 15 {
            case 1: transport = .stream
            case 2: transport = .datagram
            default: throw ProxyHeader.malformed("no transport that the protocol has")
            }
        }

        /// The bytes of both addresses.
        var addressLength: Int {
            switch family {
            case .unspecified: 0
            case .ipv4: 12
            case .ipv6: 36
            case .unix: 216
            }
        }

        /// Both addresses, from ``addressLength`` bytes.
        func addresses(_ bytes: ArraySlice<UInt8>) -> (source: Address, destination: Address) {
            let ports = Array(bytes.suffix(4))
            let half = (bytes.count - (family == .unix ? 0 : 4)) / 2
            let (source, destination) = (bytes.prefix(half), bytes.dropFirst(half).prefix(half))
            return (address(source, ports.prefix(2)), address(destination, ports.suffix(2)))
        }

        private func address(_ bytes: ArraySlice<UInt8>, _ port: ArraySlice<UInt8>) -> Address {
            let port = port.reduce(UInt16(0)) { $0 << 8 | UInt16($1) }
            switch family {
            case .unspecified: return .unspecified
            case .ipv4: return .ipv4(IPv4Address(octets: bytes).text, port: port)
            case .ipv6: return .ipv6(IPv6Address(octets: bytes).text, port: port)
            case .unix:
                if bytes.first == 0 {
                    let end = bytes.lastIndex { $0 != 0 }.map { $0 + 1 } ?? bytes.startIndex
                    return .unix(path: Array(bytes[bytes.startIndex..<end]))
                }
                return .unix(path: Array(bytes.prefix { $0 != 0 }))
            }
        }
    }
}
