// SPDX-License-Identifier: Apache-2.0

extension ProxyHeader {
    /// Reads a header of version 1, whose signature is there.
    static func parseText(_ bytes: Span<UInt8>) throws(StreamError) -> Parsing {
        guard let length = try textLength(bytes) else { return .incomplete }
        var text: [UInt8] = []
        text.reserveCapacity(length)
        for index in textSignature.count..<length - 2 { text.append(bytes[index]) }
        let words = text.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        switch words.first.map({ String(decoding: $0, as: UTF8.self) }) {
        // What else the line says is to be ignored.
        case "UNKNOWN": return .header(ProxyHeader(), length: length)
        case "TCP4":
            let header = try header(words) { text, port in IPv4Address(text).map { .ipv4($0.text, port: port) } }
            return .header(header, length: length)
        case "TCP6":
            let header = try header(words) { text, port in IPv6Address(text).map { .ipv6($0.text, port: port) } }
            return .header(header, length: length)
        default: throw malformed("the protocol is none of TCP4, TCP6 and UNKNOWN")
        }
    }

    /// The length of the line with its CR LF; `nil` if it is not whole.
    private static func textLength(_ bytes: Span<UInt8>) throws(StreamError) -> Int? {
        for index in textSignature.count..<min(bytes.count, maximumTextLength) {
            let followsReturn = bytes[index - 1] == UInt8(ascii: "\r")
            guard followsReturn == (bytes[index] == UInt8(ascii: "\n")) else {
                throw malformed("CR and LF are not together")
            }
            if followsReturn { return index + 1 }
        }
        guard bytes.count < maximumTextLength else {
            throw malformed("the line is longer than \(maximumTextLength) bytes")
        }
        return nil
    }

    private static func header(
        _ words: [ArraySlice<UInt8>], _ address: (ArraySlice<UInt8>, UInt16) -> Address?
    ) throws(StreamError) -> ProxyHeader {
        guard words.count == 5 else { throw malformed("there are not two addresses and two ports") }
        guard let sourcePort = decimal(words[3], as: UInt16.self),
            let destinationPort = decimal(words[4], as: UInt16.self)
        else {
            throw malformed("a port is no number from 0 to 65535")
        }
        guard let source = address(words[1], sourcePort), let destination = address(words[2], destinationPort) else {
            throw malformed("an address is none of the protocol")
        }
        return ProxyHeader(transport: .stream, source: source, destination: destination)
    }
}
