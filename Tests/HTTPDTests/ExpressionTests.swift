// SPDX-License-Identifier: Apache-2.0
import HTTPD
import HTTPDTesting
import Testing

private struct Rules: ModuleConfiguration {
    var conditions: [ConditionExpression] = []
    var text = Setting("")
    var location: [StringExpression] = []

    static var directives: [Directive<Self>] {
        Directive("When", appendingTo: \.conditions, help: "a condition")
        Directive("Text", \.text, help: "a text")
        Directive("Where", appendingTo: \.location, help: "a text with variables")
    }
}

private enum Ruled: Plugin {
    static let name: StaticString = "Ruled"

    static func register(on registry: inout PhaseRegistry) {
        registry.directives(of: Rules.self)
        registry.everyRequest(.fixup, "Ask") { request in
            request.inputHeaders.replaceValues("X-In") { "<\($0)>" }
            return .declined
        }
        registry.responseHeader("Answer") { request throws(HTTPDError) in
            let rules = request.configuration(Rules.self)
            for condition in rules.conditions where try !condition.evaluate(request) { return }
            for text in rules.location { request.outputHeaders.add("Location", try text.evaluate(request)) }
            if rules.text.value == "throw" {
                request.status = .notFound
                request.contentType = .plainText
                request.outputHeaders.replaceValues("X-Mine") { _ in "changed" }
                request.errorHeaders.add("X-Error", "added")
                throw HTTPDError("no header today")
            }
        }
    }
}

@Suite("Expressions, and handlers that nobody binds")
struct ExpressionTests {
    @Test func expressionsAreEqualBySource() throws {
        let one = try StringExpression(directiveArgument: "a %{REQUEST_URI}")
        let other = try StringExpression(directiveArgument: "a %{REQUEST_URI}")
        #expect(one == other && one.source == "a %{REQUEST_URI}")
        #expect(try one != StringExpression(directiveArgument: "b"))
        #expect(try ConditionExpression(directiveArgument: "true") != ConditionExpression(directiveArgument: "false"))
    }

    @Test(arguments: ["%{REQUEST_URI", "%{Nonesuch}", "x\u{0}y"])
    func aTextThatIsNone(_ source: String) {
        #expect(throws: DirectiveError.self) { try StringExpression(directiveArgument: source) }
    }

    @Test(arguments: ["", "%{REQUEST_URI", "-n", "'a' == ", "true\u{0}"])
    func aConditionThatIsNone(_ source: String) {
        #expect(throws: DirectiveError.self) { try ConditionExpression(directiveArgument: source) }
    }

    @Test func theReasonIsTold() {
        do throws(DirectiveError) {
            _ = try StringExpression(directiveArgument: "%{Nonesuch}")
            Issue.record("it threw")
        } catch {
            #expect(error.message == "'%{Nonesuch}' is no expression of httpd's: Variable 'Nonesuch' does not exist")
        }
    }

    @Test func copiesAreEvaluatedFromManyThreads() async throws {
        let text = try StringExpression(directiveArgument: "%{REQUEST_METHOD} %{REQUEST_URI}?%{QUERY_STRING} \u{e9}")
        let condition = try ConditionExpression(directiveArgument: "%{QUERY_STRING} == '7'")
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<16 {
                group.addTask {
                    let request = EmbeddedRequest("GET", "/a?\(number)")
                    return try request.withRequest { (request: borrowing Request) throws(HTTPDError) -> Bool in
                        let bytes = Array("GET /a?\(number) \u{e9}".utf8)
                        let results = (
                            try text.evaluate(request), try text.evaluateBytes(request), try condition.evaluate(request)
                        )
                        return results == ("GET /a?\(number) \u{e9}", bytes, number == 7)
                    }
                }
            }
            for try await isRight in group { #expect(isRight) }
        }
    }

    @Test func handlersSeeTheConfigurationAndExpressions() throws {
        let plugin = try EmbeddedPlugin(
            Ruled.self,
            directives: [("When", "\"%{HTTP:X-Want} == 'yes'\""), ("Where", "\"http://x%{REQUEST_URI}\"")])
        #expect(plugin.handlers == ["Ask", "Answer"])
        let request = EmbeddedRequest("GET", "/a", headers: ["X-Want": "yes", "X-In": "1"])
        #expect(try plugin.handle("Ask", request, phase: .fixup) == .declined)
        try plugin.runResponseHeader("Answer", request)
        request.withRequest { request in
            #expect(request.inputHeaders["X-In"] == "<1>")
            #expect(request.outputHeaders["Location"] == "http://x/a")
            #expect(request.outputHeaders["Vary"] == "X-Want", "a condition says what it varies with")
        }
        let other = EmbeddedRequest("GET", "/a")
        try plugin.runResponseHeader("Answer", other)
        other.withRequest { request in #expect(request.outputHeaders["Location"] == nil) }
        #expect(throws: DirectiveError.self) { try plugin.runResponseHeader("Ask", request) }
    }

    @Test func aHeaderIsAsItWasWhenItsHandlerThrows() throws {
        let plugin = try EmbeddedPlugin(Ruled.self, directives: [("Text", "throw"), ("Where", "/x")])
        let request = EmbeddedRequest("GET", "/a", contentType: .html)
        request.withRequest { request in
            request.outputHeaders.add("X-Mine", "1")
            request.outputHeaders.add("X-Mine", "2")
        }
        try plugin.runResponseHeader("Answer", request)
        request.withRequest { request in
            #expect(request.outputHeaders.entries.map(\.value) == ["1", "2"])
            #expect(request.errorHeaders.count == 0 && request.status == .ok && request.contentType == .html)
        }
        #expect(request.log.contains { $0.text.contains("Answer: no header today") })
        #expect(!request.isAborted)
    }
}
