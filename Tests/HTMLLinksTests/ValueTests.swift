// SPDX-License-Identifier: Apache-2.0
import HTMLLinks
import Testing

@Suite("URLs are found in values of each kind")
struct ValueTests {
    static let rules = [(from: "http://h/", to: "https://w/(a)/"), (from: "/", to: "/p/")]

    @Test(
        "srcset: commas in URLs, descriptors in parentheses",
        arguments: [
            ("/a 1x, /b 2x", "/p/a 1x, /p/b 2x"), ("/a,/b", "/p/a,/b"), ("/a, /b", "/p/a, /p/b"),
            ("/a,b,c 1x,/d", "/p/a,b,c 1x,/p/d"),
            ("/a (1,/x) 2x, /b", "/p/a (1,/x) 2x, /p/b"), (",, /a ,\n/b 100w", ",, /p/a ,\n/p/b 100w"),
            ("/a 1x(,/b", "/p/a 1x(,/b"), ("data:,/a 1x, /b", "data:,/a 1x, /p/b"), ("/a,,, /b", "/p/a,,, /p/b"),
            ("", ""), (" , ", " , "),
            ("http://h/a 1x,//o/b,//h/c 2x", "https://w/(a)/a 1x,//o/b,//h/c 2x"), ("x 1x", "x 1x"),
        ])
    func srcset(value: String, expected: String) throws {
        #expect(try mapped(value, as: .srcset, Self.rules) == expected)
    }

    @Test("srcset: the same URLs as by the standard's steps, over values made by chance")
    func srcsetByChance() {
        var chance = Chance(state: 11)
        let parts = ["/a", "b", ",", " ", "(", ")", "\t", "\u{c}", "1x", ",,", "\u{b}", "\n"]
        for _ in 0..<50000 {
            let value = Array(chance.text(of: parts, 16).utf8)
            var found: [Range<Int>] = []
            var urls = SrcsetURLs(in: value.span)
            while let url = urls.next() { found.append(url) }
            #expect(found == srcsetOracle(value), "\(String(decoding: value, as: UTF8.self))")
        }
    }

    @Test("Lists with spaces, and with commas")
    func lists() throws {
        #expect(try mapped(" /a\n//x http://h/b ", as: .spaces, Self.rules) == " /p/a\n//x https://w/(a)/b ")
        #expect(try mapped("/a b,/c", as: .spaces, Self.rules) == "/p/a b,/c")
        #expect(try mapped("/a b, /c ,d", as: .commas, Self.rules) == "/p/a b, /p/c ,d")
        #expect(try mapped("", as: .spaces, Self.rules) == "")
        #expect(try mapped(",", as: .commas, Self.rules) == ",")
    }

    @Test(
        "refresh: the standard's steps",
        arguments: [
            ("0;url=/a", "0;url=/p/a"), ("0;url='http://h'x", "0;url='https://w/(a)/'x"),
            ("0; URL = '/a' b", "0; URL = '/p/a' b"), (" 1.5 , /a", " 1.5 , /p/a"),
            ("5 /a", "5 /p/a"),
            (".5;/a", ".5;/p/a"), ("0;url=\"/a\" x", "0;url=\"/p/a\" x"), ("0;url=\"/a", "0;url=\"/p/a"),
            ("0;'/a'", "0;'/p/a'"),
            ("0;\nurl\t=\n/a ", "0;\nurl\t=\n/p/a "), ("1..2..;/a", "1..2..;/p/a"),
            // None of these has such a URL.
            ("/a", "/a"), (";/a", ";/a"), ("0/a", "0/a"), ("0x;/a", "0x;/a"), ("-1;/a", "-1;/a"),
            ("0;ur=/a", "0;ur=/a"),
            ("0;uri=/a", "0;uri=/a"), ("0;u/a", "0;u/a"), ("0;url/a", "0;url/a"), ("0;;/a", "0;;/a"), ("0", "0"),
            ("", ""), ("0;", "0;"),
            ("0;url=", "0;url="), ("0;url='", "0;url='"),
        ])
    func refresh(value: String, expected: String) throws {
        #expect(try mapped(value, as: .refresh, Self.rules) == expected)
    }

    @Test("A page in an attribute, and an unknown content, are left")
    func left() throws {
        #expect(try mapped("/a", as: .document, Self.rules) == "/a")
        #expect(try mapped("/a", as: .content, Self.rules) == "/a")
    }

    @Test(
        "A value as it is written is decoded only if it has to be, and gives the same",
        arguments: [
            ("/a?b&amp;c", .url, "/p/a?b&c"), ("&#47;a", .url, "/p/a"), ("&sol;&#x2f;h", .url, "https://w/(a)/"),
            ("&Tab;/a", .url, "\t/p/a"),
            ("x&amp;", .url, nil), ("", .url, nil), ("/a&#32;1x,&NewLine;/b", .srcset, "/p/a 1x,\n/p/b"),
            ("a:url&lpar;/x)", .declarations, "a:url(/p/x)"), ("color:red", .declarations, nil),
            ("a:url(#x)", .declarations, nil),
            ("/a\r", .url, "/p/a\n"), ("0;url=&sol;a", .refresh, "0;url=/p/a"), ("#a", .url, nil),
            ("a:url(/x)", .declarations, "a:url(/p/x)"),
            ("\u{0}/a", .url, nil),
        ] as [(String, LinkKind, String?)])
    func raw(value: String, kind: LinkKind, expected: String?) throws {
        var rewriter = LinkRewriter(try URLMap(Self.rules))
        let bytes = Array(value.utf8)
        #expect(rewriter.map(raw: bytes.span, as: kind).map { String(decoding: $0, as: UTF8.self) } == expected)
        // Its memory is used again.
        #expect(rewriter.map(raw: bytes.span, as: kind).map { String(decoding: $0, as: UTF8.self) } == expected)
    }

    @Test("No value of any kind traps, and what is said to be unchangeable does not change")
    func chance() throws {
        var chance = Chance(state: 3)
        var rewriter = LinkRewriter(try URLMap(Self.rules))
        let parts = [
            "/", "http://h/", "url(", "'", "\"", ")", ";", "=", "url", "0", " ", ",", "&#", "&amp;", "\\", "/*", "*/",
            "\u{0}", "\r\n", "4",
            "@import", "image-set(", "src(", "&",
        ]
        let kinds: [LinkKind] = [.url, .spaces, .commas, .srcset, .declarations, .refresh, .document, .content]
        for _ in 0..<40000 {
            let value = Array(chance.text(of: parts, 14).utf8)
            let kind = kinds[chance.below(kinds.count)]
            let result = rewriter.map(value.span, as: kind)
            #expect(result != value)
            _ = rewriter.map(raw: value.span, as: kind)
            // `@import` has no place in an attribute, and is not looked for there.
            let isImport = String(decoding: value, as: UTF8.self).contains("@import")
            if !isImport, LinkRewriter.isPlain(value.span), !rewriter.mayChange(value.span, as: kind) {
                #expect(result == nil)
            }
        }
    }
}
