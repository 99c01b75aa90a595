// SPDX-License-Identifier: Apache-2.0
import HTMLTokenizing
import Testing

@Suite("Character references: 13.2.5.72 to 13.2.5.84")
struct ReferenceTests {
    @Test("Names are decoded as far as they are known")
    func named() {
        expect("&amp;&lt;&gt;&quot;&apos;", "\"&<>\"'\"")
        expect("&amp &lt&gt", "\"& <>\"")
        expect("&AMP;&AMP&Amp;", "\"&&&Amp;\"")
        expect("&", "\"&\"")
        expect("&&&amp;&", "\"&&&&\"")
        expect("& amp;&;&=", "\"& amp;&;&=\"")
        expect("&notit;&notin;&not;&no;", "\"¬it;∉¬&no;\"")
        expect("&ampx;&ltx&apos", "\"&x;<x&apos\"")
        expect(
            "&CounterClockwiseContourIntegral;&CounterClockwiseContourIntegra;", "\"∳&CounterClockwiseContourIntegra;\""
        )
        expect("&CounterClockwiseContourIntegralx;", "\"&CounterClockwiseContourIntegralx;\"")
        expect("&NotEqualTilde;&ThickSpace;&fjlig;", "\"≂̸\u{205F}\u{200A}fj\"")
        expect("&Tab;&NewLine;&colon;&nbsp;", "\"\t\n:\u{A0}\"")
        expect("&zwnj;&AElig&zzz;&aaa;", "\"\u{200C}Æ&zzz;&aaa;\"")
        expect("&\(String(repeating: "a", count: 100));", "\"&\(String(repeating: "a", count: 100));\"")
        expect("&amp\(String(repeating: "a", count: 100));", "\"&\(String(repeating: "a", count: 100));\"")
        expect("&amp<b>&lt<!--&gt-->", "\"&\"", "<b>", "\"<\"", "<!--&gt-->")
        expect("&am<b>p;", "\"&am\"", "<b>", "\"p;\"")
        expect("&copy\r\n&co\rpy;", "\"©\n&co\npy;\"")
    }

    @Test("In attributes a name without a semicolon may be a parameter of a URL")
    func attributes() {
        expect("<a b='&amp;&lt&gt'>", "<a b=\"&<>\">")
        expect("<a b='&amp=x&ampx&amp1&ampX&amp;=&amp '>", "<a b=\"&amp=x&ampx&amp1&ampX&=& \">")
        expect("<a b='?a=b&copy=1&copy;=2&copy'>", "<a b=\"?a=b&copy=1©=2©\">")
        expect("<a b='&notit;&notin;&not-'>", "<a b=\"&notit;∉¬-\">")
        expect("<a b=&amp>", "<a b=\"&\">")
        expect("<a b=&#65=&#x42C;&#>", "<a b=\"A=Ь&#\">")
        expect("<a b=\"&quot;\">", "<a b=\"\"\">")
        expect("<a b=&amp&#62>", "<a b=\"&>\">")
    }

    @Test("Numbers are characters, and those that are none are U+FFFD")
    func numeric() {
        expect("&#65;&#x41;&#X4a;&#65 &#x41G&#65", "\"AAJA AGA\"")
        expect("&#;&#x;&#X;&#a;&#xg;&#&#x", "\"&#;&#x;&#X;&#a;&#xg;&#&#x\"")
        expect("&#0;&#x0;&#00000000000000000065;&#x0000000000000000041", "\"\u{FFFD}\u{FFFD}AA\"")
        expect(
            "&#xD800;&#xDFFF;&#x110000;&#99999999999999999999;&#xFFFFFFFFFFFFFFFFF;",
            "\"\(String(repeating: "\u{FFFD}", count: 5))\"")
        // Literals may not have them.
        let nonCharacters = String(decoding: [0xFFFE, 0xFFFF, 0xFDD0], as: UTF16.self)
        expect("&#x10FFFF;&#xFFFE;&#xFFFF;&#xFDD0;", "\"\u{10FFFF}\(nonCharacters)\"")
        expect("&#13;&#x0D;\r\n&#10;", "\"\r\r\n\n\"")
        expect("\r&#10;", "\"\n\n\"")
        expect("&#1;&#x7F;&#xB;", "\"\u{1}\u{7F}\u{B}\"")
        expect("&#55296;&#1114112;&#1114111;", "\"\u{FFFD}\u{FFFD}\u{10FFFF}\"")
        expect("&#x80;&#x81;&#x82;&#x8D;&#x9F;&#128;&#159;", "\"€\u{81}‚\u{8D}Ÿ€Ÿ\"")
    }

    @Test("Numbers from 128 to 159 mean what windows-1252 has there")
    func windows() {
        let table = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8D}Ž\u{8F}\u{90}‘’“”•–—˜™š›œ\u{9D}žŸ"
        for (index, character) in table.unicodeScalars.enumerated() {
            expect("&#\(128 + index);", "\"\(character)\"")
        }
    }

    @Test("Ends of lines are line feeds, and NUL stays for the tree builder in ordinary text")
    func lines() {
        expect("a\r\nb\rc\nd\r\r\n\n\r", "\"a\nb\nc\nd\n\n\n\n\"")
        expect("\u{0}a", "\"\u{0}a\"")
        expect("\r<b>\n", "\"\n\"", "<b>", "\"\n\"")
    }
}
