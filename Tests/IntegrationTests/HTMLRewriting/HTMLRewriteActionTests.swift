// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension RealServer.HTMLRewriting {
    /// What rules do to pages of a real server.
    @Suite struct Actions {
        private static let page = "<i title=t><b class=\"a\">x<!-- c --></b></i>\n"

        /// Directives as they stand in a file, and what is to become of the page.
        private static let cases: [(directives: String, expected: String)] = [
            ("b set-attribute class 'b c'", "<i title=t><b class=\"b c\">x<!-- c --></b></i>\n"),
            ("b set-attribute data-x '\"<'", "<i title=t><b class=\"a\" data-x=\"&quot;&lt;\">x<!-- c --></b></i>\n"),
            ("i remove-attribute title", "<i><b class=\"a\">x<!-- c --></b></i>\n"),
            ("b rename strong", "<i title=t><strong class=\"a\">x<!-- c --></strong></i>\n"),
            ("b before-html \"<p a='1'>\"", "<i title=t><p a='1'><b class=\"a\">x<!-- c --></b></i>\n"),
            ("b before-text <p>", "<i title=t>&lt;p&gt;<b class=\"a\">x<!-- c --></b></i>\n"),
            ("b prepend-html <p>", "<i title=t><b class=\"a\"><p>x<!-- c --></b></i>\n"),
            ("b prepend-text <p>", "<i title=t><b class=\"a\">&lt;p&gt;x<!-- c --></b></i>\n"),
            ("b append-html <p>", "<i title=t><b class=\"a\">x<!-- c --><p></b></i>\n"),
            ("b append-text \"a & b\"", "<i title=t><b class=\"a\">x<!-- c -->a &amp; b</b></i>\n"),
            ("b after-html <p>", "<i title=t><b class=\"a\">x<!-- c --></b><p></i>\n"),
            ("b after-text <p>", "<i title=t><b class=\"a\">x<!-- c --></b>&lt;p&gt;</i>\n"),
            ("b replace-html <p>", "<i title=t><p></i>\n"), ("b replace-text <p>", "<i title=t>&lt;p&gt;</i>\n"),
            ("b set-content-html <p>", "<i title=t><b class=\"a\"><p></b></i>\n"),
            ("b set-content-text é<", "<i title=t><b class=\"a\">&#233;&lt;</b></i>\n"),
            ("b remove", "<i title=t></i>\n"), ("i unwrap", "<b class=\"a\">x<!-- c --></b>\n"),
            ("i remove-comments", "<i title=t><b class=\"a\">x</b></i>\n"),
            (
                "\"i[title='t' i] > b.a:first-child\" set-attribute id 1",
                "<i title=t><b class=\"a\" id=\"1\">x<!-- c --></b></i>\n"
            ),
            // Several rules, in their order.
            ("b append-text 1\nb append-text 2\ni rename u", "<u title=t><b class=\"a\">x<!-- c -->12</b></u>\n"),
            // Expressions, and conditions.
            (
                "b set-attribute id \"%{REQUEST_METHOD} %{HTTP:X-Test}\"",
                "<i title=t><b class=\"a\" id=\"GET &quot;>&lt;q&amp;\">x<!-- c --></b></i>\n"
                    .replacing("&quot;>", with: "&quot;&gt;")
            ),
            (
                "b set-content-text \"%{HTTP:X-Test}\"",
                "<i title=t><b class=\"a\">\"&gt;&lt;q&amp;</b></i>\n"
            ),
            (
                "b prepend-text \"%{reqenv:GREETING} \" \"expr=%{REQUEST_METHOD} == 'GET'\"",
                "<i title=t><b class=\"a\">hello x<!-- c --></b></i>\n"
            ),
            ("b remove \"expr=%{REQUEST_METHOD} == 'POST'\"", page),
            (
                "b remove \"expr=%{REQUEST_METHOD} == 'POST'\"\ni remove-attribute title",
                "<i><b class=\"a\">x<!-- c --></b></i>\n"
            ),
            // What cannot be done.
            ("i rename br", page), ("table remove", page),
        ]

        private static var directives: String {
            var text = """
                SwiftOutputFilter Fixtures.Chop CHOP1 size=1 flush=On
                SetEnv GREETING hello
                SetOutputFilter HTMLREWRITE
                <If "%{QUERY_STRING} == 'chopped'">
                    SetOutputFilter CHOP1;HTMLREWRITE
                </If>

                """
            for (index, item) in cases.enumerated() {
                text += "<Location /\(index)/>\n"
                text += item.directives.split(separator: "\n").map { "HTMLRewrite \($0)\n" }.joined()
                text += "</Location>\n"
            }
            return text
        }

        @Test(
            "each action, with constants, expressions and conditions, for pages in one piece and byte by byte",
            arguments: MPM.allCases)
        func actions(_ mpm: MPM) throws {
            var documents: [String: String] = [:]
            for index in Self.cases.indices { documents["\(index)/a.html"] = Self.page }
            let configuration = HTMLRewritingServer.configuration(mpm, Self.directives, documents: documents)
            try withHTTPD(configuration) { server throws in
                for (index, item) in Self.cases.enumerated() {
                    for query in ["", "?chopped"] {
                        let response = try server.get("/\(index)/a.html\(query)", "-H", "X-Test: \"><q&")
                        #expect(response.status == 200 && response.text == item.expected, "\(item.directives)\(query)")
                    }
                }
                #expect(server.logged("an element stays as it was: i cannot become br") == 2)
            }
        }
    }
}
