// SPDX-License-Identifier: Apache-2.0

/// What names and values mean that are given as they are written.
public enum HTMLText {
    /// Adds a name of an element, an attribute or a DOCTYPE: in small letters, and with U+FFFD for NUL.
    public static func appendName(_ bytes: Span<UInt8>, to output: inout [UInt8]) {
        for index in bytes.indices {
            let byte = bytes[index].lowercasedASCII
            if byte == 0 { append(0xFFFD, to: &output) } else { output.append(byte) }
        }
    }

    /// Adds the value of an attribute: character references are decoded, but not those that may be a URL's parameters.
    ///
    /// At most three times as many bytes as there are.
    public static func appendAttribute(_ bytes: Span<UInt8>, to output: inout [UInt8]) {
        var decoder = HTMLTextDecoder.attribute
        decoder.append(bytes, to: &output)
        decoder.finish(to: &output)
    }

    /// Whether the name at these places of the bytes is `name`, which is in small letters.
    public static func isName(_ bytes: Span<UInt8>, _ range: Range<Int>, _ name: Span<UInt8>) -> Bool {
        guard range.count == name.count, range.lowerBound >= 0, range.upperBound <= bytes.count else { return false }
        for index in name.indices where bytes[range.lowerBound &+ index].lowercasedASCII != name[index] { return false }
        return true
    }

    /// Whether the bytes are those of `text`, which is in small letters, without regard to case.
    static func equals(_ bytes: Span<UInt8>, _ text: String) -> Bool {
        var index = 0
        for byte in text.utf8 {
            guard index < bytes.count, bytes[index].lowercasedASCII == byte else { return false }
            index &+= 1
        }
        return index == bytes.count
    }

    /// The character that a numeric reference stands for: 13.2.5.84.
    static func scalar(ofReference value: UInt32) -> UInt32 {
        switch value {
        case 0, 0xD800...0xDFFF, 0x11_0000...: 0xFFFD
        // Written by those who take windows-1252 for Unicode.
        case 0x80...0x9F: windows(value)
        default: value
        }
    }

    private static func windows(_ value: UInt32) -> UInt32 {
        switch value {
        case 0x80: 0x20AC
        case 0x82: 0x201A
        case 0x83: 0x0192
        case 0x84: 0x201E
        case 0x85: 0x2026
        case 0x86: 0x2020
        case 0x87: 0x2021
        case 0x88: 0x02C6
        case 0x89: 0x2030
        case 0x8A: 0x0160
        case 0x8B: 0x2039
        case 0x8C: 0x0152
        case 0x8E: 0x017D
        case 0x91: 0x2018
        case 0x92: 0x2019
        case 0x93: 0x201C
        case 0x94: 0x201D
        case 0x95: 0x2022
        case 0x96: 0x2013
        case 0x97: 0x2014
        case 0x98: 0x02DC
        case 0x99: 0x2122
        case 0x9A: 0x0161
        case 0x9B: 0x203A
        case 0x9C: 0x0153
        case 0x9E: 0x017E
        case 0x9F: 0x0178
        default: value
        }
    }

    /// Adds a character as UTF-8.
    static func append(_ scalar: UInt32, to output: inout [UInt8]) {
        func part(_ shift: UInt32) -> UInt8 { 0x80 | UInt8(truncatingIfNeeded: scalar >> shift) & 0x3F }
        switch scalar {
        case ..<0x80: output.append(UInt8(truncatingIfNeeded: scalar))
        case ..<0x800: output += [0xC0 | UInt8(truncatingIfNeeded: scalar >> 6), part(0)]
        case ..<0x1_0000: output += [0xE0 | UInt8(truncatingIfNeeded: scalar >> 12), part(6), part(0)]
        default: output += [0xF0 | UInt8(truncatingIfNeeded: scalar >> 18), part(12), part(6), part(0)]
        }
    }
}
