// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Streaming
import Testing

@testable import Replacing

@Suite("Streams of any size and any bytes")
struct StreamTests {
    @Test(
        "what cannot begin a match leaves at once, and no more",
        arguments: [
            (["s/<b>/x/n"], "hello <", "hello "), (["s/<b>/x/n"], "hello <b", "hello "),
            (["s/<b>/x/n"], "hello <c", "hello <c"),
            (["s/<b>/x/n", "s/help/y/in"], "a HE", "a "), (["s/<b>/x/n", "s/help/y/in"], "a HEL<", "a HEL"),
            (["s/<[^>]*>/x/"], "a<b>c<d", "axc"), (["s/a+b/x/"], "cab aac aa", "cx aac "),
            (["s/(?<=x)a/y/"], "xxa", "xxy"),
            (["s/a$/x/m"], "bab a", "bab "), (["s/end\\z/x/"], "end of the", "end of th"),
            (["s/b/x/", "s/abc/y/n"], "ab", ""),
            (["s/^a/x/m"], "b\n", "b"), (["s/^a/x/m"], "b\nc", "b\nc"),
        ])
    func leavesAtOnce(_ rules: [String], _ piece: String, _ expected: String) throws {
        var stream = try Stream(try rules.map { try ReplaceRule($0) })
        try stream.write(piece)
        #expect(stream.takeText() == expected)
        try stream.flush()
        #expect(stream.takeText() == "")
    }

    @Test("a flush emits what was not worth looking at")
    func flush() throws {
        var stream = try Stream([try ReplaceRule("s/a+b/x/")])
        try stream.write(String(repeating: "a", count: 8000))
        #expect(stream.take().isEmpty)
        try stream.write("cc")
        #expect(stream.take().isEmpty)
        try stream.flush()
        #expect(stream.take().count == 8002)
        try stream.write(String(repeating: "a", count: 8000))
        try stream.write("bc")
        try stream.flush()
        #expect(stream.takeText() == "xc")
    }

    @Test("a body that ends within a candidate passes, with the matches that are in it")
    func endsWithinACandidate() throws {
        for (rules, input, expected) in [
            (["s/<[^>]*>/x/"], "<b><b", "x<b"), (["s/a+b|a/x/"], "aaa", "xxx"),
            (["s/abcd/x/n", "s/bc/y/n"], "abc", "ay"),
            (["s/ab(?=c)/x/", "s/b/y/"], "ab", "ay"), (["s/a(?!b)/x/"], "aaba", "xabx"),
            (["s/a$/x/"], "a\na\n", "a\nx\n"),
        ] {
            let set = try RuleSet(try rules.map { try ReplaceRule($0) })
            let input = Array(input.utf8)
            for cuts in [[], Array(input.indices)] {
                #expect(try streamed(set, input, cuts: cuts) == Array(expected.utf8))
            }
        }
    }

    @Test("bytes that are no text, in inputs and in patterns")
    func bytes() throws {
        let input: [UInt8] = [0, 0xFF, 0xFE, 0, 0xC3, 0xA9, 0xC3, 0x80, 0, 0, 0xFF]
        let cases: [(String, [UInt8])] = [
            ("s/\\xff\\xfe?/-/", [0, 45, 0, 0xC3, 0xA9, 0xC3, 0x80, 0, 0, 45]),
            ("s/\\x00+/-/", [45, 0xFF, 0xFE, 45, 0xC3, 0xA9, 0xC3, 0x80, 45, 0xFF]),
            ("s/\u{e9}/-/", [0, 0xFF, 0xFE, 0, 45, 0xC3, 0x80, 0, 0, 0xFF]),
            ("s/\u{e9}/-/i", [0, 0xFF, 0xFE, 0, 45, 0xC3, 0x80, 0, 0, 0xFF]),
            ("s/\\xc3(.)/$1/", [0, 0xFF, 0xFE, 0, 0xA9, 0x80, 0, 0, 0xFF]),
            ("s/[^\\x00-\\x7f]+//", [0, 0, 0, 0]),
            ("s/[\\x80-\\xff]\\x00/-/n", input),
            ("s/\\W//", []),
        ]
        for (rule, expected) in cases {
            let rules = try RuleSet([ReplaceRule(rule)])
            for cut in input.indices { #expect(try streamed(rules, input, cuts: [cut]) == expected, "\(rule)") }
            #expect(try streamed(rules, input, cuts: Array(input.indices)) == expected, "\(rule)")
        }
    }

    /// The time of the processor that this thread took, in microseconds.
    private static func processorTime() -> Int {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return time.tv_sec * 1_000_000 + time.tv_nsec / 1000
    }

    @Test("a candidate that comes byte by byte takes time in proportion to its length")
    func drip() throws {
        func time(_ count: Int) throws -> Int {
            var stream = try Stream([try ReplaceRule("s/<[^>]*>/x/")])
            let before = Self.processorTime()
            try stream.write("<")
            for _ in 0..<count { try stream.write("a") }
            #expect(stream.take().isEmpty)
            try stream.write(">")
            try stream.finish()
            #expect(stream.takeText() == "x")
            return Self.processorTime() - before
        }
        let short = try time(8000)
        let long = try time(64_000)
        // In proportion 8 times, and 64 times if each byte were a reason to look at all.
        #expect(long < 20 * short, "\(short) and \(long) microseconds")
    }

    /// What this process has of the machine's memory, in pages.
    private static func residentPages() throws -> Int {
        let text = try String(contentsOfFile: "/proc/self/statm", encoding: .ascii)
        return try #require(text.split(separator: " ").dropFirst().first.flatMap { Int($0) })
    }

    @Test("a line of 200 MB needs no more memory than one of 200 KB")
    func longLine() throws {
        let text = "all that <a href=\"x\"> lies between, \(String(repeating: "- ", count: 2500)), <a href='\"'"
        let piece = Array(String(repeating: "\(text)<img src='\(String(repeating: "-", count: 500))", count: 40).utf8)
        let rules = [
            try ReplaceRule("s/lies/lie/n"), try ReplaceRule("s/THAT/this/ni"),
            try ReplaceRule("s/<a href='([^']*)'/$1/"),
            try ReplaceRule("s/<img src='[^<]*<b/x/"), try ReplaceRule("s/between\\b(?!,)/x/"),
        ]
        var stream = try Stream(rules)
        func feed(_ count: Int) throws -> Int {
            for _ in 0..<count {
                try stream.write(piece.span, keepsInPlace: true)
                stream.forget()
            }
            return try Self.residentPages()
        }
        let before = try feed(3)
        let after = try feed(200 * 1024 * 1024 / piece.count)
        #expect(after - before < 1024, "\(before) pages and then \(after)")
        #expect(stream.replacer.exceeded == nil)
    }

    @Test("a line of which all may be a match is held up to the limit, and no further")
    func endlessCandidate() throws {
        let piece = [UInt8](repeating: 97, count: 64 * 1024)
        var stream = try Stream([try ReplaceRule("s/a+b/x/"), try ReplaceRule("s/a(?:a|c)+?d/x/s")])
        func feed(_ count: Int) throws -> Int {
            for _ in 0..<count {
                try stream.write(piece.span, keepsInPlace: true)
                stream.forget()
            }
            return try Self.residentPages()
        }
        let before = try feed(3)
        let after = try feed(200)
        #expect(after - before < 1024, "\(before) pages and then \(after)")
    }
}
