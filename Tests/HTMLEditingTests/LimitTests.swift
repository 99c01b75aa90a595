// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTMLEditing
import Streaming
import Testing

@Suite("Limits, and pages as they are")
struct LimitTests {
    private func check(
        _ page: String, _ expected: String, _ limit: HTMLLimits.Limit, _ limits: HTMLLimits, _ rules: HTMLRules,
        _ location: SourceLocation = #_sourceLocation
    ) throws {
        let bytes = Array(page.utf8)
        var exceeded: HTMLLimits.Limit?
        let result = try rewritten(bytes, rules, limits: limits) { exceeded = $0.exceeded }
        #expect(String(decoding: result, as: UTF8.self) == expected, sourceLocation: location)
        #expect(exceeded == limit, sourceLocation: location)
        var failing = limits
        failing.policy = .fail
        #expect(throws: StreamError.self, sourceLocation: location) { try rewritten(bytes, rules, limits: failing) }
    }

    @Test("past a limit the rest passes as it is, or the stream fails")
    func limits() throws {
        let rules = try HTMLRules { on("p") { element throws(StreamError) in try element.prepend(.text("!")) } }
        try check("<p><b><i><p>", "<p>!<b><i><p>", .depth, HTMLLimits(depth: 2), rules)
        let long = "<a " + String(repeating: "x", count: 100) + ">"
        try check("<p>\(long)<p>", "<p>!\(long)<p>", .tagLength, HTMLLimits(tagLength: 64), rules)
        let read = try HTMLRules { on("p") { $0.removeAttribute("a") } }
        try check("<p a><p a b c><p a>", "<p><p a b c><p a>", .attributes, HTMLLimits(attributes: 2), read)
        let whole = try HTMLRules {
            text(whole: true) { part throws(StreamError) in try part.replace(with: .text("-")) }
        }
        let words = String(repeating: "w", count: 100)
        try check("a<p>\(words)<p>b", "-<p>\(words)<p>b", .memory, HTMLLimits(memory: 50), whole)
        let waiting = try HTMLRules { on("b") { element throws(StreamError) in try element.append(.text(words)) } }
        try check("<b></b><b>1<b></b>", "<b>\(words)</b><b>1<b></b>", .memory, HTMLLimits(memory: 300), waiting)
        let types = try HTMLRules { on("*:nth-of-type(2)") { $0.remove() } }
        let children = (0..<300).map { "<x\($0)></x\($0)>" }.joined()
        try check(children, children, .types, HTMLLimits(), types)
    }

    @Test("a long page without tags that end is held within the limit")
    func unfinished() throws {
        let rules = try HTMLRules { on("p") { $0.remove() } }
        let page = Array(("<a " + String(repeating: "x", count: 200_000)).utf8)
        #expect(try rewritten(page, rules, cuts: Array(stride(from: 100, to: page.count, by: 100))) == page)
        #expect(try rewritten(page, rules, cuts: [1000], limits: HTMLLimits(memory: 500)) == page)
    }

    @Test("httpd's manual is what it was where nothing is changed, in any pieces, and keeps long runs in place")
    func manual() throws {
        let rules = try HTMLRules {
            on("nothing, .no-such-class, #no-such-id, [data-none=x]") { $0.remove() }
            on("a[href]") { element in _ = element["href"] }
            text { _ in }
            comments { _ in }
        }
        let folder = URL(filePath: "/usr/share/doc/apache2-doc/manual/en")
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        var pages = 0
        while let file = files?.nextObject() as? URL {
            guard file.pathExtension == "html" else { continue }
            let page = [UInt8](try Data(contentsOf: file))
            pages += 1
            #expect(try rewritten(page, rules) == page, "\(file.lastPathComponent)")
            let cuts = Array(stride(from: pages % 7, to: page.count, by: 1 + pages * 37 % 4000))
            #expect(try rewritten(page, rules, cuts: cuts) == page, "\(file.lastPathComponent)")
        }
        #expect(pages > 100)
    }

    @Test("random pieces of HTML become the same however they are cut", arguments: 0..<30)
    func random(seed: Int) throws {
        var generator = Generator(state: UInt64(seed) &+ 1)
        let rules = try HTMLRules {
            on("b") { element throws(StreamError) in
                element.before(.text("("))
                try element.append(.text("."))
                element.after(.text(")"))
                element.removeAttribute("x")
            }
            on("p > *") { element throws(StreamError) in try element.setAttribute("y", to: "&") }
            on("i") { $0.unwrap() }
            on("td, svg a") { $0.remove() }
            on("p:nth-child(2)") { element throws(StreamError) in try element.setContent(.text("s")) }
            text(in: "p", whole: true) { part throws(StreamError) in try part.after(.text("]")) }
            comments(in: "div") { $0.remove() }
        }
        let pieces = [
            "<b>", "</b>", "<p x>", "</p>", "<p>", "<i>", "</i>", "<div>", "</div>", "<table>", "<td>", "</td>",
            "</table>",
            "<svg>", "</svg>", "<a>", "</a>", "<!--c-->", "text", "&amp;", "&", "<", "<script>", "</script>", "<title>",
            "</title>", "<br x=1 z/>", "<b x='1' x>", "é", "<![CDATA[q]]>", "<body>", "</body>", "<h1>", "</h2>",
            "<!x>",
        ]
        for _ in 0..<30 {
            var page: [UInt8] = []
            for _ in 0..<12 { page += pieces[Int(generator.next() % UInt64(pieces.count))].utf8 }
            let whole = try rewritten(page, rules)
            #expect(
                try rewritten(page, rules, cuts: Array(page.indices)) == whole,
                "\(String(decoding: page, as: UTF8.self))")
            for _ in 0..<6 {
                let cuts = (0..<3).map { _ in Int(generator.next() % UInt64(page.count)) }.sorted()
                #expect(
                    try rewritten(page, rules, cuts: cuts) == whole, "\(String(decoding: page, as: UTF8.self)) \(cuts)")
            }
        }
    }
}

private struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state >> 11 ^ state >> 40
    }
}
