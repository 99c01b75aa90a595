// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTMLTokenizing
import Testing

@Suite("Any bytes, cut anywhere")
struct CutTests {
    @Test("Random pieces of HTML mean the same however they are cut, and no byte is lost", arguments: 0..<40)
    func random(seed: Int) {
        var maker = PageMaker(seed: UInt64(seed))
        for _ in 0..<25 {
            let page = maker.page(pieces: 12)
            for (mode, element) in PageMaker.modes {
                let tokenizer = HTMLTokenizer(.init(), in: mode, of: Array(element.utf8).span)
                expectSame(Seen(page, cuts: [], tokenizer), page, tokenizer)
            }
        }
    }

    @Test("So do random bytes, within a small limit", arguments: 0..<20)
    func bytes(seed: Int) {
        var maker = PageMaker(seed: UInt64(seed))
        var options = HTMLTokenizer.Options()
        options.tagLength = 64
        for _ in 0..<20 {
            let page = maker.bytes(200)
            let tokenizer = HTMLTokenizer(options)
            let whole = Seen(page, cuts: [], tokenizer)
            let single = Seen(page, cuts: Array(page.indices.dropFirst()), tokenizer, limit: 64)
            #expect(single.tokens == whole.tokens, "\(page)")
        }
    }

    @Test("httpd's manual, in any pieces, is what it was, and means the same")
    func manual() throws {
        let folder = URL(filePath: "/usr/share/doc/apache2-doc/manual/en")
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        var pages = 0
        var tags = 0
        while let file = files?.nextObject() as? URL {
            guard file.path.contains(".html") else { continue }
            let page = [UInt8](try Data(contentsOf: file))
            let whole = Seen(page, cuts: [], HTMLTokenizer())
            let size = 1 + pages * 7 % 4096
            let cut = Seen(page, cuts: Array(stride(from: size, to: page.count, by: size)), HTMLTokenizer())
            #expect(cut.tokens == whole.tokens, "\(file.path)")
            pages += 1
            tags += whole.tokens.count { $0.hasPrefix("<") }
        }
        #expect(pages > 200)
        #expect(tags > 100_000)
    }

    @Test("A caller that shows other bytes than it has to does no harm")
    func misuse() {
        var maker = PageMaker(seed: 7)
        for _ in 0..<200 {
            var tokenizer = HTMLTokenizer()
            for _ in 0..<20 {
                let page = maker.page(pieces: 3)
                let start = Int(maker.next(40)) - 5
                guard let token = tokenizer.next(in: page.span, from: start, isLast: maker.next(2) == 0) else {
                    continue
                }
                #expect(token.range.lowerBound >= start)
                let other = maker.page(pieces: 1)
                var attributes = HTMLAttributes(of: token, in: other.span)
                while attributes.next() != nil {}
                _ = HTMLDoctype(of: token, in: other.span)
            }
        }
    }
}

/// Makes pages by chance, the same for the same seed.
struct PageMaker {
    static let modes: [(TextMode, String)] = [
        (.data, ""), (.rcdata, "title"), (.rawtext, "style"), (.script, "script"), (.cdata, ""),
    ]

    private var state: UInt64

    init(seed: UInt64) {
        state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
    }

    /// A number below `count`.
    mutating func next(_ count: Int) -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return (state >> 33) % UInt64(count)
    }

    mutating func page(pieces count: Int) -> [UInt8] {
        var page = ""
        for _ in 0..<next(count) + 1 { page += Self.pieces[Int(next(Self.pieces.count))] }
        return Array(page.utf8)
    }

    mutating func bytes(_ count: Int) -> [UInt8] {
        let likely = Array("<<<>>/!-=\"' &;]Aa\0\r\n".utf8)
        return (0..<count).map { _ in
            next(4) == 0 ? UInt8(truncatingIfNeeded: next(256)) : likely[Int(next(likely.count))]
        }
    }

    private static let pieces = [
        "<", ">", "/", "!", "-", "--", "=", "\"", "'", " ", "\r", "\n", "\r\n", "\0", "&", ";", "#", "x", "]", "]]>",
        "[", "?", "é",
        "a", "A", "script", "title", "style", "amp", "&amp", "&amp;", "&#65;", "&#x", "&notin;", "&not", "<!--", "-->",
        "--!>",
        "<![CDATA[", "<!DOCTYPE html", " PUBLIC \"", " SYSTEM '", "<a ", "<a b=", "<a b='c' d=\"e\">", "</a>", "<p>",
        "</p>",
        "<svg>", "</svg>", "<math>", "</math>", "<desc>", "</desc>", "<foreignObject>", "<mi>", "</mi>",
        "<annotation-xml>",
        "<title>", "</title>", "<textarea>", "</textarea ", "<script>", "</script>", "<style>", "</style>", "<g/>",
        "<g>", "</g>",
        "<font color=red>", "<font>", "<b>", "</b>", "<div>", "</div>", "<table>", "<tr>", "<td>", "</td>", "</table>",
        "<li>",
        "<br/>", "<span>", "</span>", "<xmp>", "</xmp>", "text", "<h1>", "</h2>", "<plaintext",
    ]
}
