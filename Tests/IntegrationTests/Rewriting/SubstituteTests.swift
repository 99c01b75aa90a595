// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension RealServer.Rewriting {
    /// mod_substitute, where it is right.
    @Suite(.enabled(if: FileManager.default.fileExists(atPath: RewritingServer.manual))) struct Peers {
        private static let pages = [
            "core.html", "mod_rewrite.html", "mod_proxy.html", "mod_ssl.html", "mod_substitute.html",
            "mod_deflate.html",
        ]
        private static let literals = [
            "the", "Directive", "<a href=", "module", "Apache", "http://", "</code>", "e", "  ", "mod_", "&nbsp;", "is",
            "configuration", "td>", "server", "ss",
        ]
        /// Patterns that match inside a line, and what to make of a match.
        private static let patterns: [(pattern: String, replacement: String)] = [
            (#"(\w+)ing\b"#, "$1ed"), (#"\b([A-Z])(\w*)"#, "$2$1"), (##"href=\"([^\"#\n]*)#"##, #"href=\"/x/$1?"#),
            (#"[aeiou]+"#, "_"), (#"(a|an|the) (\w+)"#, "<b>$2</b> $1"), (#"\d+\.\d+"#, "0"),
            (#"<(/?)(h\d)>"#, "<$1$2 x>"), (#"(?i)apache"#, "[$0]"), (#"(.)(.)(.)"#, "$3$2$1"), (#"<[^>\n]+>"#, "~"),
            (#"(\w)\1"#, "$1"), (#"(?:foo|bar|mod)_(\w+)"#, "$1_"), (#"s(?=e)"#, "S"), (#"[^\x00-\x7f\n]+"#, "?"),
            (#"\.(?:html|c)\b"#, ".x"), (#"(\w+)\.(\w+)\.(\w+)"#, "$3/$2/$1"),
        ]

        /// Rules of both, one after the other: so many sections of rules, from none but a number.
        private static let sections: [[String]] = (0..<240).map { number in
            var state = UInt32(truncatingIfNeeded: number) &* 2_654_435_761 &+ 99
            func next(_ count: Int) -> Int {
                state = state &* 1_664_525 &+ 1_013_904_223
                return Int(state >> 8) % count
            }
            func rule() -> String {
                switch next(4) {
                case 0: return "s!\(literals[next(literals.count)])![\(number)]!n"
                case 1: return "s!\(literals[next(literals.count)])!\(literals[next(literals.count)])!ni"
                case 2:
                    let item = patterns[next(patterns.count)]
                    return "s!\(item.pattern)!\(item.replacement)!"
                default:
                    let item = patterns[next(patterns.count)]
                    return "s!\(item.pattern)!\(item.replacement)-\(number)!i"
                }
            }
            return (0..<(number.isMultiple(of: 3) ? 3 : 1)).map { _ in rule() }
        }

        @Test("240 lists of rules make the same of the pages of the manual as mod_substitute does") func substitute()
            throws
        {
            var directives = """
                <Directory "\(RewritingServer.manual)">
                    Options None
                </Directory>
                AliasMatch "^/(?:ours|theirs)/[0-9]+/(.*)" "\(RewritingServer.manual)/$1"
                ReplaceMode sequential
                <Location /ours>
                    ForceType text/html
                    SetOutputFilter REPLACE
                </Location>
                <Location /theirs>
                    ForceType text/html
                    SetOutputFilter SUBSTITUTE
                </Location>

                """
            for (number, rules) in Self.sections.enumerated() {
                directives += "<Location /ours/\(number)/>\n"
                directives += rules.map { "Replace \"\($0)\"\n" }.joined() + "</Location>\n"
                directives += "<Location /theirs/\(number)/>\n"
                directives += rules.map { "Substitute \"\($0)\"\n" }.joined() + "</Location>\n"
            }
            try withHTTPD(RewritingServer.configuration(modules: ["substitute"], directives)) { server throws in
                for side in ["ours", "theirs"] {
                    let list = Self.sections.indices.map { number in
                        """
                        url = "\(server.url("/\(side)/\(number)/\(Self.pages[number % Self.pages.count])"))"
                        output = "\(server.root)/\(side).\(number)"
                        """
                    }
                    let result = try Command(
                        "curl", ["-q", "-sS", "-f", "--noproxy", "*", "-K", "-"],
                        input: Array(list.joined(separator: "\n").utf8)
                    ).run()
                    #expect(result.status == 0, "\(result.errorText)")
                }
                var changed = 0
                for (number, rules) in Self.sections.enumerated() {
                    func read(_ path: String) -> Data? { FileManager.default.contents(atPath: path) }
                    let ours = try #require(read("\(server.root)/ours.\(number)"))
                    let theirs = try #require(read("\(server.root)/theirs.\(number)"))
                    let page = try #require(read("\(RewritingServer.manual)/\(Self.pages[number % Self.pages.count])"))
                    if ours != page { changed += 1 }
                    #expect(ours == theirs, "\(number): \(rules)")
                }
                #expect(changed > 200)
            }
        }
    }
}
