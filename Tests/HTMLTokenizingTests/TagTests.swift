// SPDX-License-Identifier: Apache-2.0
import HTMLTokenizing
import Testing

@Suite("Tags: 13.2.5.6 to 13.2.5.8, 13.2.5.32 to 13.2.5.40")
struct TagTests {
    @Test("A tag begins with a letter; what else follows < is text, a comment or nothing")
    func open() {
        expect("<h>", "<h>")
        expect("<H1>x</H1>", "<h1>", "\"x\"", "</h1>")
        expect("a<b", "\"a\"")
        expect("<", "\"<\"")
        expect("a<", "\"a<\"")
        expect("<<b>", "\"<\"", "<b>")
        expect("<3 <", "\"<3 <\"")
        expect("< b>", "\"< b>\"")
        expect("<=a>", "\"<=a>\"")
        expect("<\u{0}a>", "\"<\u{0}a>\"")
        expect("<?php x?>y", "<!--?php x?-->", "\"y\"")
        expect("<?", "<!--?-->")
        expect("</", "\"</\"")
        expect("a</>b", "\"ab\"")
        expect("</ a>b", "<!-- a-->", "\"b\"")
        expect("</3", "<!--3-->")
        expect("</<a>", "<!--<a-->")
        expect("</a", in: .data)
        expect("</\u{0}>", "<!--\u{FFFD}-->")
    }

    @Test("A name ends at white space, a slash or the end of the tag, and nothing else")
    func names() {
        expect("<a\tb><a\nb><a\u{C}b><a\rb><a b>", "<a b=\"\">", "<a b=\"\">", "<a b=\"\">", "<a b=\"\">", "<a b=\"\">")
        expect("<a/b>", "<a b=\"\">")
        expect("<a/>", "<a/>")
        expect("<a<b>", "<a<b>")
        expect("<a\"'=&amp;>", "<a\"'=&amp;>")
        expect("<a\u{0}B>", "<a\u{FFFD}b>")
        expect("<ÄÖ>", "\"<ÄÖ>\"")
        expect("<aÄ>", "<aÄ>")
        expect("</a/>", "</a>")
        expect("</a b='>'>x", "</a>", "\"x\"")
        expect("<a-b:c.d>", "<a-b:c.d>")
    }

    @Test("Attributes are what the standard's states make of them")
    func attributes() {
        expect("<a b=c>", "<a b=\"c\">")
        expect("<a B=C D='E' f=\"G\">", "<a b=\"C\" d=\"E\" f=\"G\">")
        expect("<a b c>", "<a b=\"\" c=\"\">")
        expect("<a b = c>", "<a b=\"c\">")
        expect("<a b\n=\t'c'>", "<a b=\"c\">")
        expect("<a b=>", "<a b=\"\">")
        expect("<a b= >", "<a b=\"\">")
        expect("<a =>", "<a ==\"\">")
        expect("<a ==b>", "<a ==\"b\">")
        expect("<a =\">\">", "<a =\"=\"\">", "\"\">\"")
        expect("<a b==c>", "<a b=\"=c\">")
        expect("<a b=\"\"c=d>", "<a b=\"\" c=\"d\">")
        expect("<a b=''=c>", "<a b=\"\" =c=\"\">")
        expect("<a b='c'/d>", "<a b=\"c\" d=\"\">")
        expect("<a b=c/>", "<a b=\"c/\">")
        expect("<a b=c />", "<a b=\"c\"/>")
        expect("<a b/>", "<a b=\"\"/>")
        expect("<a b/=c>", "<a b=\"\" =c=\"\">")
        expect("<a b /c/ / d>", "<a b=\"\" c=\"\" d=\"\">")
        expect("<a //>", "<a/>")
        expect("<a / >", "<a>")
        expect("<a b='>' c=\">\">", "<a b=\">\" c=\">\">")
        expect("<a b=x'>'>", "<a b=\"x'\">", "\"'>\"")
        expect("<a b=x\"y>", "<a b=\"x\"y\">")
        expect("<a b=`c<d>", "<a b=\"`c<d\">")
        expect("<a \"b'c<d>", "<a \"b'c<d=\"\">")
        expect("<a b c=d b=e C=f>", "<a b=\"\" c=\"d\">")
        expect("<a \u{0}='\u{0}' b=\u{0}>", "<a \u{FFFD}=\"\u{FFFD}\" b=\"\u{FFFD}\">")
        expect("<a b='\r\nc\rd\n'>", "<a b=\"\nc\nd\n\">")
        expect("<a ß=É>", "<a ß=\"É\">")
        expect("<a b\r=\rc>", "<a b=\"c\">")
    }

    @Test(
        "A tag that the page's end cuts off is nothing",
        arguments: [
            "<a", "<a ", "<a b", "<a b ", "<a b=", "<a b= ", "<a b=c", "<a b='", "<a b='c", "<a b=\"c", "<a b='c'",
            "<a/",
            "<a b/", "</a", "</a b='c'", "<a b=\">",
        ])
    func cutOff(_ tag: String) {
        expect(tag)
        expect("x" + tag, "\"x\"")
    }

    @Test("Where an attribute is, the bytes say what it was written as")
    func places() {
        let tag = Array("<A Href = \"x&y\" b=c d\t e=''  f=/>".utf8)
        var tokenizer = HTMLTokenizer()
        guard let token = tokenizer.next(in: tag.span, isLast: true) else { return #expect(Bool(false)) }
        #expect(String(decoding: tag[token.content], as: UTF8.self) == "A")
        var attributes = HTMLAttributes(of: token, in: tag.span)
        var seen: [String] = []
        while let attribute = attributes.next() {
            let parts = [attribute.range, attribute.name, attribute.value].map {
                String(decoding: tag[$0], as: UTF8.self)
            }
            seen.append(parts.joined(separator: "|") + "|\(attribute.notation)")
        }
        #expect(
            seen == [
                "Href = \"x&y\"|Href|x&y|doubleQuoted", "b=c|b|c|unquoted", "d|d||none", "e=''|e||singleQuoted",
                "f=/|f|/|unquoted",
            ])
        #expect(token.isSelfClosing == false)
    }

    @Test("A tag longer than the limit is told of in parts, and does what it does")
    func overlong() {
        var options = HTMLTokenizer.Options()
        options.tagLength = 64
        let long = String(repeating: "x", count: 80)
        let fits = "<a b='\(String(repeating: "x", count: 56))'>"
        #expect(fits.utf8.count == 64)
        expect(fits, String(fits.replacing("'", with: "\"")), options: options)
        expect("<ab='\(fits.dropFirst(6))", "<ab='\(fits.dropFirst(6).dropLast())>", options: options)
        expect("<aa\(fits.dropFirst(2))y", "overlong:<aa\(fits.dropFirst(2))", "\"y\"", options: options)
        expect(
            "<script \(long)><b></script \(long)>y", "overlong:<script \(long)>", "\"<b>\"",
            "overlong:</script \(long)>",
            "\"y\"", options: options)
        expect(
            "<svg \(long)><path></svg \(long)><b>", "overlong:<svg \(long)>", "<svg:path>", "overlong:</svg \(long)>",
            "<b>", options: options)
        expect("<\(long)", "overlong:<\(long)", options: options)
        expect("<!doctype \(long)>y", "overlong:<!doctype \(long)>", "\"y\"", options: options)
        expect("<!--\(long)--><!\(long)>", "<!--\(long)-->", "<!--\(long)-->", options: options)
    }
}
