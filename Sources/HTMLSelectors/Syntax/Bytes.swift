// SPDX-License-Identifier: Apache-2.0

/// The characters that mean something in selectors, and the classes of CSS Syntax.
extension UInt8 {
    static var plus: UInt8 { 0x2B }
    static var minus: UInt8 { 0x2D }
    static var dot: UInt8 { 0x2E }
    static var percent: UInt8 { 0x25 }
    static var backslash: UInt8 { 0x5C }
    static var colon: UInt8 { 0x3A }
    static var comma: UInt8 { 0x2C }
    static var asterisk: UInt8 { 0x2A }
    static var bar: UInt8 { 0x7C }
    static var equals: UInt8 { 0x3D }
    static var opening: UInt8 { 0x28 }
    static var closing: UInt8 { 0x29 }
    static var closingBracket: UInt8 { 0x5D }

    /// Tab, line feed, form feed, carriage return or space: of CSS and of HTML's lists of words.
    @inline(__always)
    var isSpace: Bool { self == 0x20 || (self >= 0x09 && self <= 0x0D && self != 0x0B) }
    /// What ends a line: form feeds count.
    var isLineEnd: Bool { self == 0x0A || self == 0x0C || self == 0x0D }
    /// What may begin a name. NUL is read as U+FFFD.
    var isIdentifierStart: Bool {
        self == 0x5F || self >= 0x80 || self == 0 || (self | 0x20 >= 0x61 && self | 0x20 <= 0x7A)
    }
    /// What may be in a name.
    var isIdentifierPart: Bool { isIdentifierStart || self == .minus || (self >= 0x30 && self <= 0x39) }

    /// The small letter of a capital one of ASCII; any other byte as it is.
    @inline(__always)
    var lowercasedASCII: UInt8 { self >= 0x41 && self <= 0x5A ? self | 0x20 : self }

    /// The worth of a hexadecimal digit.
    var hexadecimal: UInt32? {
        switch self {
        case 0x30...0x39: UInt32(self & 0xF)
        case 0x41...0x46, 0x61...0x66: UInt32(self & 0xF) + 9
        default: nil
        }
    }
}

extension [UInt8] {
    /// The same with ASCII's capital letters made small.
    var lowercasedASCII: [UInt8] { map(\.lowercasedASCII) }
    /// As text, for messages.
    var text: String { String(decoding: self, as: UTF8.self) }
}
