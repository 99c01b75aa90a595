// SPDX-License-Identifier: Apache-2.0
import HTTPD

/// What was coded or decoded, for the log: `%{compress-ratio}n`.
struct Tally {
    /// Bytes that went in.
    private(set) var received = 0
    /// Bytes that came out.
    private(set) var produced = 0
    private var watch = Stopwatch()

    init() {}

    /// What was coded before, at another time.
    init(received: Int, produced: Int) {
        self.received = received
        self.produced = produced
    }

    /// Counts and times one call.
    mutating func measure(
        _ count: Int, into output: inout Output, _ body: (inout Output) throws(StreamError) -> Void
    ) throws(StreamError) {
        received &+= count
        let before = output.writtenCount
        watch.start()
        defer {
            watch.stop()
            produced &+= output.writtenCount &- before
        }
        try body(&output)
    }

    /// Leaves the notes `prefix-in`, `-out`, `-ratio`, in hundredths of what is coded no further, and `-us`, in microseconds.
    func leave(_ prefix: String, plain: Int, coded: Int, in request: borrowing Request) {
        request.notes["\(prefix)-in"] = "\(received)"
        request.notes["\(prefix)-out"] = "\(produced)"
        request.notes["\(prefix)-us"] = "\(watch.microseconds)"
        guard plain > 0 else { return }
        let (hundredfold, overflow) = coded.multipliedReportingOverflow(by: 100)
        request.notes["\(prefix)-ratio"] =
            "\((overflow ? coded : hundredfold) / (overflow ? max(1, plain / 100) : plain))"
    }
}
