// SPDX-License-Identifier: Apache-2.0

/// A name of CSS while it is read, letter by letter: enough of it to know the few that matter.
struct CSSName {
    /// The last sixteen letters, in small letters, the last one lowest.
    private var high: UInt64 = 0
    private var low: UInt64 = 0
    private(set) var count = 0
    /// What stood right before it: `#` and `@` make a name something else.
    private(set) var prefix: UInt8 = 0

    @inline(__always)
    mutating func begin(behind byte: UInt8) {
        high = 0
        low = 0
        count = 0
        prefix = byte
    }

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        high = high << 8 | low >> 56
        low = low << 8 | UInt64(byte.lowercased)
        count &+= 1
    }

    mutating func clear() { count = 0 }

    /// Whether it is one like `@import`, so far.
    var isAtKeyword: Bool { count > 0 && prefix == UInt8(ascii: "@") }

    /// Whether the name can be that of a function.
    private var isFree: Bool { prefix != UInt8(ascii: "#") && prefix != UInt8(ascii: "@") }

    /// `url`, whose argument need not be a string.
    var isURL: Bool { count == 3 && low == 0x75_726C && isFree }
    /// `src`, the newer function with the same meaning.
    var isSource: Bool { count == 3 && low == 0x73_7263 && isFree }
    /// `image-set` and `-webkit-image-set`: a string in their list is a URL.
    var isImageSet: Bool {
        guard low == 0x6D61_6765_2D73_6574, isFree else { return false }
        return count == 9 && high == 0x69 || count == 17 && high == 0x7765_626B_6974_2D69
    }
    /// `@import`.
    var isImport: Bool { count == 6 && low == 0x696D_706F_7274 && prefix == UInt8(ascii: "@") }
    /// `@namespace`, whose URLs are names.
    var isNamespace: Bool {
        count == 9 && low == 0x616D_6573_7061_6365 && high == 0x6E && prefix == UInt8(ascii: "@")
    }
    /// The two hyphens of `<!--`, which is no part of a name.
    func isComment(behind byte: UInt8) -> Bool {
        count == 2 && low == 0x2D2D && prefix == UInt8(ascii: "!") && byte == UInt8(ascii: "<")
    }
}

extension UInt8 {
    /// What a name of CSS consists of.
    @inline(__always)
    var isCSSName: Bool {
        isLetter || isDigit || self == UInt8(ascii: "-") || self == UInt8(ascii: "_") || self >= 0x80
    }

    @inline(__always)
    var isCSSNewline: Bool { self == 0x0A || self == 0x0D || self == 0x0C }

    /// What ends a URL without quotation marks badly.
    @inline(__always)
    var isCSSNonPrintable: Bool { self < 0x20 && !isSpace && self != 0 || self == 0x7F }

    var hexadecimalDigit: UInt32? {
        if isDigit { return UInt32(self &- 0x30) }
        let letter = (self | 0x20) &- 0x61
        return letter < 6 ? UInt32(letter) &+ 10 : nil
    }
}
