// SPDX-License-Identifier: Apache-2.0
internal import CPatterns

/// A regular expression that is compiled: Perl's, as PCRE2 has them, over bytes.
///
/// A byte is a character: `.` is one byte of a body that need not be UTF-8. Many streams may search with one pattern at once.
public struct Pattern: Sendable {
    /// Perl's flags of the same letters.
    public struct Options: OptionSet, Hashable, Sendable {
        /// The bits.
        public let rawValue: UInt8

        /// Wraps the bits.
        public init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        /// `i`: ASCII letters match in either case.
        public static let ignoresCase = Options(rawValue: 1)
        /// `m`: `^` and `$` match at lines too.
        public static let isMultiline = Options(rawValue: 2)
        /// `s`: `.` matches a line's end too.
        public static let dotMatchesNewline = Options(rawValue: 4)
        /// `x`: white space and comments in the pattern stand for nothing.
        public static let isExtended = Options(rawValue: 8)
    }

    let regex: cpatterns_regex
    /// How many bytes before a match must stay in sight.
    let context: Int
    /// Whether it may ask where a line begins.
    let hasLineStarts: Bool
    /// What the pattern was made of.
    let source: PatternSource

    /// Compiles a pattern.
    ///
    /// - Throws: What is wrong with it, and where. `\G` and `(*COMMIT)` are refused: what they mean depends on where a search
    ///   begins, and a stream is searched in pieces. So is another end of lines than Perl's, such as `(*CRLF)`.
    public init(_ text: String, options: Options = []) throws(PatternError) {
        let bytes = Array(text.utf8)
        try PatternText.check(bytes)
        guard
            let regex = cpatterns_regex_make(
                bytes.span,
                cpatterns_options(
                    ignores_case: options.contains(.ignoresCase), is_multiline: options.contains(.isMultiline),
                    dot_matches_newline: options.contains(.dotMatchesNewline),
                    is_extended: options.contains(.isExtended)))
        else { throw PatternError("no memory is left to compile it", at: 0) }
        guard regex.error == 0 else {
            throw PatternError(Self.message(regex.error), at: Int(clamping: regex.error_offset))
        }
        self.regex = regex
        source = PatternSource(bytes: bytes, options: options, isLiteral: false)
        hasLineStarts =
            bytes.contains(UInt8(ascii: "^")) && (options.contains(.isMultiline) || text.contains("(?"))
        // A lookbehind inside another may look back further by as much. One byte more, so that none reaches the first byte in
        // sight and takes it for the first of all; one more for a line's end of two bytes.
        context = Int(clamping: regex.lookbehind) * max(1, PatternText.lookbehinds(bytes)) + 2
    }

    /// The number of the last group.
    public var groupCount: Int { Int(clamping: regex.groups) }

    /// No match has fewer bytes, unless a `\K` makes it shorter.
    var shortestMatch: Int { Int(clamping: regex.shortest) }

    /// The number of a group; `nil` if none has that name.
    public func group(named name: String) -> Int? {
        let number = cpatterns_regex_group(regex, Array(name.utf8).span)
        return number > 0 ? Int(clamping: number) : nil
    }

    private static func message(_ code: Int32) -> String {
        var text = InlineArray<256, UInt8>(repeating: 0)
        var span = text.mutableSpan
        let count = min(Int(clamping: cpatterns_message(code, &span)), text.count)
        return String(decoding: (0..<count).map { text[$0] }, as: UTF8.self)
    }
}

/// What is wrong with a pattern.
public struct PatternError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The sentence, PCRE2's own.
    public let message: String
    /// The byte of the pattern where it was noticed, from 0.
    public let offset: Int

    init(_ message: String, at offset: Int) {
        self.message = message
        self.offset = offset
    }

    /// The sentence and the place.
    public var description: String { "\(message), at byte \(offset) of the pattern" }
}

/// What a pattern or a literal is made of: equal ones find the same.
struct PatternSource: Hashable, Sendable {
    let bytes: [UInt8]
    let options: Pattern.Options
    let isLiteral: Bool
}
