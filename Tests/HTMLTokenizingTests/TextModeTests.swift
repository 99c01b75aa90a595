// SPDX-License-Identifier: Apache-2.0
import HTMLTokenizing
import Testing

@Suite("Kinds of text: 13.2.5.1 to 13.2.5.5, 13.2.5.9 to 13.2.5.31")
struct TextModeTests {
    @Test("RCDATA has character references, and ends at its own end tag only")
    func rcdata() {
        for name in ["title", "textarea"] {
            expect("<\(name)>a<b>&amp;</b></\(name)>c&lt;", "<\(name)>", "\"a<b>&</b>\"", "</\(name)>", "\"c<\"")
        }
        expect("a</TITLE >b", "\"a\"", "</title>", "\"b\"", in: .rcdata, of: "title")
        expect("a</title/b=c>", "\"a\"", "</title>", in: .rcdata, of: "title")
        expect("a</title b='>'>c", "\"a\"", "</title>", "\"c\"", in: .rcdata, of: "title")
        expect("</titlex></titl></ title></title", "\"</titlex></titl></ title></title\"", in: .rcdata, of: "title")
        expect("</title ", in: .rcdata, of: "title")
        expect("<</title>", "\"<\"", "</title>", in: .rcdata, of: "title")
        expect("</</title>", "\"</\"", "</title>", in: .rcdata, of: "title")
        expect("</tit</title>", "\"</tit\"", "</title>", in: .rcdata, of: "title")
        expect("<!--</title>-->", "\"<!--\"", "</title>", "\"-->\"", in: .rcdata, of: "title")
        expect("\u{0}<", "\"\u{FFFD}<\"", in: .rcdata, of: "title")
        expect("</", "\"</\"", in: .rcdata, of: "title")
        expect("</title\u{0}>", "\"</title\u{FFFD}>\"", in: .rcdata, of: "title")
        expect("a</b>", "\"a</b>\"", in: .rcdata)
    }

    @Test("RAWTEXT is as it is")
    func rawtext() {
        for name in ["style", "xmp", "iframe", "noembed", "noframes", "noscript"] {
            expect("<\(name)>a<b>&amp;</b></\(name)>c&lt;", "<\(name)>", "\"a<b>&amp;</b>\"", "</\(name)>", "\"c<\"")
        }
        expect("<!--</xmp>-->", "\"<!--\"", "</xmp>", "\"-->\"", in: .rawtext, of: "xmp")
        expect("\u{0}\r\n</style>", "\"\u{FFFD}\n\"", "</style>", in: .rawtext, of: "style")
        expect("</foo>&bar;</xmp\u{C}>", "\"</foo>&bar;\"", "</xmp>", in: .rawtext, of: "xmp")
    }

    @Test("PLAINTEXT never ends")
    func plaintext() {
        expect("<plaintext>a</plaintext>&amp;\u{0}<!--", "<plaintext>", "\"a</plaintext>&amp;\u{FFFD}<!--\"")
    }

    @Test("<noscript> holds elements where no scripts run")
    func noscript() {
        var options = HTMLTokenizer.Options()
        options.scripting = false
        expect("<noscript><b>&lt;</noscript>", "<noscript>", "<b>", "\"<\"", "</noscript>", options: options)
    }

    @Test("A script ends at its end tag")
    func script() {
        expect("<script>a<b>&amp;</b></script>c&lt;", "<script>", "\"a<b>&amp;</b>\"", "</script>", "\"c<\"")
        expect("a</SCRIPT\n>b", "\"a\"", "</script>", "\"b\"", in: .script, of: "script")
        expect("a</script/>b", "\"a\"", "</script>", "\"b\"", in: .script, of: "script")
        expect(
            "</scriptx></scrip></ script></script", "\"</scriptx></scrip></ script></script\"", in: .script,
            of: "script")
        expect("</</script>", "\"</\"", "</script>", in: .script, of: "script")
        expect("<</script>", "\"<\"", "</script>", in: .script, of: "script")
        expect("\u{0}<", "\"\u{FFFD}<\"", in: .script, of: "script")
        expect("<script src='</script>'>", "<script src=\"</script>\">")
    }

    @Test("What <!-- escapes in a script ends at --> or at the end tag")
    func escaped() {
        for text in [
            "<!--", "<!-", "<!", "<!-- ", "<!--a-", "<!--a--", "<!--a--b", "<!-->", "<!--->", "<!---->", "<!--<",
            "<!--<a", "<!--</",
            "<!--</a>", "<!-->a<script>", "<!--a--><script>", "<!--<scriptx>", "<!--<scrip>", "<!--<!--",
            "<!-x<script>", "<!x--<script>", "<!--->a<script>", "<!--a--->b<script>", "<!--<script-", "<!--<1script>",
            "<! --<script>", "<!--a-\u{0}-<\u{0}>",
        ] {
            let replaced = text.replacing("\u{0}", with: "\u{FFFD}")
            expect(text, "\"\(replaced)\"", in: .script, of: "script")
            expect(text + "\n</script>x", "\"\(replaced)\n\"", "</script>", "\"x\"", in: .script, of: "script")
        }
    }

    @Test("<script> behind <!-- hides the end tag, up to --> or </script>")
    func doubleEscaped() {
        for text in [
            "<!--<script>", "<!--<SCRIPT ", "<!--<script/", "<!--<script\t", "<!--<script\n", "<!--<script\u{C}",
            "<!--<script>-",
            "<!--<script>--", "<!--<script>-a-", "<!--<script><", "<!--<script></", "<!--<script></a>",
            "<!--<script></scriptx>",
            "<!--<script></scrip ", "<!--<script>-<", "<!--<script>--<", "<!--<script></ script>", "<!--a<script>",
            "<!-- --<script>",
            "<!--<script></script ><script>", "<!--<script>\u{0}-\u{0}--\u{0}",
        ] {
            let replaced = text.replacing("\u{0}", with: "\u{FFFD}")
            let page = text + "\n</script>-->x</script>y"
            expect(page, "\"\(replaced)\n</script>-->x\"", "</script>", "\"y\"", in: .script, of: "script")
        }
        for text in [
            "<!--<script>-->", "<!--<script>--->", "<!--<script>a--b-->", "<!--<script></script>",
            "<!--<script></SCRIPT/",
            "<!--<script></script\n", "<!--<script></script><script></script>", "<!--<script>--></script x",
        ] where !text.hasSuffix("x") {
            expect(text + "x</script>y", "\"\(text)x\"", "</script>", "\"y\"", in: .script, of: "script")
        }
    }
}
