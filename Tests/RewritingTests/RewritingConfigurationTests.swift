// SPDX-License-Identifier: Apache-2.0
import HTTPD
import HTTPDTesting
import Testing

@testable import Rewriting

@Suite("Rules, limits and header fields over real APR")
struct RewritingConfigurationTests {
    private typealias Line = (directive: String, arguments: String)

    private func plugin(_ lines: Line...) throws -> EmbeddedPlugin {
        try EmbeddedPlugin(RewritingPlugin.self, directives: lines)
    }

    /// What the rules make of a body, however it is cut.
    private func verify(_ input: String, _ expected: String, _ lines: Line...) throws {
        let plugin = try EmbeddedPlugin(RewritingPlugin.self, directives: lines)
        try FilterVerifier(plugin, outputFilter: "Replace").verify(input, expecting: expected)
        var verifier = try FilterVerifier(plugin, inputFilter: "Replace")
        verifier.prepare = { $0.inputHeaders["Content-Type"] = "text/plain" }
        try verifier.verify(input, expecting: expected)
    }

    @Test("patterns give the same wherever a body is cut, in responses and requests") func patterns() throws {
        try verify("one\n two ones\ntwo ones two", "X X ones two", ("Replace", #""s/one(?:s(?=\n))?\s+two/X/""#))
        try verify("ab abc", "[b]a [b]ac", ("Replace", #""s/(a)(?<n>b)/[$+{n}]$1/""#))
        try verify("aaa", "baa", ("Replace", "s/^a/b/"))
        try verify("aaa\na", "aQQ\na", ("Replace", #""s/(?<=a)a/Q/""#))
        try verify("o\nfo\nof", "Z\nfZ\nof", ("Replace", "s/o$/Z/m"))
        try verify("baac", "XbXXcX", ("Replace", "s/a*/X/"))
        try verify("ab\ncd", "|ab|\n|cd|", ("Replace", #""s/\b/|/""#))
        try verify("a\r\nb", "a<br>\r\nb", ("Replace", #""s/(?=\r\n)/<br>/""#))
    }

    @Test("in a sequence each rule sees what the one before it made, and in one pass none does") func modes() throws {
        try verify("abc", "bcc", ("Replace", "s/a/b/n"), ("Replace", "s/b/c/n"))
        try verify(
            "abc", "ccc", ("ReplaceMode", "sequential"), ("Replace", "s/a/b/n"), ("Replace", "s/b/c/n"))
        try verify(
            "a-b", "x", ("ReplaceMode", "sequential"), ("Replace", "s/-//n"), ("Replace", "s/^ab$/x/"))
        try verify("aXa", "bYa", ("ReplaceMode", "sequential"), ("Replace", "s/a/b/1"), ("Replace", "s/X/Y/n"))
    }

    @Test("a match that is too long passes the same way wherever a body is cut, or fails") func limits() throws {
        let body = "b--e b" + String(repeating: "-", count: 40) + "e be"
        let rule: Line = ("Replace", "s/b[^e]*e/X/")
        try verify(body, "X b" + String(repeating: "-", count: 40) + "e X", ("ReplaceMaxMatch", "20"), rule)
        let failing = try plugin(("ReplaceMaxMatch", "20"), ("ReplaceOnLimit", "fail"), rule)
        try FilterVerifier(failing, outputFilter: "Replace").verifyFailure(Array(body.utf8))
    }

    @Test("the note of a limit, and one line of the log that has the rule's text") func limitNotes() throws {
        let plugin = try plugin(
            ("ReplaceMode", "sequential"), ("ReplaceMaxMatch", "20"), ("Replace", "s/x/y/n"),
            ("Replace", "s/b[^e]*e/X/"))
        let request = EmbeddedRequest(contentType: .html)
        try plugin.addOutputFilter("Replace", to: request)
        try request.withRequest { request in
            try request.write("x b" + String(repeating: "-", count: 40) + "e b" + String(repeating: "-", count: 40))
        }
        request.finish()
        request.withRequest { request in
            #expect(request.notes["replace-count"] == "1")
            #expect(request.notes["replace-limit"] == "match length")
        }
        #expect(
            request.log.map(\.text).filter { $0.contains("ReplaceMaxMatch") }.count == 1
                && request.log.contains {
                    $0.text.contains("what may match s/b[^e]*e/X/ is longer than ReplaceMaxMatch: it passed")
                })
    }

    @Test(
        "why a body stays is noted",
        arguments: [
            ("image/png", "", "type"), ("Text/HTML; charset=x", "", nil), ("text/html", "no-transform", "no-transform"),
            ("text/html", "Public , No-Transform", "no-transform"),
            ("text/html", "x-no-transform=1", nil),
        ])
    func reasons(_ type: String, _ cacheControl: String, _ reason: String?) throws {
        let plugin = try plugin(("Replace", "s/a/b/n"))
        let request = EmbeddedRequest(contentType: MediaType(rawValue: type))
        request.withRequest { request in
            if !cacheControl.isEmpty { request.errorHeaders["Cache-Control"] = cacheControl }
        }
        try plugin.addOutputFilter("Replace", to: request)
        try request.withRequest { request in try request.write("aa") }
        request.finish()
        request.withRequest { request in #expect(request.notes["replace-reason"] == reason) }
        #expect(request.responseText == (reason == nil ? "bb" : "aa"))
    }

    @Test("every value of a field is rewritten, in both tables, and what ends a line is a space") func fields() throws {
        let plugin = try plugin(
            ("ReplaceHeader", "Link s/inner/outer/n"), ("ReplaceHeader", "response link s/outer/last/n1"),
            ("ReplaceHeader", #"Set-Cookie "s/a/\r\nX: \x00/""#), ("ReplaceHeader", "request Link s/last/never/n"),
            ("ReplaceHeader", "Content-Type s/html/plain/n"))
        let request = EmbeddedRequest(contentType: .html)
        request.withRequest { request in
            request.outputHeaders.add("Link", "<inner> <inner>")
            request.outputHeaders.add("LINK", "<none>")
            request.outputHeaders.add("Link", "<inner>")
            request.errorHeaders.add("Link", "<inner>")
            request.errorHeaders.add("Set-Cookie", "a=1")
            request.outputHeaders.add("X-Other", "inner")
        }
        try plugin.runResponseHeader("ResponseHeaders", request)
        request.withRequest { request in
            var links: [String] = []
            request.outputHeaders.replaceValues("Link") { (value: String) -> String? in
                links.append(value)
                return nil
            }
            #expect(links == ["<last> <outer>", "<none>", "<last>"])
            #expect(request.errorHeaders["Link"] == "<last>")
            #expect(request.errorHeaders["Set-Cookie"] == "  X:  =1")
            #expect(request.outputHeaders["X-Other"] == "inner")
            #expect(request.contentType?.rawValue.hasPrefix("text/plain") == true)
        }
    }

    @Test("what a rule for a field may cost is limited too, and the log says so") func fieldLimits() throws {
        let value = String(repeating: "a", count: 64) + "!"
        for policy in ["pass", "fail"] {
            let plugin = try plugin(
                ("ReplaceLimit", "match=1000"), ("ReplaceOnLimit", policy), ("ReplaceHeader", "Link s/(a+)+$/X/"),
                ("ReplaceHeader", "request Referer s/(a+)+$/X/"))
            let request = EmbeddedRequest(headers: ["Referer": value])
            request.withRequest { request in request.outputHeaders["Link"] = value }
            try plugin.runResponseHeader("ResponseHeaders", request)
            request.withRequest { request in #expect(request.outputHeaders["Link"] == value) }
            #expect(request.log.count { $0.text.contains("looking for s/(a+)+$/X/ took more than ReplaceLimit") } == 1)
            let decision = try plugin.handle("RequestHeaders", request, phase: .fixup)
            #expect(decision == (policy == "pass" ? .declined : .status(.internalServerError)))
        }
    }

    private func section(_ inheritance: RuleInheritance?, _ rules: String...) throws -> RewritingConfiguration {
        var section = RewritingConfiguration()
        if let inheritance { section.inheritance.value = inheritance }
        section.rules = try rules.map { try BodyRule(directiveArguments: ["s/\($0)/x/n"]) }
        return section
    }

    @Test(
        "sections join their rules as each one says for itself, however httpd groups them",
        arguments: [
            (nil, nil, "ABC"), (nil, .prepend, "CAB"), (nil, .replace, "C"), (.prepend, nil, "BAC"),
            (.prepend, .prepend, "CBA"), (.replace, nil, "BC"), (.replace, .prepend, "CB"), (.replace, .replace, "C"),
        ] as [(RuleInheritance?, RuleInheritance?, String)])
    func sections(_ middle: RuleInheritance?, _ inner: RuleInheritance?, _ expected: String) throws {
        let (outer, middle, inner) = try (section(nil, "A"), section(middle, "B"), section(inner, "C"))
        let fromOutside = outer.merged(with: middle).merged(with: inner)
        let fromInside = outer.merged(with: middle.merged(with: inner))
        for merged in [fromOutside, fromInside] {
            #expect(merged.rules.map { String($0.rule.source.dropFirst(2).prefix(1)) }.joined() == expected)
        }
    }

    @Test("a section that only says how rules join has those around it, and says nothing for others")
    func sectionWithoutRules() throws {
        let (outer, middle) = try (section(nil, "A"), section(nil, "B"))
        let inner = try section(.replace)
        for merged in [outer.merged(with: middle).merged(with: inner), outer.merged(with: middle.merged(with: inner))] {
            #expect(merged.rules.map(\.rule.source) == ["s/A/x/n", "s/B/x/n"])
        }
    }

    @Test("the fields that say how long a body is have no rules") func framing() {
        for field in ["Content-Length", "transfer-encoding"] {
            #expect(throws: DirectiveError.self) { try plugin(("ReplaceHeader", "\(field) s/1/2/")) }
        }
    }
}
