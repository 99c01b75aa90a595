// SPDX-License-Identifier: Apache-2.0
import HTMLTokenizing
import HTTPD
import HTTPDTesting
import Testing

@testable import HTMLRewriting

@Suite("HTMLREWRITE puts pages in UTF-16 into UTF-8, if it may")
struct ConversionTests {
    private static let rules = ["b append-text é", "\"b[title='😀']\" set-attribute id ü"]
    private static let page = "<!DOCTYPE html><p>ä€\u{FEFF}<b title=😀>😀x</b>"
    private static let changed = "<!DOCTYPE html><p>ä€\u{FEFF}<b title=😀 id=\"ü\">😀xé</b>"

    private static func bytes(_ text: String, isBigEndian: Bool) -> [UInt8] {
        text.utf16.flatMap { unit in
            let (high, low) = (UInt8(unit >> 8), UInt8(unit & 0xFF))
            return isBigEndian ? [high, low] : [low, high]
        }
    }

    private static func plugin(_ more: [(directive: String, arguments: String)] = []) throws -> EmbeddedPlugin {
        try EmbeddedPlugin(
            HTMLRewritingPlugin.self,
            directives: rules.map { (directive: "HTMLRewrite", arguments: $0) }
                + [(directive: "HTMLRewriteConvert", arguments: "on")] + more)
    }

    private func verify(_ page: [UInt8], _ expected: String, type: String) throws {
        var verifier = try FilterVerifier(Self.plugin(), outputFilter: "HTMLRewrite")
        verifier.prepare = { $0.contentType = MediaType(rawValue: type) }
        if MediaType(rawValue: type).charset?.isUTF16 != true {
            // It is put in where the header has left before the encoding was known.
            verifier.meaning = { $0.starts(with: [0xEF, 0xBB, 0xBF]) ? Array($0.dropFirst(3)) : $0 }
        }
        try verifier.verify(page, expecting: Array(expected.utf8))
    }

    @Test(
        "by its mark, by the header, or by both, however it is cut",
        arguments: [
            (true, true, "text/html"), (true, false, "text/html"), (true, false, "text/html; charset=latin1"),
            (true, true, "text/html; charset=utf-16le"), (true, false, "text/html; charset=utf-16"),
            (false, false, "text/html; charset=utf-16"), (false, true, "text/html; charset=\"UTF-16BE\""),
        ])
    func sources(_ hasMark: Bool, _ isBigEndian: Bool, _ type: String) throws {
        let page = Self.bytes((hasMark ? "\u{FEFF}" : "") + Self.page, isBigEndian: isBigEndian)
        try verify(page, Self.changed, type: type)
        try verify(hasMark ? Self.bytes("\u{FEFF}", isBigEndian: isBigEndian) : [], "", type: type)
    }

    @Test("a declaration of XML shows it too, where it comes before FLUSH") func declaration() throws {
        let page = "<?xml version='1.0'?>" + Self.page
        for isBigEndian in [false, true] {
            let output = try send([Self.bytes(page, isBigEndian: isBigEndian)], type: "text/html") { request in
                #expect(request.contentType?.rawValue == "text/html; charset=utf-8")
            }
            #expect(output == "<?xml version='1.0'?>" + Self.changed)
        }
    }

    @Test("what is no UTF-16 becomes U+FFFD, as in browsers, and so does an odd byte at the end") func mistakes() throws
    {
        let type = "text/html; charset=utf-16be"
        try verify([0], "\u{FFFD}", type: type)
        try verify([0xFE, 0xFF, 0], "\u{FFFD}", type: type)
        try verify(Self.bytes("<b>x</b>", isBigEndian: true) + [0x20], "<b>xé</b>\u{FFFD}", type: type)
        try verify([0xD8, 0x3D, 0, 0x41, 0xDE, 0, 0, 0x42, 0xD8, 0x3D], "\u{FFFD}A\u{FFFD}B\u{FFFD}", type: type)
    }

    @Test("a page that says by its mark that it is in UTF-8 is taken for that") func markOfUTF8() throws {
        let page = "\u{FEFF}" + Self.page
        try verify(Array(page.utf8), "\u{FEFF}" + Self.changed, type: "text/html; charset=utf-16")
        _ = try send([Array(page.utf8)], type: "text/html; charset=utf-16") { request in
            #expect(request.contentType?.rawValue == "text/html; charset=utf-8")
        }
    }

    @Test("a long page, in long pieces and in short ones") func long() throws {
        let count = 20_000
        let page = Self.bytes(String(repeating: Self.page, count: count), isBigEndian: false)
        let expected = String(repeating: Self.changed, count: count)
        for size in [page.count, 100_001, 4_095] {
            let pieces = stride(from: 0, to: page.count, by: size).map { Array(page[$0..<min($0 + size, page.count)]) }
            let output = try send(pieces, type: "text/html; charset=utf-16") { request in
                #expect(request.notes["htmlrewrite-count"] == "\(count)")
            }
            #expect(output == expected, "pieces of \(size)")
        }
    }

    private func send(
        _ pieces: [[UInt8]], type: String, _ more: [(directive: String, arguments: String)] = [],
        flushing: Bool = false, check: (borrowing Request) -> Void = { _ in }
    ) throws -> String {
        let request = EmbeddedRequest(contentType: MediaType(rawValue: type))
        try Self.plugin(more).addOutputFilter("HTMLRewrite", to: request)
        try request.withRequest { request in
            for piece in pieces {
                if flushing { try request.flush() }
                try request.write(piece.span)
            }
        }
        request.finish()
        request.withRequest(check)
        return request.responseText
    }

    @Test(
        "the header says UTF-8 then, with what else it said",
        arguments: [
            ("text/html", "text/html; charset=utf-8"), ("text/html; charset=utf-16", "text/html; charset=utf-8"),
            (
                "Text/HTML;level=1; CHARSET=\"utf-16le\" ;x=\"a;charset=b\"",
                "Text/HTML;level=1;x=\"a;charset=b\"; charset=utf-8"
            ),
            ("text/html; charset=latin1; charset=koi8-r", "text/html; charset=utf-8"),
        ])
    func header(_ type: String, _ expected: String) throws {
        for size in [1, 2, 1000] {
            let page = Self.bytes("\u{FEFF}" + Self.page, isBigEndian: false)
            let pieces = stride(from: 0, to: page.count, by: size).map { Array(page[$0..<min($0 + size, page.count)]) }
            let output = try send(pieces, type: type) { #expect($0.contentType?.rawValue == expected) }
            #expect(output == Self.changed)
        }
    }

    @Test("a header that left before the first bytes is made good by the mark of UTF-8, and one that said it is not")
    func late() throws {
        let page = Self.bytes("\u{FEFF}" + Self.page, isBigEndian: true)
        let output = try send([page], type: "text/html; charset=latin1", flushing: true) { request in
            #expect(request.contentType?.rawValue == "text/html; charset=latin1")
        }
        #expect(output == "\u{FEFF}" + Self.changed)
        let labelled = try send([page], type: "text/html; charset=utf-16", flushing: true) { request in
            #expect(request.contentType?.rawValue == "text/html; charset=utf-8")
        }
        #expect(labelled == Self.changed)
    }

    @Test("a page that is not in UTF-16 is not converted, and keeps its header") func others() throws {
        for (page, type) in [
            ("<b>x</b>", "text/html; charset=utf-8"), ("<b>x</b>", "text/html; charset=latin1"),
            ("<b>x</b>", "text/html"),
            ("\u{FEFF}<b>x</b>", "text/html"),
        ] {
            _ = try send([Array(page.utf8)], type: type) { #expect($0.contentType?.rawValue == type) }
        }
        let japanese = try send([Array("<b>x</b>".utf8)], type: "text/html; charset=iso-2022-jp") { request in
            #expect(request.notes["htmlrewrite-reason"] == "encoding")
        }
        #expect(japanese == "<b>x</b>")
    }

    @Test("past a limit the rest is in UTF-8 too, or the response fails") func limits() throws {
        let page = Self.bytes(String(repeating: "<i>", count: 9) + "<b>€</b>", isBigEndian: false)
        let depth = (directive: "HTMLRewriteMaxDepth", arguments: "8")
        let output = try send([page], type: "text/html; charset=utf-16", [depth]) { request in
            #expect(request.notes["htmlrewrite-limit"] == "depth")
        }
        #expect(output.hasSuffix("<b>€</b>"))
        var verifier = try FilterVerifier(
            Self.plugin([depth, (directive: "HTMLRewriteOnLimit", arguments: "fail")]), outputFilter: "HTMLRewrite")
        verifier.prepare = { $0.contentType = "text/html; charset=utf-16" }
        try verifier.verifyFailure(page)
    }

    @Test("the directive is on or off") func directive() throws {
        #expect(throws: DirectiveError.self) {
            try Self.plugin([(directive: "HTMLRewriteConvert", arguments: "utf-8")])
        }
    }

    @Test(
        "the charset of a Content-Type is found among its parameters",
        arguments: [
            ("text/html", nil), ("text/html;charset=koi8-r", "KOI8-R"),
            ("text/html; a=b ; Charset = 'KOI8-R' ", "KOI8-R"),
            ("text/html; x=\"a\\\";charset=big5\"; charset=koi8-r", "KOI8-R"),
            ("text/html; charset=koi8-r, text/html", nil),
            ("text/html; charset=; charset=koi8-r", "KOI8-R"), ("text/html; charset=nonsense; charset=koi8-r", nil),
            ("text/html; xcharset=koi8-r", nil), ("text/html; charset", nil), ("charset=koi8-r", nil), ("", nil),
            (";", nil),
            ("text/html; charset=\"koi8-r", "KOI8-R"),
        ] as [(String, String?)])
    func parameter(_ type: String, _ name: String?) {
        #expect(MediaType(rawValue: type).charset?.name == name)
    }
}
