// SPDX-License-Identifier: Apache-2.0
import Streaming

/// ASCII capitals, written anew.
struct Upper: StreamTransform {
    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) {
        output.append(count: bytes.count) { span in
            for index in bytes.indices {
                let byte = bytes[index]
                span.append(byte >= 97 && byte <= 122 ? byte - 32 : byte)
            }
        }
    }
}

/// Each byte twice.
struct Doubler: StreamTransform {
    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) {
        for index in bytes.indices {
            output.keep(1)
            output.insert(bytes.extracting(index..<index + 1))
        }
    }
}

/// Takes one byte out.
struct Dropper: StreamTransform {
    let dropped: UInt8

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) {
        for index in bytes.indices {
            if bytes[index] == dropped { output.drop(1) } else { output.keep(1) }
        }
    }
}

/// Holds back the last bytes that it saw, and puts them out at the end, between brackets.
struct Holder: StreamTransform {
    let count: Int
    private var held: [UInt8] = []

    init(count: Int) {
        self.count = count
    }

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) {
        for index in bytes.indices { held.append(bytes[index]) }
        let ready = max(0, held.count - count)
        output.insert(held.span.extracting(0..<ready))
        held.removeFirst(ready)
    }

    mutating func finish(into output: inout Output) {
        output.insert("[")
        output.insert(held.span)
        output.insert("]")
    }
}

/// Puts a sign out for each flush.
struct FlushSign: StreamTransform {
    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) {
        output.keep(bytes.count)
    }

    mutating func flush(into output: inout Output) {
        output.insert("|")
    }
}

/// Fails at a byte, or asks for more than there is.
struct Faulty: StreamTransform {
    enum Fault {
        case error, keepsTooMuch, dropsTooMuch, keepsLessThanNothing, dropsLessThanNothing, appendsLessThanNothing,
            appendsTooMuch
    }

    let fault: Fault

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) throws(StreamError) {
        switch fault {
        case .error: throw StreamError("no")
        case .keepsTooMuch: output.keep(bytes.count + 1)
        case .dropsTooMuch: output.drop(bytes.count + 1)
        case .keepsLessThanNothing: output.keep(-1)
        case .dropsLessThanNothing: output.drop(-1)
        case .appendsLessThanNothing: output.append(count: -1) { $0.append(0) }
        case .appendsTooMuch: output.append(count: .max) { $0.append(0) }
        }
    }
}
