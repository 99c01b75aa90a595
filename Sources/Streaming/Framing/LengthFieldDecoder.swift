// SPDX-License-Identifier: Apache-2.0

/// Cuts a stream into frames that say their length first. The payload is what follows the length; it may be empty.
///
/// A frame beyond the maximum is reported as overlong as soon as its length is known, and all that it announced is
/// dropped as it comes. A length that no stream can have is an error, as is a stream that ends inside a frame.
public struct LengthFieldDecoder: FrameDecoder, Sendable {
    /// How the length is written.
    public enum Width: Sendable {
        /// One byte.
        case one
        /// Two bytes.
        case two
        /// Three bytes.
        case three
        /// Four bytes.
        case four
        /// Eight bytes.
        case eight
        /// One to ten bytes of seven bits each, the lowest first; all but the last have the top bit set (LEB128, as in
        /// Protocol Buffers). Zeros that make it longer than it need be are allowed.
        case varint
    }

    /// Which byte of the length comes first.
    public enum ByteOrder: Sendable {
        /// The highest: network byte order.
        case big
        /// The lowest.
        case little
    }

    private let width: Width
    private let byteOrder: ByteOrder
    private let countsItself: Bool
    private let maximum: Int
    /// How much of an overlong frame is still to come.
    private var skipping = 0

    /// Cuts by length.
    ///
    /// - Parameters:
    ///   - width: How the length is written.
    ///   - byteOrder: Which byte of it comes first; a varint has its own order.
    ///   - countsItself: Whether the length includes the bytes that it is written in.
    ///   - maximumLength: The most bytes of a payload; held to 1…2³⁰.
    public init(width: Width, byteOrder: ByteOrder = .big, countsItself: Bool = false, maximumLength: Int) {
        self.width = width
        self.byteOrder = byteOrder
        self.countsItself = countsItself
        maximum = FrameLimit.clamp(maximumLength)
    }

    /// The maximum and the length before it.
    public var maximumFrameLength: Int { maximum + (size ?? Self.longestVarint) }

    /// Looks at the length, and takes the frame as soon as it is whole.
    ///
    /// - Throws: For a length that does not fit an `Int`, a varint that does not fit 64 bits, and a length that counts
    ///   itself and is less than that.
    public mutating func decode(_ bytes: Span<UInt8>) throws(StreamError) -> Decoding {
        if skipping > 0 { return skip(bytes, isFirst: false) }
        guard let field = try readField(bytes) else { return .incomplete }
        var payload = field.value
        if countsItself {
            let (rest, isLess) = payload.subtractingReportingOverflow(UInt64(field.size))
            guard !isLess else { throw StreamError("a length of \(payload) is less than the bytes it is written in") }
            payload = rest
        }
        guard let length = Int(exactly: payload), length <= Int.max - field.size else {
            throw StreamError("a frame announces \(field.value) bytes")
        }
        let whole = field.size + length
        if length > maximum {
            skipping = whole
            return skip(bytes, isFirst: true)
        }
        guard bytes.count >= whole else { return .incomplete }
        return .frame(payload: field.size..<whole, length: whole)
    }

    /// Takes what is whole.
    ///
    /// - Throws: What ``decode(_:)`` throws, and when the stream ends inside a frame.
    public mutating func decodeLast(_ bytes: Span<UInt8>) throws(StreamError) -> Decoding {
        let decoding = try decode(bytes)
        if decoding == .incomplete, !bytes.isEmpty || skipping > 0 { throw .endInsideFrame }
        return decoding
    }

    private mutating func skip(_ bytes: Span<UInt8>, isFirst: Bool) -> Decoding {
        let length = min(skipping, bytes.count)
        guard length > 0 else { return .incomplete }
        skipping -= length
        return .overlong(length: length, isFirst: isFirst)
    }

    private static let longestVarint = 10

    /// The number of bytes of a length, unless that depends on the length.
    private var size: Int? {
        switch width {
        case .one: 1
        case .two: 2
        case .three: 3
        case .four: 4
        case .eight: 8
        case .varint: nil
        }
    }

    /// The length as it is written and the number of bytes it is written in; `nil` if it is not whole.
    private func readField(_ bytes: Span<UInt8>) throws(StreamError) -> (value: UInt64, size: Int)? {
        guard let size else { return try Self.readVarint(bytes) }
        guard bytes.count >= size else { return nil }
        var value: UInt64 = 0
        for index in 0..<size {
            let byte = bytes[byteOrder == .big ? index : size - 1 - index]
            value = value << 8 | UInt64(byte)
        }
        return (value, size)
    }

    private static func readVarint(_ bytes: Span<UInt8>) throws(StreamError) -> (value: UInt64, size: Int)? {
        var value: UInt64 = 0
        for index in 0..<min(bytes.count, longestVarint) {
            let byte = bytes[index]
            // Of the tenth byte only one bit is left of 64, and it has to be the last byte.
            if index == longestVarint - 1, byte > 1 { throw StreamError("a varint is longer than 64 bits") }
            value |= UInt64(byte & 0x7F) << UInt64(7 * index)
            if byte < 0x80 { return (value, index + 1) }
        }
        return nil
    }
}
