// SPDX-License-Identifier: Apache-2.0
import HTTPD
import HTTPDTesting
import Testing

@testable import HTMLRewriting

@Suite("The filter HTMLREWRITE over real APR")
struct HTMLRewriteFilterTests {
    static func plugin(_ rules: [String]) throws -> EmbeddedPlugin {
        try EmbeddedPlugin(
            HTMLRewritingPlugin.self, directives: rules.map { (directive: "HTMLRewrite", arguments: $0) })
    }

    /// What rules make of a page, however it is cut.
    private func verify(_ rules: [String], _ page: [UInt8], _ expected: [UInt8], type: String = "text/html") throws {
        var verifier = try FilterVerifier(Self.plugin(rules), outputFilter: "HTMLRewrite")
        verifier.prepare = { $0.contentType = MediaType(rawValue: type) }
        try verifier.verify(page, expecting: expected)
    }

    private func verify(_ rules: [String], _ page: String, _ expected: String, type: String = "text/html") throws {
        try verify(rules, Array(page.utf8), Array(expected.utf8), type: type)
    }

    @Test(
        "each action does what its name says, however the page is cut",
        arguments: [
            ("set-attribute CLASS b", #"<i><b class="b">x<!-- c --></b></i>"#),
            ("set-attribute id 1", #"<i><b class="a" id="1">x<!-- c --></b></i>"#),
            (#"set-attribute id "<&'\"""#, #"<i><b class="a" id="&lt;&amp;'&quot;">x<!-- c --></b></i>"#),
            ("remove-attribute Class", "<i><b>x<!-- c --></b></i>"),
            ("rename em", #"<i><em class="a">x<!-- c --></em></i>"#),
            ("before-html <p>", #"<i><p><b class="a">x<!-- c --></b></i>"#),
            ("before-text <p>", #"<i>&lt;p&gt;<b class="a">x<!-- c --></b></i>"#),
            ("prepend-html <p>", #"<i><b class="a"><p>x<!-- c --></b></i>"#),
            ("prepend-text <p>", #"<i><b class="a">&lt;p&gt;x<!-- c --></b></i>"#),
            ("append-html <p>", #"<i><b class="a">x<!-- c --><p></b></i>"#),
            ("append-text <p>", #"<i><b class="a">x<!-- c -->&lt;p&gt;</b></i>"#),
            ("after-html <p>", #"<i><b class="a">x<!-- c --></b><p></i>"#),
            ("after-text <p>", #"<i><b class="a">x<!-- c --></b>&lt;p&gt;</i>"#),
            ("replace-html <p>", "<i><p></i>"), ("replace-text <p>", "<i>&lt;p&gt;</i>"),
            ("set-content-html <p>", #"<i><b class="a"><p></b></i>"#),
            ("set-content-text <p>", #"<i><b class="a">&lt;p&gt;</b></i>"#),
            ("remove", "<i></i>"), ("unwrap", "<i>x<!-- c --></i>"),
            ("remove-comments", #"<i><b class="a">x</b></i>"#),
        ])
    func actions(_ action: String, _ expected: String) throws {
        try verify(["b.a \(action)"], #"<i><b class="a">x<!-- c --></b></i>"#, expected)
    }

    @Test("several rules add up, each with what those before it did") func several() throws {
        try verify(
            ["b set-attribute id 1", "\"b, i\" set-attribute id 2", "b append-text 1", "b append-text 2"],
            "<b>x</b><i>y</i>", #"<b id="2">x12</b><i id="2">y</i>"#)
    }

    @Test("a page that no rule matches, or without rules, stays as it is") func nothing() throws {
        let page = "<!DOCTYPE html><P CLASS='x' >a &amp b<br/>\u{FFFD}<![CDATA[x]]><script>'<p>'</script"
        try verify([], page, page)
        try verify(["table remove", "table remove-comments"], page, page)
        try verify(["table remove"], "", "")
    }

    @Test("an expression is escaped like any other value, and a condition decides") func expressions() throws {
        let plugin = try Self.plugin([
            "a set-attribute href %{QUERY_STRING}", "a prepend-text \"[%{REQUEST_METHOD}]\"",
            "a append-html no \"expr=%{REQUEST_METHOD} == 'POST'\"",
            "a append-html yes \"expr=%{REQUEST_METHOD} == 'GET'\"", "a remove-comments expr=false",
        ])
        let request = EmbeddedRequest("GET", "/a?\"><script>&", contentType: .html)
        try plugin.addOutputFilter("HTMLRewrite", to: request)
        try request.withRequest { request in try request.write("<a href=x><!--c--></a>") }
        request.finish()
        #expect(
            request.responseText == #"<a href="&quot;&gt;&lt;script&gt;&amp;">[GET]<!--c-->yes</a>"#)
    }

    @Test("what cannot be done with one element is left out, and noted, and the page goes on") func refusals() throws {
        let plugin = try Self.plugin([
            "a rename span", "script append-text </script>", "a set-attribute id 1",
        ])
        let request = EmbeddedRequest(contentType: .html)
        try plugin.addOutputFilter("HTMLRewrite", to: request)
        try request.withRequest { request in
            try request.write("<a>x</a><svg><a>y</a></svg><script>1</script>")
        }
        request.finish()
        #expect(
            request.responseText
                == #"<span id="1">x</span><svg><a id="1">y</a></svg><script>1</script>"#)
        request.withRequest { request in #expect(request.notes["htmlrewrite-refused"] == "2") }
        #expect(request.log.count { $0.text.contains("2 elements stay as they were: a cannot become span") } == 1)
    }

    @Test("coded content is left alone, with the reason in a note") func coded() throws {
        let request = EmbeddedRequest(contentType: .html)
        request.withRequest { $0.outputHeaders["Content-Encoding"] = "gzip" }
        try Self.plugin(["b remove"]).addOutputFilter("HTMLRewrite", to: request)
        try request.withRequest { request in try request.write("<b>x</b>") }
        request.finish()
        #expect(request.responseText == "<b>x</b>")
    }

    @Test("headers that no longer hold are removed, and what was counted is noted") func headers() throws {
        let request = EmbeddedRequest(contentType: .html)
        request.withRequest { request in
            request.outputHeaders["Content-Length"] = "8"
            request.outputHeaders["ETag"] = "\"x\""
        }
        try Self.plugin(["b set-content-text y"]).addOutputFilter("HTMLRewrite", to: request)
        try request.withRequest { request in try request.write("<b>x</b>") }
        request.finish()
        #expect(request.responseText == "<b>y</b>")
        request.withRequest { request in
            #expect(request.outputHeaders["Content-Length"] == nil && request.outputHeaders["ETag"] == nil)
            #expect(request.notes["htmlrewrite-count"] == "1")
        }
    }
}
