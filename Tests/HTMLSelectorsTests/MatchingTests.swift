// SPDX-License-Identifier: Apache-2.0
import HTMLSelectors
import Testing

@Suite struct MatchingTests {
    @Test(
        "Attribute operators compare as the standard says, and empty values match nothing where it says so",
        arguments: [
            ("[t=ab]", "1"), ("[t=a]", ""), ("[t^=a]", "1 2 4 5"), ("[t$=c]", "2 4"), ("[t*=b]", "1 2 4 5"),
            ("[t*='b c']", "2"),
            ("[t~=bc]", ""), ("[t~=c]", "2"), ("[t~='b c']", ""), ("[t~='']", ""), ("[t^='']", ""), ("[t$='']", ""),
            ("[t*='']", ""), ("[t='']", "3"), ("[t|='']", "3"), ("[t|=ab]", "1 4 5"), ("[t|=a]", ""),
            ("[t]", "1 2 3 4 5"),
            ("[u]", ""), ("[t=AB]", ""), ("[t=AB i]", "1"), ("[t=AB I]", "1"), ("[t=AB s]", ""),
            ("[t^='AB-' i]", "4 5"),
            ("[t$=C i]", "2 4"), ("[t*=B i]", "1 2 4 5"), ("[t|=AB i]", "1 4 5"), ("[t~=AB i]", "1 2"), ("[T=ab]", "1"),
            ("[t='ab'i]", "1"), ("[t*='B C'i]", "2"), ("[t$='longer than the value']", ""), ("[t=é i]", ""),
        ])
    func operators(selector: String, expected: String) {
        let tree = "p#1[t=ab] p#2[t=ab b c] p#3[t=] p#4[t=ab-c] p#5[t=ab-]"
        #expect(matching(selector, in: tree) == expected)
    }

    @Test("Words are separated by all spaces of HTML and no others, and differ by case")
    func words() throws {
        for (value, expected) in [
            ("\t a\n", true), ("b\u{C}a\rc", true), ("a\u{B}", false), ("a\u{A0}", false), ("A", false), ("", false),
            ("aa", false),
        ] {
            let node = Node(name: "p", namespace: .html, attributes: [("CLASS", value)])
            var matcher = SelectorMatcher(SelectorSet([try Selector(".a")]))
            try matcher.walk([node]) { _, found, _ in #expect(found.isEmpty != expected, "'\(value)'") }
        }
    }

    @Test("On HTML's elements the values of HTML's own attributes are compared in either case, elsewhere not")
    func insensitive() {
        let tree = "input#a[type=TEXT][rel=X] svg#b[type=TEXT][rel=X] input#c[id=c][title=X]"
        #expect(matching("[type=text]", in: tree) == "a")
        #expect(matching("[type=text i]", in: tree) == "a b")
        #expect(matching("[type=text s]", in: tree) == "")
        #expect(matching("[TYPE^=te]", in: tree) == "a")
        #expect(matching("[rel~=x]", in: tree) == "a")
        #expect(matching("[title=x]", in: tree) == "")
        #expect(matching("#A, .A", in: tree) == "")
    }

    @Test(
        "Names are compared in either case for HTML, and as the parser spells them for SVG and MathML",
        arguments: [
            ("P", "p"), ("p", "p"), ("foreignObject", "f"), ("foreignobject", ""), ("FOREIGNOBJECT", ""),
            ("svg|CIRCLE", ""),
            ("svg|circle", "c"), ("circle", "c"), ("[viewBox]", "s"), ("[viewbox]", "d"), ("[VIEWBOX]", "d"),
            ("math", "m"),
            ("MATH", ""), ("[definitionURL]", "d m"), ("[definitionurl]", "d"), ("p, LINEARGRADIENT", "p"),
        ])
    func spelling(selector: String, expected: String) {
        // On a `div` this attribute has small letters, but `[viewBox]` names it all the same.
        let tree =
            "P#p svg#s[viewbox=1](foreignobject#f circle#c) math#m[definitionurl=x] div#d[VIEWBOX=1][definitionURL=x]"
        let expected = selector == "[viewBox]" ? "s d" : selector == "[definitionURL]" ? "m d" : expected
        #expect(matching(selector, in: tree) == expected)
    }

    @Test(
        "Prefixes tell the languages apart",
        arguments: [
            ("a", "1 2 3"), ("*|a", "1 2 3"), ("html|a", "1"), ("svg|a", "2"), ("math|a", "3"), ("|a", ""), ("|*", ""),
            ("svg|*", "s 2"), ("*|*", "1 s 2 m 3"), (":not(svg|*)", "1 m 3"), ("svg|svg > svg|a", "2"),
            ("html|svg", ""),
        ])
    func prefixes(selector: String, expected: String) {
        #expect(matching(selector, in: "a#1 svg#s(a#2) math#m(a#3)") == expected)
    }

    @Test(
        "XLink's and XML's attributes have their namespaces on SVG's elements, and none on HTML's",
        arguments: [
            ("[href]", "1 4"), ("[|href]", "1 4"), ("[*|href]", "1 2 4"), ("[xlink|href]", "2"),
            ("[xlink\\:href]", "3"),
            ("[*|lang]", "5"), ("[xml|lang=de]", "5"), ("[lang]", ""), ("[xmlns]", "3"), ("[*|xmlns]", "3 5"),
            ("[svg|href]", ""), ("[html|href]", ""), ("[*|href=x]", "1 2"), ("[*|href$=z]", "4"),
        ])
    func attributeNamespaces(selector: String, expected: String) {
        let tree =
            "a#1[href=x] svg(a#2[xlink:href=x]) a#3[xlink:href=x][xmlns=y] svg(a#4[href=z] a#5[xml:lang=de][xmlns=y])"
        #expect(matching(selector, in: tree) == expected)
    }

    @Test(
        "Lists in :not, :is, :where and `of` may hold whole selectors",
        arguments: [
            (":not(p)", "d 1 s"), ("p:not(.x)", "b"), ("p:not(.x, #b)", ""), ("p:not(div > p)", "c"),
            (":not(div p)", "d 1 s c"),
            (":is(p, span).x", "a s c"), (":is(div > p, span)", "a b s"), (":where(#a) + p", "b"),
            ("div :is(p + p)", "b"),
            (":not(:not(p))", "a b c"), (":is(:is(p):not(.x))", "b"), (":NOT(p, span, div)", "1"), ("p:is(span)", ""),
            (":is(div, section) > p:not(p + p)", "a"), (":nth-child(1 of .x)", "a s c"),
            ("p:nth-child(2 of .x, p)", "b"),
            (":nth-child(1 of div > p)", "a"), (":nth-child(2 of :nth-child(odd))", ""),
            (":nth-child(2 of :nth-child(n of p))", "b"), (":not(:nth-child(1 of p))", "d b 1 s"),
            ("p:nth-child(2 of p + p)", ""), ("p:nth-child(1 of p + p)", "b"), ("div:not(#x p div)", "d"),
        ])
    func lists(selector: String, expected: String) {
        #expect(matching(selector, in: "div#d(p#a.x p#b) section#1(span#s.x(p#c.x))") == expected)
    }

    @Test("Places are counted for each parent, and types by name and language")
    func places() {
        let tree = "ul#u(li#a b#x li#c(li#d b#y) svg#s(a#e a#f) a#g svg#t li#h)"
        #expect(matching("li:first-child", in: tree) == "a d")
        #expect(matching("li:first-of-type", in: tree) == "a d")
        #expect(matching("li:nth-of-type(2)", in: tree) == "c")
        #expect(matching("b:first-of-type", in: tree) == "x y")
        #expect(matching("a:first-of-type", in: tree) == "e g")
        #expect(matching(":nth-of-type(2)", in: tree) == "c f t")
        #expect(matching(":is(a, svg):nth-of-type(2)", in: tree) == "f t")
        #expect(matching("li:nth-child(7)", in: tree) == "h")
        #expect(matching("ul:first-child:root:nth-of-type(1)", in: tree) == "u")
        #expect(matching(":nth-child(3 of li)", in: tree) == "h")
        #expect(matching(":first-child :first-child", in: tree) == "a d e")
    }

    @Test("Sibling combinators see siblings only, whatever is inside of them")
    func siblings() {
        let tree = "div(h1#a(p#in) p#b p#c(p#d) h1#e) div(p#f)"
        #expect(matching("h1 + p", in: tree) == "b")
        #expect(matching("h1 ~ p", in: tree) == "b c")
        #expect(matching("p + h1", in: tree) == "e")
        #expect(matching("h1 ~ p p", in: tree) == "d")
        #expect(matching("div + div p", in: tree) == "f")
        #expect(matching("h1 + p ~ h1", in: tree) == "e")
    }

    @Test(
        "Each selector of a set is told once and in order, also past 64 left sides and with names longer than 16 bytes")
    func sets() throws {
        var selectors: [String] = []
        for index in 0..<200 {
            selectors.append("#r .c\(index % 100) > p, p#a, div > *, x-\(String(repeating: "y", count: 20))\(index)")
        }
        var matcher = SelectorMatcher(SelectorSet(try selectors.map { try Selector($0) }))
        let long = "X-" + String(repeating: "Y", count: 20)
        let tree = Node.read("div#r(div#d.c7+c99(p#a i#b) \(long)150#e b#z.c3(p#q) \(long)15#f)")
        var found: [String: [Int]] = [:]
        try matcher.walk(tree) { node, matches, _ in found[node.id] = matches }
        #expect(found["a"] == Array(0..<200))
        #expect(found["b"] == Array(0..<200))
        #expect(found["e"] == Array(0..<200))
        #expect(found["q"] == [3, 103])
        #expect(found["r"] == [])
        var other = SelectorMatcher(SelectorSet(try selectors.map { try Selector($0) }))
        try other.walk(Node.read("\(long)150#e \(long)15#f \(long)1500#g")) { node, matches, _ in
            found[node.id] = matches
        }
        #expect(found["e"] == [150])
        #expect(found["f"] == [15])
        #expect(found["g"] == [])
    }
}
