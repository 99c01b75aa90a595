// SPDX-License-Identifier: Apache-2.0

/// Media types that a filter takes for its own: patterns, such as `text/*` or `*/*+json`, each `*` standing for any text.
public struct MediaTypeList: Equatable, Sendable {
    /// The patterns in order; the last that matches a type decides.
    private var rules: [Rule]

    private struct Rule: Equatable {
        let glob: MediaTypeGlob
        let isExcluded: Bool
    }

    /// Patterns that are known to be right; others are left out.
    public init(_ patterns: [String]) {
        rules = patterns.compactMap { MediaTypeGlob($0).map { Rule(glob: $0, isExcluded: false) } }
    }

    /// Reads the words of a directive: patterns, `!pattern` for what is left out of the ones before, and `default` for a list
    /// that is built in.
    public init(_ words: [String], default builtIn: MediaTypeList) throws(DirectiveError) {
        guard !words.isEmpty else {
            throw DirectiveError("takes media types, such as text/* or !text/csv, or default for the built-in list")
        }
        rules = []
        for word in words {
            if word.lowercased() == "default" {
                rules += builtIn.rules
                continue
            }
            let isExcluded = word.hasPrefix("!")
            guard let glob = MediaTypeGlob(isExcluded ? String(word.dropFirst()) : word) else {
                throw DirectiveError("'\(word)' is no media type such as text/html, text/* or */*+json")
            }
            rules.append(Rule(glob: glob, isExcluded: isExcluded))
        }
    }

    /// Whether a type, in small letters and without parameters, is one of these; see ``MediaType/essence``.
    public func contains(_ essence: String) -> Bool {
        var result = false
        for rule in rules where result == rule.isExcluded && rule.glob.matches(essence) { result.toggle() }
        return result
    }
}

/// A pattern of media types, such as `text/*` or `*/*+json`: each `*` stands for any text, the slash included.
struct MediaTypeGlob: Hashable, Sendable {
    /// The pattern, in small letters.
    private let pattern: [UInt8]

    /// `nil` for what can match no media type: a pattern has one slash and tokens around it, or is `*`.
    init?(_ text: String) {
        let pattern = text.utf8.map { $0.lowercased }
        if pattern != [UInt8(ascii: "*")] {
            let parts = pattern.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isTokenByte) }) else {
                return nil
            }
        }
        self.pattern = pattern
    }

    /// Whether a type, in small letters and without parameters, is one of these.
    func matches(_ essence: String) -> Bool {
        var text = essence[...].utf8
        var rest = pattern[...]
        // Where to go on if what stands behind the last star does not match: one byte further on.
        var retry: (text: Substring.UTF8View, rest: ArraySlice<UInt8>)?
        while true {
            if rest.first == UInt8(ascii: "*") {
                rest = rest.dropFirst()
                if rest.isEmpty { return true }
                retry = (text, rest)
            } else if let byte = text.first, byte == rest.first {
                text = text.dropFirst()
                rest = rest.dropFirst()
            } else if text.isEmpty, rest.isEmpty {
                return true
            } else if let last = retry, !last.text.isEmpty {
                text = last.text.dropFirst()
                rest = last.rest
                retry = (text, rest)
            } else {
                return false
            }
        }
    }
}

extension UInt8 {
    fileprivate var lowercased: UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self
    }

    /// RFC 9110 §5.6.2.
    fileprivate var isTokenByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(self)
        }
    }
}
