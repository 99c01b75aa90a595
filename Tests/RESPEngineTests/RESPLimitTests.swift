// SPDX-License-Identifier: Apache-2.0
import HTTPDTesting
import RESPEngine
import Streaming
import Testing

@Suite("Commands stay within the limits")
struct RESPLimitTests {
    private var limits: RESPLimits {
        var limits = RESPLimits()
        limits.inlineLength = 20
        limits.bulkLength = 50
        limits.arguments = 4
        limits.commandLength = 100
        return limits
    }

    private func x(_ count: Int) -> String { String(repeating: "x", count: count) }

    @Test func inlineLength() {
        #expect(Decoded.all(inAnyCut: x(20) + "\n", limits) == [.command(x(20))])
        #expect(Decoded.all(inAnyCut: x(19) + "\r\n", limits) == [.command(x(19))])
        #expect(Decoded.all(inAnyCut: x(21) + "\n", limits) == [.problem(.tooBigInlineRequest), .dropped(1)])
        #expect(Decoded.all(inAnyCut: x(21), limits) == [.problem(.tooBigInlineRequest)])
        #expect(Decoded.all(inAnyCut: x(20), limits) == [])
    }

    @Test func lengthOfCounts() {
        let digits = String(repeating: "1", count: 20)
        #expect(Decoded.all(inAnyCut: "*" + digits, limits) == [.problem(.tooBigCountString)])
        #expect(Decoded.all(inAnyCut: "*" + digits.dropLast(), limits) == [])
        #expect(Decoded.all(inAnyCut: "*1\r\n$" + digits, limits) == [.problem(.tooBigLengthString)])
        #expect(Decoded.all(inAnyCut: "*1\r\n$" + digits.dropLast(), limits) == [])
    }

    @Test func bulkLength() {
        #expect(Decoded.all(inAnyCut: "*1\r\n$50\r\n\(x(50))\r\n", limits) == [.command(x(50))])
        #expect(Decoded.all(inAnyCut: "*1\r\n$51\r\n", limits) == [.problem(.invalidLength)])
    }

    @Test func numberOfArguments() {
        #expect(Decoded.all(inAnyCut: "*4\r\n" + String(repeating: "$0\r\n\r\n", count: 4), limits)?.count == 1)
        #expect(Decoded.all(inAnyCut: "*5\r\n", limits) == [.problem(.invalidCount)])
        #expect(Decoded.all(inAnyCut: "a b c d\n", limits) == [.command("a", "b", "c", "d")])
        #expect(Decoded.all(inAnyCut: "a b c d e\n", limits) == [.problem(.tooManyInlineArguments)])
        #expect(Decoded.all(inAnyCut: "a b c d \"e\"\n", limits) == [.problem(.tooManyInlineArguments)])
    }

    @Test func lengthOfACommand() throws {
        // Four bytes, seven with the header of 40 each, and what is left.
        let two = "*3\r\n" + String(repeating: "$40\r\n\(x(40))\r\n", count: 2).dropLast(0)
        #expect(two.utf8.count == 98)
        #expect(Decoded.all(inAnyCut: two + "$0\r\n\r\n", limits) == [.problem(.tooBigCommand), .dropped(6 - 1)])
        let fits = "*3\r\n$40\r\n\(x(40))\r\n$34\r\n\(x(34))\r\n$0\r\n\r\n"
        #expect(fits.utf8.count == 98)
        #expect(Decoded.all(inAnyCut: fits, limits) == [.command(x(40), x(34), "")])
        let exact = "*3\r\n$40\r\n\(x(40))\r\n$34\r\n\(x(34))\r\n$2\r\nxx\r\n"
        #expect(exact.utf8.count == 100)
        #expect(Decoded.all(inAnyCut: exact, limits) == [.command(x(40), x(34), "xx")])
        let beyond = "*3\r\n$40\r\n\(x(40))\r\n$34\r\n\(x(34))\r\n$3\r\nxxx\r\n"
        #expect(Decoded.all(inAnyCut: beyond, limits)?.first == .problem(.tooBigCommand))
        for text in [two, fits, exact, beyond] { try DecoderVerifier.verify(text) { RESPDecoder(limits) } }
        let maximum = RESPDecoder(limits).maximumFrameLength
        #expect(maximum == 100)
    }

    @Test func nestedArraysAreDroppedWithinTheLimitOnly() {
        var limits = limits
        let nested = "*3\r\n$1\r\na\r\n*2\r\n$1\r\nb\r\n*0\r\n$1\r\nc\r\n"
        #expect(Decoded.all(inAnyCut: nested, limits)?.first == .problem(.expectedBulk(got: 0x2A)))
        limits.nesting = 2
        #expect(Decoded.all(inAnyCut: nested, limits)?.first == .problem(.expectedBulk(got: 0x2A)))
        limits.nesting = 3
        #expect(
            Decoded.all(inAnyCut: nested + "PING\r\n", limits) == [.refused(.nestedArray), .command("PING")])
        let only = "*1\r\n*1\r\n*1\r\n$1\r\na\r\n"
        #expect(Decoded.all(inAnyCut: only + "PING\r\n", limits) == [.refused(.nestedArray), .command("PING")])
        #expect(Decoded.all(inAnyCut: "*1\r\n*9\r\n", limits) == [.problem(.invalidCount)])
        #expect(Decoded.all(inAnyCut: "*1\r\n*1\r\n$x\r\n", limits) == [.problem(.invalidLength)])
        #expect(ProtocolProblem.nestedArray.text == "nested arrays are no arguments")
    }

    @Test func aFrameThatIsNotTheCommandsLendsNothing() {
        var decoder = RESPDecoder()
        let bytes = Array("*2\r\n$3\r\nGET\r\n$3\r\nkey\r\n".utf8)
        _ = decoder.decode(bytes.span)
        let arguments = decoder.arguments(of: bytes.span.extracting(first: 14))
        let lent = [copy(arguments[0]), copy(arguments[1]), copy(arguments[2]), copy(arguments[-1])]
        #expect(lent == [Array("GET".utf8), [], [], []])
        let rest = decoder.arguments(of: bytes.span).dropFirst(1)
        let (count, key) = (rest.count, copy(rest[0]))
        #expect(count == 1 && key == Array("key".utf8))
        let none = decoder.arguments(of: bytes.span).dropFirst(9).count
        #expect(none == 0)
    }

    @Test func limitsThatMakeNoSenseAreHeld() throws {
        var limits = RESPLimits()
        limits.inlineLength = .min
        limits.bulkLength = .max
        limits.arguments = .max
        limits.commandLength = .max
        limits.nesting = .max
        let input = "*1\r\n$9223372036854775807\r\nabc"
        try DecoderVerifier.verify(input) { RESPDecoder(limits) }
        #expect(Decoded.all(inAnyCut: "*999999999999999\r\n", limits) == [.problem(.invalidCount)])
        limits.commandLength = .min
        limits.arguments = .min
        limits.nesting = .min
        try DecoderVerifier.verify(input) { RESPDecoder(limits) }
        #expect(Decoded.all(inAnyCut: "*1\r\n$4\r\nPING\r\n", limits) == [.command("PING")])
    }
}
