// SPDX-License-Identifier: Apache-2.0
import HTTPD

/// Keeps the body as it is.
struct PassIn: InputFilter {
    static let effect: ContentEffect = .none

    init?(_ request: borrowing Request, options: NoOptions) {}

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) {
        output.keep(bytes.count)
    }
}

/// The body in ASCII capitals.
struct UpperIn: InputFilter {
    static let effect: ContentEffect = .sameLength

    init?(_ request: borrowing Request, options: NoOptions) {}

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) {
        capitals(of: bytes, into: &output)
    }
}

/// Each byte of the body twice, and a word at its end.
struct DoubleIn: InputFilter {
    init?(_ request: borrowing Request, options: NoOptions) {}

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) {
        twice(bytes, into: &output)
    }

    mutating func finish(into output: inout Output) {
        output.insert("[end]")
    }
}

/// An empty body, whatever comes.
struct DropIn: InputFilter {
    init?(_ request: borrowing Request, options: NoOptions) {}

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) {
        output.drop(bytes.count)
    }
}

/// Wants no part in any body.
struct DeclineIn: InputFilter {
    init?(_ request: borrowing Request, options: NoOptions) { return nil }

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) throws(HTTPDError) {
        throw HTTPDError("a filter that declined was called")
    }
}

/// Throws as ``Throw`` does.
struct ThrowIn: InputFilter {
    static let effect: ContentEffect = .sameLength
    private let options: ThrowOptions
    private var seen = 0

    init?(_ request: borrowing Request, options: ThrowOptions) throws(HTTPDError) {
        self.options = options
        try fail(at: .start)
    }

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) throws(HTTPDError) {
        seen += bytes.count
        if seen > options.bytes.value.bytes { try fail(at: .write) }
        output.keep(bytes.count)
    }

    mutating func finish(into output: inout Output) throws(HTTPDError) { try fail(at: .finish) }

    private func fail(at place: Place) throws(HTTPDError) {
        guard place == options.place.value else { return }
        throw HTTPDError("thrown at \(place.rawValue) by the test", httpStatus: options.status.value)
    }
}

/// Reads the body's brigades and passes them on.
struct PassBrigadeIn: BrigadeInputFilter {
    static let effect: ContentEffect = .none

    init?(_ request: borrowing Request, options: NoOptions) {}

    mutating func fill(
        _ brigade: inout Brigade, from source: borrowing PreviousFilter, read: InputRead
    ) throws(HTTPDError) {
        try source.fill(&brigade, read: read)
    }
}
