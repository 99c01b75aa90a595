// SPDX-License-Identifier: Apache-2.0
import Streaming

/// The line that every value starts with: a marker, and what is behind it.
struct ReplyLine {
    /// What follows the line.
    enum Kind {
        /// Nothing: the line is the value.
        case line
        /// So many bytes and a line end.
        case string(Int)
        /// So many values. Attributes are followed by what they belong to besides.
        case values(Int, isAttribute: Bool)
    }

    let marker: UInt8
    /// What is behind the marker.
    let text: Range<Int>

    /// The line from `start` up to its CR at `end`.
    init(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) {
        marker = start < end ? bytes[start] : 0
        text = min(start &+ 1, end)..<end
    }

    func kind(_ bytes: Span<UInt8>) throws(StreamError) -> Kind {
        switch marker {
        case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: "_"), UInt8(ascii: "#"),
            UInt8(ascii: ","), UInt8(ascii: "("):
            return .line
        case UInt8(ascii: "$"):
            guard let length = try count(bytes, mayBeNone: true) else { return .line }
            return .string(length)
        case UInt8(ascii: "!"), UInt8(ascii: "="): return .string(try count(bytes) ?? 0)
        case UInt8(ascii: "*"):
            guard let count = try count(bytes, mayBeNone: true) else { return .line }
            return .values(count, isAttribute: false)
        case UInt8(ascii: "~"), UInt8(ascii: ">"): return .values(try count(bytes) ?? 0, isAttribute: false)
        case UInt8(ascii: "%"): return .values((try count(bytes) ?? 0) &* 2, isAttribute: false)
        case UInt8(ascii: "|"): return .values((try count(bytes) ?? 0) &* 2, isAttribute: true)
        default: throw .malformedReply
        }
    }

    /// The number behind the marker; `nil` for -1, where that may be.
    private func count(_ bytes: Span<UInt8>, mayBeNone: Bool = false) throws(StreamError) -> Int? {
        guard let number = RESPInteger.parse(bytes, text) else { throw .malformedReply }
        if number == -1, mayBeNone { return nil }
        // No reply can have as many; and twice as many are a number yet.
        guard number >= 0, number <= 1 << 30 else { throw number < 0 ? .malformedReply : .tooLongReply }
        return Int(truncatingIfNeeded: number)
    }
}

/// Makes a tree of a whole reply.
enum ReplyParser {
    static func parse(_ bytes: Span<UInt8>, nesting: Int) throws(StreamError) -> ReplyValue {
        var position = 0
        let value = try value(bytes, &position, nesting)
        guard position == bytes.count else { throw .malformedReply }
        return value
    }

    private static func value(
        _ bytes: Span<UInt8>, _ position: inout Int, _ depth: Int
    ) throws(StreamError) -> ReplyValue {
        var end = position
        while end < bytes.count, bytes[end] != UInt8(ascii: "\r") { end &+= 1 }
        guard end &+ 1 < bytes.count, bytes[end &+ 1] == UInt8(ascii: "\n") else { throw .malformedReply }
        let line = ReplyLine(bytes, position, end)
        position = end &+ 2
        switch try line.kind(bytes) {
        case .line: return try lineValue(line.marker, bytes.extracting(line.text))
        case .string(let length): return try string(line.marker, bytes, &position, length)
        case .values(let count, let isAttribute):
            guard depth > 0 else { throw .tooDeepReply }
            if isAttribute || line.marker == UInt8(ascii: "%") {
                let pairs = try pairs(bytes, &position, count / 2, depth &- 1)
                return isAttribute ? .annotated(pairs, try annotated(bytes, &position, depth)) : .map(pairs)
            }
            var values: [ReplyValue] = []
            // Each has three bytes at least: what is not there is not reserved for.
            values.reserveCapacity(min(count, (bytes.count &- position) / 3))
            for _ in 0..<count { values.append(try value(bytes, &position, depth &- 1)) }
            switch line.marker {
            case UInt8(ascii: "~"): return .set(values)
            case UInt8(ascii: ">"): return .push(values)
            default: return .array(values)
            }
        }
    }

    /// What attributes belong to. Attributes of attributes' kind may come in any number: each is one deeper here, which
    /// bounds the recursion.
    private static func annotated(
        _ bytes: Span<UInt8>, _ position: inout Int, _ depth: Int
    ) throws(StreamError) -> ReplyValue {
        guard position < bytes.count else { throw .malformedReply }
        let isAttribute = bytes[position] == UInt8(ascii: "|")
        return try value(bytes, &position, isAttribute ? depth &- 1 : depth)
    }

    private static func pairs(
        _ bytes: Span<UInt8>, _ position: inout Int, _ count: Int, _ depth: Int
    ) throws(StreamError) -> [ReplyPair] {
        var pairs: [ReplyPair] = []
        pairs.reserveCapacity(min(count, (bytes.count &- position) / 6))
        for _ in 0..<count {
            let key = try value(bytes, &position, depth)
            pairs.append(ReplyPair(key, try value(bytes, &position, depth)))
        }
        return pairs
    }

    private static func string(
        _ marker: UInt8, _ bytes: Span<UInt8>, _ position: inout Int, _ length: Int
    ) throws(StreamError) -> ReplyValue {
        let start = position
        guard length <= bytes.count &- start &- 2 else { throw .malformedReply }
        let end = start &+ length
        guard bytes[end] == UInt8(ascii: "\r"), bytes[end &+ 1] == UInt8(ascii: "\n") else { throw .malformedReply }
        position = end &+ 2
        switch marker {
        case UInt8(ascii: "!"): return .bulkError([UInt8](copying: bytes.extracting(start..<end)))
        case UInt8(ascii: "="):
            guard length >= 4, bytes[start &+ 3] == UInt8(ascii: ":") else { throw .malformedReply }
            return .verbatim(
                format: text(bytes.extracting(start..<start &+ 3)),
                text: [UInt8](copying: bytes.extracting(start &+ 4..<end)))
        default: return .bulk([UInt8](copying: bytes.extracting(start..<end)))
        }
    }

    private static func lineValue(_ marker: UInt8, _ line: Span<UInt8>) throws(StreamError) -> ReplyValue {
        switch marker {
        case UInt8(ascii: "+"): return .simple(text(line))
        case UInt8(ascii: "-"): return .error(text(line))
        case UInt8(ascii: ":"):
            guard let value = RESPInteger.parse(line) else { throw .malformedReply }
            return .integer(value)
        case UInt8(ascii: "#") where line.count == 1 && line[0] == UInt8(ascii: "t"): return .boolean(true)
        case UInt8(ascii: "#") where line.count == 1 && line[0] == UInt8(ascii: "f"): return .boolean(false)
        case UInt8(ascii: "_") where line.isEmpty: return .null
        case UInt8(ascii: "$"): return .null
        case UInt8(ascii: "*"): return .nullArray
        case UInt8(ascii: ","):
            guard let value = double(line) else { throw .malformedReply }
            return .double(value)
        case UInt8(ascii: "(") where isBigNumber(line): return .bigNumber(text(line))
        default: throw .malformedReply
        }
    }

    private static func double(_ line: Span<UInt8>) -> Double? {
        // The names of what is no number in decimal.
        switch text(line) {
        case "inf": return .infinity
        case "-inf": return -.infinity
        case "nan", "-nan": return .nan
        case let text:
            guard let value = Double(text), value.isFinite else { return nil }
            return value
        }
    }

    private static func isBigNumber(_ line: Span<UInt8>) -> Bool {
        guard !line.isEmpty else { return false }
        let isSigned = line[0] == UInt8(ascii: "-") || line[0] == UInt8(ascii: "+")
        let start = isSigned ? 1 : 0
        guard start < line.count else { return false }
        for index in start..<line.count where line[index] &- UInt8(ascii: "0") > 9 { return false }
        return true
    }

    private static func text(_ bytes: Span<UInt8>) -> String {
        String(decoding: [UInt8](copying: bytes), as: UTF8.self)
    }
}
