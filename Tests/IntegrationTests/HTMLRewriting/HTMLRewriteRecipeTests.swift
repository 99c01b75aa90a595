// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension RealServer.HTMLRewriting {
    /// What docs/htmlrewrite.md proposes.
    @Suite struct Recipes {
        /// The blocks of configuration below a heading.
        private static func blocks(of heading: String) throws -> [String] {
            let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().deletingLastPathComponent()
            let text = try String(contentsOf: package.appending(path: "docs/htmlrewrite.md"), encoding: .utf8)
            let start = try #require(text.range(of: "## \(heading)\n"))
            let section = text[start.upperBound...].split(separator: "\n## ", maxSplits: 1).first ?? ""
            return section.split(separator: "```apache\n").dropFirst().map {
                String($0.split(separator: "```", maxSplits: 1).first ?? "")
            }
        }

        private static let page =
            "<html><head><title>t</title><link rel=canonical href=x></head><body><!-- c --><img src=a>"
            + "<script>1</script></body></html>"

        @Test("each recipe of the documentation does what it says to a page") func recipes() throws {
            let blocks = try Self.blocks(of: "Recipes")
            var directives = "SetEnv BANNER a<b\n"
            var documents: [String: String] = [:]
            for (index, block) in blocks.enumerated() {
                // A definition is the server's.
                let lines = block.split(separator: "\n")
                directives += lines.filter { $0.hasPrefix("Define") }.joined(separator: "\n") + "\n"
                let rules = lines.filter { !$0.hasPrefix("Define") }.joined(separator: "\n")
                directives += "<Location /\(index)/>\nSetOutputFilter HTMLREWRITE\n\(rules)\n</Location>\n"
                documents["\(index)/a b.html"] = Self.page
            }
            let configuration = HTMLRewritingServer.configuration(
                .event, modules: ["headers", "unique_id"], directives, documents: documents)
            try withHTTPD(configuration) { server throws in
                func made(_ word: String) throws -> [Response] {
                    let found = blocks.indices.filter { blocks[$0].contains(word) }
                    try #require(!found.isEmpty, "\(word)")
                    return try found.map { try server.get("/\($0)/a%20b.html") }
                }
                #expect(
                    try made("loading lazy")[0].text == Self.page.replacing("src=a", with: "src=a loading=\"lazy\""))
                let banner = "<body><div id=banner role=status>a&lt;b</div><!-- c -->"
                #expect(try made("BANNER")[0].text == Self.page.replacing("<body><!-- c -->", with: banner))
                let link = "<link rel=canonical href=\"https://www.example.com/INDEX/a%20b.html\">"
                let canonical = try made("rel=canonical")[0].text
                let index = try #require(blocks.firstIndex { $0.contains("rel=canonical") })
                #expect(
                    canonical
                        == Self.page.replacing("<link rel=canonical href=x>", with: "").replacing(
                            "</head>", with: link.replacing("INDEX", with: "\(index)") + "</head>"))
                let analytics = "<script async src=/analytics.js></script></head>"
                #expect(try made("analytics")[0].text == Self.page.replacing("</head>", with: analytics))
                #expect(try made("remove-comments")[0].text == Self.page.replacing("<!-- c -->", with: ""))
                for response in try made("nonce") {
                    let policy = try #require(response["Content-Security-Policy"])
                    let nonce = policy.split(separator: "'nonce-").last.map { $0.prefix { $0 != "'" } } ?? ""
                    #expect(nonce.count == 40 && nonce.allSatisfy(\.isHexDigit), "\(policy)")
                    #expect(response.text == Self.page.replacing("<script>", with: "<script nonce=\"\(nonce)\">"))
                }
                let nonces = try (0..<2).map { _ in try made("nonce")[0]["Content-Security-Policy"] }
                #expect(nonces[0] != nonces[1])
            }
        }
    }
}
