// SPDX-License-Identifier: Apache-2.0

/// Looks for a page's own word on its encoding, before it is known: 13.2.3.2, "prescan a byte stream".
///
/// It answers only with what more bytes cannot change.
enum MetaPrescan {
    /// The encoding that a `<meta>` names, as far as the bytes go.
    static func encoding(_ bytes: Span<UInt8>) -> HTMLEncoding? {
        if let encoding = utf16Declaration(bytes) { return encoding }
        var scan = Self.Scan(bytes: bytes)
        var index = 0
        while true {
            index = bytes.first(UInt8(ascii: "<"), from: index)
            guard index < bytes.count else { return nil }
            let second = scan.byte(index &+ 1)
            if second == UInt8(ascii: "!"), scan.byte(index &+ 2) == 0x2D, scan.byte(index &+ 3) == 0x2D {
                // `<!-->` ends where it begins.
                guard let end = scan.endOfComment(index &+ 4) else { return nil }
                index = end
            } else if scan.isMeta(index) {
                scan.index = index &+ 5
                switch scan.meta() {
                case .some(let found):
                    if let encoding = found { return encoding }
                case .none: return nil
                }
                index = scan.index
            } else if (second ?? 0).isASCIILetter
                || (second == UInt8(ascii: "/") && (scan.byte(index &+ 2) ?? 0).isASCIILetter)
            {
                scan.index = index &+ 1
                guard scan.skipTag() else { return nil }
                index = scan.index
            } else if second == UInt8(ascii: "!") || second == UInt8(ascii: "/") || second == UInt8(ascii: "?") {
                index = bytes.first(UInt8(ascii: ">"), from: index)
            } else {
                index &+= 1
            }
        }
    }

    /// `<?x` in UTF-16.
    private static func utf16Declaration(_ bytes: Span<UInt8>) -> HTMLEncoding? {
        guard bytes.count >= 6 else { return nil }
        let first = [bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5]] as InlineArray<6, UInt8>
        var isLittle = true
        var isBig = true
        let little = [0x3C, 0, 0x3F, 0, 0x78, 0] as InlineArray<6, UInt8>
        for index in little.indices {
            if first[index] != little[index] { isLittle = false }
            if first[index] != little[index ^ 1] { isBig = false }
        }
        return isLittle ? .utf16le : isBig ? .utf16be : nil
    }

    /// The encoding that an XML declaration names: "get an XML encoding".
    static func xmlEncoding(_ bytes: Span<UInt8>) -> HTMLEncoding? {
        let end = bytes.first(UInt8(ascii: ">"), from: 0)
        guard end < bytes.count, bytes.has("<?xml", at: 0) else { return nil }
        var index = 5
        while index < end, !bytes.has("encoding", at: index) { index &+= 1 }
        index = skipControls(bytes, index &+ 8)
        guard index < end, bytes[index] == UInt8(ascii: "=") else { return nil }
        index = skipControls(bytes, index &+ 1)
        guard index < end, bytes[index] == 0x22 || bytes[index] == 0x27 else { return nil }
        let start = index &+ 1
        let quote = bytes.first(bytes[index], from: start)
        guard quote < bytes.count else { return nil }
        for index in start..<quote where bytes[index] <= 0x20 { return nil }
        return HTMLEncoding(label: bytes.extracting(start..<quote))?.ofDeclaration
    }

    private static func skipControls(_ bytes: Span<UInt8>, _ start: Int) -> Int {
        var index = start
        while index < bytes.count, bytes[index] <= 0x20 { index &+= 1 }
        return index
    }
}

extension HTMLEncoding {
    /// What is meant by a declaration that could be read as ASCII: not UTF-16.
    var ofDeclaration: Self { self == .utf16be || self == .utf16le ? .utf8 : self }
}

extension Span<UInt8> {
    /// Whether `text` stands at `index`, letter for letter.
    func has(_ text: String, at index: Int) -> Bool {
        var at = index
        for byte in text.utf8 {
            guard at >= 0, at < count, self[at] == byte else { return false }
            at &+= 1
        }
        return true
    }
}
