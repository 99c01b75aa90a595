// SPDX-License-Identifier: Apache-2.0

/// Where in a script the next byte is: the states of 13.2.5.4 and 13.2.5.15 to 13.2.5.31 that a piece may end in.
enum ScriptState: Equatable, Sendable {
    case plain
    /// Behind `<!`, and behind one dash more.
    case escapeStart, escapeStartDash
    /// Behind `<!--`, where `-->` ends what is escaped; behind one dash, and behind two.
    case escaped, escapedDash, escapedDashDash
    /// Behind `<!--` and `<`, in what may become `<script`: so many letters are those.
    case doubleEscapeStart(Int)
    /// Behind `<!--` and `<script`, where `</script>` is no end tag; behind one dash, and behind two.
    case doubleEscaped, doubleEscapedDash, doubleEscapedDashDash
    case doubleEscapedLessThan
    /// In what may become `</script`: so many letters are those.
    case doubleEscapeEnd(Int)
}

extension HTMLTokenizer {
    /// A script, or what there is of it.
    mutating func scriptText(in bytes: Span<UInt8>, from start: Int, isLast: Bool) -> HTMLToken? {
        var index = start
        while index >= 0, index < bytes.count {
            let byte = bytes[index]
            switch script {
            case .plain, .escaped, .escapedDash, .escapedDashDash:
                if byte == 0x3C {
                    switch lessThan(in: bytes, at: index, isLast: isLast) {
                    case .text(let length): index &+= length
                    case .endTag: return text(start, index) ?? tag(in: bytes, from: index, isEnd: true, isLast: isLast)
                    case .unknown: return text(start, index)
                    }
                } else if script == .plain {
                    index = bytes.first(0x3C, from: index)
                } else {
                    script = escaped(byte, script)
                    index &+= 1
                }
            case .escapeStart:
                script = byte == 0x2D ? .escapeStartDash : .plain
                if byte == 0x2D { index &+= 1 }
            case .escapeStartDash:
                script = byte == 0x2D ? .escapedDashDash : .plain
                if byte == 0x2D { index &+= 1 }
            case .doubleEscapeStart(let letters):
                index &+= word(byte, letters, inside: .escaped, behind: .doubleEscaped, back: .escaped) {
                    .doubleEscapeStart($0)
                }
            case .doubleEscaped, .doubleEscapedDash, .doubleEscapedDashDash:
                script = doubleEscaped(byte, script)
                index &+= 1
            case .doubleEscapedLessThan:
                script = byte == 0x2F ? .doubleEscapeEnd(0) : .doubleEscaped
                if byte == 0x2F { index &+= 1 }
            case .doubleEscapeEnd(let letters):
                index &+= word(byte, letters, inside: .doubleEscaped, behind: .escaped, back: .doubleEscaped) {
                    .doubleEscapeEnd($0)
                }
            }
        }
        return text(start, bytes.count)
    }

    private enum LessThan {
        /// So many bytes are text, whatever follows.
        case text(Int)
        case endTag
        case unknown
    }

    /// What `<` begins where it may begin an end tag: 13.2.5.15 to 13.2.5.17 and 13.2.5.23 to 13.2.5.25.
    private mutating func lessThan(in bytes: Span<UInt8>, at index: Int, isLast: Bool) -> LessThan {
        switch endsText(in: bytes, at: index) {
        case true: return .endTag
        case nil where !isLast: return .unknown
        default: break
        }
        let next = index &+ 1 < bytes.count ? bytes[index &+ 1] : 0
        if script == .plain {
            if next == 0x21 {
                script = .escapeStart
                return .text(2)
            }
        } else {
            script = next.isASCIILetter ? .doubleEscapeStart(0) : .escaped
        }
        return .text(1)
    }

    /// A byte other than `<` behind `<!--`: 13.2.5.20 to 13.2.5.22.
    private func escaped(_ byte: UInt8, _ state: ScriptState) -> ScriptState {
        if byte == 0x2D { return state == .escaped ? .escapedDash : .escapedDashDash }
        return byte == 0x3E && state == .escapedDashDash ? .plain : .escaped
    }

    /// A byte behind `<!--` and `<script`: 13.2.5.27 to 13.2.5.29.
    private func doubleEscaped(_ byte: UInt8, _ state: ScriptState) -> ScriptState {
        if byte == 0x3C { return .doubleEscapedLessThan }
        if byte == 0x2D { return state == .doubleEscaped ? .doubleEscapedDash : .doubleEscapedDashDash }
        return byte == 0x3E && state == .doubleEscapedDashDash ? .plain : .doubleEscaped
    }

    /// A byte of what may be `script`: 13.2.5.26 and 13.2.5.31. Returns how many bytes that takes.
    private mutating func word(
        _ byte: UInt8, _ letters: Int, inside: ScriptState, behind: ScriptState, back: ScriptState,
        _ state: (Int) -> ScriptState
    ) -> Int {
        if byte.isHTMLSpace || byte == 0x2F || byte == 0x3E {
            script = letters == 6 ? behind : inside
            return 1
        }
        guard byte.isASCIILetter else {
            script = back
            return 0
        }
        // -1 for a word that is another one.
        let isNext = letters >= 0 && letters < 6 && ElementName.script.byte(at: letters) == byte.lowercasedASCII
        script = state(isNext ? letters + 1 : -1)
        return 1
    }
}
