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

    /// What was done: how the notes' names begin.
    enum Work {
        case compressing, decompressing
    }

    /// Leaves the notes `compress-in`, `-out`, `-ratio`, in hundredths of what is coded no further, and `-us`, in
    /// microseconds; or `decompress-in` and so on.
    func leave(_ work: Work, plain: Int, coded: Int, in request: borrowing Request) {
        let notes = request.notes
        let (hundredfold, overflow) = coded.multipliedReportingOverflow(by: 100)
        let ratio = plain > 0 ? (overflow ? coded : hundredfold) / (overflow ? max(1, plain / 100) : plain) : nil
        let microseconds = Int(clamping: watch.microseconds)
        switch work {
        case .compressing:
            notes.set(field: "compress-in", to: received)
            notes.set(field: "compress-out", to: produced)
            notes.set(field: "compress-us", to: microseconds)
            if let ratio { notes.set(field: "compress-ratio", to: ratio) }
        case .decompressing:
            notes.set(field: "decompress-in", to: received)
            notes.set(field: "decompress-out", to: produced)
            notes.set(field: "decompress-us", to: microseconds)
            if let ratio { notes.set(field: "decompress-ratio", to: ratio) }
        }
    }
}
