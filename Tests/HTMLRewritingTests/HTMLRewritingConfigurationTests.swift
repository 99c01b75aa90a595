// SPDX-License-Identifier: Apache-2.0
import HTTPD
import HTTPDTesting
import Testing

@testable import HTMLRewriting

@Suite("Rules, sections and limits of HTMLREWRITE over real APR")
struct HTMLRewritingConfigurationTests {
    private typealias Line = (directive: String, arguments: String)

    private func plugin(_ lines: [Line]) throws -> EmbeddedPlugin {
        try EmbeddedPlugin(HTMLRewritingPlugin.self, directives: lines)
    }

    @Test(
        "a wrong rule is an error of the configuration, with the place in the selector",
        arguments: [
            ("a[href remove", "'a[href': the attribute that begins here is not closed (at byte 1)"),
            (
                "\"p a:last-child\" remove",
                "'p a:last-child': :last-child cannot be decided at the start tag: it depends on what comes after it in "
                    + "the page (at byte 3)"
            ),
            ("\"\" remove", "'': a selector is missing (at byte 0)"),
            ("a", "takes a selector, an action such as set-attribute with its arguments, and at most a condition"),
            ("a delete", "must be one of set-attribute, remove-attribute, rename,"),
            (
                "a set-attribute href",
                "'set-attribute' takes the name of an attribute and its value, and at most a condition"
            ),
            ("a remove x", "'x' must be a condition such as"),
            ("a remove expr=true more", "'remove' takes no argument, and at most a condition"),
            ("a set-attribute \"a b\" c", "'a b' is no name of an attribute"),
            ("a remove-attribute a=b", "'a=b' is no name of an attribute"),
            ("a rename 1", "'1' is no name of an element"), ("a rename \"b c\"", "'b c' is no name of an element"),
            ("a rename script", "no element can become script: its content would be read in another way"),
            ("a append-text %{REQUEST_URI", "'%{REQUEST_URI' is no expression of httpd's"),
            ("a append-text %{NOSUCH}", "Variable 'NOSUCH' does not exist"),
            ("a remove \"expr=%{REQUEST_URI} =\"", "is no expression of httpd's"),
        ])
    func wrong(_ line: String, _ sentence: String) throws {
        do {
            _ = try plugin([("HTMLRewrite", line)])
            Issue.record("\(line) is accepted")
        } catch let error as DirectiveError {
            #expect(error.message.hasPrefix("HTMLRewrite: "), "\(error)")
            #expect(error.message.contains(sentence), "\(error)")
        }
    }

    @Test("a last word is an argument where one is missing, and a condition where none is") func conditions() throws {
        let rule = try HTMLRule(directiveArguments: ["a", "append-text", "expr=x"])
        #expect(rule.constant == nil && rule.action.value.constant == Array("expr=x".utf8))
        #expect(try HTMLRule(directiveArguments: ["a", "after-text", "x"]).constant != nil)
        #expect(try HTMLRule(directiveArguments: ["a", "after-text", "x", "expr=true"]).constant == nil)
        #expect(try HTMLRule(directiveArguments: ["a", "After-Text", "%{REQUEST_URI}"]).constant == nil)
    }

    private func section(_ inheritance: RuleInheritance?, _ name: String...) throws -> HTMLRewritingConfiguration {
        var section = HTMLRewritingConfiguration()
        if let inheritance { section.inheritance.value = inheritance }
        section.rules = try name.map { try HTMLRule(directiveArguments: [$0, "remove"]) }
        return section
    }

    @Test(
        "sections join their rules as each one says for itself, however httpd groups them",
        arguments: [
            (nil, nil, "abc"), (nil, .prepend, "cab"), (nil, .replace, "c"), (.prepend, nil, "bac"),
            (.prepend, .prepend, "cba"), (.replace, nil, "bc"), (.replace, .prepend, "cb"), (.replace, .replace, "c"),
        ] as [(RuleInheritance?, RuleInheritance?, String)])
    func sections(_ middle: RuleInheritance?, _ inner: RuleInheritance?, _ expected: String) throws {
        let (outer, middle, inner) = try (section(nil, "a"), section(middle, "b"), section(inner, "c"))
        for merged in [outer.merged(with: middle).merged(with: inner), outer.merged(with: middle.merged(with: inner))] {
            #expect(merged.rules.map(\.selector).joined() == expected)
        }
    }

    @Test("a section that only says how rules join has those around it") func sectionWithoutRules() throws {
        let (outer, middle, inner) = try (section(nil, "a"), section(nil, "b"), section(.replace))
        for merged in [outer.merged(with: middle).merged(with: inner), outer.merged(with: middle.merged(with: inner))] {
            #expect(merged.rules.map(\.selector) == ["a", "b"])
        }
    }

    private static let deep = String(repeating: "<div>", count: 20) + "<b>x</b>"

    @Test(
        "past a limit the rest passes as it is, with a note and one line of the log, or the response fails",
        arguments: [
            ("HTMLRewriteMaxDepth 8", "depth", deep),
            ("HTMLRewriteMaxAttributes 3", "attributes", "<b a b c d e>x</b>"),
            ("HTMLRewriteMaxTag 64", "tag", "<i a='" + String(repeating: "-", count: 80) + "'><b>x</b>"),
            ("HTMLRewriteMemory 1K", "memory", "<i>" + String(repeating: "<u>", count: 40) + "<b>x</b>"),
        ])
    func limits(_ line: String, _ note: String, _ page: String) throws {
        let words = line.split(separator: " ").map(String.init)
        let rules: [Line] = [
            (words[0], words[1]), ("HTMLRewrite", "b set-attribute id 1"),
            ("HTMLRewrite", "u after-html " + String(repeating: "-", count: 64)),
        ]
        let request = EmbeddedRequest(contentType: .html)
        try plugin(rules).addOutputFilter("HTMLRewrite", to: request)
        try request.withRequest { request in try request.write(page) }
        request.finish()
        #expect(request.responseText.hasSuffix(page.suffix(8)))
        request.withRequest { request in #expect(request.notes["htmlrewrite-limit"] == note) }
        let sentence = "the page exceeds \(words[0]): the rest of it passed"
        #expect(request.log.count { $0.text.contains(sentence) && $0.level == .warning } == 1)
        let failing = try plugin(rules + [("HTMLRewriteOnLimit", "fail")])
        try FilterVerifier(failing, outputFilter: "HTMLRewrite").verifyFailure(Array(page.utf8))
    }

    @Test(
        "limits have limits",
        arguments: [
            "HTMLRewriteMemory 1", "HTMLRewriteMemory 2G", "HTMLRewriteMaxDepth 0", "HTMLRewriteMaxAttributes 0",
            "HTMLRewriteMaxTag 1", "HTMLRewriteOnLimit maybe", "HTMLRewriteInherit none", "HTMLRewriteTypes html",
        ])
    func rangesOfLimits(_ line: String) {
        let words = line.split(separator: " ").map(String.init)
        #expect(throws: DirectiveError.self) { try plugin([(words[0], words[1])]) }
    }

    @Test(
        "why a page stays is noted",
        arguments: [
            ("image/svg+xml", "", "type"), ("application/xhtml+xml", "", "type"), ("Text/HTML; charset=utf-8", "", nil),
            ("text/html", "Public , No-Transform", "no-transform"), ("text/html", "x-no-transform=1", nil),
        ])
    func reasons(_ type: String, _ cacheControl: String, _ reason: String?) throws {
        let request = EmbeddedRequest(contentType: MediaType(rawValue: type))
        request.withRequest { request in
            if !cacheControl.isEmpty { request.errorHeaders["Cache-Control"] = cacheControl }
        }
        try plugin([("HTMLRewrite", "b unwrap")]).addOutputFilter("HTMLRewrite", to: request)
        try request.withRequest { request in try request.write("<b>x") }
        request.finish()
        request.withRequest { request in #expect(request.notes["htmlrewrite-reason"] == reason) }
        #expect(request.responseText == (reason == nil ? "x" : "<b>x"))
    }
}
