// SPDX-License-Identifier: Apache-2.0
import HTTPD

/// Keeps everything, and says so.
struct Pass: OutputFilter {
    static let effect: ContentEffect = .none

    init?(_ request: borrowing Request, options: NoOptions) {}

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) {
        output.keep(bytes.count)
    }
}

/// Keeps everything, but says that it may change anything.
struct Rewrite: OutputFilter {
    init?(_ request: borrowing Request, options: NoOptions) {}

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) {
        output.keep(bytes.count)
    }
}

/// ASCII capitals.
struct Upper: OutputFilter {
    static let effect: ContentEffect = .sameLength

    init?(_ request: borrowing Request, options: NoOptions) {}

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) {
        capitals(of: bytes, into: &output)
    }
}

/// Each byte twice.
struct Double: OutputFilter {
    init?(_ request: borrowing Request, options: NoOptions) {}

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) {
        twice(bytes, into: &output)
    }
}

/// Nothing, of whatever comes.
struct Drop: OutputFilter {
    init?(_ request: borrowing Request, options: NoOptions) {}

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) {
        output.drop(bytes.count)
    }
}

/// Wants no part in any response.
struct Decline: OutputFilter {
    init?(_ request: borrowing Request, options: NoOptions) { return nil }

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) throws(HTTPDError) {
        throw HTTPDError("a filter that declined was called")
    }
}

/// Where a filter throws.
enum Place: String, DirectiveValue, CaseIterable {
    case start, write, flush, finish
}

/// What a throwing filter may be told.
struct ThrowOptions: FilterOptions {
    var place = Setting(Place.write)
    var bytes = Setting<ByteCount>(0)
    var status = Setting(500)

    static var options: [Option<Self>] {
        Option("at", \.place)
        Option("bytes", \.bytes)
        Option("status", \.status, in: 400...599)
    }
}

/// Throws at a place of its own: when made, once so many bytes were written, or when flushed or finished.
struct Throw: OutputFilter {
    static let effect: ContentEffect = .sameLength
    private let options: ThrowOptions
    private var seen = 0

    init?(_ request: borrowing Request, options: ThrowOptions) throws(HTTPDError) {
        self.options = options
        try fail(at: .start)
    }

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) throws(HTTPDError) {
        let left = options.bytes.value.bytes - seen
        seen += bytes.count
        if left >= bytes.count {
            output.keep(bytes.count)
        } else {
            output.keep(max(0, left))
            try fail(at: .write)
            output.keep(output.remaining)
        }
    }

    mutating func flush(into output: inout Output) throws(HTTPDError) { try fail(at: .flush) }

    mutating func finish(into output: inout Output) throws(HTTPDError) { try fail(at: .finish) }

    private func fail(at place: Place) throws(HTTPDError) {
        guard place == options.place.value else { return }
        throw HTTPDError("thrown at \(place.rawValue) by the test", httpStatus: options.status.value)
    }
}

/// Throws once bytes of a page of httpd's own come, or, for `?stumble`, of any response.
struct Stumble: OutputFilter {
    static let effect: ContentEffect = .none
    static let filtersErrorPages = true

    init?(_ request: borrowing Request, options: NoOptions) {
        guard request.isErrorPage || request.queryString == "stumble" else { return nil }
        request.log.notice("Stumble sees a page: \(request.isErrorPage)")
    }

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) throws(HTTPDError) {
        throw HTTPDError("stumbled over the page")
    }
}

/// ASCII letters as capitals.
func capitals(of bytes: Span<UInt8>, into output: inout Output) {
    output.append(count: bytes.count) { capitals in
        for index in bytes.indices {
            let byte = bytes[index]
            capitals.append(byte &- UInt8(ascii: "a") < 26 ? byte ^ 0x20 : byte)
        }
    }
}

/// Each byte twice.
func twice(_ bytes: Span<UInt8>, into output: inout Output) {
    output.append(count: 2 * bytes.count) { twice in
        for index in bytes.indices {
            twice.append(bytes[index])
            twice.append(bytes[index])
        }
    }
}
