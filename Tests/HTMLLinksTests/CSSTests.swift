// SPDX-License-Identifier: Apache-2.0
import HTMLLinks
import Testing

@Suite("URLs in CSS are mapped wherever the style sheet is cut")
struct CSSTests {
    static let rules = [(from: "http://h/", to: "https://w/(a)/"), (from: "/", to: "/p/")]

    /// The style sheet in pieces that end at these places.
    static func rewrite(_ css: [UInt8], cuts: [Int], _ map: URLMap) -> [UInt8] {
        var rewriter = CSSLinkRewriter(map)
        var output: [UInt8] = []
        var start = 0
        for cut in cuts + [css.count] where cut >= start {
            let before = output.count
            if !rewriter.write(css.span.extracting(start..<cut), to: &output) {
                #expect(output.count == before, "unchanged, and yet something was added")
                output += css[start..<cut]
            }
            start = cut
        }
        rewriter.finish(to: &output)
        return output
    }

    @Test(
        "Each notation, in pieces of every kind",
        arguments: [
            ("a{b:url(/x)}", "a{b:url(/p/x)}"), ("a{b:url( /x )}", "a{b:url( /p/x )}"),
            ("a{b:URL('/x')}", "a{b:URL('/p/x')}"),
            ("a{b:url(\"/x\" /**/)}/x", "a{b:url(\"/p/x\" /**/)}/x"), ("url(/x),url(/y)", "url(/p/x),url(/p/y)"),
            ("url(http://h/x)", #"url(https://w/\(a\)/x)"#), ("url('http://h/x')", "url('https://w/(a)/x')"),
            ("@import '/x';", "@import '/p/x';"), ("@IMPORT/**/\"/x\" print;", "@IMPORT/**/\"/p/x\" print;"),
            ("@import url(/x);", "@import url(/p/x);"),
            ("image-set('/x' 1x, \"/y\" type('/z') 2x)", "image-set('/p/x' 1x, \"/p/y\" type('/z') 2x)"),
            ("-webkit-image-set(url(/x) 1x) '/y'", "-webkit-image-set(url(/p/x) 1x) '/y'"),
            ("src('/x')", "src('/p/x')"), ("src( /**/ \"/x\")", "src( /**/ \"/p/x\")"),
            // Escapes.
            (#"u\72l(/x)"#, #"u\72l(/p/x)"#), (#"\000075 rl(/x)"#, #"\000075 rl(/p/x)"#),
            (#"url(\2fx)"#, #"url(/p\2fx)"#), (#"url(\2F x)"#, #"url(/p\2F x)"#),
            (#"url('htt\70 ://h/x')"#, #"url('https://w/(a)/x')"#),
            (#"url(http\:\/\/h\/x)"#, #"url(https://w/\(a\)\/x)"#),
            ("url('http:\\\n//h/x')", "url('https://w/(a)/x')"), ("url('\\2f\r\nx')", "url('/p\\2f\r\nx')"),
            ("'\\\r\n' url(/x)", "'\\\r\n' url(/p/x)"),
            (#"@\69mport "/x""#, #"@\69mport "/p/x""#), (#"url(/x\)y)"#, #"url(/p/x\)y)"#),
            (#"url('/x\'y')"#, #"url('/p/x\'y')"#),
            // At the end of the style sheet.
            ("url(/x", "url(/p/x"), ("url(/x ", "url(/p/x "), ("@import '/x", "@import '/p/x"),
            (#"url(http://h\2f"#, #"url(https://w/\(a\)\2f"#), ("url(http://h", #"url(https://w/\(a\)/"#),
            ("url(/p/x) url(\t\n/x\n)", "url(/p/p/x) url(\t\n/p/x\n)"), ("<!--url(/x)-->", "<!--url(/p/x)-->"),
            ("1.url(/x)", "1.url(/p/x)"),
        ])
    func maps(css: String, expected: String) throws {
        let map = try URLMap(Self.rules)
        let bytes = Array(css.utf8)
        #expect(String(decoding: Self.rewrite(bytes, cuts: [], map), as: UTF8.self) == expected)
        for first in 0...bytes.count {
            for second in first...bytes.count {
                let result = String(decoding: Self.rewrite(bytes, cuts: [first, second], map), as: UTF8.self)
                guard result == expected else {
                    Issue.record("cut at \(first) and \(second): \(result)")
                    return
                }
            }
        }
        #expect(String(decoding: Self.rewrite(bytes, cuts: Array(0...bytes.count), map), as: UTF8.self) == expected)
        #expect(try mapped(css, as: .declarations, Self.rules) == expected)
    }

    @Test(
        "What is no URL stays",
        arguments: [
            "/* url(/x) */", "'url(/x)'", "content:'/x'", "myurl(/x)", "1url(/x)", "#url(/x)", "@url(/x)", "url (/x)",
            "url/**/(/x)", "--url(/x)",
            "@namespace url(/x);", "@namespace a '/x';", "@namespace src('/x');", "url(/x'y)", "url(/x\"y)",
            "url(/x(y)", "url(/x y)", "url('/x\n')", "url(/x\u{1}y)",
            "url(/x\\\ny)", "url(#x)", "url(data:,/x)", "url(x)", "url()", "url('')", "@import x '/x'",
            "@charset '/x';", "\\@import '/x'", "image-set(type('/x'))",
            "image-set() '/x'", "src(a '/x')", #"url\(/x)"#, "url(//o/x)", "attr('/x')", "url(\u{0}/x)", "@import;'/x'",
            "u\\72 l /x", "'\\'url(/x)",
        ])
    func leaves(css: String) throws {
        let map = try URLMap(Self.rules)
        let bytes = Array(css.utf8)
        for cuts in [[], Array(0...bytes.count)] {
            #expect(String(decoding: Self.rewrite(bytes, cuts: cuts, map), as: UTF8.self) == css)
        }
        let piece = bytes.span
        var rewriter = CSSLinkRewriter(map)
        var output: [UInt8] = []
        // What can be seen to stay is not even copied.
        if !rewriter.write(piece, to: &output) { #expect(output.isEmpty) }
    }

    @Test("A namespace ends with its rule")
    func namespaces() throws {
        let map = try URLMap(Self.rules)
        let css = Array("@namespace url(/x);a{b:url(/x)}".utf8)
        #expect(
            String(decoding: Self.rewrite(css, cuts: [], map), as: UTF8.self) == "@namespace url(/x);a{b:url(/p/x)}")
    }

    @Test("After bad URLs and strings it goes on where browsers do")
    func goesOn() throws {
        let map = try URLMap(Self.rules)
        for (css, expected) in [
            ("url(/x'y) url(/z)", "url(/x'y) url(/p/z)"),
            (#"url(/x y\) url(/z) url(/w)"#, #"url(/x y\) url(/z) url(/p/w)"#), ("'\nurl(/z)", "'\nurl(/p/z)"),
            ("url('/x\n) url(/z)", "url('/x\n) url(/p/z)"), ("url(/x\\\n) url(/z)", "url(/x\\\n) url(/p/z)"),
        ] {
            let bytes = Array(css.utf8)
            for cuts in [[], Array(0...bytes.count)] {
                #expect(String(decoding: Self.rewrite(bytes, cuts: cuts, map), as: UTF8.self) == expected)
            }
        }
    }

    @Test("Long URLs are mapped by their beginning, and not held")
    func long() throws {
        let map = try URLMap(Self.rules)
        for (head, expected) in [("/", "/p/"), ("data:,", "data:,"), ("x", "x"), ("http://h/", "https://w/(a)/")] {
            let body = String(repeating: "a/", count: 50000)
            let css = Array("a{b:url('\(head)\(body)')}".utf8)
            let whole = Self.rewrite(css, cuts: [], map)
            #expect(whole == Array("a{b:url('\(expected)\(body)')}".utf8))
            #expect(Self.rewrite(css, cuts: Array(stride(from: 0, to: css.count, by: 7)), map) == whole)
        }
    }

    @Test("A name or a run of spaces of megabytes is read once")
    func quadratic() throws {
        let map = try URLMap(Self.rules)
        for part in ["a", " ", "\\", "@", "url(", "\\2f ", "url( ", "'\\\n", "/", "(", "<!--"] {
            let css = Array(String(repeating: part, count: 1_000_000 / part.utf8.count).utf8)
            let clock = ContinuousClock()
            let time = clock.measure { #expect(Self.rewrite(css, cuts: [500_000], map) == css) }
            #expect(time < .seconds(10), "\(part)")
        }
    }

    @Test("Nothing traps, and the pieces do not matter, over style sheets made by chance")
    func chance() throws {
        let map = try URLMap(Self.rules)
        var chance = Chance(state: 5)
        let parts = [
            "url(/", "url('http://h", "url(/x", "/x)", "url(", "/x", "http://h/", "'", "\"", ")", "(", " ", "\n", "\r",
            "\\", "2f", "@import", "/*", "*/", "/",
            "*", "image-set(", "src(", ";", "{", "}",
            "@namespace", "a", "#", "\u{0}", "\u{1}", "ä", "<!--", "\\75", "rl(", ",",
        ]
        var changed = 0
        for _ in 0..<20000 {
            let css = Array(chance.text(of: parts, 14).utf8)
            let whole = Self.rewrite(css, cuts: [], map)
            if whole != css { changed += 1 }
            #expect(
                Self.rewrite(css, cuts: Array(0...css.count), map) == whole, "\(String(decoding: css, as: UTF8.self))")
            let cut = chance.below(css.count + 1)
            #expect(Self.rewrite(css, cuts: [cut], map) == whole)
            if whole.isEmpty != css.isEmpty { Issue.record("lost") }
        }
        #expect(changed > 1500)
    }
}
