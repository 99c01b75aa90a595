// SPDX-License-Identifier: Apache-2.0
import HTTPDTesting
import Testing

extension RealServer.HTMLRewriting {
    /// Pages whose encoding is said by httpd, by their first bytes, or by themselves.
    @Suite struct Encodings {
        private static let directives = """
            SetOutputFilter HTMLREWRITE
            HTMLRewrite b append-text "é"
            AddCharset utf-8 .utf8
            AddCharset koi8-r .koi8
            AddCharset utf-16le .utf16
            <Location /converted>
                HTMLRewriteConvert on
            </Location>

            """
        private static let page = "<!DOCTYPE html>\n<p>ж😀</p><b>x</b>\n"
        private static let changed = "<!DOCTYPE html>\n<p>ж😀</p><b>xé</b>\n"

        private static func withServer(_ mpm: MPM, _ body: (HTTPDProcess) throws -> Void) throws {
            let meta = "<!DOCTYPE html><meta charset=utf-8>"
            let documents = [
                "a.html": "<b>x</b>", "a.html.utf8": "<b>x</b>", "a.html.koi8": "<b>x</b>",
                "meta.html": meta + "<b>x</b>",
                "late.html": String(repeating: " ", count: 1024) + meta + "<b>x</b>", "page.html": page,
            ]
            let configuration = HTMLRewritingServer.configuration(mpm, modules: [], directives, documents: documents)
            try withHTTPD(configuration) { server throws in
                try server.shell(
                    """
                    cd htdocs && mkdir converted && iconv -f utf-8 -t utf-16le page.html > page.html.utf16 \\
                    && (printf '\\377\\376'; cat page.html.utf16) > marked.html && cp page.html.utf16 marked.html converted
                    """)
                try body(server)
            }
        }

        @Test("text is put in as the encoding has it, and UTF-16 leaves in UTF-8 where it may", arguments: MPM.allCases)
        func encodings(_ mpm: MPM) throws {
            try Self.withServer(mpm) { server throws in
                for (path, end) in [
                    ("/a.html", "<b>x&#233;</b>"), ("/a.html.utf8", "<b>xé</b>"), ("/a.html.koi8", "<b>x&#233;</b>"),
                    ("/meta.html", "<b>xé</b>"), ("/late.html", "<b>x&#233;</b>"),
                ] {
                    #expect(try server.get(path).text.hasSuffix(end), "\(path)")
                }
                let utf16 = Self.page.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
                for (path, bytes) in [("/page.html.utf16", utf16), ("/marked.html", [0xFF, 0xFE] + utf16)] {
                    let untouched = try server.get(path)
                    #expect(untouched.body == bytes && untouched["Content-Type"]?.contains("utf-8") != true, "\(path)")
                    let converted = try server.get("/converted" + path)
                    #expect(converted.text == Self.changed, "\(path)")
                    #expect(converted["Content-Type"] == "text/html; charset=utf-8", "\(path)")
                }
            }
        }
    }
}
