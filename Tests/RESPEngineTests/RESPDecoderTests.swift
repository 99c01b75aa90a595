// SPDX-License-Identifier: Apache-2.0
import HTTPDTesting
import RESPEngine
import Streaming
import Testing

@Suite("Commands are what Redis takes for them, however they are cut")
struct RESPDecoderTests {
    private static let ping = "*1\r\n$4\r\nPING\r\n"

    @Test func arraysOfStrings() {
        let set = "*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$5\r\na\r\n\u{0}b\r\n"
        #expect(
            Decoded.all(inAnyCut: set + Self.ping + "*2\r\n$0\r\n\r\n$0\r\n\r\n")
                == [.command("SET", "key", "a\r\n\u{0}b"), .command("PING"), .command("", "")])
    }

    @Test func argumentsOfAnyLength() {
        for length in [1, 9, 10, 99, 100, 999, 1000, 20_000] {
            let value = String(repeating: "x", count: length)
            #expect(
                Decoded.all(inAnyCut: "*2\r\n$4\r\nECHO\r\n$\(length)\r\n\(value)\r\n" + Self.ping)
                    == [.command("ECHO", value), .command("PING")])
        }
    }

    @Test func manyArguments() {
        for count in [9, 10, 11, 100, 1500] {
            let arguments = (0..<count).map { Array("\($0)".utf8) }
            let input = "*\(count)\r\n" + (0..<count).map { "$\("\($0)".utf8.count)\r\n\($0)\r\n" }.joined()
            #expect(Decoded.all(inAnyCut: input + Self.ping) == [.command(arguments), .command("PING")])
        }
    }

    /// As tried with Redis 7.0.15: it looks for CR only, and not at what is behind it or behind an argument.
    @Test func lineEndsMayBeOdd() {
        #expect(
            Decoded.all(inAnyCut: "*1\rX$4\rYPINGZZPING\r\n") == [.command("PING"), .command("PING")])
        #expect(Decoded.all(inAnyCut: "*1\n$4\nPING\n") == [])
    }

    @Test(arguments: ["*0\r\n", "*-1\r\n", "*-5\r\n", "\r\n", "\n", "   \r\n", " \u{0B}\n"])
    func whatHasNoReply(_ text: String) {
        #expect(Decoded.all(inAnyCut: text + Self.ping) == [.empty, .command("PING")])
    }

    /// The texts are those that Redis 7.0.15 sent for the same bytes before it closed the connection.
    @Test(arguments: [
        ("*\r\n", "Protocol error: invalid multibulk length"),
        ("*01\r\n", "Protocol error: invalid multibulk length"),
        ("*+1\r\n", "Protocol error: invalid multibulk length"),
        ("* 1\r\n", "Protocol error: invalid multibulk length"),
        ("*-0\r\n", "Protocol error: invalid multibulk length"),
        ("*abc\r\n", "Protocol error: invalid multibulk length"),
        ("*2147483648\r\n", "Protocol error: invalid multibulk length"),
        ("*99999999999999999999\r\n", "Protocol error: invalid multibulk length"),
        ("*1\r\n$-1\r\n", "Protocol error: invalid bulk length"),
        ("*1\r\n$04\r\nPING\r\n", "Protocol error: invalid bulk length"),
        ("*1\r\n$x\r\n", "Protocol error: invalid bulk length"),
        ("*1\r\n$\r\n", "Protocol error: invalid bulk length"),
        ("*1\r\n$536870913\r\n", "Protocol error: invalid bulk length"),
        ("*1\r\nfoo\r\n", "Protocol error: expected '$', got 'f'"),
        ("*1\r\n*1\r\n", "Protocol error: expected '$', got '*'"),
        ("*1\r\n:4\r\n", "Protocol error: expected '$', got ':'"),
        ("*1\r\n\r\n", "Protocol error: expected '$', got ' '"),
        ("*1\r\n\n\r\n", "Protocol error: expected '$', got ' '"),
        ("PING \"a\"b\r\n", "Protocol error: unbalanced quotes in request"),
        ("PING a\"b c\"d\r\n", "Protocol error: unbalanced quotes in request"),
        ("PING \"abc\r\n", "Protocol error: unbalanced quotes in request"),
        ("PING 'abc\r\n", "Protocol error: unbalanced quotes in request"),
        ("PING \"a\\\"\r\n", "Protocol error: unbalanced quotes in request"),
        ("PING 'a\\'\r\n", "Protocol error: unbalanced quotes in request"),
        ("ECHO '\\\\'x\r\n", "Protocol error: unbalanced quotes in request"),
        ("\"PING\r\n", "Protocol error: unbalanced quotes in request"),
    ])
    func problemsHaveTheTextsOfRedis(_ input: String, _ text: String) throws {
        let found = try #require(Decoded.all(inAnyCut: Array(input.utf8) + [0x2A, 0x0A]))
        guard case .problem(let problem) = found.first else {
            Issue.record("\(found)")
            return
        }
        var writer = ReplyWriter()
        writer.error(problem)
        let reply = copy(writer.bytes)
        #expect(reply == Array("-ERR \(text)\r\n".utf8))
        // What is behind it is dropped, and nothing else is found.
        #expect(found.count <= 2)
    }

    @Test func whatDoesNotEndIsTooBig() {
        let starts: [(String, ProtocolProblem, String)] = [
            ("a", .tooBigInlineRequest, "Protocol error: too big inline request"),
            ("*", .tooBigCountString, "Protocol error: too big mbulk count string"),
            ("*1\r\n$", .tooBigLengthString, "Protocol error: too big bulk count string"),
        ]
        for (start, problem, text) in starts {
            let input = Array((start + String(repeating: "1", count: 65_535)).utf8)
            let isWhole = Decoded.all(in: [input[..<700], input[700...]]) == []
            #expect(isWhole)
            let found = Decoded.all(in: [input[..<700], input[700...], [0x31, 0x31]])
            #expect(found == [.problem(problem), .dropped(1)])
            #expect(problem.text == text)
        }
    }

    @Test(arguments: [
        ("*11\r\n", "Protocol error: unauthenticated multibulk length"),
        ("*1\r\n$16385\r\n", "Protocol error: unauthenticated bulk length"),
        ("*x\r\n", "Protocol error: invalid multibulk length"),
    ])
    func problemsBeforeAuthentication(_ input: String, _ text: String) throws {
        let found = try #require(Decoded.all(inAnyCut: input, isAuthenticated: false))
        guard case .problem(let problem) = found.first else {
            Issue.record("\(found)")
            return
        }
        #expect(problem.text == text)
    }

    @Test func whatMayComeBeforeAuthentication() {
        #expect(Decoded.all(inAnyCut: "*10\r\n", isAuthenticated: false) == [])
        #expect(Decoded.all(inAnyCut: "*1\r\n$16384\r\n", isAuthenticated: false) == [])
        // Lines are short enough.
        #expect(
            Decoded.all(inAnyCut: "a b c d e f g h i j k l\n", isAuthenticated: false)
                == [.command("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l")])
    }

    @Test func whatFollowsAProblemIsDropped() {
        #expect(
            Decoded.all(inAnyCut: Self.ping + "*x\r\n" + Self.ping) == [
                .command("PING"), .problem(.invalidCount), .dropped(14),
            ])
    }

    @Test func theDecoderKeepsItsContract() throws {
        let inputs = [
            Self.ping + "PING\r\n*0\r\n\r\nECHO \"a b\"\n*2\r\n$3\r\nGET\r\n$12\r\n012345678901\r\n",
            "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n*2\r\n$1\r\na\r\n*0\r\n" + Self.ping,
            "*1\r\n*1\r\n*1\r\n*1\r\n$1\r\na\r\n" + Self.ping,
            "*x\r\n" + Self.ping, "*1\r\n$-1\r\nabc", "\"a\r\nPING\r\n", "*1\r\n$1000\r\n", "*1\r\n$4\r\nPI",
            String(repeating: "x", count: 300), "*" + String(repeating: "1", count: 300), "*4\r\n$70\r\n",
            "*4\r\n" + String(repeating: "$40\r\n" + String(repeating: "y", count: 42), count: 4),
        ]
        var small = RESPLimits()
        small.commandLength = 100
        small.inlineLength = 40
        small.bulkLength = 64
        small.nesting = 3
        for input in inputs {
            try DecoderVerifier.verify(input) { RESPDecoder() }
            try DecoderVerifier.verify(input) { RESPDecoder(small) }
            #expect(Decoded.all(inAnyCut: input, small) != nil)
        }
    }
}
