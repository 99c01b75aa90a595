// SPDX-License-Identifier: Apache-2.0
import HTMLEditing
import HTMLTokenizing
import HTTPD
import HTTPDTesting
import Testing

@testable import HTMLRewriting

@Suite("HTMLREWRITE in the encoding of the page")
struct HTMLRewriteEncodingTests {
    private static let rules = ["b append-text é"]
    private static let latin = "<meta charset=latin1>"

    /// What becomes of a page that comes in pieces, with or without FLUSH behind each but the last.
    private func rewritten(
        _ pieces: [[UInt8]], type: String = "text/html", flushing: Bool = false,
        check: (borrowing Request) -> Void = { _ in }
    ) throws -> [UInt8] {
        let request = EmbeddedRequest(contentType: MediaType(rawValue: type))
        try HTMLRewriteFilterTests.plugin(Self.rules).addOutputFilter("HTMLRewrite", to: request)
        try request.withRequest { request in
            for (index, piece) in pieces.enumerated() where !piece.isEmpty {
                try request.write(piece.span)
                if flushing, index < pieces.count - 1 { try request.flush() }
            }
        }
        request.finish()
        request.withRequest(check)
        return request.response
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test(
        "text is put in as it is where the page is in UTF-8, by the first who says so, and as references elsewhere",
        arguments: [
            ("text/html; charset=utf-8", "", true), ("text/html;charset=\"UTF8\"", "", true),
            ("text/html; charset=windows-1251", "", false), ("text/html; x=y; Charset=latin1", "", false),
            // A mark counts more than the header, and that more than the page.
            ("text/html; charset=latin1", "\u{FEFF}", true), ("text/html", "\u{FEFF}" + latin, true),
            ("text/html; charset=latin1", "<meta charset=utf-8>", false), ("text/html; charset=utf-8", latin, true),
            // The page, if the header names nothing that is known.
            ("text/html", "<meta charset=utf-8>", true), ("text/html; charset=nonsense", "<meta charset=utf-8>", true),
            ("text/html", "<meta http-equiv=content-type content='text/html; charset=utf-8'>", true),
            ("text/html", latin, false), ("text/html", "<?xml version='1.0' encoding='utf-8'?>", true),
            // Nobody: browsers take windows-1252, or guess.
            ("text/html", "", false), ("text/html; charset=nonsense", "", false), ("text/html; charset=", "", false),
        ])
    func sources(_ type: String, _ start: String, _ isUTF8: Bool) throws {
        let page = Array((start + "<b>x</b>").utf8)
        let expected = start + (isUTF8 ? "<b>xé</b>" : "<b>x&#233;</b>")
        for cut in page.indices {
            let output = try rewritten([Array(page[..<cut]), Array(page[cut...])], type: type)
            #expect(text(output) == expected, "cut at \(cut)")
        }
        // What is not known when FLUSH comes is written as references, which mean the same.
        var verifier = try FilterVerifier(
            HTMLRewriteFilterTests.plugin(Self.rules), outputFilter: "HTMLRewrite")
        verifier.prepare = { $0.contentType = MediaType(rawValue: type) }
        verifier.meaning = { Array(text($0).replacing("é", with: "&#233;").utf8) }
        try verifier.verify(page, expecting: Array(expected.replacing("é", with: "&#233;").utf8))
        try verifier.verify(Array(start.utf8), expecting: Array(start.utf8))
    }

    @Test("a declaration counts that ends within 1024 bytes, however they are cut") func boundary() throws {
        let meta = "<meta charset=utf-8>"
        for (space, end) in [(1004, "<b>xé</b>"), (1005, "<b>x&#233;</b>")] {
            let start = String(repeating: " ", count: space) + meta
            let page = Array((start + "<b>x</b>").utf8)
            for cut in Array(0...8) + Array(990...page.count) {
                let output = try rewritten([Array(page[..<cut]), Array(page[cut...])])
                #expect(text(output) == start + end, "\(space) in front, cut at \(cut)")
            }
            #expect(try text(rewritten(page.map { [$0] })) == start + end)
        }
    }

    @Test("FLUSH does not wait for the word of the page, but for what may be a mark") func flush() throws {
        let request = EmbeddedRequest(contentType: .html)
        try HTMLRewriteFilterTests.plugin(Self.rules).addOutputFilter("HTMLRewrite", to: request)
        func send(_ bytes: [UInt8]) throws {
            try request.withRequest { request in
                try request.write(bytes.span)
                try request.flush()
            }
        }
        try send([0xEF])
        try send([0xBB])
        #expect(request.response.isEmpty)
        try send([0xBF])
        #expect(request.response == [0xEF, 0xBB, 0xBF])
        request.finish()

        let page = ["<!DOCTYPE html><p>first</p>", "<meta charset=utf-8><b>x</b>"].map { Array($0.utf8) }
        #expect(try text(rewritten(page)).hasSuffix("<b>xé</b>"))
        #expect(try text(rewritten(page, flushing: true)).hasSuffix("<b>x&#233;</b>"))
        #expect(try text(rewritten([[]] + page)).hasSuffix("<b>xé</b>"))
    }

    @Test("bytes that only begin like a byte order mark are part of the page") func nearlyMarked() throws {
        for type in ["text/html", "text/html; charset=utf-8"] {
            for start in [[0xEF], [0xEF, 0xBB], [0xFE], [0xFF], [0xEF, 0xBB, 0x3C], [0xFE, 0xFE]] as [[UInt8]] {
                var verifier = try FilterVerifier(
                    HTMLRewriteFilterTests.plugin(["b append-text y"]), outputFilter: "HTMLRewrite")
                verifier.prepare = { $0.contentType = MediaType(rawValue: type) }
                try verifier.verify(start, expecting: start)
                try verifier.verify(
                    start + Array(" <b>x</b>".utf8), expecting: start + Array(" <b>xy</b>".utf8))
            }
        }
    }

    @Test(
        "a page whose tags are not ASCII stays as it is, with a note, whoever says so",
        arguments: [
            ("", "text/html; charset=utf-16le"), ("", "text/html; charset=ISO-2022-JP"),
            ("", "text/html; charset=hz-gb-2312"), ("<meta charset=iso-2022-jp>", "text/html"),
            ("<meta charset=iso-2022-kr>", "text/html; charset=nonsense"),
        ])
    func passing(_ start: String, _ type: String) throws {
        let page = Array((start + "<b>x</b>").utf8)
        for cut in page.indices {
            let output = try rewritten([Array(page[..<cut]), Array(page[cut...])], type: type) { request in
                #expect(request.notes["htmlrewrite-reason"] == "encoding")
                #expect(request.contentType?.rawValue == type)
            }
            #expect(output == page)
        }
    }

    @Test("a page in UTF-16 stays as it is, by its mark or its first tag, with a note") func utf16() throws {
        let page = "<?xml version='1.0'?><b>x</b>".utf16.flatMap {
            [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)]
        }
        for (bytes, type) in [
            ([0xFF, 0xFE] + page, "text/html"),
            ([0xFE, 0xFF, 0, 0x3C] + Array("<b>".utf8), "text/html; charset=utf-8"),
            ([0xFF, 0xFE], "text/html"), (page, "text/html"),
        ] {
            var verifier = try FilterVerifier(
                HTMLRewriteFilterTests.plugin(["b remove"]), outputFilter: "HTMLRewrite")
            verifier.prepare = { $0.contentType = MediaType(rawValue: type) }
            try verifier.verify(bytes, expecting: bytes)
            let output = try rewritten([bytes], type: type) { request in
                #expect(request.notes["htmlrewrite-reason"] == "encoding")
            }
            #expect(output == bytes)
        }
    }

    @Test(
        "a long first piece is kept where it is, whoever says the encoding",
        arguments: [(HTMLEncoding.utf8, ""), (nil, "<meta charset=utf-8>"), (nil, ""), (.koi8R, ""), (nil, "\u{FEFF}")])
    func copiesNothing(_ charset: HTMLEncoding?, _ start: String) throws {
        let rules = try HTMLRules { on("nothing") { $0.remove() } }
        var rewriter = PageRewriter(rules, nil, HTMLLimits(), charset: charset, converts: true)
        let page = Array((start + String(repeating: "<p>text</p>\n", count: 10_000)).utf8)
        var storage: OutputStorage.One = [OutputStorage()]
        var output = Output(editing: page.span, into: storage.mutableSpan, keepsInPlace: true)
        try rewriter.write(page.span, into: &output)
        #expect(storage[0].keptAlone == page.count)
    }
}
