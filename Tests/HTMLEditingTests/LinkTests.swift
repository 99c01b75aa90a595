// SPDX-License-Identifier: Apache-2.0
import HTMLEditing
import HTMLLinks
import Streaming
import Testing

/// URLs in a page that streams through.
@Suite struct LinkTests {
    private static let pairs = [("http://backend:8080/", "/app/"), ("/old/", "https://www.example.com/new/")]

    /// Checks what becomes of a page: whole, byte by byte, and in any two pieces.
    private func map(
        _ page: String, _ expected: String, count: Int? = nil, isUTF8: Bool = true,
        sourceLocation: SourceLocation = #_sourceLocation, @HTMLHandlerList _ handlers: () -> [HTMLHandler] = { [] }
    ) throws {
        let rules = try HTMLRules(handlers())
        let urls = try URLMap(Self.pairs)
        let bytes = Array(page.utf8)
        for cuts in [[], Array(bytes.indices)] + bytes.indices.map({ [$0] }) {
            var mapped = 0
            let result = try rewritten(bytes, rules, cuts: cuts, urls: urls, isUTF8: isUTF8) { rewriter in
                mapped = rewriter.mappedValues
            }
            let text = String(decoding: result, as: UTF8.self)
            if text != expected || mapped != (count ?? mapped) {
                Issue.record(
                    "cut at \(cuts): \(text) (\(mapped)), expected \(expected)", sourceLocation: sourceLocation)
                return
            }
        }
    }

    @Test(
        "a URL is mapped in each place that holds one, however it is written",
        arguments: [
            ("<a href=\"http://backend:8080/x?a=1\">", "<a href=\"/app/x?a=1\">"),
            ("<a href=http://backend:8080/x>", "<a href=\"/app/x\">"),
            ("<a class=y href='/old/x' id=z>", "<a class=y href=\"https://www.example.com/new/x\" id=z>"),
            ("<A HREF = \"/old/\"\n>", "<A HREF=\"https://www.example.com/new/\"\n>"),
            ("<a href=\"/old/?a=1&amp;b=&quot;\">", "<a href=\"https://www.example.com/new/?a=1&amp;b=&quot;\">"),
            ("<a href=\"http&#58;//backend:8080/x\">", "<a href=\"/app/x\">"),
            (
                "<img src=/old/a srcset='/old/a 1x, /b 2x'>",
                "<img src=\"https://www.example.com/new/a\" srcset=\"https://www.example.com/new/a 1x, /b 2x\">"
            ),
            ("<a ping='/b http://backend:8080/p'>", "<a ping=\"/b /app/p\">"),
            ("<form action=http://backend:8080>", "<form action=\"/app/\">"),
            ("<button formaction=/old/x>", "<button formaction=\"https://www.example.com/new/x\">"),
            ("<video poster=/old/x>", "<video poster=\"https://www.example.com/new/x\">"),
            ("<object data=/old/x>", "<object data=\"https://www.example.com/new/x\">"),
            ("<q cite=/old/x>", "<q cite=\"https://www.example.com/new/x\">"),
            ("<base href=http://backend:8080/>", "<base href=\"/app/\">"),
            ("<p style='background:url(/old/x)'>", "<p style=\"background:url(https://www.example.com/new/x)\">"),
            (
                "<meta http-equiv=refresh content='5; url=/old/x'>",
                "<meta http-equiv=refresh content=\"5; url=https://www.example.com/new/x\">"
            ),
            (
                "<meta content=http://backend:8080/i property=og:image>", "<meta content=\"/app/i\" property=og:image>"
            ),
            (
                "<meta http-equiv=Content-Security-Policy content=\"img-src http://backend:8080\">",
                "<meta http-equiv=Content-Security-Policy content=\"img-src 'self'\">"
            ),
            (
                "<svg><image href=/old/x /><a xlink:href='/old/y'>",
                "<svg><image href=\"https://www.example.com/new/x\" /><a xlink:href=\"https://www.example.com/new/y\">"
            ),
            (
                "<iframe srcdoc=\"<a href='/old/&amp;amp;'>&quot;\">",
                "<iframe srcdoc=\"&lt;a href=&quot;https://www.example.com/new/&amp;amp;&quot;&gt;&quot;\">"
            ),
        ])
    func places(_ page: String, _ expected: String) throws {
        let opening = page + "<p>/old/ http://backend:8080/"
        try map(opening, expected + "<p>/old/ http://backend:8080/")
    }

    @Test(
        "what holds no URL stays, byte for byte",
        arguments: [
            "<a href=x><a href=''><a href><a href=//other/><a href = '#/old/' >",
            "<meta content=/old/ name=author><meta content=/old/>",
            "<p href=/old/ data-url=/old/ onclick=\"go('/old/')\">",
            "<script>x = '/old/'</script><textarea>url(/old/)</textarea><!-- <a href=/old/> -->",
            "<iframe srcdoc='<a href=x>&amp;'>", "<math><style>a{b:url(/old/)}</style></math>",
            "<a href=/other/ href=/old/>",
        ])
    func others(_ page: String) throws {
        try map(page, page, count: 0)
    }

    @Test(
        "the text of a style sheet is CSS, in HTML and in SVG",
        arguments: [
            (
                "<style>@import '/old/a'; b { c: url( /old/x ) }</style><p>url(/old/x)",
                "<style>@import 'https://www.example.com/new/a'; b { c: url( https://www.example.com/new/x ) }</style>"
                    + "<p>url(/old/x)"
            ),
            ("<style>a{b:url(/ol", "<style>a{b:url(/ol"),
            ("<style>a{b:url(/old/", "<style>a{b:url(https://www.example.com/new/"),
            (
                "<svg><style><![CDATA[a{b:url(http://backend:8080/x)}]]></style></svg>",
                "<svg><style><![CDATA[a{b:url(/app/x)}]]></style></svg>"
            ),
            (
                "<svg><style>a{b:url(/old/x)}<!-- url(/old/) --></style><style/><g>url(/old/)",
                "<svg><style>a{b:url(https://www.example.com/new/x)}<!-- url(/old/) --></style><style/><g>url(/old/)"
            ),
            ("<STYLE type=text/css>a{b:url(/ol)}</STYLE>", "<STYLE type=text/css>a{b:url(/ol)}</STYLE>"),
        ])
    func styles(_ page: String, _ expected: String) throws {
        try map(page, expected)
    }

    @Test("selectors see what the page has, handlers what has become of it, and what they put in stays") func handlers()
        throws
    {
        try map(
            "<a href=/old/x title=t><a href=/app/><img src=/old/i>",
            "<a href=\"https://www.example.com/new/x!\" title=t data-was=\"/old/\"><a href=/app/>"
                + "<img src=\"https://www.example.com/new/i\" alt=\"/old/\">"
        ) {
            on("a[href^='/old/']") { element throws(StreamError) in
                try element.setAttribute("href", to: (element["href"] ?? "") + "!")
                try element.setAttribute("data-was", to: "/old/")
            }
            on("img") { element throws(StreamError) in try element.setAttribute("alt", to: "/old/") }
            on("[href^='/app/']") { element throws(StreamError) in element.before(.html("")) }
        }
        try map("<a href=/old/x id=i>", "<a id=i>") { on("a") { $0.removeAttribute("href") } }
        try map("<b href=x><a href=/old/x>y</a></b>z", "z") { on("b") { $0.remove() } }
        try map("<i><a href=/old/>y</a></i>", "<a href=\"https://www.example.com/new/\">y</a>") {
            on("i") { $0.unwrap() }
        }
        try map("<style>a{b:url(/old/x)}</style>", "<style>c</style>") {
            on("style") { element throws(StreamError) in try element.setContent(.text("c")) }
        }
        try map("<style>a{b:url(/old/x)}</style>", "<style>a{b:url(/old/x)}</style>") {
            text(in: "style") { _ in }
        }
    }

    @Test("in another encoding its own bytes stay, and are not mixed with references") func encodings() throws {
        let rules = HTMLRules()
        let urls = try URLMap(Self.pairs)
        func map(_ page: [UInt8]) throws -> [UInt8] { try rewritten(page, rules, urls: urls, isUTF8: false) }
        let start = Array("<a href=\"".utf8)
        let new = Array("https://www.example.com/new/".utf8)
        let end = Array("\">".utf8)
        #expect(try map(start + Array("/old/".utf8) + [0xEF, 0xF0] + end) == start + new + [0xEF, 0xF0] + end)
        let both = Array("?a&amp;b=".utf8) + [0xEF]
        #expect(try map(start + Array("/old/".utf8) + both + end) == start + new + both + end)
        let mixed = start + Array("/old/&eacute;".utf8) + [0xEF] + end
        #expect(try map(mixed) == mixed)
        #expect(try map(start + Array("/old/&eacute;".utf8) + end) == start + new + Array("&#233;".utf8) + end)
    }

    @Test("a page in a page in a page is mapped, and one that is deeper is left alone") func nesting() throws {
        let urls = try URLMap(Self.pairs)
        let rules = HTMLRules()
        func nested(_ link: String, _ depth: Int) -> String {
            guard depth > 0 else { return "<a href=\"\(link)\">" }
            let inner = nested(link, depth - 1).replacing("&", with: "&amp;").replacing("<", with: "&lt;")
                .replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
            return "<iframe srcdoc=\"\(inner)\"></iframe>"
        }
        for depth in 0...5 {
            let result = try rewritten(Array(nested("/old/", depth).utf8), rules, urls: urls)
            let link = depth <= 3 ? "https://www.example.com/new/" : "/old/"
            #expect(String(decoding: result, as: UTF8.self) == nested(link, depth), "\(depth)")
        }
    }
}
