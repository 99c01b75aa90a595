// SPDX-License-Identifier: Apache-2.0
import HTTPD
import HTTPDTesting
import Testing

@testable import Outbound

/// What becomes of a page, wherever the stream is cut.
private func verify(_ page: String, _ expected: String) throws {
    var verifier = try FilterVerifier(output: Pages.self)
    verifier.prepare = { $0.contentType = .html }
    try verifier.verify(page, expecting: expected + "<!-- checked -->\n")
}

@Test func linksToOtherSitesAreMarked() throws {
    try verify(
        "<a href=/here>a</a><a href=\"HTTPS://other.example/\">b</a>",
        "<a href=/here>a</a><a href=\"HTTPS://other.example/\" rel=\"noopener external\">b ↗</a>")
}

@Test func tablesAreFramedWhereverTheyEnd() throws {
    try verify("<table><td>1</table>x", "<div class=scroll><table><td>1</table></div>x")
    // No tag ends this one but the page: in a cell, `</div>` means nothing.
    try verify("<div><table><td>1</div>", "<div><div class=scroll><table><td>1</div></div>")
}

@Test func headingsShowTheirNames() throws {
    try verify(
        "<h2 id='a&lt;b'>x</h2><h1>y</h1>", "<h2 id='a&lt;b'>x #a&lt;b</h2><h1>y</h1>")
}

@Test func titlesSayWhoseTheyAre() throws {
    try verify("<title>A &amp; B</title>", "<title>A &amp; B – Example</title>")
    try verify("<title>An Example</title>", "<title>An Example</title>")
}

@Test func notesOfEditorsAreRemoved() throws {
    try verify("a<!-- TODO b -->c<!-- d -->", "ac<!-- d -->")
}

@Test func theServerChangesPagesAndNothingElse() throws {
    let folder = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    var configuration = HTTPDConfiguration(
        extraModules: ["filter"],
        directives: """
            LoadModule swift_module @MODULES@/libmod_swift.so
            SwiftPluginPath /\(folder)/.build/release
            Include /\(folder)/httpd.conf
            """)
    configuration.addDocument("page.html", text: "<!-- TODO -->x")
    configuration.addDocument("text.txt", text: "<!-- TODO -->x")
    try withHTTPD(configuration) { server throws in
        #expect(try server.curl(path: "/page.html").text == "x<!-- checked -->\n")
        #expect(try server.curl(path: "/text.txt").text == "<!-- TODO -->x")
    }
}
