// SPDX-License-Identifier: Apache-2.0

extension ProxyHeader {
    /// One thing that a balancer says beyond the addresses (TLV).
    public struct Field: Equatable, Sendable {
        /// What the value means; see ``Kind``.
        public let kind: UInt8
        /// The value as it came.
        public let value: ArraySlice<UInt8>
    }

    /// The kinds of fields that the protocol defines (`PP2_TYPE_…`).
    public enum Kind {
        /// The client's protocol as ALPN names it.
        public static let alpn: UInt8 = 0x01
        /// The host name that the client asked for, UTF-8.
        public static let authority: UInt8 = 0x02
        /// The checksum of the header; it is checked.
        public static let checksum: UInt8 = 0x03
        /// Padding.
        public static let noOperation: UInt8 = 0x04
        /// Names the connection; at most 128 bytes.
        public static let uniqueIdentifier: UInt8 = 0x05
        /// What is known of the client's TLS; has fields of its own.
        public static let ssl: UInt8 = 0x20
        /// The name of the network namespace.
        public static let networkNamespace: UInt8 = 0x30
    }

    /// All fields of a header in order. They are cut apart when they are looked at; that they can be was checked.
    public struct Fields: Equatable, Sendable, Sequence {
        private let bytes: ArraySlice<UInt8>

        init(checked bytes: ArraySlice<UInt8> = []) {
            self.bytes = bytes
        }

        /// Walks through the fields.
        public struct Iterator: IteratorProtocol {
            fileprivate(set) var rest: ArraySlice<UInt8>

            /// The next field.
            public mutating func next() -> Field? {
                guard let kind = rest.popFirst(), let high = rest.popFirst(), let low = rest.popFirst() else {
                    return nil
                }
                let count = Int(high) << 8 | Int(low)
                guard count <= rest.count else { return nil }
                defer { rest = rest.dropFirst(count) }
                return Field(kind: kind, value: rest.prefix(count))
            }
        }

        /// Starts at the first field.
        public func makeIterator() -> Iterator { Iterator(rest: bytes) }

        /// The value of the first field of a kind.
        public subscript(kind: UInt8) -> ArraySlice<UInt8>? {
            first { $0.kind == kind }?.value
        }
    }
}

extension ProxyHeader.Fields {
    /// Cuts the end of a header into fields.
    ///
    /// - Parameters:
    ///   - header: The whole header, as its checksum covers it.
    ///   - start: Where the fields begin.
    init(of header: [UInt8], from start: Int) throws(StreamError) {
        var fields = ProxyHeader.Fields.Iterator(rest: header.dropFirst(start))
        while !fields.rest.isEmpty {
            guard let field = fields.next() else {
                throw ProxyHeader.malformed("a field goes beyond its end")
            }
            switch field.kind {
            case ProxyHeader.Kind.checksum: try Self.check(field.value, of: header)
            case ProxyHeader.Kind.uniqueIdentifier where field.value.count > 128:
                throw ProxyHeader.malformed("the unique identifier has \(field.value.count) bytes, at most 128 may be")
            default: break
            }
        }
        self.init(checked: header.dropFirst(start))
    }

    /// Compares the CRC-32C of the header, in which the checksum itself counts as zeros.
    private static func check(_ checksum: ArraySlice<UInt8>, of header: [UInt8]) throws(StreamError) {
        guard checksum.count == 4 else {
            throw ProxyHeader.malformed("the checksum has \(checksum.count) bytes instead of 4")
        }
        var crc = UInt32.max
        for (index, byte) in header.enumerated() {
            crc ^= UInt32(checksum.indices.contains(index) ? 0 : byte)
            for _ in 0..<8 { crc = crc & 1 == 0 ? crc >> 1 : crc >> 1 ^ 0x82F6_3B78 }
        }
        let told = checksum.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        guard ~crc == told else { throw ProxyHeader.malformed("the checksum is wrong") }
    }
}
