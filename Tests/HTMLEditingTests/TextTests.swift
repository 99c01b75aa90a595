// SPDX-License-Identifier: Apache-2.0
import HTMLEditing
import Streaming
import Testing

@Suite("Text, comments and the page that are changed")
struct TextTests {
    @Test("whole texts are shown at once, decoded, and replaced")
    func whole() throws {
        try expect("<p>a&amp;b<b>c</b>d</p>e&amp;", becomes: "<p>[a&amp;b]<b>[c]</b>[d]</p>e&amp;") {
            text(in: "p", whole: true) { part throws(StreamError) in
                guard part.isLast else { throw StreamError("not whole") }
                try part.replace(with: .text("[" + part.decoded + "]"))
            }
        }
    }

    @Test("parts of a text put together are the text, and none ends inside of a reference or character")
    func parts() throws {
        try expect("<p>aé&amp;&notit;€</p>x<p>", becomes: "<p>AÉ&amp;¬IT;€.</p>x<p>") {
            text(in: "p") { part throws(StreamError) in
                try part.replace(with: .text(part.decoded.uppercased()))
                if part.isLast { try part.after(.text(".")) }
            }
        }
    }

    @Test("text that nobody replaces stays as it is written")
    func untouched() throws {
        try expect("<p>a&amp b\u{0}\r\n</p>", becomes: "<p>a&amp b\u{0}\r\n</p>") { text { _ in } }
        try expect("<p>a&amp b</p>", becomes: "<p>a&amp b</p>") { text(whole: true) { _ in } }
    }

    @Test("text goes into a title with references, and into scripts as it is or not at all")
    func rawText() throws {
        try expect("<title>a</title>", becomes: "<title>a&lt;/title&gt;</title>") {
            on("title") { element throws(StreamError) in try element.append(.text("</title>")) }
        }
        try expect("<script>a</script><style></style>", becomes: "<script>a<b&</script><style><b&</style>") {
            on("script, style") { element throws(StreamError) in try element.append(.text("<b&")) }
        }
        for text in ["</SCRIPT>", "<!--", "<scrip", "<script"] {
            let rules = try HTMLRules {
                on("script") { element throws(StreamError) in try element.append(.text(text)) }
            }
            let page = Array("<script></script>".utf8)
            if text == "<scrip" {
                #expect(try rewritten(page, rules) == Array("<script><scrip</script>".utf8))
            } else {
                #expect(throws: StreamError.self, "\(text)") { try rewritten(page, rules) }
            }
        }
        let rules = try HTMLRules {
            HTMLEditing.text(in: "style") { part throws(StreamError) in try part.replace(with: .text("</x")) }
        }
        #expect(throws: StreamError.self) { try rewritten(Array("<style>a</style>".utf8), rules) }
    }

    @Test("comments are shown whole, changed and removed, but cannot be made to end early")
    func comments() throws {
        try expect("a<!--b--><p><!--c--><?d></p><!---->", becomes: "a<!--b--><p>1<!--C-->22</p><!---->") {
            HTMLEditing.comments(in: "p") { comment throws(StreamError) in
                if comment.text == "c" {
                    comment.before(.text("1"))
                    try comment.setText("C")
                } else {
                    comment.remove()
                }
                comment.after(.text("2"))
            }
        }
        for text in ["a-->", "a--!>b", ">", "->", "a<!-", "a-"] {
            let rules = try HTMLRules {
                HTMLEditing.comments { comment throws(StreamError) in try comment.setText(text) }
            }
            #expect(throws: StreamError.self, "\(text)") { try rewritten(Array("<!--x-->".utf8), rules) }
        }
        try expect("a<!--b", becomes: "a") { HTMLEditing.comments { $0.remove() } }
    }

    @Test("the DOCTYPE and the end of the page are told")
    func page() throws {
        try expect("<!DOCTYPE HTML SYSTEM 'x'><p>a", becomes: "<!doctype html><p>a.!") {
            document { part in
                switch part.moment {
                case .doctype(let doctype):
                    if doctype.name == "html", doctype.systemIdentifier == "x" {
                        part.replace(with: .html("<!doctype html>"))
                    }
                case .end: part.append(.text("!"))
                }
            }
            on("p") { element throws(StreamError) in try element.append(.text(".")) }
        }
    }

    @Test("what is put into a page that is not in UTF-8 is ASCII")
    func otherEncodings() throws {
        try expect("<p>a</p>", becomes: "<p t=\"&#8364;\">a&#233;</p>", isUTF8: false) {
            on("p") { element throws(StreamError) in
                try element.append(.text("é"))
                try element.setAttribute("t", to: "€")
            }
        }
    }

    @Test("a handler knows the innermost element that it is in, once for each text")
    func nested() throws {
        try expect("<div>a<div>b</div>c</div>", becomes: "<div>aX<div>bXX</div>cX</div>") {
            on("div") { element in element.userData = "X" }
            on("div div") { element in element.userData = "XX" }
            text(in: "div", whole: true) { part throws(StreamError) in
                try part.after(.text(part.userData as? String ?? ""))
            }
        }
    }
}
