// SPDX-License-Identifier: Apache-2.0
import HTTPD
import HTTPDTesting
import Testing

/// Puts brackets around the body, and says in the header and in a note what it was told.
private struct Brackets: HeaderOutputFilter, ~Copyable {
    static let effect: ContentEffect = .recodesContent
    let gatherLimit = 20
    let flushesEachPiece: Bool
    private var count = 0

    init?(_ request: borrowing Request, options: NoOptions) {
        flushesEachPiece = request.inputHeaders.contains("Flush")
    }

    static func prepare(_ request: borrowing Request, options: NoOptions) throws(HTTPDError) {
        if request.inputHeaders.contains("Refuse") { throw HTTPDError("refused by the test", httpStatus: 412) }
        request.inputHeaders["Prepared"] = "yes"
    }

    mutating func begin(_ request: borrowing Request, _ body: BodyStart) throws(HTTPDError) -> Bool {
        request.outputHeaders["Start"] = "\(body)"
        if case .whole(count: 3) = body { return false }
        return true
    }

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) {
        if count == 0 { output.insert("[") }
        count += bytes.count
        output.keep(bytes.count)
    }

    mutating func finish(into output: inout Output) { output.insert("]") }

    func ended(_ request: borrowing Request) { request.notes.merge("count", "\(count)") }
}

private enum Bracketing: Plugin {
    static let name: StaticString = "Bracketing"
    static func register(on registry: inout PhaseRegistry) { registry.outputFilter("Brackets", Brackets.self) }
}

@Suite("Filters that decide when they know how the body begins")
struct HeaderOutputFilterTests {
    private func run(
        _ headers: KeyValuePairs<String, String> = [:], _ body: (EmbeddedRequest) throws -> Void
    ) throws -> EmbeddedRequest {
        let request = EmbeddedRequest("GET", "/", headers: headers, contentType: .html)
        request.withRequest { request in
            for name in ["Content-Length", "ETag", "Last-Modified", "Digest", "Accept-Ranges"] {
                request.outputHeaders[name] = "x"
            }
        }
        try EmbeddedPlugin(Bracketing.self).addOutputFilter("Brackets", to: request)
        try body(request)
        return request
    }

    private func write(_ text: String, _ request: EmbeddedRequest) throws {
        try request.withRequest { request throws(HTTPDError) in try request.write(text) }
    }

    @Test("a short body is whole, however it came") func whole() throws {
        let request = try run { request in
            for text in ["short", "", " ", "body"] { try write(text, request) }
            #expect(request.response.isEmpty)
            request.finish()
        }
        #expect(request.responseText == "[short body]")
        request.withRequest { request in
            #expect(request.outputHeaders["Start"] == "whole(count: 10)")
            #expect(request.notes["count"] == "10")
            #expect(request.outputHeaders["Content-Length"] == nil && request.outputHeaders["Digest"] == nil)
            #expect(request.outputHeaders["ETag"] == "x" && request.outputHeaders["Last-Modified"] == "x")
            #expect(request.outputHeaders["Accept-Ranges"] == "none")
        }
    }

    @Test("a long body begins when no more may be held") func long() throws {
        let request = try run { request in
            try write("0123456789", request)
            #expect(request.response.isEmpty)
            try write("0123456789+", request)
            #expect(request.responseText == "[01234567890123456789+")
            request.finish()
        }
        #expect(request.responseText == "[01234567890123456789+]")
        request.withRequest { #expect($0.outputHeaders["Start"] == "begun(count: 21)") }
    }

    @Test("a FLUSH ends the waiting") func flush() throws {
        let request = try run { request in
            try write("text", request)
            try request.withRequest { request throws(HTTPDError) in try request.flush() }
            #expect(request.responseText == "[text")
            #expect(request.flushCount == 1)
            request.finish()
        }
        request.withRequest { #expect($0.outputHeaders["Start"] == "begun(count: 4)") }
    }

    @Test("what declines changes nothing") func declined() throws {
        let request = try run { request in
            try write("abc", request)
            request.finish()
        }
        #expect(request.responseText == "abc")
        request.withRequest { request in
            #expect(request.outputHeaders["Content-Length"] == "x" && request.outputHeaders["Digest"] == "x")
            #expect(request.notes["count"] == nil)
        }
    }

    @Test("each piece leaves at once where the filter says so") func flushes() throws {
        let request = try run(["Flush": "yes"]) { request in
            try write("a text that is long enough", request)
            #expect(request.flushCount == 1)
            try request.withRequest { request throws(HTTPDError) in try request.flush() }
            #expect(request.flushCount == 2)
            try write("more", request)
            #expect(request.flushCount == 3 && request.responseText.hasSuffix("enoughmore"))
            request.finish()
        }
        #expect(request.flushCount == 3)
    }

    @Test("the request is prepared before the handler, or refused") func prepare() throws {
        let plugin = try EmbeddedPlugin(Bracketing.self)
        let good = EmbeddedRequest()
        #expect(try plugin.prepare(outputFilter: "Brackets", for: good) == nil)
        good.withRequest { #expect($0.inputHeaders["Prepared"] == "yes") }
        let bad = EmbeddedRequest(headers: ["Refuse": "yes"])
        #expect(try plugin.prepare(outputFilter: "Brackets", for: bad) == 412)
    }

    @Test("it does not depend on how the stream is cut") func cuts() throws {
        let plugin = try EmbeddedPlugin(Bracketing.self)
        let verifier = try FilterVerifier(plugin, outputFilter: "Brackets")
        try verifier.verify("some text", expecting: "[some text]")
        try verifier.verify(
            "some text that is longer than what is held", expecting: "[some text that is longer than what is held]")
    }
}
