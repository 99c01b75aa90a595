// SPDX-License-Identifier: Apache-2.0

/// A media type, such as `text/html; charset=utf-8`. RFC 9110 §8.3.
///
/// Two media types are equal when their type and subtype are, without regard to case and parameters.
public struct MediaType: RawRepresentable, Hashable, Sendable, ExpressibleByStringLiteral {
    /// The type as it was written, with its parameters.
    public let rawValue: String

    /// Wraps the value of a Content-Type field.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Wraps the value of a Content-Type field.
    public init(stringLiteral value: String) {
        rawValue = value
    }

    /// Type and subtype in lower case, without parameters.
    public var essence: String {
        // Most are written like that already; to look at bytes is much faster than to look at characters.
        let plain = rawValue.utf8.prefix { $0 != UInt8(ascii: ";") }
        if plain.allSatisfy({ (0x21...0x7E).contains($0) && !(UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }) {
            return plain.count == rawValue.utf8.count ? rawValue : String(Substring(plain))
        }
        let end = rawValue.firstIndex(of: ";") ?? rawValue.endIndex
        let text = rawValue[..<end].lowercased()
        return String(text.drop(while: \.isWhitespace).prefix { !$0.isWhitespace })
    }

    /// Whether type and subtype are the same.
    public static func == (left: MediaType, right: MediaType) -> Bool {
        left.essence == right.essence
    }

    /// Hashes type and subtype.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(essence)
    }

    /// `text/html`
    public static let html: MediaType = "text/html"
    /// `text/plain`
    public static let plainText: MediaType = "text/plain"
    /// `application/json`
    public static let json: MediaType = "application/json"
}
