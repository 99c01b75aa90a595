// SPDX-License-Identifier: Apache-2.0

/// Reads names, strings, spaces and comments as CSS Syntax Level 3 does.
struct SelectorScanner {
    private let bytes: [UInt8]
    /// Where it is, at most the text's length.
    var index = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The byte so many places on; `nil` behind the end.
    func peek(_ ahead: Int = 0) -> UInt8? {
        let place = index + ahead
        return place < bytes.count ? bytes[place] : nil
    }

    /// The character that begins here, for messages.
    var character: String {
        let rest = bytes[min(index, bytes.count)...]
        return String(decoding: rest.prefix(4), as: UTF8.self).unicodeScalars.first.map { String($0) } ?? ""
    }

    /// Takes a byte if it stands here.
    mutating func take(_ byte: UInt8) -> Bool {
        guard peek() == byte else { return false }
        index += 1
        return true
    }

    /// Skips comments.
    mutating func skipComments() throws(SelectorError) {
        while peek() == 0x2F, peek(1) == .asterisk {
            let start = index
            index += 2
            while !(peek() == .asterisk && peek(1) == 0x2F) {
                guard peek() != nil else { throw SelectorError(.unclosed(.comment), at: start) }
                index += 1
            }
            index += 2
        }
    }

    /// Skips spaces and comments, and tells whether there was a space.
    @discardableResult
    mutating func skipSpace() throws(SelectorError) -> Bool {
        var found = false
        try skipComments()
        while let next = peek(), next.isSpace {
            found = true
            index += 1
            try skipComments()
        }
        return found
    }

    /// Whether a name begins so many places on.
    func startsIdentifier(_ ahead: Int = 0) -> Bool {
        guard let first = peek(ahead) else { return false }
        if first == .minus {
            guard let second = peek(ahead + 1) else { return false }
            return second.isIdentifierStart || second == .minus || startsEscape(ahead + 1)
        }
        return first.isIdentifierStart || startsEscape(ahead)
    }

    private func startsEscape(_ ahead: Int) -> Bool {
        guard peek(ahead) == .backslash else { return false }
        return peek(ahead + 1)?.isLineEnd != true
    }

    /// Reads a name, without its escapes; nothing if there is none.
    mutating func identifier() -> [UInt8] {
        var name: [UInt8] = []
        while let next = peek() {
            if startsEscape(0) {
                index += 1
                escape(into: &name)
            } else if next == 0 {
                index += 1
                name.append(replacement)
            } else if next.isIdentifierPart {
                index += 1
                name.append(next)
            } else {
                break
            }
        }
        return name
    }

    /// Reads a string from its quote on, without its escapes.
    mutating func string() throws(SelectorError) -> [UInt8] {
        let start = index
        var text: [UInt8] = []
        guard let quote = peek() else { return text }
        index += 1
        while let next = peek() {
            if next == quote {
                index += 1
                return text
            }
            if next.isLineEnd { throw SelectorError(.lineEndInString, at: index) }
            index += 1
            if next == 0 {
                text.append(replacement)
            } else if next != .backslash {
                text.append(next)
            } else if peek()?.isLineEnd == true {
                skipLineEnd()
            } else if peek() != nil {
                escape(into: &text)
            }
        }
        throw SelectorError(.unclosed(.string), at: start)
    }

    /// Reads an escape from behind its backslash on.
    private mutating func escape(into text: inout [UInt8]) {
        guard let first = peek() else { return text.append(replacement) }
        guard var value = first.hexadecimal else {
            index += 1
            // The rest of a character of several bytes follows as it is.
            if first == 0 { text.append(replacement) } else { text.append(first) }
            return
        }
        index += 1
        var digits = 1
        while digits < 6, let digit = peek()?.hexadecimal {
            value = value << 4 | digit
            digits += 1
            index += 1
        }
        if peek()?.isLineEnd == true { skipLineEnd() } else if peek()?.isSpace == true { index += 1 }
        // What is no character, surrogates among it, has no `Unicode.Scalar`.
        guard value != 0, let scalar = Unicode.Scalar(value) else { return text.append(replacement) }
        text.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }

    private mutating func skipLineEnd() {
        index += peek() == 0x0D && peek(1) == 0x0A ? 2 : 1
    }

    private var replacement: UTF8.EncodedScalar { UTF8.encodedReplacementCharacter }
}

extension [UInt8] {
    fileprivate mutating func append(_ scalar: UTF8.EncodedScalar) { append(contentsOf: scalar) }
}
