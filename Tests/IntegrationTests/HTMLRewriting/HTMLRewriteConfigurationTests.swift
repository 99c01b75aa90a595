// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension RealServer.HTMLRewriting {
    /// Directives: what is wrong, and how sections join.
    @Suite struct Configuration {
        @Test(
            "what is wrong in a rule is an error of configtest, with file, line and place in the selector",
            arguments: [
                (#"HTMLRewrite "a[href" remove"#, "'a[href': the attribute that begins here is not closed (at byte 1)"),
                (#"HTMLRewrite "li:last-child" remove"#, ":last-child cannot be decided at the start tag"),
                (#"HTMLRewrite "p > > b" remove"#, "(at byte 4)"),
                (#"HTMLRewrite "a:hover" remove"#, "(at byte 1)"),
                ("HTMLRewrite a", "takes a selector, an action"),
                ("HTMLRewrite a explode", "must be one of set-attribute,"),
                ("HTMLRewrite a set-attribute href", "'set-attribute' takes the name of an attribute and its value"),
                ("HTMLRewrite a set-attribute a=b c", "'a=b' is no name of an attribute"),
                ("HTMLRewrite a rename style", "no element can become style"),
                ("HTMLRewrite a remove QUERY", "must be a condition such as"),
                ("HTMLRewrite a append-text %{REQUEST_URI", "HTMLRewrite: "),
                (#"HTMLRewrite a remove "expr=%{REQUEST_URI} =~""#, "HTMLRewrite: "),
                ("HTMLRewriteMaxDepth 0", "HTMLRewriteMaxDepth: must be from 1 to 65536, not '0'"),
                ("HTMLRewriteMemory 2G", "HTMLRewriteMemory: must be from 1K to 1G, not '2G'"),
                ("HTMLRewriteOnLimit maybe", "HTMLRewriteOnLimit: must be one of pass, fail, not 'maybe'"),
                ("HTMLRewriteInherit none", "HTMLRewriteInherit: must be one of append, prepend, replace, not 'none'"),
                ("HTMLRewriteTypes html", "HTMLRewriteTypes"),
            ])
        func wrong(_ line: String, _ sentence: String) throws {
            let (status, output) = try HTTPDProcess.configtest(
                HTMLRewritingServer.configuration("# before\n" + line + "\n"))
            #expect(status != 0, "\(line)")
            #expect(output.contains(sentence), "\(line): \(output)")
            #expect(output.contains("yntax error on line ") && output.contains("httpd.conf"), "\(output)")
        }

        private static let page = "<a>1</a><b>2</b><i>3</i>"
        private static let inner = "HTMLRewrite a set-content-text inner\nHTMLRewrite i set-content-text inner\n"
        private static let inheritance = """
            SetOutputFilter HTMLREWRITE
            HTMLRewrite a set-content-text outer
            HTMLRewrite b set-content-text outer
            Listen 127.0.0.1:@PORT2@
            <VirtualHost 127.0.0.1:@PORT2@>
                HTMLRewrite i set-content-text host
            </VirtualHost>
            <Location /append>
                \(inner)
            </Location>
            <Location /prepend>
                HTMLRewriteInherit prepend
                \(inner)
            </Location>
            <Location /replace>
                HTMLRewriteInherit replace
                \(inner)
            </Location>
            <Location /kept>
                HTMLRewriteInherit replace
            </Location>
            <Directory "@DOCROOT@/allowed">
                AllowOverride FileInfo
            </Directory>
            <Directory "@DOCROOT@/forbidden">
                AllowOverride Limit
            </Directory>
            <Directory "@DOCROOT@/mistaken">
                AllowOverride FileInfo
            </Directory>
            <If "%{QUERY_STRING} == 'if'">
                HTMLRewrite b set-content-text if
            </If>

            """

        @Test(
            "rules of nested sections come behind, before, or in the place of those around them",
            arguments: MPM.allCases)
        func inheritance(_ mpm: MPM) throws {
            var documents: [String: String] = [:]
            for folder in ["append", "prepend", "replace", "kept", "allowed", "forbidden", "mistaken"] {
                documents[folder + "/a.html"] = Self.page
            }
            documents["allowed/.htaccess"] =
                "HTMLRewriteInherit replace\nHTMLRewrite a set-content-text htaccess\n"
            documents["forbidden/.htaccess"] = "HTMLRewrite a remove\n"
            documents["mistaken/.htaccess"] = "# a mistake\nHTMLRewrite a[ remove\n"
            let configuration = HTMLRewritingServer.configuration(mpm, Self.inheritance, documents: documents)
            try withHTTPD(configuration, allowing: ["mistaken/.htaccess", "forbidden/.htaccess"]) { server throws in
                // Of several rules that set an element's content the last counts.
                for (path, expected) in [
                    ("/append/a.html", "inner outer inner"), ("/prepend/a.html", "outer outer inner"),
                    ("/replace/a.html", "inner 2 inner"), ("/kept/a.html", "outer outer 3"),
                    ("/allowed/a.html", "htaccess 2 3"), ("/append/a.html?if", "inner if inner"),
                    ("/allowed/a.html?if", "htaccess if 3"),
                ] {
                    let words = expected.split(separator: " ")
                    let page = "<a>\(words[0])</a><b>\(words[1])</b><i>\(words[2])</i>"
                    #expect(try server.get(path).text == page, "\(path)")
                }
                let host = try Command("curl", ["-s", "http://127.0.0.1:\(server.ports[1])/kept/a.html"]).run()
                #expect(host.text == "<a>outer</a><b>outer</b><i>host</i>")
                #expect(try server.get("/forbidden/a.html").status == 500)
                #expect(server.logged("HTMLRewrite not allowed here") == 1)
                #expect(try server.get("/mistaken/a.html").status == 500)
                #expect(server.logged("HTMLRewrite: 'a[': ") == 1)
            }
        }

        @Test("pages of HTML are rewritten, and XHTML and the rest are not, or what HTMLRewriteTypes says")
        func types() throws {
            let names = ["html", "xhtml", "txt", "svg"]
            var documents: [String: String] = [:]
            for name in names { for folder in ["", "own/"] { documents["\(folder)a.\(name)"] = "<b>x</b>" } }
            let directives = """
                SetOutputFilter HTMLREWRITE
                HTMLRewrite b set-content-text y
                <Location /own>
                    HTMLRewriteTypes default application/xhtml+xml
                </Location>

                """
            try withHTTPD(HTMLRewritingServer.configuration(directives, documents: documents)) { server throws in
                func rewritten(_ folder: String) throws -> [String] {
                    try names.filter { try server.get("/\(folder)a.\($0)").text == "<b>y</b>" }
                }
                #expect(try rewritten("") == ["html"])
                #expect(try rewritten("own/") == ["html", "xhtml"])
                let notes = try server.htmlNotes(8)
                #expect(notes.contains("/a.xhtml - - type") && notes.contains("/a.html 1 - -"))
            }
        }

        @Test("the status page counts pages, matches and limits") func counters() throws {
            let directives = """
                HTMLRewrite b remove-attribute id
                <Location /page>
                    SetOutputFilter HTMLREWRITE
                </Location>
                <Location /swift-status>
                    SetHandler swift-status
                </Location>

                """
            let configuration = HTMLRewritingServer.configuration(directives, documents: ["page/a.html": "<b><b><b>"])
            try withHTTPD(configuration) { server throws in
                for _ in 0..<3 { _ = try server.get("/page/a.html") }
                let lines = try server.get("/swift-status?auto").text.split(separator: "\n")
                for (name, count) in [
                    ("pages searched", 3), ("elements and comments matched", 9), ("pages that reached a limit", 0),
                ] {
                    let index = try #require(lines.firstIndex { $0.hasSuffix("Name: \(name)") })
                    #expect(lines[index + 1].hasSuffix("Count: \(count)"), "\(name)")
                }
            }
        }

        @Test("what conf/swift_htmlrewriting.conf proposes passes configtest") func proposals() throws {
            let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().deletingLastPathComponent()
            let file = package.appending(path: "conf/swift_htmlrewriting.conf")
            let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
            let proposal = lines.filter { ["#<", "#  ", "#S"].contains($0.prefix(2)) || $0.hasPrefix("#   ") }
                .map { $0.dropFirst() }
            #expect(proposal.contains { $0.contains("HTMLRewrite ") })
            let preamble = "LoadModule swift_module \"@MODULES@/libmod_swift.so\"\nSwiftPlugin HTMLRewriting\n"
            let active = lines.filter { !$0.hasPrefix("#") }
            let directives = preamble + (active + proposal).joined(separator: "\n") + "\n"
            let result = try HTTPDProcess.configtest(
                HTTPDConfiguration(extraModules: ["headers", "unique_id"], directives: directives))
            #expect(result.status == 0, "\(result.output)")
        }
    }
}
