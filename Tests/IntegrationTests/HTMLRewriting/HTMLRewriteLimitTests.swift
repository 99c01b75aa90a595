// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension RealServer.HTMLRewriting {
    /// What pages may cost.
    @Suite struct Limits {
        private static let rules = """
            SetOutputFilter HTMLREWRITE
            HTMLRewrite b set-attribute id 1
            <Location /depth>
                HTMLRewriteMaxDepth 16
            </Location>
            <Location /attributes>
                HTMLRewriteMaxAttributes 3
            </Location>
            <Location /tag>
                HTMLRewriteMaxTag 1K
            </Location>
            <Location /memory>
                HTMLRewriteMemory 1K
                HTMLRewrite u after-html \(String(repeating: "-", count: 64))
            </Location>
            <Location /fail>
                HTMLRewriteMaxDepth 16
                HTMLRewriteOnLimit fail
            </Location>

            """

        private static func pages() -> [String: String] {
            let deep = "<b>" + String(repeating: "<div>", count: 20) + "<b>"
            return [
                "depth/a.html": deep, "attributes/a.html": "<b a><b a b c d><b>",
                "tag/a.html": "<b><i a='" + String(repeating: "-", count: 2_000) + "'><b>",
                "memory/a.html": "<b>" + String(repeating: "<u>", count: 40) + "<b>",
                "fail/early.html": deep,
                "fail/late.html": String(repeating: "<p>text</p>\n", count: 300_000) + deep, "fail/well.html": "<b>",
            ]
        }

        @Test(
            "past a limit the rest of the page passes, with a note, and the log says so once",
            arguments: MPM.allCases)
        func pass(_ mpm: MPM) throws {
            let pages = Self.pages()
            let configuration = HTMLRewritingServer.configuration(mpm, Self.rules, documents: pages)
            try withHTTPD(configuration, allowing: ["the page exceeds HTMLRewrite"]) { server throws in
                for (index, (name, directive, count)) in [
                    ("depth", "MaxDepth", "1"), ("attributes", "MaxAttributes", "2"), ("tag", "MaxTag", "1"),
                    ("memory", "Memory", nil),
                ].enumerated() {
                    let response = try server.get("/\(name)/a.html")
                    let page = try #require(pages["\(name)/a.html"])
                    #expect(response.status == 200 && response.text.hasPrefix("<b"))
                    #expect(response.text.contains("id=\"1\"") && response.text.hasSuffix(page.suffix(5)), "\(name)")
                    #expect(server.logged("the page exceeds HTMLRewrite\(directive): the rest of it passed") == 1)
                    let note = try #require(try server.htmlNotes(index + 1).first { $0.hasPrefix("/\(name)/") })
                    #expect(note.hasSuffix(" \(name) -"), "\(note)")
                    if let count { #expect(note == "/\(name)/a.html \(count) \(name) -") }
                }
            }
        }

        @Test("or it fails the response: with 500 while it can, and else what left never looks whole") func fail()
            throws
        {
            let configuration = HTMLRewritingServer.configuration(Self.rules, documents: Self.pages())
            try withHTTPD(configuration, allowing: ["the page exceeds the limit of the rewriter"]) { server throws in
                let early = try server.get("/fail/early.html")
                #expect(early.status == 500 && !early.text.contains("<div>"))
                let late = try server.get("/fail/late.html")
                #expect(late.status == 200 && late.exit != 0 && !late.text.contains("<div>"))
                #expect(try server.get("/fail/well.html").text == "<b id=\"1\">")
                #expect(server.logged("the page exceeds the limit of the rewriter: depth") == 2)
            }
        }
    }
}
