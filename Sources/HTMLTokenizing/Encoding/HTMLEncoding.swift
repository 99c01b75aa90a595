// SPDX-License-Identifier: Apache-2.0

/// An encoding of the Encoding standard: what a page's bytes mean.
public enum HTMLEncoding: UInt8, CaseIterable, Hashable, Sendable {
    case utf8, ibm866
    case iso88592, iso88593, iso88594, iso88595, iso88596, iso88597, iso88598, iso88598I, iso885910, iso885913,
        iso885914
    case iso885915, iso885916
    case koi8R, koi8U, macintosh
    case windows874, windows1250, windows1251, windows1252, windows1253, windows1254, windows1255, windows1256
    case windows1257, windows1258, xMacCyrillic
    case gbk, gb18030, big5, eucJp, iso2022Jp, shiftJis, eucKr
    /// What browsers do not decode at all, because it was used for attacks: of such a page they show one character.
    case replacement
    case utf16be, utf16le
    case xUserDefined

    /// The encoding of a label, such as `latin1`: in small or capital letters, with white space around it or not.
    public init?(label: Span<UInt8>) {
        var start = 0
        var end = label.count
        while start < end, label[start].isHTMLSpace { start &+= 1 }
        while end > start, label[end &- 1].isHTMLSpace { end &-= 1 }
        let label = label.extracting(start..<end)
        guard label.count > 0, label.count <= 32 else { return nil }
        // Nearly all pages.
        if HTMLText.equals(label, "utf-8") {
            self = .utf8
            return
        }
        for encoding in Self.allCases where encoding.has(label) {
            self = encoding
            return
        }
        return nil
    }

    /// Whether each byte below 0x80 that markup is made of means what it means in ASCII.
    ///
    /// It is so but for UTF-16, ISO-2022-JP, in which such bytes are halves of characters, and what is not decoded. In Shift_JIS,
    /// Big5, GBK, gb18030 and (as browsers read it) EUC-KR the second byte of a character may be a letter, a digit, `\`, `` ` ``,
    /// `|`, `~`, `@`, `[`, `]`, `^`, `_`, `{` or `}`, but none of `<`, `>`, `&`, `"`, `'`, `=`, `/`, `!`, `-`, `#`, `;`, white
    /// space: so tags are found where they are, and what is compared or put into text as letters need not be text. A name
    /// of an element or attribute is not at risk; a search in text is.
    public var isASCIICompatible: Bool {
        switch self {
        case .utf16be, .utf16le, .iso2022Jp, .replacement: false
        default: true
        }
    }

    /// Whether a byte below 0x80 may be the second one of a character, as said at ``isASCIICompatible``.
    public var hasASCIITrailBytes: Bool {
        switch self {
        case .shiftJis, .big5, .gbk, .gb18030, .eucKr: true
        default: !isASCIICompatible
        }
    }

    private func has(_ label: Span<UInt8>) -> Bool {
        let text = labels
        let bytes = text.utf8.span
        var start = 1
        while start < bytes.count {
            let end = bytes.first(0x20, from: start)
            if end &- start == label.count {
                var isSame = true
                for index in label.indices where label[index].lowercasedASCII != bytes[start &+ index] {
                    isSame = false
                }
                if isSame { return true }
            }
            start = end &+ 1
        }
        return false
    }
}
