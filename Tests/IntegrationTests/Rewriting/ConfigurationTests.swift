// SPDX-License-Identifier: Apache-2.0
import HTTPDTesting
import Testing

extension RealServer.Rewriting {
    /// Directives: what is wrong, and how sections join.
    @Suite struct Configuration {
        @Test(
            "what is wrong in a rule is an error of configtest, with file, line and place in the pattern",
            arguments: [
                (#"Replace "s/a(b/x/""#, "'a(b' is no pattern: missing closing parenthesis, at byte 3 of the pattern"),
                (#"Replace "s/[z-a]/x/""#, "at byte 3 of the pattern"),
                (#"Replace "s/a/b/q""#, "'q' is not a flag of a rule"),
                (#"Replace "s/a/b/g""#, "all matches are replaced without it"),
                (#"Replace "s/a/b/nm""#, "m, s and x are for patterns"),
                (#"Replace "s/(a)/$2/""#, "uses group 2, and the last group of the pattern is 1"),
                (#"Replace "s/(?<x>a)/$+{y}/""#, "uses the group 'y', which the pattern does not have"),
                (#"Replace "s/a/b""#, "lacks the / behind the replacement"),
                (#"Replace "s/a""#, "lacks the / behind what is to be found"),
                (#"Replace "sxaxbx""#, "cannot separate the parts of a rule"),
                (#"Replace "y/a/b/""#, "must be a rule such as s/from/to/"),
                (#"Replace "s//b/n""#, "there is nothing to be found"),
                (#"Replace "s/\Ga/b/""#, "\\G is not possible in a stream, at byte 0 of the pattern"),
                (#"Replace "s/a/%{REQUEST_URI/e""#, "Replace: "),
                (#"Replace s/a/b/ "expr=%{REQUEST_URI} =~""#, "Replace: "),
                ("Replace s/a/b/ QUERY", "must be a condition such as"),
                ("Replace s/a/b/ expr=true more", "Replace"),
                ("Replace", "Replace"),
                ("ReplaceHeader Location", "ReplaceHeader"),
                ("ReplaceHeader request Location", "ReplaceHeader"),
                (#"ReplaceHeader "a b" s/a/b/"#, "'a b' is no name of a header field"),
                ("ReplaceHeader Content-Length s/1/2/", "'Content-Length' says how long the body is"),
                ("ReplaceHeader request Transfer-Encoding s/1/2/", "'Transfer-Encoding' says how long the body is"),
                ("ReplaceTypes html", "ReplaceTypes"),
                ("ReplaceMaxMatch 0", "ReplaceMaxMatch"),
                ("ReplaceMaxMatch 65M", "ReplaceMaxMatch"),
                ("ReplaceMode both", "ReplaceMode: must be one of onepass, sequential, not 'both'"),
                ("ReplaceInherit none", "ReplaceInherit: must be one of append, prepend, replace, not 'none'"),
                ("ReplaceOnLimit maybe", "ReplaceOnLimit: must be one of pass, fail, not 'maybe'"),
                ("ReplaceLimit match=0", "ReplaceLimit"),
                ("ReplaceLimit heap=2G", "ReplaceLimit"),
                ("ReplaceLimit steps=1", "ReplaceLimit"),
            ])
        func wrong(_ line: String, _ sentence: String) throws {
            let directives = "# before\n" + line + "\n"
            let (status, output) = try HTTPDProcess.configtest(RewritingServer.configuration(directives))
            #expect(status != 0, "\(line)")
            #expect(output.contains(sentence), "\(line): \(output)")
            #expect(output.contains("yntax error on line ") && output.contains("httpd.conf"), "\(output)")
        }

        private static let page = "x y z"
        private static let inheritance = """
            SetOutputFilter REPLACE
            Replace s/x/outer/n
            Replace s/y/outer/n
            Listen 127.0.0.1:@PORT2@
            <VirtualHost 127.0.0.1:@PORT2@>
                Replace s/z/host/n
            </VirtualHost>
            <Location /append>
                Replace s/x/inner/n
                Replace s/z/inner/n
            </Location>
            <Location /prepend>
                ReplaceInherit prepend
                Replace s/x/inner/n
                Replace s/z/inner/n
            </Location>
            <Location /replace>
                ReplaceInherit replace
                Replace s/x/inner/n
                Replace s/z/inner/n
            </Location>
            <Location /kept>
                ReplaceInherit replace
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
                ReplaceInherit prepend
                Replace s/x/if/n
                ReplaceHeader Content-Language s/en/if/n
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
            documents["allowed/.htaccess"] = "ReplaceInherit replace\nReplace s/x/htaccess/n\n"
            documents["forbidden/.htaccess"] = "Replace s/x/htaccess/n\n"
            documents["mistaken/.htaccess"] = "# a mistake\nReplace s/x(/htaccess/\n"
            let configuration = RewritingServer.configuration(mpm, Self.inheritance, documents: documents)
            try withHTTPD(configuration, allowing: ["mistaken/.htaccess", "forbidden/.htaccess"]) { server throws in
                for (path, expected) in [
                    ("/append/a.html", "outer outer inner"), ("/prepend/a.html", "inner outer inner"),
                    ("/replace/a.html", "inner y inner"), ("/kept/a.html", "outer outer z"),
                    ("/allowed/a.html", "htaccess y z"), ("/append/a.html?if", "if outer inner"),
                    ("/allowed/a.html?if", "if y z"),
                ] {
                    #expect(try server.get(path).text == expected, "\(path)")
                }
                let host = try Command("curl", ["-s", "http://127.0.0.1:\(server.ports[1])/append/a.html"]).run()
                #expect(host.text == "outer outer host")
                #expect(try server.get("/forbidden/a.html").status == 500)
                #expect(server.logged("Replace not allowed here") == 1)
                #expect(try server.get("/mistaken/a.html").status == 500)
                #expect(
                    server.logged("Replace: 'x(' is no pattern: missing closing parenthesis, at byte 2 of the pattern")
                        == 1)
            }
        }

        @Test("text, JSON, scripts, XML and SVG are rewritten, and pictures are not, or what ReplaceTypes says")
        func types() throws {
            let names = ["html", "txt", "json", "js", "xml", "svg", "png", "unknown"]
            var documents: [String: String] = [:]
            for name in names {
                for folder in ["", "own/", "more/"] { documents["\(folder)a.\(name)"] = "x" }
            }
            let directives = """
                SetOutputFilter REPLACE
                Replace s/x/y/n
                <Location /own>
                    ReplaceTypes image/png application/*
                </Location>
                <Location /more>
                    ReplaceTypes default image/png !text/plain
                </Location>

                """
            try withHTTPD(RewritingServer.configuration(directives, documents: documents)) { server throws in
                func rewritten(_ folder: String) throws -> [String] {
                    try names.filter { try server.get("/\(folder)a.\($0)").text == "y" }
                }
                #expect(try rewritten("") == ["html", "txt", "json", "js", "xml", "svg"])
                #expect(try rewritten("own/") == ["json", "js", "xml", "png"])
                #expect(try rewritten("more/") == ["html", "json", "js", "xml", "svg", "png"])
                let notes = try server.notes(24)
                #expect(notes.contains("/a.png - - type") && notes.contains("/a.html 1 - -"))
            }
        }

        @Test("the status page counts bodies, matches and limits") func counters() throws {
            let directives = """
                Replace s/x/y/n
                <Location /page>
                    SetOutputFilter REPLACE
                </Location>
                <Location /swift-status>
                    SetHandler swift-status
                </Location>

                """
            try withHTTPD(RewritingServer.configuration(directives, documents: ["page/a.html": "x x x"])) {
                server throws in
                for _ in 0..<3 { _ = try server.get("/page/a.html") }
                let lines = try server.get("/swift-status?auto").text.split(separator: "\n")
                for (name, count) in [
                    ("responses searched", 3), ("request bodies searched", 0), ("matches replaced", 9),
                    ("bodies that reached a limit", 0),
                ] {
                    let index = try #require(lines.firstIndex { $0.hasSuffix("Name: \(name)") })
                    #expect(lines[index + 1].hasSuffix("Count: \(count)"), "\(name)")
                }
            }
        }
    }
}
