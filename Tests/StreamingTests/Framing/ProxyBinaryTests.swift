// SPDX-License-Identifier: Apache-2.0
import Streaming
import Testing

@Suite("PROXY headers in binary")
struct ProxyBinaryTests {
    private static let signature: [UInt8] = [13, 10, 13, 10, 0, 13, 10, 81, 85, 73, 84, 10]
    private static let ipv4: [UInt8] = [192, 0, 2, 1, 198, 51, 100, 2, 0xDC, 0x04, 0x01, 0xBB]
    private static let ipv6: [UInt8] =
        [0x20, 0x01, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [1] + [UInt8](repeating: 0, count: 10)
        + [0xFF, 0xFF, 192, 0, 2, 1] + [0, 1, 0xFF, 0xFF]

    private static func bytes(_ command: UInt8, _ form: UInt8, _ rest: [UInt8]) -> [UInt8] {
        signature + [command, form, UInt8(rest.count >> 8), UInt8(rest.count & 0xFF)] + rest
    }

    private static func field(_ kind: UInt8, _ value: [UInt8]) -> [UInt8] {
        [kind, UInt8(value.count >> 8), UInt8(value.count & 0xFF)] + value
    }

    private static func path(_ path: String) -> [UInt8] {
        Array(path.utf8) + [UInt8](repeating: 0, count: 108 - path.utf8.count)
    }

    private func failure(_ bytes: [UInt8], maximumLength: Int = 4096) throws -> String {
        try #require(throws: StreamError.self) { try parse(bytes, maximumLength: maximumLength) }.message
    }

    @Test func anIPv4Connection() throws {
        let stream = try header(Self.bytes(0x21, 0x11, Self.ipv4))
        #expect(stream.command == .proxy && stream.transport == .stream)
        #expect(stream.source == .ipv4("192.0.2.1", port: 56324))
        #expect(stream.destination == .ipv4("198.51.100.2", port: 443))
        #expect(try header(Self.bytes(0x21, 0x12, Self.ipv4)).transport == .datagram)
    }

    @Test func anIPv6Connection() throws {
        let header = try header(Self.bytes(0x21, 0x21, Self.ipv6))
        #expect(header.transport == .stream)
        #expect(header.source == .ipv6("2001:db8::1", port: 1))
        #expect(header.destination == .ipv6("::ffff:192.0.2.1", port: 65535))
    }

    @Test func aUnixConnection() throws {
        let named = try header(Self.bytes(0x21, 0x31, Self.path("/run/a.sock") + Self.path("")))
        #expect(named.source == .unix(path: Array("/run/a.sock".utf8)) && named.destination == .unix(path: []))
        let abstract = try header(
            Self.bytes(0x21, 0x32, Self.path("\0a\0b") + Self.path(String(repeating: "x", count: 108))))
        #expect(abstract.transport == .datagram)
        #expect(abstract.source == .unix(path: [0, 97, 0, 98]))
        #expect(abstract.destination == .unix(path: [UInt8](repeating: 120, count: 108)))
        let garbage = try header(Self.bytes(0x21, 0x31, Self.path("a\0b") + Self.path("c")))
        #expect(garbage.source == .unix(path: [97]))
    }

    @Test func aLocalConnectionSaysNothingWhateverIsInIt() throws {
        for form: UInt8 in [0x00, 0x11, 0x21, 0xFF] {
            for rest in [[], Self.ipv4, [UInt8](repeating: 0xFF, count: 100)] {
                let header = try header(Self.bytes(0x20, form, rest))
                #expect(header.command == .local && header.transport == .unspecified)
                #expect(header.source == .unspecified && header.destination == .unspecified)
                #expect(Array(header.fields) == [])
            }
        }
    }

    @Test func anUnspecifiedFamilySaysNothing() throws {
        for rest in [[], Self.ipv4, [UInt8](repeating: 0xFF, count: 100)] {
            let header = try header(Self.bytes(0x21, 0x00, rest))
            #expect(header.command == .proxy && header.source == .unspecified && header.destination == .unspecified)
        }
    }

    @Test func fieldsComeInOrder() throws {
        let long = [UInt8](repeating: 7, count: 300)
        let rest =
            Self.field(ProxyHeader.Kind.alpn, Array("resp".utf8)) + Self.field(0xE0, long)
            + Self.field(ProxyHeader.Kind.noOperation, []) + Self.field(0xE0, [1])
            + Self.field(ProxyHeader.Kind.uniqueIdentifier, Array(long.prefix(128)))
        let fields = try header(Self.bytes(0x21, 0x21, Self.ipv6 + rest)).fields
        #expect(fields.map(\.kind) == [0x01, 0xE0, 0x04, 0xE0, 0x05])
        #expect(fields.map(\.value.count) == [4, 300, 0, 1, 128])
        #expect(fields[ProxyHeader.Kind.alpn].map { Array($0) } == Array("resp".utf8))
        #expect(fields[0xE0]?.count == 300)
        #expect(fields[0xE1] == nil)
    }

    @Test func aFieldThatGoesBeyondTheHeaderIsAnError() throws {
        for rest: [UInt8] in [[1], [1, 0], [1, 0, 1], [1, 0xFF, 0xFF, 1, 2, 3], [4, 0, 0, 1]] {
            #expect(
                try failure(Self.bytes(0x21, 0x11, Self.ipv4 + rest) + [UInt8](repeating: 0, count: 300))
                    == "malformed PROXY header: a field goes beyond its end")
        }
    }

    @Test func aUniqueIdentifierIsBounded() throws {
        let rest = Self.field(ProxyHeader.Kind.uniqueIdentifier, [UInt8](repeating: 7, count: 129))
        #expect(try failure(Self.bytes(0x21, 0x11, Self.ipv4 + rest)).contains("129 bytes"))
    }

    @Test func theChecksumIsChecked() throws {
        let before = Self.field(ProxyHeader.Kind.authority, Array("example.org".utf8))
        let after = Self.field(ProxyHeader.Kind.noOperation, [0])
        func bytes(_ checksum: [UInt8]) -> [UInt8] {
            Self.bytes(0x21, 0x11, Self.ipv4 + before + Self.field(ProxyHeader.Kind.checksum, checksum) + after)
        }
        let sum = crc32c(bytes([0, 0, 0, 0]))
        let right = (0..<4).map { UInt8(truncatingIfNeeded: sum >> UInt32(24 - 8 * $0)) }
        #expect(try header(bytes(right)).source == .ipv4("192.0.2.1", port: 56324))
        // Whatever else changes is seen, unless there is no checksum any more.
        let kind = Self.signature.count + 4 + Self.ipv4.count + before.count
        for index in Self.signature.count + 4..<bytes(right).count where index != kind {
            var changed = bytes(right)
            changed[index] ^= 1
            #expect(throws: StreamError.self) { try parse(changed) }
        }
        #expect(try failure(bytes([0, 0, 0, 0])) == "malformed PROXY header: the checksum is wrong")
        #expect(try failure(bytes([0, 0, 0])).contains("3 bytes instead of 4"))
    }

    /// By table, as RFC 3720 has it.
    private func crc32c(_ bytes: [UInt8]) -> UInt32 {
        let table = (0..<256).map { (start: UInt32) -> UInt32 in
            var crc = start
            for _ in 0..<8 { crc = crc % 2 == 1 ? (crc / 2) ^ 0x82F6_3B78 : crc / 2 }
            return crc
        }
        var crc = UInt32.max
        for byte in bytes { crc = table[Int((crc ^ UInt32(byte)) & 0xFF)] ^ (crc >> 8) }
        return ~crc
    }

    @Test func theChecksumOfTheTestIsCRC32C() {
        #expect(crc32c(Array("123456789".utf8)) == 0xE306_9283)
    }

    @Test func versionAndCommandAreStrict() throws {
        for byte in UInt8.min...UInt8.max where byte != 0x20 && byte != 0x21 {
            // Refused before the rest has come.
            #expect(try failure(Self.signature + [byte]).hasPrefix("malformed PROXY header: "))
        }
    }

    @Test func familyAndTransportAreStrict() throws {
        let valid: Set<UInt8> = [0x00, 0x11, 0x12, 0x21, 0x22, 0x31, 0x32]
        for byte in UInt8.min...UInt8.max where !valid.contains(byte) {
            #expect(try failure(Self.signature + [0x21, byte]).hasPrefix("malformed PROXY header: no "))
        }
    }

    @Test(arguments: [(UInt8(0x11), 12), (0x22, 36), (0x31, 216)])
    func theAddressesMustBeThere(_ form: UInt8, _ count: Int) throws {
        let rest = [UInt8](repeating: 0, count: count)
        #expect(throws: Never.self) { try header(Self.bytes(0x21, form, rest)) }
        for short in [0, 1, count - 1] {
            // Refused before the rest has come.
            let bytes = Self.bytes(0x21, form, Array(rest.prefix(short))).prefix(16)
            #expect(try failure(Array(bytes)) == "malformed PROXY header: it is too short for its addresses")
        }
    }

    @Test func theLengthIsBounded() throws {
        let bytes = Self.bytes(0x21, 0x11, Self.ipv4 + Self.field(4, [UInt8](repeating: 0, count: 100)))
        #expect(bytes.count == 131)
        #expect(try header(bytes, maximumLength: 131).source == .ipv4("192.0.2.1", port: 56324))
        let message = "the PROXY header has 131 bytes, at most 130 are allowed"
        #expect(try failure(bytes, maximumLength: 130) == message)
        // Refused before the rest has come; so is one of a connection that is local.
        #expect(try failure(Array(bytes.prefix(16)), maximumLength: 130) == message)
        #expect(throws: StreamError.self) { try parse(Self.bytes(0x20, 0, Self.ipv4), maximumLength: 27) }
        #expect(throws: StreamError.self) { try parse(Self.signature + [0x21, 0, 0xFF, 0xFF]) }
        #expect(try parse(Self.signature + [0x21, 0, 0xFF, 0xFF], maximumLength: 65_551) == .incomplete)
        #expect(throws: StreamError.self) { try parse(bytes, maximumLength: Int.min) }
    }

    private static let samples: [[UInt8]] = [
        bytes(0x20, 0x00, []), bytes(0x21, 0x00, [1, 2, 3]), bytes(0x21, 0x11, ipv4), bytes(0x21, 0x22, ipv6),
        bytes(0x21, 0x31, path("/a") + path("\0b")),
        bytes(0x21, 0x11, ipv4 + field(1, [104, 50]) + field(4, []) + field(0x20, [1, 0, 0, 0, 0])),
    ]

    @Test(arguments: samples)
    func everyStartIsIncompleteAndEveryChangedByteHasAnAnswer(_ bytes: [UInt8]) throws {
        expectIncomplete(bytes)
        expectAnswers(bytes)
        #expect(try parse(bytes) == parse(bytes + bytes))
    }

    @Test func aWrongSignatureIsRefusedAtItsFirstWrongByte() throws {
        for index in Self.signature.indices {
            var bytes = Array(Self.signature[...index])
            bytes[index] ^= 0x20
            #expect(try failure(bytes) == "the connection does not begin with a PROXY header")
        }
    }
}
