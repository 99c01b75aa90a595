// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension RealServer.Rewriting {
    /// What rules do to bodies, however these come.
    @Suite struct Rules {
        /// Directives as they stand in a file, what is sent, and what is to arrive.
        private typealias Case = (directives: String, body: String, expected: String)

        private static func rule(_ text: String) -> String { "Replace \(text)" }

        private static let cases: [Case] = [
            (rule("s/fox/cat/n"), "the fox, the fofox, the fo", "the cat, the focat, the fo"),
            (rule("s/fox/cat/ni"), "FOX Fox fOx", "cat cat cat"),
            (rule("s/f.x$1/[$1]/n"), "f.x$1 fox", "[$1] fox"),
            (rule(#""s/(\w+)@(\w+)/$2 at $1/""#), "me@here, you@there", "here at me, there at you"),
            (rule(#""s/(?<a>\w)-(?<b>\w)/$+{b}-$+{a}/""#), "1-2 x-y", "2-1 y-x"),
            (rule(#""s/fox/<$0>/i""#), "a FOX", "a <FOX>"),
            (rule(#""s/(a)(b)?/[$2]/""#), "ab a", "[b] []"),
            (rule(#""s/^/> /m""#), "a\nb\n", "> a\n> b\n"),
            (rule(#""s/^/> /""#), "a\nb\n", "> a\nb\n"),
            (rule(#""s/a.b/X/s""#), "a\nb a b", "X X"),
            (rule(#""s/a.b/X/""#), "a\nb a b", "a\nb X"),
            (rule(#""s/ a \s b # what is meant/X/x""#), "a b ab", "X ab"),
            (rule("s/a/b/1"), "aaa", "baa"),
            (rule("s/a/b/n1"), "aaa", "baa"),
            (rule(#""s/one\s+two/X/""#), "one\n\n two\none\ttwo", "X\nX"),
            (rule(#""s/a\/b/c\/d/n""#), "a/b", "c/d"),
            (rule(#""s|a/b\|c|d/e|n""#), "a/b|c", "d/e"),
            (rule("s#a#b#"), "a", "b"),
            (rule("s/a/aa/n"), "aab", "aaaab"),
            // Behind the quotes of httpd's own, `\\` is one backslash and `\"` a quote; `\$` stays as it is.
            (rule(#""s/\\\\/backslash/n""#), #"a\b"#, "abackslashb"),
            (rule(#""s/\\\\\\\\/two/""#), #"a\\b"#, "atwob"),
            (rule(#""s/a/\\\\/""#), "a", #"\"#),
            (rule(#""s/\"/'/n""#), #"say "so""#, "say 'so'"),
            (rule(#"'s/"/\x27/'"#), #"say "so""#, "say 'so'"),
            (rule(#""s/(a)/\$1 costs $1\$/""#), "a", "$1 costs a$"),
            (rule(#""s/\$\{x\}/y/""#), "${x}", "y"),
            (rule(#""s/\t/\\x09\n/""#), "a\tb", "a\t\nb"),
            (rule(#""s/é/e/n""#), "café", "cafe"),
            (rule("s/a/b/n") + "\n" + rule("s/b/c/n"), "ab", "bc"),
            ("ReplaceMode sequential\n" + rule("s/a/b/n") + "\n" + rule("s/b/c/n"), "ab", "cc"),
            // Leftmost first, then the order of the rules.
            (rule("s/bc/2/n") + "\n" + rule("s/abc/1/n"), "abc bc", "1 2"),
            (rule("s/ab/1/n") + "\n" + rule("s/abc/2/n"), "abc", "1c"),
            (rule(#""s/a./1/""#) + "\n" + rule("s/abc/2/n") + "\n" + rule("s/c/3/n"), "abc", "13"),
            (rule(#""s/@/%{REQUEST_METHOD} %{HTTP_HOST}/e""#), "@", "POST the.host"),
            (rule(#""s/@/%{reqenv:GREETING}/e""#), "@", "hello"),
            (rule(#""s/@(x)?/$1/e""#), "@x", ""),
            (rule(#"s/a/b/n "expr=%{REQUEST_METHOD} == 'POST'""#), "a", "b"),
            (rule(#"s/a/b/n "expr=%{REQUEST_METHOD} == 'GET'""#), "a", "a"),
            (
                rule(#"s/a/b/n "expr=%{reqenv:GREETING} == 'hello'""#) + "\n"
                    + rule(#"s/a/c/n "expr=%{reqenv:GREETING} != 'hello'""#), "a", "b"
            ),
            // What others get wrong.
            (rule("s/^a/b/"), "aaa", "baa"),
            (rule("s/^a/b/m"), "aaa\naa", "baa\nba"),
            (rule("s/o$/Z/m"), "o\nfo\nof\no", "Z\nfZ\nof\nZ"),
            (rule("s/o$/Z/"), "o\nfo\n", "o\nfZ\n"),
            (rule("s/a*/X/"), "baac", "XbXXcX"),
            (rule("s/x*$/E/m"), "ax\nb", "aEE\nbE"),
            (rule(#""s/(?<=a)a/Q/""#), "aaa", "aQQ"),
            (rule(#""s/\b/|/""#), "ab cd", "|ab| |cd|"),
            (rule(#""s/\Bb/X/""#), "bbb", "bXX"),
        ]

        private static var directives: String {
            var text = """
                SwiftOutputFilter Fixtures.Chop CHOP1 size=1 flush=On
                SetEnv GREETING hello
                SetOutputFilter REPLACE
                <If "%{QUERY_STRING} == 'chopped'">
                    SetOutputFilter CHOP1;REPLACE
                </If>

                """
            for (index, item) in cases.enumerated() {
                text += RewritingServer.handler("Body", at: "/\(index)/", item.directives)
            }
            return text
        }

        @Test("rules do what Perl's s///g does, for bodies in one piece and byte by byte", arguments: MPM.allCases)
        func rules(_ mpm: MPM) throws {
            try withHTTPD(RewritingServer.configuration(mpm, Self.directives)) { server throws in
                // One curl for all: each transfer has options of its own.
                for query in ["", "?chopped"] {
                    var list: [String] = []
                    for (index, item) in Self.cases.enumerated() {
                        try Data(item.body.utf8).write(to: URL(fileURLWithPath: "\(server.root)/in\(index)"))
                        list.append(
                            """
                            url = "\(server.url("/\(index)/\(query)"))"
                            header = "Host: the.host"
                            data-binary = "@\(server.root)/in\(index)"
                            output = "\(server.root)/out\(index)"
                            """)
                    }
                    let result = try Command(
                        "curl", ["-q", "-sS", "--noproxy", "*", "-K", "-"],
                        input: Array(list.joined(separator: "\nnext\n").utf8)
                    ).run()
                    #expect(result.status == 0, "\(result.errorText)")
                    for (index, item) in Self.cases.enumerated() {
                        let got = try String(contentsOfFile: "\(server.root)/out\(index)", encoding: .utf8)
                        #expect(got == item.expected, "\(item.directives) \(query)")
                    }
                }
            }
        }

        @Test("what an expression says is inserted as it is, whatever a client put into it", arguments: MPM.allCases)
        func hostile(_ mpm: MPM) throws {
            let directives = """
                SetOutputFilter REPLACE
                Replace "s/(@)/[%{QUERY_STRING}]/e"
                Replace "s/#(uri)/%{REQUEST_URI}/e"
                Replace "s/~/%{req:X-Words}/en"

                """
            let documents = ["a b.html": "@ #uri @ ~"]
            try withHTTPD(RewritingServer.configuration(mpm, directives, documents: documents)) { server throws in
                for query in [
                    #"$1$0$&"#, #"\1\\\n\x41"#, #""'`;|"#, "%00%0a<b>", "s/a/b/e", "%{HTTP_HOST}", "@~(uri)", "${x}",
                ] {
                    let text = try server.get("/a%20b.html?\(query)", "-H", "X-Words: \(query)").text
                    #expect(text == "[\(query)] /a b.html [\(query)] \(query)")
                }
                #expect(try server.get("/a%20b.html").text == "[] /a b.html [] ")
            }
        }

        @Test("httpd takes ${name} for a variable of its own, and leaves it, with a warning, where it has none")
        func variables() throws {
            let directives = """
                Define variable fox
                SetOutputFilter REPLACE
                Replace "s/(?<word>a)/<${word}>/"
                Replace "s/${variable}/cat/n"

                """
            try withHTTPD(
                RewritingServer.configuration(directives, documents: ["a.txt": "a fox"]), allowing: ["AH00111"]
            ) { server throws in
                #expect(try server.get("/a.txt").text == "<a> cat")
                #expect(server.logged("AH00111") > 0)
            }
        }

        @Test("200 literals find their own in one pass, and NULs and bytes that are no UTF-8 stay") func many() throws {
            let rules = (0..<200).map { "Replace s/word\($0);/WORD\(199 - $0);/n" }.joined(separator: "\n")
            let directives = RewritingServer.handler("Body", at: "/body", "SetOutputFilter REPLACE\n" + rules)
            try withHTTPD(RewritingServer.configuration(directives)) { server throws in
                var body: [UInt8] = []
                var expected: [UInt8] = []
                for index in 0..<2_000 {
                    let number = index * 7 % 250
                    body += Array("word\(number);".utf8) + [0, 0xFF, 0xC3, UInt8(index % 256)]
                    let word = number < 200 ? "WORD\(199 - number);" : "word\(number);"
                    expected += Array(word.utf8) + [0, 0xFF, 0xC3, UInt8(index % 256)]
                }
                #expect(try server.get("/body", "--data-binary", "@-", input: body).body == expected)
            }
        }

        @Test("a match goes over the pieces in which a CGI program writes", arguments: MPM.allCases)
        func program(_ mpm: MPM) throws {
            let directives = """
                ScriptAlias /cgi "@ROOT@/cgi/bytes"
                <Location /cgi>
                    SetOutputFilter REPLACE
                    Replace "s/one\\s+two/X/"
                    Replace s/three/Y/n
                </Location>

                """
            try withHTTPD(RewritingServer.configuration(mpm, modules: [RewritingServer.cgi(mpm)], directives)) {
                server throws in
                try server.addScript(
                    "cgi/bytes",
                    """
                    #!/usr/bin/perl
                    $| = 1;
                    print "Content-Type: text/plain\\n\\n";
                    for (split //, "one\\ntwo thr three one two") { print; select undef, undef, undef, 0.002 }

                    """)
                #expect(try server.get("/cgi").text == "X thr Y X")
            }
        }
    }
}
