// SPDX-License-Identifier: Apache-2.0
import HTMLSelectors
import Testing

@Suite struct GrammarTests {
    private let tree = "html#r(body#b(div#a.x+y[lang=en-US](p#p1 p#p2.x em#e)))"

    @Test(
        "Each simple selector matches what it names",
        arguments: [
            ("p", "p1 p2"), ("*", "r b a p1 p2 e"), (".x", "a p2"), (".x.y", "a"), ("#p2", "p2"), ("p#p2.x", "p2"),
            ("[lang]", "a"), ("[lang=en-US]", "a"), ("[lang='en-US']", "a"), ("[ lang = \"en-US\" ]", "a"),
            ("[lang|=en]", "a"), ("[class~=y]", "a"), ("[class^=x]", "a p2"), ("[class$=y]", "a"), ("[id*='1']", "p1"),
            (":root", "r"), (":scope", "r"), (":RooT", "r"), ("p, em", "p1 p2 e"), ("*.x", "a p2"),
        ])
    func simple(selector: String, expected: String) {
        #expect(matching(selector, in: tree) == expected)
    }

    @Test(
        "Each combinator joins, with and without spaces and comments around it",
        arguments: [
            ("div p", "p1 p2"), ("html p", "p1 p2"), ("html>p", ""), ("div>p", "p1 p2"), ("div > p", "p1 p2"),
            ("p+p", "p2"),
            ("p + em", "e"), ("p~em", "e"), ("#p1 ~ *", "p2 e"), ("#p1+*", "p2"), ("div/**/p", "!"),
            ("div/**/ /**/p", "p1 p2"), ("div/* > */>/* */p", "p1 p2"), ("  p\t", "p1 p2"),
            ("\np\r\n,\u{C}em ", "p1 p2 e"),
            ("p/**/.x", "p2"), ("p./**/x", "p2"), ("html body div > p + p ~ em", "e"),
        ])
    func combinators(selector: String, expected: String) {
        if expected == "!" {
            #expect(refusal(of: selector)?.reason == .misplacedType)
        } else {
            #expect(matching(selector, in: tree) == expected)
        }
    }

    @Test(
        "Escapes in names and strings are read as CSS Syntax says",
        arguments: [
            (#"#\31 23"#, "123"), (#"#\000031 23"#, "123"), (#"#\00003123"#, "123"), (#"#\31\32\33"#, "123"),
            (#"[id=\31 23]"#, "123"), (#"[id='\31 23']"#, "123"), ("[id='1\\\n23']", "123"),
            ("[id='1\\\r\n23']", "123"),
            (#"#a\.b"#, "a.b"), (#"#a\:b"#, "a:b"), (#"#\-"#, "-"), (#"#--"#, "--"), (#"#-\31"#, "-1"), (#"#é"#, "é"),
            (#"#\E9"#, "é"), (#"#\e9 "#, "é"), (#"#\é"#, "é"), (#"#\0"#, "\u{FFFD}"), (#"#\D800"#, "\u{FFFD}"),
            (#"#\110000"#, "\u{FFFD}"), ("#\0", "\u{FFFD}"), (#"#\"#, "\u{FFFD}"), (#"#😀"#, "😀"), (#"#\1F600"#, "😀"),
            (#"[id='\'']"#, "'"), (#"[id="\""]"#, "\""), ("#\\31\r\n23", "123"), ("#\\31\n23", "123"), (#"#_"#, "_"),
            ("[id='\0']", "\u{FFFD}"),
        ])
    func escapes(selector: String, id: String) throws {
        let node = Node(name: "p", namespace: .html, attributes: [("id", id)])
        var matcher = SelectorMatcher(SelectorSet([try Selector(selector)]))
        try matcher.walk([node]) { _, found, _ in #expect(found == [0]) }
    }

    @Test(
        "An+B is read in every spelling",
        arguments: [
            ("2", "b"), ("+2", "b"), ("-2", ""), ("0", ""), ("n", "a b c d e f"), ("N", "a b c d e f"),
            ("+n", "a b c d e f"),
            ("-n", ""), ("2n", "b d f"), ("even", "b d f"), ("ODD", "a c e"), ("2n+1", "a c e"), ("2N + 1", "a c e"),
            ("2n +1", "a c e"), ("2n+ 1", "a c e"), ("2n-1", "a c e"), ("2n - 1", "a c e"), ("-n+3", "a b c"),
            ("-2n+3", "a c"), ("n+5", "e f"), ("0n+4", "d"), ("n-2", "a b c d e f"), ("  3  ", "c"), ("/**/3/**/", "c"),
            ("-0", ""), ("3n-99999999999999999999", "a d"), ("99999999999999999999999n+2", "b"),
            ("-99999999999999999999n+99999999999999999999", ""), ("n/**/+/**/6", "f"),
        ])
    func positions(position: String, expected: String) {
        let tree = "ul(li#a li#b li#c li#d li#e li#f)"
        #expect(matching("li:nth-child(\(position))", in: tree) == expected)
        #expect(matching("li:nth-of-type(\(position))", in: tree) == expected)
        #expect(matching(":nth-child(\(position) of li)", in: tree) == expected)
        #expect(matching("ul > :nth-of-type(\(position))", in: tree) == expected)
    }

    @Test(
        "What is no An+B is refused where it begins",
        arguments: [
            "", "x", "2 n", "+ n", "- 2", "n 2", "n + + 2", "n+-2", "2n+", "1.5", "2x", "2n+1x", "2n+1of", "+", "-",
            "n-",
            "evenly", "3%", "n\\6e",
        ])
    func noPositions(position: String) {
        let error = refusal(of: "p:nth-of-type(\(position))")
        let expected: [SelectorError.Reason] = [.noPosition, .unexpected("2"), .unexpected("n"), .unexpected("of")]
        #expect(error.map { expected.contains($0.reason) } == true, "\(position): \(String(describing: error))")
        if error?.reason == .noPosition { #expect(error?.offset == 14) }
    }
}
