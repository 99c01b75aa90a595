// SPDX-License-Identifier: Apache-2.0
import HTMLTokenizing
import Testing

@Suite("SVG and MathML: 13.2.6.5, 13.2.5.69 to 13.2.5.71")
struct ForeignTests {
    @Test("CDATA is text in SVG and MathML, and a comment in HTML")
    func cdata() {
        expect("<svg><![CDATA[a<b>&amp;]]>c", "<svg:svg>", "\"a<b>&amp;c\"")
        expect("<math><![CDATA[]]></math><![CDATA[]]>", "<math:math>", "</math>", "<!--[CDATA[]]-->")
        expect("<svg><![CDATA[a]]]]>b", "<svg:svg>", "\"a]]b\"")
        expect("<svg><![CDATA[]]]>b", "<svg:svg>", "\"]b\"")
        expect("<svg><![CDATA[]a]]a>]>]]>b", "<svg:svg>", "\"]a]]a>]>b\"")
        expect("<svg><![CDATA[a", "<svg:svg>", "\"a\"")
        expect("<svg><![CDATA[a]", "<svg:svg>", "\"a]\"")
        expect("<svg><![CDATA[a]]", "<svg:svg>", "\"a]]\"")
        expect("<svg><![CDATA[\u{0}\r\n]]>", "<svg:svg>", "\"\u{0}\n\"")
        expect("<svg><![CDATA[]]>&lt;]]>", "<svg:svg>", "\"<]]>\"")
        expect("<svg><![cdata[a]]>", "<svg:svg>", "<!--[cdata[a]]-->")
        expect("<svg><![CDATA", "<svg:svg>", "<!--[CDATA-->")
        expect(
            "<svg><desc><![CDATA[a]]><b><![CDATA[b]]>", "<svg:svg>", "<svg:desc>", "\"a\"", "<b>", "<!--[CDATA[b]]-->")
    }

    @Test("Names that begin text in HTML begin none in SVG and MathML")
    func text() {
        expect(
            "<svg><title><b>x</title><style><a>", "<svg:svg>", "<svg:title>", "<b>", "\"x\"", "</title>", "<style>",
            "\"<a>\"")
        expect(
            "<svg><style><path/></style><script>&lt;</script>", "<svg:svg>", "<svg:style>", "<svg:path/>", "</style>",
            "<svg:script>", "\"<\"", "</script>")
        expect("<math><xmp><mi><xmp><a>", "<math:math>", "<math:xmp>", "<math:mi>", "<xmp>", "\"<a>\"")
        expect("<svg><plaintext><a>", "<svg:svg>", "<svg:plaintext>", "<svg:a>")
        expect("<svg></svg><title><a>", "<svg:svg>", "</svg>", "<title>", "\"<a>\"")
        expect("<svg/><title><a>", "<svg:svg/>", "<title>", "\"<a>\"")
        expect("<svg><g/><title><title><a>", "<svg:svg>", "<svg:g/>", "<svg:title>", "<title>", "\"<a>\"")
    }

    @Test("Integration points hold HTML")
    func points() {
        expect(
            "<svg><foreignObject><p><svg><a></svg><a>", "<svg:svg>", "<svg:foreignobject>", "<p>", "<svg:svg>",
            "<svg:a>",
            "</svg>", "<a>")
        expect(
            "<svg><foreignObject></foreignObject><a>", "<svg:svg>", "<svg:foreignobject>", "</foreignobject>", "<svg:a>"
        )
        expect("<svg><desc/><a>", "<svg:svg>", "<svg:desc/>", "<svg:a>")
        expect(
            "<math><mi><a></a><mglyph></mglyph><malignmark></malignmark></mi><a>", "<math:math>", "<math:mi>", "<a>",
            "</a>",
            "<math:mglyph>", "</mglyph>", "<math:malignmark>", "</malignmark>", "</mi>", "<math:a>")
        expect("<math><mtext><svg><a>", "<math:math>", "<math:mtext>", "<svg:svg>", "<svg:a>")
        expect(
            "<math><annotation-xml><svg><a></svg><a>", "<math:math>", "<math:annotation-xml>", "<svg:svg>", "<svg:a>",
            "</svg>", "<math:a>")
        for type in ["text/html", "Application/XHTML+xml", "text&#47;html"] {
            let decoded = type.replacing("&#47;", with: "/")
            expect(
                "<math><annotation-xml a encoding='\(type)'><a>", "<math:math>",
                "<math:annotation-xml a=\"\" encoding=\"\(decoded)\">", "<a>")
        }
        expect(
            "<math><annotation-xml encoding=text><a>", "<math:math>", "<math:annotation-xml encoding=\"text\">",
            "<math:a>")
        expect("<svg><mi><a>", "<svg:svg>", "<svg:mi>", "<svg:a>")
        expect("<math><desc><a>", "<math:math>", "<math:desc>", "<math:a>")
        expect("<svg><math><svg>", "<svg:svg>", "<svg:math>", "<svg:svg>")
    }

    @Test("What is in an integration point is not closed by the end tag of what holds it")
    func barriers() {
        expect(
            "<svg><desc><span></desc></svg><title><a>", "<svg:svg>", "<svg:desc>", "<span>", "</desc>", "</svg>",
            "<title>",
            "\"<a>\"")
        expect("<svg><desc><p></desc><![CDATA[x]]>", "<svg:svg>", "<svg:desc>", "<p>", "</desc>", "<!--[CDATA[x]]-->")
        expect(
            "<svg><desc><span></span></desc><a>", "<svg:svg>", "<svg:desc>", "<span>", "</span>", "</desc>", "<svg:a>")
        expect("<svg><desc><br><img></desc><a>", "<svg:svg>", "<svg:desc>", "<br>", "<img>", "</desc>", "<svg:a>")
    }

    @Test(
        "Tags that are HTML's alone end SVG and MathML",
        arguments: [
            "b", "big", "blockquote", "body", "br", "center", "code", "dd", "div", "dl", "dt", "em", "embed", "h1",
            "h2", "h3",
            "h4", "h5", "h6", "head", "hr", "i", "img", "li", "listing", "menu", "meta", "nobr", "ol", "p", "pre",
            "ruby", "s",
            "small", "span", "strong", "strike", "sub", "sup", "table", "tt", "u", "ul", "var",
        ])
    func breakouts(_ name: String) {
        expect("<svg><g><\(name)><title><a>", "<svg:svg>", "<svg:g>", "<\(name)>", "<title>", "\"<a>\"")
        expect("<math><mi><mglyph><\(name)/><a>", "<math:math>", "<math:mi>", "<math:mglyph>", "<\(name)/>", "<a>")
    }

    @Test("A <font> is HTML's if it says how text looks")
    func font() {
        expect("<svg><font x=color><a>", "<svg:svg>", "<svg:font x=\"color\">", "<svg:a>")
        for attribute in ["COLOR", "face", "size"] {
            expect(
                "<svg><font x \(attribute)=1><a>", "<svg:svg>", "<font x=\"\" \(attribute.lowercased())=\"1\">", "<a>")
        }
    }

    @Test("End tags close what is in between")
    func endTags() {
        expect("<svg><g></p><a>", "<svg:svg>", "<svg:g>", "</p>", "<a>")
        expect("<svg><g></br><a>", "<svg:svg>", "<svg:g>", "</br>", "<a>")
        expect("<svg><g><a></G><b></svg>", "<svg:svg>", "<svg:g>", "<svg:a>", "</g>", "<b>", "</svg>")
        expect("<div><svg><g></div><a>", "<div>", "<svg:svg>", "<svg:g>", "</div>", "<a>")
        expect("<svg><g></div><a>", "<svg:svg>", "<svg:g>", "</div>", "<svg:a>")
        expect("<span><svg></span><a>", "<span>", "<svg:svg>", "</span>", "<a>")
        expect("<span><div><svg></span><a>", "<span>", "<div>", "<svg:svg>", "</span>", "<svg:a>")
        expect("<b><p><svg></b><a></p>", "<b>", "<p>", "<svg:svg>", "</b>", "<a>", "</p>")
        expect("<table><tr><td><svg></td><a>", "<table>", "<tr>", "<td>", "<svg:svg>", "</td>", "<a>")
        expect("<table><tr><td><svg><desc><td><a>", "<table>", "<tr>", "<td>", "<svg:svg>", "<svg:desc>", "<td>", "<a>")
        expect("<svg><desc><td><p></desc><path>", "<svg:svg>", "<svg:desc>", "<td>", "<p>", "</desc>", "<path>")
        expect("<h1><svg></h2><a>", "<h1>", "<svg:svg>", "</h2>", "<a>")
        expect("<ul><li><svg></li><a>", "<ul>", "<li>", "<svg:svg>", "</li>", "<a>")
        expect("<body><svg></body><a>", "<body>", "<svg:svg>", "</body>", "<svg:a>")
        expect("<template><svg></template><a>", "<template>", "<svg:svg>", "</template>", "<a>")
    }

    @Test("An SVG image deeper than elements are kept is taken for HTML, and nothing else is")
    func depth() {
        var options = HTMLTokenizer.Options()
        options.depth = 3
        expect(
            "<x><x><x><svg><a></svg></x></x></x><svg><a>", "<x>", "<x>", "<x>", "<svg:svg>", "<a>", "</svg>", "</x>",
            "</x>",
            "</x>", "<svg:svg>", "<svg:a>", options: options)
    }
}
