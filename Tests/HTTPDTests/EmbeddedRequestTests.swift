// SPDX-License-Identifier: Apache-2.0
import HTTPD
import HTTPDTesting
import Testing

private enum Handlers: Plugin {
    static let name: StaticString = "Handlers"

    struct Typed: RequestHandler {
        func handle(_ request: borrowing Request) throws(HTTPDError) -> Decision { .status(.notFound) }
    }

    static func register(on registry: inout PhaseRegistry) {
        registry.handler("Hello") { request throws(HTTPDError) in
            request.contentType = .plainText
            request.outputHeaders["X-Method"] = request.method
            try request.write("\(request.uri) \(request.queryString ?? "-") \(request.inputHeaders["accept"] ?? "-")")
            return .ok
        }
        registry.handler("Reflect") { request throws(HTTPDError) in
            let body = try request.body(limit: 5)
            try request.write(body.span)
            return .ok
        }
        registry.handler("Throws") { _ throws(HTTPDError) in throw HTTPDError("nothing here", httpStatus: 404) }
        registry.handler("ThrowsOddly") { _ throws(HTTPDError) in throw HTTPDError("what", httpStatus: 7) }
        registry.handler("Decides") { request throws(HTTPDError) in
            .status(HTTPStatus(rawValue: Int(request.queryString ?? "") ?? 0))
        }
        registry.handler("ThrowsLate") { request throws(HTTPDError) in
            try request.write("part")
            throw HTTPDError("too late")
        }
        registry.handler("Logs") { request throws(HTTPDError) in
            request.log.warning("careful")
            request.log.debug("detail")
            return .declined
        }
        registry.access("Gate") { request throws(HTTPDError) in
            request.inputHeaders.contains("Key") ? .declined : .status(.forbidden)
        }
        registry.on(.fixup, "Typed", Typed.self)
    }
}

@Suite("Handlers on embedded requests")
struct EmbeddedRequestTests {
    private let plugin: EmbeddedPlugin

    init() throws {
        plugin = try EmbeddedPlugin(Handlers.self)
    }

    @Test func aHandlerAnswers() throws {
        let request = EmbeddedRequest("PUT", "/a/b?c=d&e", headers: ["Accept": "text/plain"])
        #expect(try plugin.handle("Hello", request) == .ok)
        #expect(request.responseText == "/a/b c=d&e text/plain")
        request.withRequest { request in
            #expect(request.contentType == .plainText && request.outputHeaders["X-Method"] == "PUT")
            #expect(request.unparsedURI == "/a/b?c=d&e" && request.status == .ok && !request.isHeaderOnly)
        }
    }

    @Test func aBodyIsReadUpToItsLimit() throws {
        let short = EmbeddedRequest("POST", body: "12345")
        #expect(try plugin.handle("Reflect", short) == .ok)
        #expect(short.responseText == "12345")
        let long = EmbeddedRequest("POST", body: "123456")
        #expect(try plugin.handle("Reflect", long) == .status(.contentTooLarge))
        #expect(long.log.first?.text.contains("longer than 5 bytes") == true)
        let none = EmbeddedRequest("POST")
        #expect(try plugin.handle("Reflect", none) == .ok)
        #expect(none.response.isEmpty)
    }

    @Test func whatIsThrownBecomesAStatus() throws {
        let request = EmbeddedRequest()
        #expect(try plugin.handle("Throws", request) == .status(.notFound))
        #expect(request.log.map(\.level) == [.error])
        #expect(request.log.first?.text.hasSuffix("Throws: nothing here") == true)
        #expect(!request.isAborted)
        let odd = EmbeddedRequest()
        #expect(try plugin.handle("ThrowsOddly", odd) == .status(.internalServerError))
    }

    @Test(arguments: [-3, -1, 0, 100, 101, 199, 600, 4_294_967_493, Int.min])
    func whatIsNoStatusOfAResponseBecomesAnErrorThatNamesTheHandler(_ code: Int) throws {
        let request = EmbeddedRequest("GET", "/?\(code)")
        #expect(try plugin.handle("Decides", request) == .status(.internalServerError))
        #expect(request.log.map(\.level) == [.error])
        let text = try #require(request.log.first?.text)
        #expect(text.hasSuffix(".Decides: answered with \(code), which is no status of a response"), "\(text)")
    }

    @Test(arguments: [200, 204, 302, 404, 599])
    func aStatusOfAResponseIsHandedOver(_ code: Int) throws {
        let request = EmbeddedRequest("GET", "/?\(code)")
        #expect(try plugin.handle("Decides", request) == .status(HTTPStatus(rawValue: code)))
        #expect(request.log.isEmpty)
    }

    @Test func whatIsThrownAfterTheFirstByteAbortsTheConnection() throws {
        let request = EmbeddedRequest()
        #expect(try plugin.handle("ThrowsLate", request) == .done)
        #expect(request.isAborted && request.responseText == "part")
    }

    @Test func otherPhases() throws {
        let closed = EmbeddedRequest()
        #expect(try plugin.handle("Gate", closed, phase: .access) == .status(.forbidden))
        let open = EmbeddedRequest(headers: ["Key": ""])
        #expect(try plugin.handle("Gate", open, phase: .access) == .declined)
        #expect(try plugin.handle("Typed", open, phase: .fixup) == .status(.notFound))
        #expect(throws: DirectiveError.self) { _ = try plugin.handle("Gate", EmbeddedRequest()) }
    }

    @Test func linesOfTheLog() throws {
        let request = EmbeddedRequest()
        #expect(try plugin.handle("Logs", request) == .declined)
        #expect(request.log.map(\.text) == ["careful", "detail"])
        #expect(request.log.map(\.level) == [.warning, .debug])
    }

    @Test func namesOfWhatIsRegistered() {
        #expect(
            plugin.handlers == [
                "Hello", "Reflect", "Throws", "ThrowsOddly", "Decides", "ThrowsLate", "Logs", "Gate", "Typed",
            ])
        #expect(plugin.outputFilters.isEmpty && plugin.inputFilters.isEmpty && plugin.protocols.isEmpty)
    }

    @Test func withoutAHostThereAreNoOptions() {
        let request = EmbeddedRequest()
        request.withRequest { request in #expect(request.option("any") == nil) }
    }
}
