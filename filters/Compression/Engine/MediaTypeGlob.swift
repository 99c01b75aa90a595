// SPDX-License-Identifier: Apache-2.0

/// A pattern of media types, such as `text/*` or `*/*+json`: each `*` stands for any text, the slash included.
public struct MediaTypeGlob: Hashable, Sendable {
    /// The pattern, in small letters.
    private let pattern: [UInt8]

    /// `nil` for what can match no media type: a pattern has one slash and tokens around it, or is `*`.
    public init?(_ text: String) {
        let pattern = text.utf8.map(\.lowercasedASCII)
        if pattern != [UInt8(ascii: "*")] {
            let parts = pattern.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isTokenByte) }) else {
                return nil
            }
        }
        self.pattern = pattern
    }

    /// Whether a type, in small letters and without parameters, is one of these.
    public func matches(_ essence: String) -> Bool {
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

/// Which media types are worth compressing.
public struct CompressibleTypes: Equatable, Sendable {
    /// The patterns in order; the last that matches a type decides.
    private var rules: [Rule]

    private struct Rule: Equatable {
        let glob: MediaTypeGlob
        let isExcluded: Bool
    }

    /// Reads words: patterns, `!pattern` for what is left out of the ones before, and `default` for ``builtIn``.
    ///
    /// - Returns: `nil`, with the wrong word in `wrong`, if one is none of these.
    public init?(_ words: [String], wrong: inout String) {
        rules = []
        for word in words {
            if word.lowercased() == "default" {
                rules += Self.builtIn.rules
                continue
            }
            let isExcluded = word.hasPrefix("!")
            guard let glob = MediaTypeGlob(isExcluded ? String(word.dropFirst()) : word) else {
                wrong = word
                return nil
            }
            rules.append(Rule(glob: glob, isExcluded: isExcluded))
        }
    }

    private init(builtIn words: [String]) {
        rules = words.compactMap { MediaTypeGlob($0).map { Rule(glob: $0, isExcluded: false) } }
    }

    /// Whether a type, in small letters and without parameters, is worth compressing.
    public func contains(_ essence: String) -> Bool {
        var result = false
        for rule in rules where result == rule.isExcluded && rule.glob.matches(essence) { result.toggle() }
        return result
    }

    /// Text, whatever is written in JSON or XML, scripts, and the fonts, pictures and programs whose formats have no
    /// compression of their own.
    public static let builtIn = CompressibleTypes(builtIn: [
        "text/*", "*/*+json", "*/*+xml", "*/*+yaml", "*/*+text",
        "application/json", "application/json-seq", "application/jsonl", "application/x-ndjson", "application/graphql",
        "application/xml", "application/xml-dtd", "application/yaml", "application/x-yaml", "application/toml",
        "application/javascript", "application/x-javascript", "application/ecmascript", "application/wasm",
        "application/rtf", "application/sql", "application/x-sh", "application/x-www-form-urlencoded",
        "application/vnd.apple.mpegurl", "application/x-mpegurl", "application/vnd.ms-fontobject",
        "application/x-font-ttf", "application/x-font-otf", "application/x-font-opentype",
        "font/ttf", "font/otf", "font/sfnt", "font/collection",
        "image/bmp", "image/x-ms-bmp", "image/x-icon", "image/vnd.microsoft.icon", "model/obj",
    ])
}
