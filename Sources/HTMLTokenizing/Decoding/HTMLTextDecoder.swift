// SPDX-License-Identifier: Apache-2.0

/// Works out what text or a comment means, part by part: character references, ends of lines, NUL.
///
/// What it makes has at most three times as many bytes as it was given, and it holds at most 40 from one part to the next.
/// Character references become UTF-8. Text in data mode and CDATA keeps NUL, as the standard's tokenizer does: there it is
/// for the tree builder to leave it out.
public struct HTMLTextDecoder: Sendable {
    /// What the bytes that have been taken but not decided begin.
    private enum Reference: Equatable, Sendable {
        case none
        case ampersand
        case named
        case number
        /// `&#x`, with the letter as it was written.
        case hexadecimal(UInt8)
        case digits(UInt32, isHexadecimal: Bool)
    }

    private let hasReferences: Bool
    private let replacesNull: Bool
    private let isAttribute: Bool
    private var reference = Reference.none
    /// The letters and digits of a named reference.
    private var name: [UInt8] = []
    private var isBehindReturn = false

    /// For text in this mode.
    public init(_ mode: TextMode) {
        self.init(
            hasReferences: mode.hasReferences, replacesNull: mode != .data && mode != .cdata, isAttribute: false)
    }

    private init(hasReferences: Bool, replacesNull: Bool, isAttribute: Bool) {
        self.hasReferences = hasReferences
        self.replacesNull = replacesNull
        self.isAttribute = isAttribute
    }

    /// For comments and DOCTYPEs, where nothing but ends of lines and NUL differs.
    public static var comment: Self { Self(hasReferences: false, replacesNull: true, isAttribute: false) }

    static var attribute: Self { Self(hasReferences: true, replacesNull: true, isAttribute: true) }

    /// Takes the next part, and adds to `output` what is decided.
    public mutating func append(_ bytes: Span<UInt8>, to output: inout [UInt8]) {
        for index in bytes.indices {
            let byte = bytes[index]
            if reference != .none, !take(byte, to: &output) { continue }
            if hasReferences, byte == UInt8(ascii: "&") {
                reference = .ampersand
                isBehindReturn = false
            } else {
                appendPlain(byte, to: &output)
            }
        }
    }

    /// The text is at its end: adds what is left of it.
    public mutating func finish(to output: inout [UInt8]) {
        isBehindReturn = false
        _ = end(before: nil, to: &output)
    }

    private mutating func appendPlain(_ byte: UInt8, to output: inout [UInt8]) {
        let isBehind = isBehindReturn
        isBehindReturn = byte == 0x0D
        switch byte {
        case 0x0D: output.append(0x0A)
        case 0x0A: if !isBehind { output.append(byte) }
        case 0 where replacesNull: HTMLText.append(0xFFFD, to: &output)
        default: output.append(byte)
        }
    }

    /// A byte behind `&`. Returns whether it belongs to no reference.
    private mutating func take(_ byte: UInt8, to output: inout [UInt8]) -> Bool {
        switch reference {
        case .ampersand:
            if byte == UInt8(ascii: "#") {
                reference = .number
                return false
            }
            if byte.isASCIILetter || byte.isASCIIDigit {
                reference = .named
                name.removeAll(keepingCapacity: true)
                name.append(byte)
                return false
            }
        case .named:
            if byte.isASCIILetter || byte.isASCIIDigit, name.count <= NamedReferences.longest {
                name.append(byte)
                return false
            }
        case .number:
            if byte | 0x20 == UInt8(ascii: "x") {
                reference = .hexadecimal(byte)
                return false
            }
            if byte.isASCIIDigit {
                reference = .digits(UInt32(byte &- 0x30), isHexadecimal: false)
                return false
            }
        case .hexadecimal:
            if let digit = byte.hexadecimalDigit {
                reference = .digits(digit, isHexadecimal: true)
                return false
            }
        case .digits(let value, let isHexadecimal):
            if let digit = byte.hexadecimalDigit, isHexadecimal || digit < 10 {
                // What is too large stays too large.
                let next = value > 0x10_FFFF ? value : value &* (isHexadecimal ? 16 : 10) &+ digit
                reference = .digits(next, isHexadecimal: isHexadecimal)
                return false
            }
        case .none: break
        }
        return end(before: byte, to: &output)
    }

    /// What was taken is all there is. Returns whether `byte` is not part of it.
    private mutating func end(before byte: UInt8?, to output: inout [UInt8]) -> Bool {
        let ended = reference
        reference = .none
        let isSemicolon = byte == UInt8(ascii: ";")
        switch ended {
        case .none: break
        case .ampersand: output.append(UInt8(ascii: "&"))
        case .number: output += [UInt8(ascii: "&"), UInt8(ascii: "#")]
        case .hexadecimal(let letter): output += [UInt8(ascii: "&"), UInt8(ascii: "#"), letter]
        case .digits(let value, _):
            HTMLText.append(HTMLText.scalar(ofReference: value), to: &output)
            return !isSemicolon
        case .named:
            if isSemicolon, NamedReferences.append(name.span, isOpen: false, to: &output) { return false }
            appendOpen(before: byte, to: &output)
        }
        return true
    }

    /// A name with no semicolon, or none that makes it one of those known: the longest part that needs none counts.
    private func appendOpen(before byte: UInt8?, to output: inout [UInt8]) {
        var length = min(name.count, NamedReferences.longestOpen)
        while length > 0 {
            let next = length < name.count ? name[length] : byte ?? 0
            // In URLs `&copy=1` is a parameter.
            let isText = isAttribute && (next == UInt8(ascii: "=") || next.isASCIILetter || next.isASCIIDigit)
            let before = output.count
            if NamedReferences.append(name.span.extracting(0..<length), isOpen: true, to: &output) {
                if isText {
                    output.removeLast(output.count - before)
                    break
                }
                output += name[length...]
                return
            }
            length -= 1
        }
        output.append(UInt8(ascii: "&"))
        output += name
    }
}

extension UInt8 {
    fileprivate var hexadecimalDigit: UInt32? {
        if isASCIIDigit { return UInt32(self &- 0x30) }
        let letter = (self | 0x20) &- 0x61
        return letter < 6 ? UInt32(letter) + 10 : nil
    }
}
