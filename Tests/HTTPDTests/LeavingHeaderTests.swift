// SPDX-License-Identifier: Apache-2.0
import HTTPD
import HTTPDTesting
import Testing

/// Holds three bytes back, and says in the header how many it saw before that left.
private struct Foreseeing: OutputFilter, ~Copyable {
    private var held: [UInt8] = []
    private var count = 0

    init?(_ request: borrowing Request, options: NoOptions) {}

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) {
        count += bytes.count
        guard count > 3 else {
            for index in bytes.indices { held.append(bytes[index]) }
            return output.drop(bytes.count)
        }
        output.insert(held.span)
        held = []
        output.keep(bytes.count)
    }

    mutating func finish(into output: inout Output) throws(HTTPDError) {
        if held == Array("no".utf8) { throw HTTPDError("refused by the test", httpStatus: 422) }
        output.insert(held.span)
    }

    mutating func headerLeaves(_ request: borrowing Request) {
        request.outputHeaders.add("Seen", "\(count)")
        request.notes.merge("calls", "leaves")
    }

    func ended(_ request: borrowing Request) { request.notes.merge("calls", "ended") }
}

/// Notes the header that it finds when it is made.
private struct Behind: OutputFilter {
    init?(_ request: borrowing Request, options: NoOptions) {
        request.notes["behind"] = request.outputHeaders["Seen"] ?? "nothing"
        return nil
    }

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) {}
}

private enum Foresight: Plugin {
    static let name: StaticString = "Foresight"
    static func register(on registry: inout PhaseRegistry) {
        registry.outputFilter("Foreseeing", Foreseeing.self)
        registry.outputFilter("Behind", Behind.self)
    }
}

@Suite("A filter may change the header by what it saw of the body")
struct LeavingHeaderTests {
    private func run(_ method: String = "GET", _ body: (borrowing Request) throws -> Void) throws -> EmbeddedRequest {
        let request = EmbeddedRequest(method, contentType: .html)
        let plugin = try EmbeddedPlugin(Foresight.self)
        try plugin.addOutputFilter("Behind", to: request)
        try plugin.addOutputFilter("Foreseeing", to: request)
        try request.withRequest(body)
        request.finish()
        return request
    }

    private func expect(_ request: EmbeddedRequest, _ seen: String, _ calls: String, sourceLocation: SourceLocation) {
        request.withRequest { request in
            #expect(request.outputHeaders["Seen"] == seen, sourceLocation: sourceLocation)
            #expect(request.notes["behind"] == seen, sourceLocation: sourceLocation)
            #expect(request.notes["calls"] == calls, sourceLocation: sourceLocation)
        }
    }

    @Test("it is told once, when it has seen what makes the first bytes leave, and before it ends") func once() throws {
        let request = try run { request in
            for text in ["a", "b", "cd", "e"] { try request.write(text) }
        }
        #expect(request.responseText == "abcde")
        expect(request, "4", "leaves, ended", sourceLocation: #_sourceLocation)
    }

    @Test("of a short body it has seen all, of none nothing, for HEAD too") func short() throws {
        expect(try run { try $0.write("ab") }, "2", "leaves, ended", sourceLocation: #_sourceLocation)
        expect(try run { _ in }, "0", "leaves, ended", sourceLocation: #_sourceLocation)
        expect(try run("HEAD") { _ in }, "0", "leaves, ended", sourceLocation: #_sourceLocation)
    }

    @Test("FLUSH takes the header away from it") func flush() throws {
        let request = try run { request in
            try request.write("a")
            try request.flush()
            try request.write("bcde")
        }
        #expect(request.responseText == "abcde")
        expect(request, "1", "leaves, ended", sourceLocation: #_sourceLocation)
    }

    @Test("a response that fails before has no header of its own") func failure() throws {
        let request = EmbeddedRequest(contentType: .html)
        try EmbeddedPlugin(Foresight.self).addOutputFilter("Foreseeing", to: request)
        try request.withRequest { try $0.write("no") }
        request.finish()
        request.withRequest { request in
            #expect(request.outputHeaders["Seen"] == nil)
            #expect(request.notes["calls"] == "ended")
        }
    }
}
