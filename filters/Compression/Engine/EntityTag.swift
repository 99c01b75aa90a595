// SPDX-License-Identifier: Apache-2.0
public import Codecs

/// An entity tag: `"x"`, or `W/"x"` for a weak one. RFC 9110 §8.8.3.
///
/// What is coded is another representation than what is plain, and a strong tag must tell them apart: `"x"` becomes `"x-gzip"`.
public struct EntityTag: Hashable, Sendable, CustomStringConvertible {
    /// Whether it is weak.
    public let isWeak: Bool
    /// What stands between the quotes.
    public let opaque: String

    init(isWeak: Bool, opaque: String) {
        self.isWeak = isWeak
        self.opaque = opaque
    }

    /// Reads a field that holds one tag; `nil` for anything else.
    public init?(_ value: String) {
        var rest = value[...].utf8.trimmed
        guard let tag = Self.next(in: &rest), rest.isEmpty else { return nil }
        self = tag
    }

    /// The tag as it is sent.
    public var description: String { (isWeak ? "W/\"" : "\"") + opaque + "\"" }

    /// The same tag, weak.
    public var weakened: EntityTag { EntityTag(isWeak: true, opaque: opaque) }

    /// The tag of what becomes of this one's representation in a coding.
    public func coded(as coding: Coding) -> EntityTag {
        EntityTag(isWeak: isWeak, opaque: opaque + Self.suffix(of: coding))
    }

    /// The tag of which ``coded(as:)`` made this one; `nil` if it did not.
    public func plain(from coding: Coding) -> EntityTag? {
        let suffix = Self.suffix(of: coding)
        guard opaque.hasSuffix(suffix) else { return nil }
        return EntityTag(isWeak: isWeak, opaque: String(opaque.dropLast(suffix.count)))
    }

    /// The tag of what becomes of this one's representation in a coding, in bytes that are always the same: each of them has a
    /// mark of its own, `"x~0a1b2c3d-gzip"`, so that parts of two are never taken for parts of one.
    public func coded(as coding: Coding, mark: UInt32) -> EntityTag {
        let digits = String(mark, radix: 16)
        let text = String(repeating: "0", count: max(0, Self.markDigits - digits.utf8.count)) + digits
        return EntityTag(isWeak: isWeak, opaque: opaque + "~" + text).coded(as: coding)
    }

    /// What ``coded(as:mark:)``, or ``coded(as:)`` without a mark, makes of a field that is one strong tag and nothing else,
    /// without reading it into one; `nil` for any other field.
    static func coded(_ field: Span<UInt8>, as coding: Coding, mark: UInt32?) -> [UInt8]? {
        let quote = UInt8(ascii: "\"")
        guard field.count >= 2, field[0] == quote, field[field.count - 1] == quote else { return nil }
        var result: [UInt8] = []
        result.reserveCapacity(field.count + markDigits + 10)
        result.append(quote)
        for index in 1..<field.count - 1 {
            let byte = field[index]
            guard byte > 0x20, byte < 0x7F, byte != quote else { return nil }
            result.append(byte)
        }
        if let mark {
            result.append(UInt8(ascii: "~"))
            for place in 1...markDigits {
                let digit = UInt8(truncatingIfNeeded: mark >> UInt32((markDigits - place) * 4)) & 15
                result.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") - 10 + digit)
            }
        }
        result.append(UInt8(ascii: "-"))
        for byte in coding.token.utf8 { result.append(byte) }
        result.append(quote)
        return result
    }

    /// The tag without its mark; `nil` if it has none.
    public var unmarked: EntityTag? {
        let mark = opaque.utf8.suffix(Self.markDigits + 1)
        guard mark.count == Self.markDigits + 1, mark.first == UInt8(ascii: "~"),
            mark.dropFirst().allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { return nil }
        return EntityTag(isWeak: isWeak, opaque: String(opaque.dropLast(Self.markDigits + 1)))
    }

    private static let markDigits = 8

    /// Whether both are tags of the same, weakly compared. RFC 9110 §8.8.3.2.
    public func matches(_ other: EntityTag) -> Bool { opaque == other.opaque }

    /// The tags of a field that is a list of them, such as `If-None-Match`; what is none is passed over, `*` too.
    public static func list(_ value: String) -> [EntityTag] {
        var result: [EntityTag] = []
        var rest = value[...].utf8
        while !rest.isEmpty {
            if let tag = next(in: &rest) {
                result.append(tag)
            } else {
                rest = rest.drop { $0 != UInt8(ascii: ",") }.dropFirst()
            }
        }
        return result
    }

    /// What a list lacks so that the tags of coded representations stand beside the plain ones that they were made of.
    public static func plainTags(missingIn value: String, from codings: [Coding]) -> [EntityTag] {
        let tags = list(value)
        var seen = Set(tags)
        var missing: [EntityTag] = []
        for tag in tags {
            for coding in codings {
                let plain = tag.plain(from: coding)
                for found in [plain, plain?.unmarked] {
                    guard let found, seen.insert(found).inserted else { continue }
                    missing.append(found)
                }
            }
        }
        return missing
    }

    private static func suffix(of coding: Coding) -> String { "-" + coding.token }

    /// Takes a tag from the front, behind blanks and commas. Nothing is taken but these if there is none.
    private static func next(in bytes: inout Substring.UTF8View) -> EntityTag? {
        bytes = bytes.drop { $0.isBlank || $0 == UInt8(ascii: ",") }
        var rest = bytes
        var isWeak = false
        if rest.first == UInt8(ascii: "W") {
            rest = rest.dropFirst()
            guard rest.popFirst() == UInt8(ascii: "/") else { return nil }
            isWeak = true
        }
        guard rest.popFirst() == UInt8(ascii: "\"") else { return nil }
        let (opaque, behind) = rest.cut(at: UInt8(ascii: "\""))
        guard let behind, opaque.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else { return nil }
        bytes = behind
        return EntityTag(isWeak: isWeak, opaque: String(Substring(opaque)))
    }
}
