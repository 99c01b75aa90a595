// SPDX-License-Identifier: Apache-2.0
import HTTPD
import HTTPDTesting
import Testing

/// Each byte as many times as the option says, and counted.
private struct Swelling: OutputFilter {
    struct Options: FilterOptions {
        var times = Setting(2)

        static var options: [Option<Self>] { Option("times", \.times, in: 1...1_000_000) }
    }

    private let run: [UInt8]

    init?(_ request: borrowing Request, options: Options) { run = Array(repeating: 120, count: options.times.value) }

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) {
        Gauge.add(bytes.count * run.count)
        for _ in bytes.indices { output.insert(run.span) }
    }
}

private enum Bounds: Plugin {
    static let name: StaticString = "Bounds"

    static func register(on registry: inout PhaseRegistry) { registry.outputFilter("Swelling", Swelling.self) }
}

extension GaugedTests {
    @Suite("What an output filter makes of one piece is bounded")
    struct OutputBoundTests {
        private func request(_ times: Int) throws -> EmbeddedRequest {
            Gauge.reset()
            let request = EmbeddedRequest()
            try EmbeddedPlugin(Bounds.self).addOutputFilter(
                "Swelling", options: [(key: "times", value: "\(times)")], to: request)
            return request
        }

        @Test("a filter that multiplies gets small pieces, and loses nothing", arguments: [1, 3, 50, 500])
        func multiplying(_ times: Int) throws {
            let request = try request(times)
            try request.withRequest { request in try request.write(String(repeating: "a", count: 65_536)) }
            request.finish()
            #expect(request.response.count == times * 65_536)
            // The first piece is fed before the filter's habit is known.
            #expect(Gauge.largest <= max(256 * 1024, 4096 * times), "largest \(Gauge.largest)")
        }

        @Test("a filter that makes far too much of a piece fails, and memory stays bounded") func tooMuch() throws {
            let request = try request(200_000)
            #expect(throws: HTTPDError.self) {
                try request.withRequest { request in try request.write(String(repeating: "a", count: 1000)) }
            }
            #expect(request.response.isEmpty)
            #expect(request.log.map(\.level) == [.error])
            #expect(request.log.first?.text.contains("more than 64 MB of one piece") == true)
        }
    }
}
