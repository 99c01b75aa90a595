// SPDX-License-Identifier: Apache-2.0

/// `An+B`: the places that are `step` times some number from 0 on, plus `offset`, counted from 1.
struct Position: Hashable, Sendable {
    /// Within ±2^31, so that no sum of two is out of range.
    var step: Int
    var offset: Int

    /// The first.
    static var first: Self { Self(step: 0, offset: 1) }

    /// Whether a place is one of them.
    func contains(_ place: Int) -> Bool {
        let distance = place &- offset
        if step == 0 { return distance == 0 }
        return distance % step == 0 && distance / step >= 0
    }
}

extension SelectorParser {
    /// Reads `An+B`, `even` or `odd`, from CSS Syntax section 6.
    mutating func position() throws(SelectorError) -> Position {
        let start = scanner.index
        if scanner.takeWord("even") { return Position(step: 2, offset: 0) }
        if scanner.takeWord("odd") { return Position(step: 2, offset: 1) }
        let isNegative = scanner.peek() == .minus
        if isNegative || scanner.peek() == .plus { scanner.index += 1 }
        let number = scanner.takeNumber()
        guard let letter = scanner.peek(), letter | 0x20 == 0x6E else {
            guard let number, !scanner.goesOn else { throw SelectorError(.noPosition, at: start) }
            return Position(step: 0, offset: isNegative ? -number : number)
        }
        scanner.index += 1
        var result = Position(step: isNegative ? -(number ?? 1) : number ?? 1, offset: 0)
        let end = scanner.index
        try scanner.skipSpace()
        let sign = scanner.peek()
        guard sign == .plus || sign == .minus else {
            scanner.index = end
            guard !scanner.goesOn else { throw SelectorError(.noPosition, at: start) }
            return result
        }
        scanner.index += 1
        try scanner.skipSpace()
        guard let offset = scanner.takeNumber(), !scanner.goesOn else { throw SelectorError(.noPosition, at: start) }
        result.offset = sign == .minus ? -offset : offset
        return result
    }
}

extension SelectorScanner {
    /// Whether the token that was read goes on: `3x`, `3.5`, `3%`.
    fileprivate var goesOn: Bool {
        guard let next = peek() else { return false }
        return next.isIdentifierPart || next == .backslash || next == .percent || next == .dot
    }

    /// Takes a word without escapes, in either case, if it is all of what stands here.
    fileprivate mutating func takeWord(_ word: StaticString) -> Bool {
        let start = index
        guard startsIdentifier(), word.equalsIgnoringCase(identifier()) else {
            index = start
            return false
        }
        return true
    }

    /// Takes digits; past 2^31 they count as that. `nil` if there are none.
    fileprivate mutating func takeNumber() -> Int? {
        var result: Int?
        while let digit = peek(), digit >= 0x30, digit <= 0x39 {
            result = min((result ?? 0) * 10 + Int(digit & 0xF), 1 << 31)
            index += 1
        }
        return result
    }
}

extension StaticString {
    /// Whether bytes are this ASCII text, which is in small letters, in either case.
    func equalsIgnoringCase(_ bytes: [UInt8]) -> Bool {
        var place = 0
        for scalar in description.utf8 {
            guard place < bytes.count, bytes[place].lowercasedASCII == scalar else { return false }
            place += 1
        }
        return place == bytes.count
    }
}
