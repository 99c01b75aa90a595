// SPDX-License-Identifier: Apache-2.0
import HTTPD
import HTTPDTesting
import Testing

@testable import HTMLRewriting

@Suite("HTMLRewriteURLs in the filter, over real APR")
struct HTMLRewriteURLsFilterTests {
    private typealias Line = (directive: String, arguments: String)

    private static let map: [Line] = [
        ("HTMLRewriteURLs", "http://backend.test/ https://www.test/"), ("HTMLRewriteURLs", "/ /app/"),
    ]
    private static let page = """
        <base href=http://backend.test/><a class=x href="/a?b&amp;c">/a</a><img srcset="/1 1x,//backend.test/2 2x">
        <style>@import "/s.css"; p { background: url(/p) }</style><p style="background:url('/q')">http://backend.test/
        <meta http-equiv=refresh content="1;/n"><a href="next"></a><svg><use xlink:href='/s#x'/></svg>
        """
    private static let changed = """
        <base href="https://www.test/"><a class=x href="/app/a?b&amp;c">/a</a><img srcset="/app/1 1x,https://www.test/2 2x">
        <style>@import "/app/s.css"; p { background: url(/app/p) }</style><p style="background:url('/app/q')">http://backend.test/
        <meta http-equiv=refresh content="1;/app/n"><a href="next"></a><svg><use xlink:href="/app/s#x"/></svg>
        """

    @Test("URLs are mapped in each place, beside rules and without, however the page is cut") func places() throws {
        let plugin = try EmbeddedPlugin(HTMLRewritingPlugin.self, directives: Self.map)
        try FilterVerifier(plugin, outputFilter: "HTMLRewrite").verify(
            Array(Self.page.utf8), expecting: Array(Self.changed.utf8))
        let rule: Line = ("HTMLRewrite", "a.x set-attribute target _top")
        let both = try EmbeddedPlugin(HTMLRewritingPlugin.self, directives: Self.map + [rule])
        let expected = Self.changed.split(separator: "&amp;c\"").joined(separator: "&amp;c\" target=\"_top\"")
        try FilterVerifier(both, outputFilter: "HTMLRewrite").verify(
            Array(Self.page.utf8), expecting: Array(expected.utf8))
    }

    @Test("how many attributes were mapped is noted, and a page without any has no note", arguments: [true, false])
    func note(_ hasLinks: Bool) throws {
        let request = EmbeddedRequest(contentType: .html)
        try EmbeddedPlugin(HTMLRewritingPlugin.self, directives: Self.map).addOutputFilter("HTMLRewrite", to: request)
        try request.withRequest { request in
            try request.write(hasLinks ? "<a href=/a></a><a href=b><img src=/c>" : "<a href=a></a>/b")
        }
        request.finish()
        request.withRequest { #expect($0.notes["htmlrewrite-urls"] == (hasLinks ? "2" : nil)) }
    }

    @Test("a map without its condition is none, and with none left the page passes with that as the reason")
    func conditions() throws {
        for (query, expected, reason) in [("a", "<a href=\"/a/x\">", nil), ("b", "<a href=/x>", "no rule")] {
            let plugin = try EmbeddedPlugin(
                HTMLRewritingPlugin.self,
                directives: [("HTMLRewriteURLs", "/ /a/ \"expr=%{QUERY_STRING} == 'a'\"")] as [Line])
            let request = EmbeddedRequest("GET", "/?" + query, contentType: .html)
            try plugin.addOutputFilter("HTMLRewrite", to: request)
            try request.withRequest { request in try request.write("<a href=/x>") }
            request.finish()
            #expect(request.responseText == expected)
            request.withRequest { #expect($0.notes["htmlrewrite-reason"] == reason) }
        }
    }

    @Test(
        "what is no prefix of URLs is refused",
        arguments: [
            "a /b", "http:// /b", "/a?b /c", "/a /b#c", "/a /b, true", "/a", "/a /b expr=true more", "http://é/ /a",
        ])
    func wrong(_ arguments: String) {
        #expect(throws: DirectiveError.self) {
            try EmbeddedPlugin(HTMLRewritingPlugin.self, directives: [("HTMLRewriteURLs", arguments)] as [Line])
        }
    }
}
