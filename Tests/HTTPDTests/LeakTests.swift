// SPDX-License-Identifier: Apache-2.0
import HTTPD
import HTTPDTesting
import Synchronization
import Testing

/// Counts the objects of a filter that exist.
private final class Witness {
    static let count = Atomic(0)

    init() { Self.count.add(1, ordering: .relaxed) }

    deinit { Self.count.subtract(1, ordering: .relaxed) }
}

private struct Witnessed: OutputFilter, InputFilter {
    private let witness = Witness()

    init?(_ request: borrowing Request, options: NoOptions) {}

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) throws(HTTPDError) {
        _ = witness
        if bytes.firstOffset(of: UInt8(ascii: "!")) != nil { throw HTTPDError("a shout") }
        output.keep(bytes.count)
    }
}

private enum Leaking: Plugin {
    static let name: StaticString = "Leaking"

    static func register(on registry: inout PhaseRegistry) {
        registry.outputFilter("Output", Witnessed.self)
        registry.inputFilter("Input", Witnessed.self)
    }
}

@Suite("Nothing outlives its request", .serialized)
struct LeakTests {
    @Test func filtersDieWithTheirRequest() throws {
        let plugin = try EmbeddedPlugin(Leaking.self)
        for (text, body) in [("text", "body"), ("oh!", "body"), ("text", "oh!")] {
            do {
                let request = EmbeddedRequest("POST", body: body)
                try plugin.addOutputFilter("Output", to: request)
                try plugin.addInputFilter("Input", to: request)
                request.withRequest { request in
                    _ = try? request.body(limit: 100)
                    try? request.write(text)
                }
                request.finish()
                #expect(Witness.count.load(ordering: .relaxed) == 2)
                withExtendedLifetime(request) {}
            }
            #expect(Witness.count.load(ordering: .relaxed) == 0)
        }
    }

    @Test func everyPoolIsCleanedUp() {
        let before = EmbeddedRequest.cleanupCount
        for _ in 0..<10 { _ = EmbeddedRequest() }
        // Other tests run at the same time and destroy requests of their own.
        #expect(EmbeddedRequest.cleanupCount >= before + 10)
    }
}
