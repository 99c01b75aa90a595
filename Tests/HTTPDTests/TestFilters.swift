// SPDX-License-Identifier: Apache-2.0
import HTTPD

/// ASCII capitals, as a filter in both directions.
struct Upper: OutputFilter, InputFilter {
    static let effect: ContentEffect = .sameLength

    init?(_ request: borrowing Request, options: NoOptions) {}

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) {
        output.append(count: bytes.count) { span in
            for index in bytes.indices {
                let byte = bytes[index]
                span.append(byte &- 97 < 26 ? byte ^ 0x20 : byte)
            }
        }
    }
}

/// Each byte as many times as the option says; `0` drops all.
struct Repeat: OutputFilter, InputFilter {
    struct Options: FilterOptions {
        var times = Setting(2)

        static var options: [Option<Self>] { Option("times", \.times, in: 0...1000) }
    }

    let times: Int

    init?(_ request: borrowing Request, options: Options) { times = options.times.value }

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) {
        for index in bytes.indices {
            for _ in 0..<times { output.insert(bytes.extracting(index..<index + 1)) }
        }
    }
}

/// Two thousand bytes more behind each byte.
struct Padded: OutputFilter {
    static let padding = String(repeating: "-", count: 2000)

    init?(_ request: borrowing Request, options: NoOptions) {}

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) {
        for _ in bytes.indices {
            output.keep(1)
            output.insert(Self.padding)
        }
    }
}

/// Keeps all but one byte, so that long runs stay in their buckets.
struct Without: OutputFilter, InputFilter {
    struct Options: FilterOptions {
        var byte = Setting(Int(UInt8(ascii: ".")))

        static var options: [Option<Self>] { Option("byte", \.byte, in: 0...255) }
    }

    let byte: UInt8

    init?(_ request: borrowing Request, options: Options) { byte = UInt8(clamping: options.byte.value) }

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) {
        while let next = bytes.firstOffset(of: byte, from: bytes.count - output.remaining) {
            output.keep(next - (bytes.count - output.remaining))
            output.drop(1)
            output.insert("<dot>")
        }
        output.keep(output.remaining)
    }
}

/// Holds everything back until the end, and puts its length in front.
struct Counted: OutputFilter, InputFilter {
    private var held: [UInt8] = []

    init?(_ request: borrowing Request, options: NoOptions) {}

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) {
        for index in bytes.indices { held.append(bytes[index]) }
    }

    mutating func finish(into output: inout Output) {
        output.insert("\(held.count):")
        output.insert(held.span)
    }
}

/// Holds back one byte; a flush does not change what comes out.
struct Late: OutputFilter, InputFilter {
    private var last: UInt8?

    init?(_ request: borrowing Request, options: NoOptions) {}

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) {
        output.append(count: bytes.count + 1) { span in
            for index in bytes.indices {
                if let last { span.append(last) }
                last = bytes[index]
            }
        }
    }

    mutating func finish(into output: inout Output) {
        if let last { output.append(count: 1) { $0.append(last) } }
    }
}

/// Lets everything through until it sees `!`; then it fails.
struct Nervous: OutputFilter, InputFilter {
    init?(_ request: borrowing Request, options: NoOptions) {}

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) throws(HTTPDError) {
        if bytes.firstOffset(of: UInt8(ascii: "!")) != nil { throw HTTPDError("a shout", httpStatus: 422) }
        output.keep(bytes.count)
    }
}

/// Fails at the end.
struct Unfinished: OutputFilter, InputFilter {
    init?(_ request: borrowing Request, options: NoOptions) {}

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) { output.keep(bytes.count) }

    mutating func finish(into output: inout Output) throws(HTTPDError) { throw HTTPDError("cut short") }
}

/// Fails when it is made.
struct Refusing: OutputFilter, InputFilter {
    init?(_ request: borrowing Request, options: NoOptions) throws(HTTPDError) {
        throw HTTPDError("not today", httpStatus: 503)
    }

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) {}
}

/// Keeps more than it was given.
struct Greedy: OutputFilter, InputFilter {
    init?(_ request: borrowing Request, options: NoOptions) {}

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) { output.keep(bytes.count + 1) }
}

/// Declines.
struct Declining: OutputFilter, InputFilter {
    init?(_ request: borrowing Request, options: NoOptions) { nil }

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) {}
}

/// Depends on where the input is cut, as no filter may.
struct PieceCounter: OutputFilter, InputFilter {
    init?(_ request: borrowing Request, options: NoOptions) {}

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) {
        output.keep(bytes.count)
        output.insert(";")
    }
}

/// Keeps runs of `k`, drops runs of `d`, and writes capitals for all else.
struct Classed: OutputFilter {
    init?(_ request: borrowing Request, options: NoOptions) {}

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) {
        var start = 0
        while start < bytes.count {
            var end = start + 1
            while end < bytes.count, bytes[end] == bytes[start] { end += 1 }
            switch bytes[start] {
            case UInt8(ascii: "k"): output.keep(end - start)
            case UInt8(ascii: "d"): output.drop(end - start)
            default:
                output.insert(String(repeating: "W", count: end - start))
                output.drop(end - start)
            }
            start = end
        }
    }
}
