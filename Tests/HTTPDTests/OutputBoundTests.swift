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

/// The same, with what it says of itself, which may be wrong.
private struct Declared: OutputFilter {
    struct Options: FilterOptions {
        var limit = Setting(0)
        var times = Setting(10)

        static var options: [Option<Self>] {
            Option("limit", \.limit, in: Int.min...Int.max)
            Option("times", \.times, in: 1...1_000_000)
        }
    }

    let growthLimit: Int?
    private let run: [UInt8]

    init?(_ request: borrowing Request, options: Options) {
        growthLimit = options.limit.value
        run = Array(repeating: 120, count: options.times.value)
    }

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) {
        Gauge.add(bytes.count)
        for _ in bytes.indices { output.insert(run.span) }
    }
}

private enum Bounds: Plugin {
    static let name: StaticString = "Bounds"

    static func register(on registry: inout PhaseRegistry) {
        registry.outputFilter("Swelling", Swelling.self)
        registry.outputFilter("Declared", Declared.self)
    }
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

        private func declared(limit: Int, times: Int) throws -> EmbeddedRequest {
            Gauge.reset()
            let request = EmbeddedRequest()
            try EmbeddedPlugin(Bounds.self).addOutputFilter(
                "Declared", options: [(key: "limit", value: "\(limit)"), (key: "times", value: "\(times)")],
                to: request)
            return request
        }

        @Test(
            "what is known to grow little sees much at once, and no more than it may",
            arguments: [
                (1, 61_440), (4, 61_440), (5, 52_428), (64, 4096), (100, 2621), (1_000_000, 1), (Int.max, 1),
                (0, 61_440), (-1, 61_440), (Int.min, 61_440),
            ])
        func declaring(_ limit: Int, _ first: Int) throws {
            let request = try declared(limit: limit, times: 1)
            try request.withRequest { request in try request.write(String(repeating: "a", count: first + 1)) }
            request.finish()
            #expect(Gauge.largest == first)
            let longer = try declared(limit: limit, times: min(max(limit, 1), 300))
            try longer.withRequest { request in try request.write(String(repeating: "a", count: 70_000)) }
            longer.finish()
            #expect(longer.response.count == min(max(limit, 1), 300) * 70_000)
        }

        @Test("a filter that grows by more than it says is bounded all the same") func wrongDeclaration() throws {
            let request = try declared(limit: 1, times: 2000)
            #expect(throws: HTTPDError.self) {
                try request.withRequest { request in try request.write(String(repeating: "a", count: 65_536)) }
            }
            #expect(request.response.isEmpty)
            #expect(request.log.first?.text.contains("more than 64 MB of one piece") == true)
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
