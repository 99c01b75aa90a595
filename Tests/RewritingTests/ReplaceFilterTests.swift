// SPDX-License-Identifier: Apache-2.0
import HTTPD
import HTTPDTesting
import Testing

@testable import Rewriting

@Suite("The filter REPLACE over real APR")
struct ReplaceFilterTests {
    private func verifier(_ rules: String...) throws -> FilterVerifier {
        let plugin = try EmbeddedPlugin(
            RewritingPlugin.self, directives: rules.map { (directive: "Replace", arguments: $0) })
        return try FilterVerifier(plugin, outputFilter: "Replace")
    }

    @Test func oneRule() throws {
        try verifier("s/fox/cat/n").verify("the fox, the fofox, the fo", expecting: "the cat, the focat, the fo")
    }

    @Test func whatARuleMadeIsNotReplacedAgain() throws {
        try verifier("s/a/bb/n", "s/bbb/c/n", "s/c//n").verify("a ab ba bbb aabc", expecting: "bb bbb bbb c bbbbb")
    }

    @Test func noRuleLeavesAllAsItIs() throws {
        try verifier().verify("text", expecting: "text")
    }

    @Test func nothingInNothingOut() throws {
        try verifier("s/a/b/n").verify("", expecting: "")
    }

    @Test func bodiesThatStayInPlaceInPart() throws {
        let long = String(repeating: "-", count: 40_000)
        try verifier("s/fox/cat/n").verify(
            "fox\(long)fox\(long)fox", expecting: "cat\(long)cat\(long)cat")
    }

    @Test func codedContentIsLeftAlone() throws {
        var verifier = try verifier("s/fox/cat/n")
        verifier.prepare = { $0.outputHeaders["Content-Encoding"] = "gzip" }
        try verifier.verify("the fox", expecting: "the fox")
    }

    @Test func aWrongRuleIsAnErrorOfTheConfiguration() {
        #expect(throws: DirectiveError("Replace: 's/a/b' lacks the / behind the replacement")) { try verifier("s/a/b") }
        #expect(throws: DirectiveError.self) { try verifier("s/a/b/n s/c/d/n") }
    }

    @Test func headersThatNoLongerHoldAreRemoved() throws {
        let plugin = try EmbeddedPlugin(
            RewritingPlugin.self, directives: [(directive: "Replace", arguments: "s/fox/cat/n")])
        let request = EmbeddedRequest(contentType: .html)
        request.withRequest { request in
            request.outputHeaders["Content-Length"] = "7"
            request.outputHeaders["ETag"] = "\"x\""
        }
        try plugin.addOutputFilter("Replace", to: request)
        try request.withRequest { request in try request.write("the fox") }
        request.finish()
        #expect(request.responseText == "the cat")
        request.withRequest { request in
            #expect(request.outputHeaders["Content-Length"] == nil && request.outputHeaders["ETag"] == nil)
        }
    }
}
