// SPDX-License-Identifier: Apache-2.0
import HTTPD
import HTTPDTesting
import Testing

private enum Readers: Plugin {
    static let name: StaticString = "Readers"

    static func register(on registry: inout PhaseRegistry) {
        registry.inputFilter("Upper", Upper.self)
        registry.handler("Read") { request throws(HTTPDError) in
            _ = try request.body(limit: 100)
            return .ok
        }
    }
}

@Suite("A body that cannot be read to its end")
struct CutBodyTests {
    /// The status of the response to a body that breaks off, and what the log says above `debug`.
    private func outcome(of status: Status, through filter: String?) throws -> (Decision, [LogLine]) {
        let plugin = try EmbeddedPlugin(Readers.self)
        let request = EmbeddedRequest("POST")
        request.feed([.data("part"), .failure(status)])
        if let filter { try plugin.addInputFilter(filter, to: request) }
        let decision = try plugin.handle("Read", request)
        return (decision, request.log.filter { $0.level != .debug })
    }

    @Test(
        "a client that goes away before the end is its own fault, and one line at the level info",
        arguments: [Status.endOfFile, .connectionAborted, Status(rawValue: 70008)], [nil, "Upper"])
    func cut(_ status: Status, _ filter: String?) throws {
        let (decision, log) = try outcome(of: status, through: filter)
        #expect(decision == .status(.badRequest))
        #expect(log.map(\.level) == [.info])
        #expect(log.first?.text.contains("reading the request's body") == true)
    }

    @Test("what else fails has the status that httpd's own handlers give") func mapped() throws {
        #expect(try outcome(of: .noSpace, through: nil).0 == .status(.contentTooLarge))
        #expect(try outcome(of: .timedOut, through: nil).0 == .status(HTTPStatus(rawValue: 408)))
        #expect(try outcome(of: .general, through: nil).0 == .status(.internalServerError))
        #expect(try outcome(of: Status(rawValue: 22), through: nil).0 == .status(.badRequest))
    }

    @Test("httpd's own codes read as sentences") func sentences() {
        for code: Int32 in [-100, -101, -102] {
            #expect(!Status(rawValue: code).description.contains("Unknown error"))
        }
        #expect(Status(rawValue: -102).description == "httpd has refused it and answered the client")
    }
}
