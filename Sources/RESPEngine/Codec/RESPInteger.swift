// SPDX-License-Identifier: Apache-2.0

/// Whole numbers in decimal, exactly as Redis takes and writes them.
public enum RESPInteger {
    /// The value of a number, if it is written in its only form: no plus sign, leading zeros, `-0` or blanks, and within
    /// 64 bits.
    public static func parse(_ text: Span<UInt8>) -> Int64? { parse(text, 0..<text.count) }

    /// The value of the number in a range of bytes; `nil` for a range that is not within them.
    static func parse(_ text: Span<UInt8>, _ range: Range<Int>) -> Int64? {
        guard range.lowerBound >= 0, range.upperBound <= text.count, let first = text.first(in: range) else {
            return nil
        }
        let isNegative = first == UInt8(ascii: "-")
        let start = isNegative ? range.lowerBound &+ 1 : range.lowerBound
        // The longest has 19 digits, which always fit 64 bits without a sign.
        let count = range.upperBound &- start
        guard count > 0, count <= 19 else { return nil }
        let leading = text[start]
        if leading == UInt8(ascii: "0") { return count == 1 && !isNegative ? 0 : nil }
        var magnitude: UInt64 = 0
        for index in start..<range.upperBound {
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            magnitude = magnitude &* 10 &+ UInt64(digit)
        }
        if isNegative {
            return magnitude <= Int64.min.magnitude ? Int64(truncatingIfNeeded: 0 &- magnitude) : nil
        }
        return Int64(exactly: magnitude)
    }

    /// Writes the digits of a number, with its sign: twenty bytes at most.
    ///
    /// - Parameters:
    ///   - value: The number.
    ///   - end: Where its last digit is followed by something else, at least 20.
    ///   - text: What they are written to, from the end.
    /// - Returns: Where they start.
    @inline(__always)
    static func write(_ value: Int64, before end: Int, of text: inout InlineArray<24, UInt8>) -> Int {
        var rest = value.magnitude
        var start = end
        while rest >= 10, start > 1 {
            start &-= 1
            text[start] = UInt8(truncatingIfNeeded: rest % 10) &+ UInt8(ascii: "0")
            rest /= 10
        }
        start &-= 1
        text[start] = UInt8(truncatingIfNeeded: rest) &+ UInt8(ascii: "0")
        if value < 0 {
            start &-= 1
            text[start] = UInt8(ascii: "-")
        }
        return start
    }

    /// A number in decimal, as it is stored under a key.
    public static func text(_ value: Int64) -> [UInt8] {
        var digits = InlineArray<24, UInt8>(repeating: 0)
        let start = write(value, before: 24, of: &digits)
        return Array(copying: digits.span.extracting(start..<24))
    }
}

extension Span<UInt8> {
    /// The first byte of a range, which is within the span.
    @inline(__always)
    func first(in range: Range<Int>) -> UInt8? { range.isEmpty ? nil : self[range.lowerBound] }
}

extension [UInt8] {
    /// A copy of lent bytes.
    package init(copying bytes: Span<UInt8>) {
        self.init(capacity: bytes.count) { output in
            for index in bytes.indices { output.append(bytes[index]) }
        }
    }
}
