// SPDX-License-Identifier: Apache-2.0

/// The members of a header field that is a list, from left to right, without the white space around them. RFC 9110 §5.6.1.
///
/// Empty members are passed over. A comma inside a quoted string separates nothing; a string that is not closed goes to the
/// end of the field.
public struct FieldList: Sequence, IteratorProtocol, Sendable {
    private var rest: Substring.UTF8View

    /// Reads the value of a field.
    public init(_ value: String) {
        rest = value[...].utf8
    }

    /// The next member, of at least one byte.
    public mutating func next() -> Substring.UTF8View? {
        while !rest.isEmpty {
            let end = Self.end(of: rest)
            let member = rest[..<end].trimmed
            rest = rest[end...].dropFirst()
            if !member.isEmpty { return member }
        }
        return nil
    }

    /// Where the first member ends: at the comma, or behind the last byte.
    private static func end(of bytes: Substring.UTF8View) -> Substring.UTF8View.Index {
        var isQuoted = false
        var isEscaped = false
        for index in bytes.indices {
            let byte = bytes[index]
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\"") {
                isQuoted.toggle()
            } else if isQuoted {
                isEscaped = byte == UInt8(ascii: "\\")
            } else if byte == UInt8(ascii: ",") {
                return index
            }
        }
        return bytes.endIndex
    }
}

extension Substring.UTF8View {
    /// Without the spaces and tabs at both ends.
    var trimmed: Self {
        var result = self
        while let first = result.first, first.isBlank { result = result.dropFirst() }
        while let last = result.last, last.isBlank { result = result.dropLast() }
        return result
    }

    /// Whether the bytes are those of `text`, which is in small letters, without regard to case.
    func equalsIgnoringCase(_ text: String) -> Bool {
        var rest = self
        for byte in text.utf8 {
            guard let next = rest.popFirst(), next.lowercasedASCII == byte else { return false }
        }
        return rest.isEmpty
    }

    /// Splits at the first `separator`; all is in front of it if there is none.
    func cut(at separator: UInt8) -> (front: Self, behind: Self?) {
        guard let place = firstIndex(of: separator) else { return (self, nil) }
        return (self[..<place], self[place...].dropFirst())
    }
}

extension UInt8 {
    /// A space or a tab.
    var isBlank: Bool { self == 0x20 || self == 0x09 }

    /// A letter's small one.
    var lowercasedASCII: UInt8 { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self }

    /// Whether tokens may have it. RFC 9110 §5.6.2.
    var isTokenByte: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"),
            UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
