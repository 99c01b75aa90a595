// SPDX-License-Identifier: Apache-2.0
import HTTPD
import Synchronization

/// How much a ``Gauged`` filter made.
enum Gauge {
    private static let total = Atomic(0)
    private static let most = Atomic(0)

    static var made: Int { total.load(ordering: .relaxed) }
    /// The most of one call.
    static var largest: Int { most.load(ordering: .relaxed) }

    static func reset() {
        total.store(0, ordering: .relaxed)
        most.store(0, ordering: .relaxed)
    }

    static func add(_ count: Int) {
        total.add(count, ordering: .relaxed)
        most.max(count, ordering: .relaxed)
    }
}

/// Each byte as many times as the option says, and counted.
struct Gauged: InputFilter {
    struct Options: FilterOptions {
        var times = Setting(2)

        static var options: [Option<Self>] { Option("times", \.times, in: 1...1_000_000) }
    }

    let times: Int

    init?(_ request: borrowing Request, options: Options) { times = options.times.value }

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) {
        Gauge.add(bytes.count * times)
        output.append(count: bytes.count * times) { span in
            for index in bytes.indices {
                for _ in 0..<times { span.append(bytes[index]) }
            }
        }
    }
}
