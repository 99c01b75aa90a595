// SPDX-License-Identifier: Apache-2.0
import HTTPDTesting
import RESPEngine
import Streaming
import Testing

@Suite("Replies are read however they are cut")
struct ReplyReaderTests {
    /// One reply, and what it is.
    private static let replies: [(String, ReplyValue)] = [
        ("+OK\r\n", .simple("OK")), ("+\r\n", .simple("")), ("-ERR a b\r\n", .error("ERR a b")),
        (":-12\r\n", .integer(-12)), ("$3\r\na\r\n\r\n", .bulk([0x61, 0x0D, 0x0A])), ("$0\r\n\r\n", .bulk([])),
        ("$-1\r\n", .null), ("*-1\r\n", .nullArray), ("_\r\n", .null), ("#t\r\n", .boolean(true)),
        ("#f\r\n", .boolean(false)), (",1.5\r\n", .double(1.5)), (",-inf\r\n", .double(-.infinity)),
        (",1e-7\r\n", .double(1e-7)),
        (
            "(-3492890328409238509324850943850943825024385\r\n",
            .bigNumber("-3492890328409238509324850943850943825024385")
        ),
        ("=5\r\ntxt:a\r\n", .verbatim(format: "txt", text: [0x61])), ("!3\r\nERR\r\n", .bulkError(Array("ERR".utf8))),
        ("*0\r\n", .array([])), ("*2\r\n*1\r\n:1\r\n_\r\n", .array([.array([.integer(1)]), .null])),
        ("%1\r\n+a\r\n:1\r\n", .map([ReplyPair(.simple("a"), .integer(1))])), ("~1\r\n:1\r\n", .set([.integer(1)])),
        (">2\r\n+a\r\n+b\r\n", .push([.simple("a"), .simple("b")])),
        (
            "|1\r\n+a\r\n:1\r\n*1\r\n:2\r\n",
            .annotated([ReplyPair(.simple("a"), .integer(1))], .array([.integer(2)]))
        ),
        ("*1\r\n|0\r\n:2\r\n", .array([.annotated([], .integer(2))])),
    ]

    private func read(_ text: String) throws(StreamError) -> ReplyValue {
        let bytes = Array(text.utf8)
        return try ReplyReader().value(of: bytes.span)
    }

    @Test(arguments: replies) func aReplyIsItsValue(_ text: String, _ value: ReplyValue) throws {
        try DecoderVerifier.verify(text, expecting: [.frame(text)]) { ReplyReader() }
        #expect(try read(text) == value)
    }

    @Test func repliesFollowEachOther() throws {
        let texts = Self.replies.map(\.0)
        try DecoderVerifier.verify(texts.joined(), expecting: texts.map { .frame($0) }, randomSplitCount: 16) {
            ReplyReader()
        }
    }

    @Test(arguments: [
        "x\r\n", "\r\n", "*x\r\n", "$-2\r\n", "*-2\r\n", "%-1\r\n", "$\r\n", "+a\rb\r\n", "$1\r\nabc", "*1\r\nfoo\r\n",
        "$99999999999999999999\r\n", "*4294967296\r\n", "$01\r\n", "!-1\r\n",
    ])
    func whatIsNoReplyFailsTheStream(_ text: String) throws {
        try DecoderVerifier.verifyFailure(Array(("+a\r\n" + text).utf8)) { ReplyReader() }
    }

    @Test(arguments: [
        ":x\r\n", ":\r\n", "#x\r\n", "_x\r\n", ",x\r\n", ",\r\n", "(1a\r\n", "(\r\n", "=2\r\nab\r\n", "=4\r\nabcd\r\n",
        "+a",
        "+a\r\n+b\r\n", "", "*1\r\n", "$5\r\na\r\n", ",infinity\r\n",
    ])
    func whatIsNoValueIsAnError(_ text: String) {
        #expect(throws: StreamError.self) { try read(text) }
    }

    private var small: ReplyLimits {
        var limits = ReplyLimits()
        limits.length = 64
        limits.lineLength = 16
        limits.nesting = 2
        return limits
    }

    @Test func limitsHold() throws {
        let deepest = "*1\r\n*1\r\n:1\r\n"
        let line = "+" + String(repeating: "x", count: 15) + "\r\n"
        let longest = "$57\r\n" + String(repeating: "x", count: 57) + "\r\n"
        for text in [deepest, line, longest] {
            try DecoderVerifier.verify(text, expecting: [.frame(text)]) { ReplyReader(small) }
        }
        let beyond = [
            "*1\r\n" + deepest, "x".padding(line), "$58\r\n" + String(repeating: "x", count: 58) + "\r\n",
            "*21\r\n" + String(repeating: "_\r\n", count: 21), "%11\r\n",
            String(repeating: "|0\r\n", count: 40) + "_\r\n",
        ]
        for text in beyond {
            let stream = try DecoderVerifier.verifyFailure(Array(text.utf8)) { ReplyReader(small) }
            #expect(stream.error?.message.hasPrefix("a reply is") == true)
        }
    }

    @Test func attributesOfAttributesAreNoWayPastTheNesting() {
        let text = String(repeating: "|0\r\n", count: 10_000) + "_\r\n"
        #expect(throws: StreamError.self) { try read(text) }
        let deep = String(repeating: "*1\r\n", count: 10_000) + "_\r\n"
        #expect(throws: StreamError.self) { try read(deep) }
    }
}

extension String {
    /// A line with one byte more.
    fileprivate func padding(_ line: String) -> String { "+" + self + line.dropFirst() }
}
