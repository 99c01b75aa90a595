// SPDX-License-Identifier: Apache-2.0
import BasicContainers

/// Replies in the order in which they are written, in the version of the protocol that the client chose.
///
/// Aggregates are written as their header and then as many values as that says.
public struct ReplyWriter: ~Copyable, Sendable {
    /// The version that replies are written in from now on.
    public var version = RESPVersion.two
    private var buffer = UniqueArray<UInt8>()

    /// Nothing written, for a client that speaks version 2.
    public init() {}

    /// The same, with room for some bytes.
    public init(capacity: Int) {
        buffer = UniqueArray(minimumCapacity: max(0, capacity))
    }

    /// What is written and not yet removed.
    public var bytes: Span<UInt8> {
        @_lifetime(borrow self)
        get { buffer.span }
    }

    /// The number of bytes written and not yet removed.
    public var count: Int { buffer.count }

    /// Whether what is written begins with an error.
    public var isError: Bool { !buffer.isEmpty && buffer[0] == UInt8(ascii: "-") }

    /// Whether nothing is written.
    public var isEmpty: Bool { buffer.isEmpty }

    /// Room that one large reply took beyond this is given back.
    public static let keptCapacity = 64 * 1024

    /// Forgets what is written, when it has been sent. Up to ``keptCapacity`` the room for it is kept.
    public mutating func removeAll() {
        if buffer.capacity > Self.keptCapacity {
            buffer = UniqueArray()
        } else {
            buffer.removeAll(keepingCapacity: true)
        }
    }

    // MARK: Values

    /// `+OK`.
    public mutating func ok() { line(UInt8(ascii: "+"), UInt8(ascii: "O"), UInt8(ascii: "K")) }

    /// A status such as `PONG` or `QUEUED`. Line ends in it become blanks.
    public mutating func simple(_ text: String) { line(UInt8(ascii: "+"), text) }

    /// An error, its code first: `ERR syntax error`. Line ends in it become blanks, as in Redis.
    public mutating func error(_ text: String) { line(UInt8(ascii: "-"), text) }

    /// An error whose text has parts of what the client sent, its code first. Line ends in it become blanks.
    public mutating func error(_ text: Span<UInt8>) { line(UInt8(ascii: "-"), text) }

    /// What is wrong with what the client sent, with the code `ERR`.
    public mutating func error(_ problem: ProtocolProblem) {
        guard case .expectedBulk(let byte) = problem, byte >= 0x80 else { return error("ERR \(problem.text)") }
        // As it came: the client knows its encoding.
        append("-ERR Protocol error: expected '$', got '")
        buffer.append(byte)
        append("'\r\n")
    }

    /// A whole number.
    public mutating func integer(_ value: Int64) { number(UInt8(ascii: ":"), value) }

    /// A whole number.
    public mutating func integer(_ value: Int) { number(UInt8(ascii: ":"), Int64(value)) }

    /// A string of any bytes.
    public mutating func bulk(_ value: Span<UInt8>) {
        if value.count < 10 { return shortBulk(value) }
        let needed = value.count &+ 32
        if needed > buffer.freeCapacity { grow(needed) }
        number(UInt8(ascii: "$"), Int64(value.count))
        buffer.append(copying: value)
        lineEnd()
    }

    /// A string.
    public mutating func bulk(_ value: String) { bulk(value.utf8Span.span) }

    /// A whole number as a string, as `GET` returns one.
    public mutating func bulk(_ value: Int64) {
        var digits = InlineArray<24, UInt8>(repeating: 0)
        let start = RESPInteger.write(value, before: 24, of: &digits)
        bulk(digits.span.extracting(start..<24))
    }

    /// No value: `$-1`, or `_` in version 3.
    public mutating func null() {
        switch version {
        case .two: line(UInt8(ascii: "$"), UInt8(ascii: "-"), UInt8(ascii: "1"))
        case .three: append("_\r\n")
        }
    }

    /// No array: `*-1`, or `_` in version 3.
    public mutating func nullArray() {
        switch version {
        case .two: line(UInt8(ascii: "*"), UInt8(ascii: "-"), UInt8(ascii: "1"))
        case .three: append("_\r\n")
        }
    }

    /// A truth value: the number 1 or 0 in version 2.
    public mutating func boolean(_ value: Bool) {
        switch version {
        case .two: append(value ? ":1\r\n" : ":0\r\n")
        case .three: append(value ? "#t\r\n" : "#f\r\n")
        }
    }

    /// A floating point number in the shortest form that reads back as the same: a string in version 2.
    public mutating func double(_ value: Double) {
        let text = Self.shortest(value)
        switch version {
        case .two: bulk(text)
        case .three: line(UInt8(ascii: ","), text)
        }
    }

    /// A string with a format: a string alone in version 2.
    ///
    /// - Parameters:
    ///   - format: Three letters, such as `txt` or `mkd`; anything else is sent as `txt`.
    ///   - text: The string.
    public mutating func verbatim(_ format: String, _ text: String) {
        switch version {
        case .two: bulk(text)
        case .three:
            let format = format.utf8.count == 3 ? format : "txt"
            number(UInt8(ascii: "="), Int64(text.utf8.count &+ 4))
            append(format)
            append(":")
            append(text)
            lineEnd()
        }
    }

    // MARK: Aggregates

    /// The header of an array of `count` values.
    public mutating func array(_ count: Int) { number(UInt8(ascii: "*"), Int64(max(count, 0))) }

    /// The header of `count` pairs of a key and a value: in version 2, of an array of twice as many values.
    public mutating func map(_ count: Int) {
        let count = Int64(min(max(count, 0), Int.max / 2))
        switch version {
        case .two: number(UInt8(ascii: "*"), count &* 2)
        case .three: number(UInt8(ascii: "%"), count)
        }
    }

    /// The header of a set of `count` values: an array in version 2.
    public mutating func set(_ count: Int) {
        number(version == .two ? UInt8(ascii: "*") : UInt8(ascii: "~"), Int64(max(count, 0)))
    }

    /// The header of `count` values that are sent without being asked for: an array in version 2.
    public mutating func push(_ count: Int) {
        number(version == .two ? UInt8(ascii: "*") : UInt8(ascii: ">"), Int64(max(count, 0)))
    }

    /// Bytes that are replies already, such as those written for many clients at once.
    public mutating func append(encoded: Span<UInt8>) { buffer.append(copying: encoded) }

    // MARK: Bytes

    private mutating func append(_ text: String) { buffer.append(copying: text.utf8Span.span) }

    @inline(never)
    private mutating func grow(_ count: Int) {
        buffer.reserveCapacity(max(buffer.count &+ count, buffer.capacity &* 2))
    }

    private mutating func lineEnd() {
        buffer.append(0x0D)
        buffer.append(0x0A)
    }

    /// A marker, a number and a line's end.
    private mutating func number(_ marker: UInt8, _ value: Int64) {
        // Written from its end and copied at once, which is less than one byte after the other.
        var text = InlineArray<24, UInt8>(repeating: 0)
        text[23] = 0x0A
        text[22] = 0x0D
        let start = RESPInteger.write(value, before: 22, of: &text) &- 1
        guard start >= 0 else { return }
        text[start] = marker
        buffer.append(copying: text.span.extracting(start..<24))
    }

    /// A string of less than ten bytes, copied at once with what is around it.
    private mutating func shortBulk(_ value: Span<UInt8>) {
        let end = min(value.count, 9) &+ 4
        var text = InlineArray<16, UInt8>(repeating: 0)
        text[0] = UInt8(ascii: "$")
        text[1] = UInt8(truncatingIfNeeded: value.count) &+ UInt8(ascii: "0")
        text[2] = 0x0D
        text[3] = 0x0A
        for index in 4..<end { text[index] = value[index &- 4] }
        text[end] = 0x0D
        text[end &+ 1] = 0x0A
        buffer.append(copying: text.span.extracting(first: end &+ 2))
    }

    /// What is always the same.
    private mutating func line(_ marker: UInt8, _ first: UInt8, _ second: UInt8) {
        let text: InlineArray<5, UInt8> = [marker, first, second, 0x0D, 0x0A]
        buffer.append(copying: text.span)
    }

    /// A marker, a text and a line's end.
    private mutating func line(_ marker: UInt8, _ text: String) { line(marker, text.utf8Span.span) }

    private mutating func line(_ marker: UInt8, _ text: Span<UInt8>) {
        buffer.append(addingCount: text.count &+ 1) { output in
            output.append(marker)
            for index in text.indices {
                let byte = text[index]
                output.append(byte == 0x0D || byte == 0x0A ? 0x20 : byte)
            }
        }
        lineEnd()
    }

    /// As Redis has it: no `.0`, and infinities without their last syllables.
    private static func shortest(_ value: Double) -> String {
        if value.isInfinite { return value < 0 ? "-inf" : "inf" }
        let text = value.description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
