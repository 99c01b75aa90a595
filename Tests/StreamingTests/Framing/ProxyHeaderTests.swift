// SPDX-License-Identifier: Apache-2.0
import Streaming
import Testing

/// Reads a header.
func parse(_ bytes: [UInt8], maximumLength: Int = 4096) throws(StreamError) -> ProxyHeader.Parsing {
    try ProxyHeader.parse(bytes.span, maximumLength: maximumLength)
}

/// Reads a header that is whole, with something behind it.
func header(_ bytes: [UInt8], maximumLength: Int = 4096) throws -> ProxyHeader {
    let parsing = try parse(bytes + Array("rest".utf8), maximumLength: maximumLength)
    guard case .header(let header, let length) = parsing else { throw StreamError("incomplete") }
    #expect(length == bytes.count)
    return header
}

/// Every start of a header says that more is needed.
func expectIncomplete(_ bytes: [UInt8]) {
    for count in bytes.indices {
        #expect(throws: Never.self) {
            let parsing = try parse(Array(bytes[..<count]))
            #expect(parsing == .incomplete, "after \(count) bytes")
        }
    }
}

/// Whatever one byte is changed to, there is an answer, and a header is no longer than what there is.
func expectAnswers(_ bytes: [UInt8]) {
    for index in bytes.indices {
        for value in UInt8.min...UInt8.max {
            var changed = bytes
            changed[index] = value
            if case .header(_, let length)? = try? parse(changed), length > changed.count {
                Issue.record("byte \(index) = \(value): \(length) bytes")
            }
        }
    }
}

@Suite("PROXY headers in text")
struct ProxyTextTests {
    private func line(_ text: String) throws -> ProxyHeader { try header(Array("\(text)\r\n".utf8)) }

    private func failure(_ text: String) throws -> String {
        try #require(throws: StreamError.self) { try parse(Array(text.utf8)) }.message
    }

    private static let longest =
        "PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n"

    @Test func anIPv4Connection() throws {
        let header = try line("PROXY TCP4 192.0.2.1 198.51.100.255 0 65535")
        #expect(header.command == .proxy && header.transport == .stream)
        #expect(header.source == .ipv4("192.0.2.1", port: 0))
        #expect(header.destination == .ipv4("198.51.100.255", port: 65535))
        #expect(Array(header.fields) == [])
    }

    @Test func anIPv6Connection() throws {
        let header = try line("PROXY TCP6 2001:DB8:0:0:0:0:0:1 :: 56324 443")
        #expect(header.source == .ipv6("2001:db8::1", port: 56324))
        #expect(header.destination == .ipv6("::", port: 443))
    }

    @Test(arguments: ["PROXY UNKNOWN", "PROXY UNKNOWN ", "PROXY UNKNOWN whatever  it \u{0}\u{1}é says 99999"])
    func anUnknownConnectionSaysNothing(_ text: String) throws {
        let header = try line(text)
        #expect(header.command == .proxy && header.transport == .unspecified)
        #expect(header.source == .unspecified && header.destination == .unspecified)
    }

    @Test func theLongestLineIsReadAndOneByteMoreIsNot() throws {
        let longest = Array(Self.longest.utf8)
        #expect(longest.count == 107)
        #expect(try header(longest).source == .unspecified)
        // CR LF is one character.
        let longer = String(Self.longest.dropLast())
        let message = "malformed PROXY header: the line is longer than 107 bytes"
        #expect(try failure(longer + "1\r\n") == message)
        #expect(try failure(longer + "1\r") == message)
        #expect(try parse(Array(Self.longest.utf8.dropLast())) == .incomplete)
        #expect(throws: StreamError.self) { try parse(Array(longest.dropLast(2) + [65, 65])) }
    }

    @Test(arguments: [
        "PROXY TCP4 192.0.2.1 198.51.100.255 0 65535\r\n", "PROXY TCP6 2001:db8::1 ::ffff:1.2.3.4 1 2\r\n",
        "PROXY UNKNOWN\r\n", longest,
    ])
    func everyStartIsIncompleteAndEveryChangedByteHasAnAnswer(_ text: String) throws {
        expectIncomplete(Array(text.utf8))
        expectAnswers(Array(text.utf8))
        // Nothing behind the header matters.
        #expect(try parse(Array(text.utf8)) == parse(Array((text + "PROXY \r\n\n").utf8)))
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\n", "proxy TCP4", "PROXY\tTCP4", "PROXYTCP4", "P\r", " PROXY TCP4", "\0",
    ])
    func anotherProtocolIsRefusedAtOnce(_ text: String) throws {
        #expect(try failure(text) == "the connection does not begin with a PROXY header")
    }

    @Test(arguments: [
        "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\n", "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\r\n",
        "PROXY TCP4\r1.2.3.4 5.6.7.8 1 2\r\n",
        "PROXY \n", "PROXY UNKNOWN\rx", "PROXY UNKNOWN x\ny\r\n",
    ])
    func onlyCRAndLFEndTheLine(_ text: String) throws {
        #expect(try failure(text) == "malformed PROXY header: CR and LF are not together")
    }

    @Test(arguments: [
        "PROXY \r\n", "PROXY  TCP4 1.2.3.4 5.6.7.8 1 2\r\n", "PROXY TCP4\r\n", "PROXY TCP4 1.2.3.4 5.6.7.8 1\r\n",
        "PROXY TCP4 1.2.3.4  5.6.7.8 1 2\r\n", "PROXY TCP4 1.2.3.4 5.6.7.8 1 2 \r\n",
        "PROXY TCP4 1.2.3.4 5.6.7.8 1 2 3\r\n", "PROXY TCP4\t1.2.3.4 5.6.7.8 1 2\r\n",
        "PROXY UDP4 1.2.3.4 5.6.7.8 1 2\r\n",
        "PROXY tcp4 1.2.3.4 5.6.7.8 1 2\r\n", "PROXY UNKNOWNX\r\n", "PROXY TCP\r\n",
    ])
    func theWordsAreStrict(_ text: String) throws {
        #expect(try failure(text).hasPrefix("malformed PROXY header: "))
    }

    @Test(arguments: ["", "65536", "-1", "+1", "01", "00", "1e3", "0x1", "99999999999999999999", " 1", "٣"])
    func aPortIsAPlainNumber(_ port: String) throws {
        #expect(try failure("PROXY TCP4 1.2.3.4 5.6.7.8 \(port) 2\r\n").hasPrefix("malformed PROXY header: "))
        #expect(try failure("PROXY TCP4 1.2.3.4 5.6.7.8 1 \(port)\r\n").hasPrefix("malformed PROXY header: "))
    }

    @Test(arguments: [
        "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.00", "0x1.2.3.4", "1.2.3.", ".1.2.3", "1..2.3",
        "16909060",
        "1.2.3.-4", "::1", "1.2.3.4/8", "a.b.c.d", "1.2.3.4444444444444444444",
    ])
    func anIPv4AddressIsFourPlainNumbers(_ address: String) throws {
        #expect(
            try failure("PROXY TCP4 \(address) 5.6.7.8 1 2\r\n")
                == "malformed PROXY header: an address is none of the protocol")
        #expect(
            try failure("PROXY TCP4 5.6.7.8 \(address) 1 2\r\n")
                == "malformed PROXY header: an address is none of the protocol")
    }
}
