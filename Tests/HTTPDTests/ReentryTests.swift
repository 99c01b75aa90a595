// SPDX-License-Identifier: Apache-2.0
import HTTPD
import HTTPDTesting
import Testing

/// Writes to the response while it is made.
private struct EarlyWriter: OutputFilter {
    init?(_ request: borrowing Request, options: NoOptions) throws(HTTPDError) {
        try request.write("early")
        try request.flush()
    }

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) { output.keep(bytes.count) }
}

/// The same, and does not mind that it fails.
private struct StubbornWriter: OutputFilter {
    init?(_ request: borrowing Request, options: NoOptions) { try? request.write("early") }

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) { output.keep(bytes.count) }
}

/// The same, and then declines.
private struct DecliningWriter: OutputFilter {
    init?(_ request: borrowing Request, options: NoOptions) {
        try? request.write("early")
        return nil
    }

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) {}
}

/// The same on brigades.
private struct EarlyBrigadeWriter: BrigadeOutputFilter {
    static let effect: ContentEffect = .none

    init?(_ request: borrowing Request, options: NoOptions) throws(HTTPDError) { try request.write("early") }

    mutating func filter(_ brigade: inout Brigade, next: borrowing NextFilter) throws(HTTPDError) {
        try next.pass(&brigade)
    }
}

/// Reads the body while it is made.
private struct EarlyReader: InputFilter {
    init?(_ request: borrowing Request, options: NoOptions) throws(HTTPDError) {
        if try request.body(limit: 10).isEmpty { return nil }
    }

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) { output.keep(bytes.count) }
}

/// The same, and does not mind that it fails.
private struct StubbornReader: InputFilter {
    init?(_ request: borrowing Request, options: NoOptions) { _ = try? request.body(limit: 10) }

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) { output.keep(bytes.count) }
}

/// The same on brigades.
private struct EarlyBrigadeReader: BrigadeInputFilter {
    static let effect: ContentEffect = .none

    init?(_ request: borrowing Request, options: NoOptions) throws(HTTPDError) { _ = try request.body(limit: 10) }

    mutating func fill(
        _ brigade: inout Brigade, from source: borrowing PreviousFilter, read: InputRead
    ) throws(HTTPDError) {
        try source.fill(&brigade, read: read)
    }
}

private enum Early: Plugin {
    static let name: StaticString = "Early"

    static func register(on registry: inout PhaseRegistry) {
        registry.outputFilter("Writer", EarlyWriter.self)
        registry.outputFilter("StubbornWriter", StubbornWriter.self)
        registry.outputFilter("DecliningWriter", DecliningWriter.self)
        registry.outputFilter("BrigadeWriter", EarlyBrigadeWriter.self)
        registry.inputFilter("Reader", EarlyReader.self)
        registry.inputFilter("StubbornReader", StubbornReader.self)
        registry.inputFilter("BrigadeReader", EarlyBrigadeReader.self)
    }
}

@Suite("A filter that is being made cannot use the stream that it is made for")
struct ReentryTests {
    private static let writes = "cannot write to the response that it filters"
    private static let reads = "cannot read the body that it filters"

    @Test("writing fails, and with it the response", arguments: ["Writer", "BrigadeWriter"])
    func writing(_ filter: String) throws {
        let request = EmbeddedRequest()
        try EmbeddedPlugin(Early.self).addOutputFilter(filter, to: request)
        #expect(throws: HTTPDError.self) { try request.withRequest { request in try request.write("text") } }
        #expect(request.responseText == "")
        #expect(request.log.count { $0.text.contains(Self.writes) && $0.level == .error } == 1)
    }

    @Test("a filter that goes on, or declines, does its work", arguments: ["StubbornWriter", "DecliningWriter"])
    func writingGoesOn(_ filter: String) throws {
        let request = EmbeddedRequest()
        try EmbeddedPlugin(Early.self).addOutputFilter(filter, to: request)
        try request.withRequest { request in
            try request.write("te")
            try request.write("xt")
        }
        request.finish()
        #expect(request.responseText == "text")
        #expect(request.log.count { $0.text.contains(Self.writes) } == 1)
    }

    @Test("reading fails, and with it each read", arguments: ["Reader", "BrigadeReader"])
    func reading(_ filter: String) throws {
        let request = EmbeddedRequest("POST", body: "text")
        try EmbeddedPlugin(Early.self).addInputFilter(filter, to: request)
        #expect(request.readBody(.bytes(9)) == BodyPart(.general))
        #expect(request.readBody(.line) == BodyPart(.general))
        #expect(request.log.count { $0.text.contains(Self.reads) && $0.level == .error } == 1)
    }

    @Test("a filter that goes on filters the body") func readingGoesOn() throws {
        let request = EmbeddedRequest("POST", body: "text")
        try EmbeddedPlugin(Early.self).addInputFilter("StubbornReader", to: request)
        #expect(request.readBody(.bytes(9)) == BodyPart("text"))
        #expect(request.log.count { $0.text.contains(Self.reads) } == 1)
    }
}
