// SPDX-License-Identifier: Apache-2.0

/// Looks for the end of a tag: 13.2.5.8 and 13.2.5.32 to 13.2.5.40, of which it keeps nothing but where the name ends.
///
/// It can be interrupted at any byte, and sees none twice.
struct TagScan: Sendable {
    /// What the next byte is for.
    enum State: UInt8, Sendable {
        case name
        case beforeAttribute
        case attribute
        case afterAttribute
        case beforeValue
        case doubleQuoted
        case singleQuoted
        case unquoted
        case afterQuoted
        case selfClosing
    }

    var state = State.name
    /// How many bytes of the tag have been seen.
    var seen: Int
    /// How many bytes the name has so far.
    var nameLength = 0
    var name = ElementName.none

    /// A tag whose name begins behind so many bytes.
    init(nameAt offset: Int) {
        seen = offset
    }

    /// Looks at the bytes of the tag that begins at `start`, from where it stopped. Returns the offset behind its `>`, or
    /// `nil` if that is not there.
    mutating func run(in bytes: Span<UInt8>, from start: Int) -> Int? {
        var index = start &+ seen
        guard index >= 0 else { return nil }
        if state == .name {
            var length = nameLength
            var name = name
            while index < bytes.count {
                let byte = bytes[index]
                if byte.isASCIILetter, length < 8 {
                    name.low |= UInt64(byte | 0x20) &<< UInt64(truncatingIfNeeded: length &* 8)
                } else {
                    if byte == 0x3E || byte == 0x2F || byte.isHTMLSpace { break }
                    name.append(byte, at: length)
                }
                length &+= 1
                index &+= 1
            }
            nameLength = length
            self.name = name
            if index < bytes.count { state = .beforeAttribute }
        }
        var state = state
        while index < bytes.count {
            let byte = bytes[index]
            switch state {
            case .name:
                break
            case .beforeAttribute:
                if byte == 0x3E { return ended(at: index, state) }
                if byte == 0x2F {
                    state = .selfClosing
                } else if !byte.isHTMLSpace {
                    // Also for `=`, which begins a name here.
                    state = .attribute
                }
            case .attribute:
                if byte > 0x3E {
                    // Neither ends a name: most of its bytes are letters.
                    index &+= 1
                    while index < bytes.count, bytes[index] > 0x3E { index &+= 1 }
                    continue
                }
                if byte == 0x3D {
                    state = .beforeValue
                } else if byte == 0x3E {
                    return ended(at: index, state)
                } else if byte == 0x2F {
                    state = .selfClosing
                } else if byte.isHTMLSpace {
                    state = .afterAttribute
                }
            case .afterAttribute:
                if byte == 0x3D {
                    state = .beforeValue
                } else if byte == 0x3E {
                    return ended(at: index, state)
                } else if byte == 0x2F {
                    state = .selfClosing
                } else if !byte.isHTMLSpace {
                    state = .attribute
                }
            case .beforeValue:
                if byte == 0x22 {
                    state = .doubleQuoted
                } else if byte == 0x27 {
                    state = .singleQuoted
                } else if byte == 0x3E {
                    return ended(at: index, state)
                } else if !byte.isHTMLSpace {
                    state = .unquoted
                }
            case .doubleQuoted, .singleQuoted:
                index = bytes.first(state == .doubleQuoted ? 0x22 : 0x27, from: index)
                if index >= bytes.count { break }
                state = .afterQuoted
            case .unquoted:
                if byte > 0x3E { break }
                if byte == 0x3E { return ended(at: index, state) }
                if byte.isHTMLSpace { state = .beforeAttribute }
            case .afterQuoted:
                if byte == 0x3E { return ended(at: index, state) }
                if byte == 0x2F {
                    state = .selfClosing
                } else {
                    state = byte.isHTMLSpace ? .beforeAttribute : .attribute
                }
            case .selfClosing:
                if byte == 0x3E { return ended(at: index, state) }
                if byte != 0x2F { state = byte.isHTMLSpace ? .beforeAttribute : .attribute }
            }
            index &+= 1
        }
        self.state = state
        seen = bytes.count &- start
        return nil
    }

    @inline(__always)
    private mutating func ended(at index: Int, _ state: State) -> Int {
        self.state = state
        return index &+ 1
    }
}
