// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Lines

/// Reads a line; what is thrown is the other result.
func read(_ line: some Sequence<UInt8>) -> Result<Command, Reply> {
    let bytes = Array(line)
    return Result { () throws(Reply) in try Command(bytes.span) }
}

@Suite("The lines of a client")
struct CommandTests {
    private static let news = Topic("news/today")

    @Test("Each command in its usual form, in small letters, and with its arguments as they came")
    func commands() throws {
        let news = try #require(Self.news)
        let expected: [(String, Command)] = [
            ("HELP", .help), ("time", .time), ("Quit", .quit), ("QUIT  ", .quit),
            ("UPPER some text", .upper("some text")), ("upper  two spaces ", .upper(" two spaces ")),
            ("UPPER a\tb", .upper("a\tb")), ("UPPER \u{301}x", .upper("\u{301}x")),
            ("SUBSCRIBE news/today", .subscribe(news)), ("unsubscribe news/today", .unsubscribe(news)),
            ("PUBLISH news/today it rains", .publish(news, "it rains")),
            ("PUBLISH news/today  x ", .publish(news, " x ")),
            ("AUTH jo", .authenticate(user: "jo")), ("AUTH jo\u{308}", .authenticate(user: "jo\u{308}")),
            ("PASS open sesame ", .password("open sesame ")), ("pass  x", .password(" x")),
        ]
        for (line, command) in expected { #expect(read(line.utf8) == .success(command), "\(line)") }
    }

    @Test("What is no command gets the number that says why")
    func refusals() {
        let long = String(repeating: "t", count: 65)
        let expected: [(String, Int)] = [
            ("", 500), (" ", 502), (" HELP", 502), ("EHLO me", 502), ("HELPME", 502), ("\u{1F600}", 502),
            ("pa\u{df} word", 502), ("t\u{131}me", 502),
            ("HELP me", 501), ("TIME  x", 501), ("QUIT now", 501), ("UPPER", 501), ("UPPER ", 501),
            ("SUBSCRIBE", 501), ("SUBSCRIBE a b", 501), ("SUBSCRIBE caf\u{e9}", 501), ("SUBSCRIBE \(long)", 501),
            ("PUBLISH", 501), ("PUBLISH news", 501), ("PUBLISH news ", 501), ("PUBLISH  text", 501),
            ("AUTH", 501), ("AUTH a b", 501), ("PASS", 501), ("PASS ", 501),
            ("UPPER a\rb", 501), ("UPPER a\u{0}b", 501), ("UPPER \u{1B}[2J", 501), ("PASS a\u{0}b", 501),
            ("UPPER \u{9B}2J", 501), ("UPPER \u{7F}", 501),
        ]
        for (line, code) in expected {
            guard case .failure(let reply) = read(line.utf8) else {
                Issue.record("'\(line)' is a command")
                continue
            }
            #expect(reply.code == code, "\(line.debugDescription)")
        }
    }

    @Test("Bytes that are no UTF-8 are refused, wherever they stand: overlong forms, surrogates, a cut character")
    func encoding() {
        for bytes: [UInt8] in [[0xFF], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xE2, 0x82], [0xF5, 0x80, 0x80, 0x80]] {
            #expect(read(Array("UPPER ".utf8) + bytes) == .failure(.badUTF8))
            #expect(read(bytes) == .failure(.badUTF8))
            #expect(read(Array("PUBLISH ".utf8) + bytes + Array(" x".utf8)) == .failure(.badUTF8))
        }
    }

    @Test("A topic is a word of up to 64 harmless bytes, and capitals count")
    func topics() {
        #expect(Topic("a")?.name == "a")
        #expect(Topic(String(repeating: "x", count: 64)) != nil)
        #expect(Topic("News") != Topic("news"))
        for word in ["", "a b", "a*", "caf\u{e9}", "a\u{301}", String(repeating: "x", count: 65)] {
            #expect(Topic(word) == nil, "\(word)")
        }
    }

    @Test("A reply of several lines has hyphens on all but the last")
    func replies() {
        #expect(Reply(250, "ok").text == "250 ok\r\n")
        #expect(Reply(214, "one", "two", "three").text == "214-one\r\n214-two\r\n214 three\r\n")
    }
}
