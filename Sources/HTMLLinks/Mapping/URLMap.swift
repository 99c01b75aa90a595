// SPDX-License-Identifier: Apache-2.0

/// Maps URLs from how a backend writes them to how its public sees them: prefixes to prefixes.
///
/// A rule's `from` is one of
/// - `http://backend:8080/` or `http://backend/app`: URLs with that scheme, host and port, and `//backend…`, which has the
///   scheme of the page. Small and capital letters are the same in scheme and host, as are the scheme's own port and none.
///   `https://`, `ws://`, `wss://` and `ftp://` likewise; for `//backend` only `http` and `https` rules count.
/// - `//backend/`: such URLs with `http://`, with `https://`, and with neither.
/// - `/app` or `/`: URLs that are a path from the root. Those with a host are none, and `//backend` has one.
///
/// What is below `from` is mapped, and `from` itself unless it ends in a slash; a part of a name is neither: `/app` maps
/// `/app`, `/app/x`, `/app?x` and `/app#x`, but not `/application`. A host alone is the same as its root, `http://backend`. The
/// slashes at the ends of `from` and `to` need not agree: one is kept between `to` and what follows.
///
/// Of several rules the one with the longest path counts; of those, the one with a scheme rather than with none; of those, the
/// first. Only that one: a result is not mapped again, nor is a URL spared because it looks like a result. So under `/ → /app/`,
/// `/app/x` becomes `/app/app/x`, since for a backend that knows nothing of `/app/` this is a path of its own. A rule that
/// maps a prefix to itself excepts it from shorter ones.
///
/// Only the prefix is replaced, so the rest stays as it was written. A URL is compared as browsers read it: without control
/// characters and spaces around it and without tabs and line breaks inside; `\` is a slash. It is not brought into another
/// form beyond that: `%61` is not `a`, and `..` is a name. URLs with a user's name are not mapped; nor are relative ones,
/// fragments, queries, and those of other schemes (`data:`, `javascript:`, `mailto:`).
public struct URLMap: Sendable {
    /// A rule, ready for comparison. An object, so that to look at one is not to copy five arrays.
    final class Rule: Sendable {
        let from: URLPrefix
        let to: URLPrefix
        /// What takes the place of the prefix where a slash follows.
        let bare: [UInt8]
        /// What takes its place where the path ends with it.
        let whole: [UInt8]

        init(from: URLPrefix, to: URLPrefix) {
            self.from = from
            self.to = to
            bare = to.bare
            whole = to.endsInSlash || to.bare.isEmpty ? to.bare + [0x2F] : to.bare
        }
    }

    /// The most specific first.
    let rules: [Rule]
    /// Whether any rule is for paths from the root, and whether any is for hosts.
    let hasPaths: Bool
    let hasHosts: Bool
    /// The first letters of schemes that are mapped: a bit for each from `a`.
    let schemeLetters: UInt32

    /// Makes a map.
    ///
    /// Characters that are not ASCII, and `'`, are percent-encoded in `to`; in `from` they stand for themselves, as UTF-8.
    ///
    /// - Parameter pairs: What is replaced, and what takes its place.
    /// - Throws: Which prefix is none, and why: it is empty, goes beyond the path, or has characters that no URL has.
    public init(_ pairs: [(from: String, to: String)]) throws(URLMapError) {
        var rules: [Rule] = []
        for (index, pair) in pairs.enumerated() {
            let from = try Self.prefix(pair.from, .from, of: index)
            let to = try Self.prefix(Self.percentEncoded(pair.to), .to, of: index)
            if pair.to.utf8.last == UInt8(ascii: ",") {
                // In `srcset` it would end the URL.
                throw URLMapError(rule: index, part: .to, message: "the prefix ends in a comma; write it as %2C")
            }
            rules.append(Rule(from: from, to: to))
        }
        // The order of equal ones stays: sorting is stable.
        rules.sort { one, other in
            if one.from.path.count != other.from.path.count { return one.from.path.count > other.from.path.count }
            return one.from.scheme != .relative && other.from.scheme == .relative
        }
        self.rules = rules
        hasPaths = rules.contains { $0.from.scheme == .path }
        hasHosts = rules.contains { $0.from.scheme != .path }
        var letters: UInt32 = 0
        for rule in rules {
            let name = rule.from.scheme == .relative ? "http" : rule.from.scheme.name
            if let first = name.utf8.first { letters |= 1 &<< UInt32(first & 0x1F) }
        }
        schemeLetters = letters
    }

    /// Whether there are no rules.
    public var isEmpty: Bool { rules.isEmpty }

    private static func prefix(
        _ text: String, _ part: URLMapError.Part, of rule: Int
    ) throws(URLMapError) -> URLPrefix {
        do throws(URLPrefix.Refusal) {
            return try URLPrefix(text)
        } catch {
            throw URLMapError(rule: rule, part: part, message: error.message)
        }
    }

    private static func percentEncoded(_ text: String) -> String {
        // A host that is not ASCII is left to be refused.
        let digits = Array("0123456789ABCDEF".unicodeScalars)
        var result = String.UnicodeScalarView()
        let isPathAlone = text.hasPrefix("/") && !text.hasPrefix("//")
        var slashes = 0
        for scalar in text.unicodeScalars {
            if scalar == "/" { slashes += 1 }
            let isPath = slashes > 2 || isPathAlone
            guard (scalar.value >= 0x80 && isPath) || scalar == "'" else {
                result.append(scalar)
                continue
            }
            for byte in String(scalar).utf8 {
                result.append("%")
                result.append(contentsOf: digits[Int(byte >> 4)...].prefix(1))
                result.append(contentsOf: digits[Int(byte & 0xF)...].prefix(1))
            }
        }
        return String(result)
    }
}
