// SPDX-License-Identifier: Apache-2.0

/// Turns UTF-16 into UTF-8, in pieces cut anywhere: the decoder of the Encoding standard.
///
/// A surrogate without its other half, and a byte left over at the end, become U+FFFD. A byte order mark is a character like
/// others, U+FEFF: whether it is passed on is for the caller to say.
public struct UTF16Decoder: Sendable {
    private let isBigEndian: Bool
    /// The first byte of a unit, if the last piece ended with it.
    private var half: UInt8?
    /// The first surrogate of a pair, or 0.
    private var lead: UInt16 = 0

    /// Begins with a text.
    public init(isBigEndian: Bool) {
        self.isBigEndian = isBigEndian
    }

    /// Adds to `output` what the next bytes mean: at most three bytes for two, and three for what an earlier piece left over.
    public mutating func append(_ bytes: Span<UInt8>, to output: inout [UInt8]) {
        output.reserveCapacity(output.count + bytes.count)
        var index = 0
        if let first = half, bytes.count > 0 {
            half = nil
            take(first, bytes[0], &output)
            index = 1
        }
        while index &+ 1 < bytes.count {
            take(bytes[index], bytes[index &+ 1], &output)
            index &+= 2
        }
        if index < bytes.count { half = bytes[index] }
    }

    /// The text is at its end: adds what is left of it, and is ready for another one.
    public mutating func finish(to output: inout [UInt8]) {
        // A lead and a byte behind it are one mistake, by the standard.
        if half != nil || lead != 0 { HTMLText.append(0xFFFD, to: &output) }
        half = nil
        lead = 0
    }

    @inline(__always)
    private mutating func take(_ first: UInt8, _ second: UInt8, _ output: inout [UInt8]) {
        let unit = isBigEndian ? UInt16(first) << 8 | UInt16(second) : UInt16(second) << 8 | UInt16(first)
        if unit < 0x80, lead == 0 { return output.append(UInt8(truncatingIfNeeded: unit)) }
        takeUnit(unit, &output)
    }

    private mutating func takeUnit(_ unit: UInt16, _ output: inout [UInt8]) {
        if lead != 0 {
            let first = UInt32(lead)
            lead = 0
            if unit & 0xFC00 == 0xDC00 {
                return HTMLText.append(0x10000 + ((first & 0x3FF) << 10 | UInt32(unit & 0x3FF)), to: &output)
            }
            HTMLText.append(0xFFFD, to: &output)
        }
        switch unit & 0xFC00 {
        case 0xD800: lead = unit
        case 0xDC00: HTMLText.append(0xFFFD, to: &output)
        default: HTMLText.append(UInt32(unit), to: &output)
        }
    }
}
