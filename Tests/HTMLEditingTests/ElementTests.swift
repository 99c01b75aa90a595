// SPDX-License-Identifier: Apache-2.0
import HTMLEditing
import Streaming
import Testing

@Suite("Elements that are changed")
struct ElementTests {
    @Test("content goes before, into and behind an element, in the order that was asked for")
    func places() throws {
        try expect("a<p>b</p>c", becomes: "a12<p>43b56</p>87c") {
            on("p") { element throws(StreamError) in
                element.before(.html("1"))
                element.before(.html("2"))
                try element.prepend(.html("3"))
                try element.prepend(.html("4"))
                try element.append(.html("5"))
                try element.append(.html("6"))
                element.after(.html("7"))
                element.after(.html("8"))
            }
        }
    }

    @Test("an element without an end tag ends where its end is implied, or with the page")
    func impliedEnds() throws {
        try expect("<ul><li>a<li>b</ul>c<p>d<p>e", becomes: "<ul><li>a!?<li>b!?</ul>c<p>d.<p>e.") {
            on("li") { element throws(StreamError) in
                try element.append(.text("!"))
                element.after(.text("?"))
            }
            on("p") { element throws(StreamError) in try element.append(.text(".")) }
        }
        try expect("<div><p>a</div>b", becomes: "<div><p>a.</div>b") {
            on("p") { element throws(StreamError) in try element.append(.text(".")) }
        }
    }

    @Test("a void element has no content, and what comes behind it follows at once")
    func void() throws {
        try expect("a<br>b<img src=x/>c", becomes: "a<br>1b<img src=x/>1c") {
            on("br, img") { element throws(StreamError) in
                try element.append(.text("no"))
                try element.prepend(.text("no"))
                try element.setContent(.text("no"))
                element.after(.text("1"))
            }
        }
    }

    @Test("an element is removed with all in it, replaced, emptied, filled, or loses its tags alone")
    func removal() throws {
        let page = "a<div>b<p>c</p><div>d</div></div>e<p>f</p>"
        try expect(page, becomes: "ae<p>f</p>") { on("div") { $0.remove() } }
        try expect(page, becomes: "a<hr>e<p>f</p>") { on("div") { $0.replace(with: .html("<hr>")) } }
        try expect(page, becomes: "ab<p>c</p>de<p>f</p>") { on("div") { $0.unwrap() } }
        try expect(page, becomes: "a<div>&lt;</div>e<p>f</p>") {
            on("div") { element throws(StreamError) in try element.setContent(.text("<")) }
        }
        try expect("<p>a<p>b</p>c", becomes: "c") { on("p") { $0.remove() } }
        try expect("a<p>b", becomes: "a") { on("p") { $0.remove() } }
        try expect("<a>x</a>", becomes: "12") {
            on("a") { element in
                element.before(.text("1"))
                element.after(.text("2"))
                element.remove()
            }
        }
        try expect("<a>x</a>y", becomes: "zy") {
            on("a") { element throws(StreamError) in
                element.unwrap()
                try element.setContent(.text("z"))
            }
        }
    }

    @Test("what is inside of what is removed is shown to nobody, and siblings are counted on")
    func removedInside() throws {
        try expect("<div><p>1</p></div><p>2</p><p>3</p>", becomes: "<p>2</p><p class=\"x\">3</p>") {
            on("div") { $0.remove() }
            on("p:nth-child(3)") { element throws(StreamError) in try element.setAttribute("class", to: "x") }
            on("div p") { _ throws(StreamError) in throw StreamError("shown") }
            text(in: "div") { _ throws(StreamError) in throw StreamError("shown") }
        }
    }

    @Test("attributes are read, changed where they stand, added and removed, and the rest of the tag stays")
    func attributes() throws {
        try expect(
            "<A  HREF='x&amp;y'   id=q disabled>z</A>",
            becomes: "<A  HREF=\"x&amp;y&quot;&lt;\" disabled title=\"n\">z</A>"
        ) {
            on("a") { element throws(StreamError) in
                try element.setAttribute("href", to: (element["href"] ?? "") + "\"<")
                element.removeAttribute("ID")
                try element.setAttribute("title", to: "m")
                try element.setAttribute("title", to: "n")
                try element.setAttribute("gone", to: "")
                element.removeAttribute("gone")
            }
        }
    }

    @Test("attributes that are removed leave those around them what they were")
    func removedAttributes() throws {
        func check(_ page: String, _ expected: String, _ location: SourceLocation = #_sourceLocation) throws {
            try expect(page, becomes: expected, sourceLocation: location) { on("a") { $0.removeAttribute("x") } }
        }
        try check("<a x>", "<a>")
        try check("<a x=1 b>", "<a b>")
        try check("<a b=1 x=2>", "<a b=1>")
        try check("<a b=\"1\"x=\"2\"c>", "<a b=\"1\"c>")
        try check("<a x=\"1\"b>", "<a b>")
        try check("<a b=1 x=\"2\"/>", "<a b=1 />")
        try check("<a b='1' x='2'/>", "<a b='1'/>")
        try check("<a b x='2'/>", "<a b/>")
        try check("<a x='2'/>", "<a/>")
        try check("<a b=1 x='2' x='3'/>", "<a b=1 />")
        try check("<a b='1' x='2' />", "<a b='1' />")
        try check("<a b x =c>", "<a b>")
        try check("<a b x=1 =c>", "<a b /  =c>")
        try check("<a x=1 x=2 X>", "<a>")
        try check("<a x x>", "<a>")
    }

    @Test("a new attribute of a self-closing tag comes before its slash, and of others before their end")
    func newAttributes() throws {
        try expect(
            "<br/><br /><br a=b/><br a=/><br a='' >",
            becomes: "<br n=\"\"/><br n=\"\" /><br a=b/ n=\"\"><br a=/ n=\"\"><br a='' n=\"\" >"
        ) {
            on("br") { element throws(StreamError) in try element.setAttribute("n", to: "") }
        }
    }

    @Test("a new attribute does not become the value of one that has none") func attributesBehindEquals() throws {
        for (page, expected) in [
            ("<a b=>", "<a b=\"\" n=\"1\">"), ("<a b= >", "<a b=\"\" n=\"1\" >"), ("<a b= />", "<a b= / n=\"1\">"),
            ("<a =>", "<a = n=\"1\">"), ("<a x=>", "<a n=\"1\">"), ("<a b= x=>", "<a b= x= n=\"1\">"),
            ("<a y=>", "<a y=\"2\" n=\"1\">"),
        ] {
            try expect(page, becomes: expected) {
                on("a") { element throws(StreamError) in
                    if element["y"] != nil { try element.setAttribute("y", to: "2") }
                    try element.setAttribute("n", to: "1")
                    element.removeAttribute("x")
                }
            }
        }
    }

    @Test("both tags get another name, but not one under which content is read in another way")
    func names() throws {
        try expect("<B a>x</b >y", becomes: "<strong a>x</strong >y") {
            on("b") { element throws(StreamError) in try element.rename(to: "strong") }
        }
        for (page, name) in [
            ("<b>", "script"), ("<script>", "b"), ("<b>", "br"), ("<br>", "b"), ("<b>", "a b"), ("<b>", ""),
        ] {
            let rules = try HTMLRules { on("*") { element throws(StreamError) in try element.rename(to: name) } }
            #expect(throws: StreamError.self, "\(page) \(name)") { try rewritten(Array(page.utf8), rules) }
        }
    }

    @Test("the end of an element is told, with what was left at its start")
    func ends() throws {
        try expect("<p>a</p><p>b<p>c", becomes: "<p>a[1]</p>(1)<p>b[-](-)<p>c[-](-)") {
            on("p") { element in
                element.userData = "1"
                element.atEnd { tag in
                    let text = tag.isWritten ? tag.userData as? String ?? "?" : "-"
                    tag.before(.text("[\(text)]"))
                    tag.after(.text("(\(text))"))
                }
            }
        }
        try expect("<p>a</p>b", becomes: "<p>ab") { on("p") { $0.atEnd { $0.remove() } } }
    }

    @Test("formatting that ends before a block in it ends where its tag is")
    func misnested() throws {
        try expect("<b>1<p>2</b>3</p>4", becomes: "<b>1<p>2.</b>!3</p>4") {
            on("b") { element throws(StreamError) in
                try element.append(.text("."))
                element.after(.text("!"))
            }
        }
        try expect("<b>1<p>2</b>3</p>4", becomes: "3</p>4") { on("b") { $0.remove() } }
    }

    @Test("html, head and body are elements, whose end tags close them")
    func frames() throws {
        try expect(
            "<!doctype html><html><head><title>t</title><body><p>x</p></body></html>",
            becomes: "<!doctype html><html><head><title>t</title>H<body>1<p>x</p>2</body></html>"
        ) {
            on("html > head") { element throws(StreamError) in try element.append(.text("H")) }
            on("html > body") { element throws(StreamError) in
                try element.prepend(.text("1"))
                try element.append(.text("2"))
            }
            on("head p, body body") { $0.remove() }
        }
        try expect("<html><head><meta charset=x><p>a", becomes: "<html><head><meta charset=x>H<p>a") {
            on("head") { element throws(StreamError) in try element.append(.text("H")) }
        }
    }

    @Test("SVG's elements are what they are written as")
    func foreign() throws {
        try expect(
            "<svg viewBox='0'><path/><title>a</title></svg>",
            becomes: "<svg viewBox='0'><path d=\"x\"/><title>a!</title></svg>"
        ) {
            on("svg|path") { element throws(StreamError) in try element.setAttribute("d", to: "x") }
            on("title") { element throws(StreamError) in try element.append(.text("!")) }
        }
    }

    @Test("handlers see an element in their order, with what those before have changed")
    func order() throws {
        try expect("<a b=1>", becomes: "<a b=\"12\">") {
            on("a") { element throws(StreamError) in try element.setAttribute("b", to: (element["b"] ?? "") + "2") }
            on("[b]") { element throws(StreamError) in
                guard element["B"] == "12" else { throw StreamError("not seen") }
            }
        }
    }

    @Test("an error that a handler throws is the stream's")
    func errors() throws {
        let rules = try HTMLRules { on("p") { _ throws(StreamError) in throw StreamError("no") } }
        #expect(throws: StreamError("no")) { try rewritten(Array("<p>".utf8), rules) }
        #expect(throws: HTMLRulesError.self) { try HTMLRules { on("p:last-child") { _ in } } }
    }
}
