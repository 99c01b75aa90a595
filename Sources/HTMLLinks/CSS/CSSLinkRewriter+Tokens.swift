// SPDX-License-Identifier: Apache-2.0

extension CSSLinkRewriter {
    /// The next byte, which is at `index` of the piece.
    mutating func take(_ byte: UInt8, _ piece: Span<UInt8>, _ index: Int, _ output: inout [UInt8]) {
        if escape != .none, takeEscaped(byte) {
            enforceLimit(piece, behind: index, &output)
            return
        }
        switch state {
        case .plain: takePlain(byte, index)
        case .slash:
            if byte == UInt8(ascii: "*") {
                state = .comment
            } else {
                state = .plain
                endToken(UInt8(ascii: "/"))
                takePlain(byte, index)
            }
        case .comment: if byte == UInt8(ascii: "*") { state = .star }
        case .star:
            if byte == UInt8(ascii: "/") {
                state = .plain
                note(0x20)
            } else if byte != UInt8(ascii: "*") {
                state = .comment
            }
        case .string: takeInString(byte, piece, index, &output)
        case .urlStart:
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                depth &+= 1
                expectsURL = true
                beginString(byte, index)
            } else if !byte.isSpace {
                state = .url
                if !isNamespace { hold(at: index) }
                takeInURL(byte, piece, index, &output)
            }
        case .url: takeInURL(byte, piece, index, &output)
        case .urlEnd:
            if byte == UInt8(ascii: ")") {
                decide(piece, before: index, isCut: false, &output)
                endURL()
            } else if byte.isSpace {
                extend(byte)
                if held.raw.count > limit &* 8 { release(piece, before: index &+ 1, &output) }
            } else {
                release(piece, before: index, &output)
                state = .badURL
                takeInBadURL(byte)
            }
        case .badURL: takeInBadURL(byte)
        }
    }

    // Outside of strings and URLs.

    private mutating func takePlain(_ byte: UInt8, _ index: Int) {
        if byte.isCSSName || byte == 0 {
            if name.count == 0 { beginName() }
            name.append(byte)
            note(byte)
            if byte == UInt8(ascii: "-"), name.isComment(behind: beforePrefix) {
                name.clear()
                note(0x20)
            }
            return
        }
        // Whether it goes on with the name or ends it, the next byte says.
        if byte == UInt8(ascii: "\\") {
            escape = .begun
            return
        }
        if name.count > 0, endName(before: byte) { return }
        switch byte {
        case 0x09, 0x0A, 0x0C, 0x0D, 0x20: note(0x20)
        case UInt8(ascii: "/"): state = .slash
        case UInt8(ascii: "\""), UInt8(ascii: "'"): beginString(byte, index)
        case UInt8(ascii: "("):
            depth &+= 1
            endToken(byte)
        case UInt8(ascii: ")"):
            if depth > 0 { depth &-= 1 }
            if imageDepth > depth { imageDepth = 0 }
            endToken(byte)
        case UInt8(ascii: ";"), UInt8(ascii: "{"), UInt8(ascii: "}"):
            isNamespace = false
            endToken(byte)
        default: endToken(byte)
        }
    }

    /// Remembers what a name or `<!--` may follow on.
    @inline(__always)
    private mutating func note(_ byte: UInt8) {
        beforePrevious = previous
        previous = byte
    }

    private mutating func endToken(_ byte: UInt8) {
        expectsURL = false
        note(byte)
    }

    private mutating func beginName() {
        name.begin(behind: previous)
        beforePrefix = beforePrevious
        expectsURL = false
    }

    /// A name is complete. Returns whether `byte`, which follows, belongs to it: the parenthesis of a function.
    private mutating func endName(before byte: UInt8) -> Bool {
        defer { name.clear() }
        guard byte == UInt8(ascii: "(") else {
            if name.isImport { expectsURL = true }
            if name.isNamespace { isNamespace = true }
            return false
        }
        note(byte)
        if name.isURL {
            state = .urlStart
            return true
        }
        depth &+= 1
        if name.isSource { expectsURL = true }
        if name.isImageSet, imageDepth == 0 { imageDepth = depth }
        return true
    }

    private mutating func beginString(_ byte: UInt8, _ index: Int) {
        state = .string
        quote = byte
        let isURL = expectsURL || (imageDepth > 0 && imageDepth == depth)
        if isURL, !isNamespace { hold(at: index &+ 1) }
        expectsURL = false
    }

    // In strings and URLs.

    private mutating func takeInString(_ byte: UInt8, _ piece: Span<UInt8>, _ index: Int, _ output: inout [UInt8]) {
        if byte == quote {
            decide(piece, before: index, isCut: false, &output)
            endURL()
        } else if byte.isCSSNewline {
            // An end of line in a string makes it none.
            release(piece, before: index, &output)
            state = .plain
            note(0x20)
        } else {
            takeCharacter(byte, piece, index, &output)
        }
    }

    private mutating func takeInURL(_ byte: UInt8, _ piece: Span<UInt8>, _ index: Int, _ output: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: ")"):
            decide(piece, before: index, isCut: false, &output)
            endURL()
        case 0x09, 0x0A, 0x0C, 0x0D, 0x20:
            state = .urlEnd
            extend(byte)
            if isHolding { held.endBefore() }
        case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "("):
            release(piece, before: index, &output)
            state = .badURL
        default:
            if byte.isCSSNonPrintable {
                release(piece, before: index, &output)
                state = .badURL
            } else {
                takeCharacter(byte, piece, index, &output)
            }
        }
    }

    private mutating func takeInBadURL(_ byte: UInt8) {
        if byte == UInt8(ascii: ")") {
            endURL()
        } else if byte == UInt8(ascii: "\\") {
            escape = .begun
        }
    }

    private mutating func endURL() {
        state = .plain
        note(0x20)
    }

    private mutating func takeCharacter(_ byte: UInt8, _ piece: Span<UInt8>, _ index: Int, _ output: inout [UInt8]) {
        if byte == UInt8(ascii: "\\") {
            escape = .begun
            if isHolding {
                held.append(raw: byte)
                held.beginCharacter()
            }
        } else if isHolding {
            held.append(raw: byte)
            held.beginCharacter()
            held.append(decoded: byte)
            enforceLimit(piece, behind: index, &output)
        }
    }

    // Escapes: CSS Syntax, 4.3.7.

    /// A byte behind `\`. Returns whether it belongs to the escape.
    private mutating func takeEscaped(_ byte: UInt8) -> Bool {
        switch escape {
        case .none: return false
        case .behindReturn:
            escape = .none
            guard byte == 0x0A else { return false }
            extend(byte)
            return true
        case .begun:
            if byte.isCSSNewline { return takeEscapedNewline(byte) }
            extend(byte)
            if let digit = byte.hexadecimalDigit {
                escape = .digits(digit, 1)
            } else {
                escape = .none
                appendEscaped(byte)
            }
            return true
        case .digits(let value, let count):
            if let digit = byte.hexadecimalDigit, count < 6 {
                extend(byte)
                escape = .digits(value &* 16 &+ digit, count &+ 1)
                return true
            }
            endEscape()
            guard byte.isSpace else { return false }
            extend(byte)
            if byte == 0x0D { escape = .behindReturn }
            return true
        }
    }

    /// An end of line behind `\`: nothing in a string, and no escape elsewhere.
    private mutating func takeEscapedNewline(_ byte: UInt8) -> Bool {
        escape = .none
        switch state {
        case .string:
            extend(byte)
            if byte == 0x0D { escape = .behindReturn }
            return true
        case .url:
            // What is held is put out with the rest: that it is no URL shows in the state.
            state = .urlEnd
            extend(byte)
            held.spoil()
            return true
        case .plain:
            if name.count > 0 { _ = endName(before: 0x5C) }
            endToken(0x5C)
            return false
        default: return false
        }
    }

    /// The digits of an escape are complete.
    mutating func endEscape() {
        guard case .digits(let value, _) = escape else { return }
        escape = .none
        guard value != 0, value < 0x11_0000, value & 0x1F_F800 != 0xD800 else {
            appendEscaped(0xFF)
            return
        }
        if value < 0x80 {
            appendEscaped(UInt8(truncatingIfNeeded: value))
        } else {
            // No rule has it but in percent-encoded form, or as UTF-8.
            for byte in String(Unicode.Scalar(value) ?? "\u{FFFD}").utf8 { appendEscaped(byte) }
        }
    }

    private mutating func appendEscaped(_ byte: UInt8) {
        switch state {
        case .plain:
            if name.count == 0 { beginName() }
            // A letter that is none of those of the names that matter, if it could be taken for the end of one.
            name.append(byte.isCSSName ? byte : 0xFF)
            note(0x61)
        case .string, .url: if isHolding { held.append(decoded: byte) }
        default: break
        }
    }
}
