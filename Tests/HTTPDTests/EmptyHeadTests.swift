// SPDX-License-Identifier: Apache-2.0
import HTTPD
import HTTPDTesting
import Testing

/// Puts a line out when it is flushed, and one at the end.
private struct Signed: OutputFilter {
    init?(_ request: borrowing Request, options: NoOptions) {}

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) { output.keep(bytes.count) }

    mutating func flush(into output: inout Output) { output.insert("|") }

    mutating func finish(into output: inout Output) { output.insert("signed") }
}

private enum Heads: Plugin {
    static let name: StaticString = "Heads"

    static func register(on registry: inout PhaseRegistry) { registry.outputFilter("Signed", Signed.self) }
}

@Suite("HEAD through output filters")
struct EmptyHeadTests {
    private func request(_ method: String) throws -> EmbeddedRequest {
        let request = EmbeddedRequest(method)
        try EmbeddedPlugin(Heads.self).addOutputFilter("Signed", to: request)
        return request
    }

    @Test("a filter adds nothing to a HEAD response whose source sends no body") func empty() throws {
        let head = try request("HEAD")
        head.finish()
        #expect(head.responseText == "")
    }

    @Test("nor when the source flushes the header first") func flushed() throws {
        let head = try request("HEAD")
        head.withRequest { request in try? request.flush() }
        head.finish()
        #expect(head.responseText == "" && head.flushCount == 1)
    }

    @Test("a HEAD response whose source sends a body has the length that GET has") func whole() throws {
        for method in ["HEAD", "GET"] {
            let request = try request(method)
            request.withRequest { request in try? request.write("text, ") }
            request.finish()
            #expect(request.responseText == "text, signed")
        }
    }

    @Test("an empty GET response is finished") func get() throws {
        let get = try request("GET")
        get.finish()
        #expect(get.responseText == "signed")
    }
}
