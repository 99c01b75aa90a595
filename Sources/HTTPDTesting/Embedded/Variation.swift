// SPDX-License-Identifier: Apache-2.0

/// One way in which an input reaches a filter.
struct Variation {
    /// What the bytes lie in.
    enum Memory {
        /// In memory that lives as long as the bucket.
        case heap
        /// In memory that is overwritten when the call has returned.
        case transient
        /// In a source of unknown length that gives so many bytes at a time.
        case unknown(piece: Int)
        /// In such a source that has nothing yet when it is asked without waiting.
        case late
    }

    enum Step {
        case data(Range<Int>, Memory)
        case flush
        case mark(Int)
        /// The brigade so far goes to the filter.
        case pass
        case end
    }

    /// What it is, for a person.
    var name: String
    /// What determined it, if it is random.
    var seed: UInt64?
    var steps: [Step]
    /// Whether the filter behind keeps what it gets until the end.
    var nextKeeps = false
    /// The most bytes that a reader of a request's body asks for at once.
    var readLimit = 8192
    /// Whether a reader asks without waiting first.
    var triesFirst = false

    /// Whether the filter may add a FLUSH before it waits.
    var isLate: Bool {
        steps.contains { if case .data(_, .late) = $0 { true } else { false } }
    }

    /// The metadata that must come out, in order.
    var marks: [EmbeddedEvent.Mark] {
        steps.compactMap { step in
            switch step {
            case .flush: .flush
            case .mark(let number): .mark(number)
            case .end: .end
            case .data, .pass: nil
            }
        }
    }
}
