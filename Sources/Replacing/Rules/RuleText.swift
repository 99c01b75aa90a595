// SPDX-License-Identifier: Apache-2.0

/// A rule in Perl's spelling, taken apart: `s/pattern/replacement/flags`.
///
/// Any sign may stand for the slash that is no letter, no space and no backslash. A backslash before it makes it ordinary.
/// All matches are replaced, unless the flag `1` says that only the first is.
public struct RuleText: Equatable, Sendable {
    /// The letters behind the last delimiter.
    public struct Flags: OptionSet, Hashable, Sendable {
        /// The bits.
        public let rawValue: UInt8

        /// Wraps the bits.
        public init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        /// `n`: the pattern is ordinary text, and so is the replacement.
        public static let literal = Flags(rawValue: 1)
        /// `i`: ASCII letters match in either case.
        public static let ignoresCase = Flags(rawValue: 2)
        /// `m`: `^` and `$` match at lines too.
        public static let isMultiline = Flags(rawValue: 4)
        /// `s`: `.` matches a line's end too.
        public static let dotMatchesNewline = Flags(rawValue: 8)
        /// `x`: white space and comments in the pattern stand for nothing.
        public static let isExtended = Flags(rawValue: 16)
        /// `1`: only the first match is replaced.
        public static let once = Flags(rawValue: 32)
        /// `e`: the replacement is an expression of httpd.
        public static let expression = Flags(rawValue: 64)

        private static let letters: [(letter: Unicode.Scalar, flag: Flags)] = [
            ("n", .literal), ("i", .ignoresCase), ("m", .isMultiline), ("s", .dotMatchesNewline), ("x", .isExtended),
            ("1", .once), ("e", .expression),
        ]

        init(_ text: Substring.UnicodeScalarView) throws(RuleError) {
            var flags: Flags = []
            for scalar in text {
                guard let known = Self.letters.first(where: { $0.letter == scalar }) else {
                    let hint = scalar == "g" ? ", and all matches are replaced without it" : ""
                    throw RuleError("'\(scalar)' is not a flag of a rule: n, i, m, s, x, 1 and e are\(hint)")
                }
                flags.insert(known.flag)
            }
            if flags.contains(.literal), !flags.isDisjoint(with: [.isMultiline, .dotMatchesNewline, .isExtended]) {
                throw RuleError("m, s and x are for patterns, and the flag n says that there is none")
            }
            self = flags
        }

        var patternOptions: Pattern.Options {
            var options: Pattern.Options = []
            if contains(.ignoresCase) { options.insert(.ignoresCase) }
            if contains(.isMultiline) { options.insert(.isMultiline) }
            if contains(.dotMatchesNewline) { options.insert(.dotMatchesNewline) }
            if contains(.isExtended) { options.insert(.isExtended) }
            return options
        }
    }

    /// What is to be found.
    public let pattern: String
    /// What is to stand in its place: text, a template, or an expression.
    public let replacement: String
    /// The flags.
    public let flags: Flags

    /// Takes a rule apart.
    public init(_ text: String) throws(RuleError) {
        var rest = text.unicodeScalars[...]
        guard rest.popFirst() == "s", let delimiter = rest.popFirst() else {
            throw RuleError("'\(text)' must be a rule such as s/from/to/")
        }
        guard delimiter != "\\", !delimiter.properties.isAlphabetic, !delimiter.properties.isWhitespace else {
            throw RuleError("'\(delimiter)' cannot separate the parts of a rule: use / or another sign")
        }
        guard let pattern = Self.part(of: &rest, upTo: delimiter) else {
            throw RuleError("'\(text)' lacks the \(delimiter) behind what is to be found")
        }
        guard let replacement = Self.part(of: &rest, upTo: delimiter) else {
            throw RuleError("'\(text)' lacks the \(delimiter) behind the replacement")
        }
        flags = try Flags(rest)
        let isLiteral = flags.contains(.literal)
        self.pattern = Self.plain(pattern, delimiter, isLiteral ? .text : .pattern)
        self.replacement = Self.plain(
            replacement, delimiter, flags.contains(.expression) ? .expression : isLiteral ? .text : .template)
    }

    /// Takes the text up to a delimiter that has no backslash before it, and the delimiter. `nil` when there is none.
    private static func part(
        of rest: inout Substring.UnicodeScalarView, upTo delimiter: Unicode.Scalar
    ) -> [Unicode.Scalar]? {
        var part: [Unicode.Scalar] = []
        while let scalar = rest.popFirst() {
            if scalar == delimiter { return part }
            part.append(scalar)
            if scalar == "\\", let next = rest.popFirst() { part.append(next) }
        }
        return nil
    }

    /// What a part is read as.
    private enum Reading {
        case text, pattern, template, expression
    }

    /// Takes away the backslashes that only keep a delimiter from ending a part.
    private static func plain(_ part: [Unicode.Scalar], _ delimiter: Unicode.Scalar, _ reading: Reading) -> String {
        var result = String.UnicodeScalarView()
        var index = 0
        while index < part.count {
            let scalar = part[index]
            index += 1
            guard scalar == "\\", index < part.count else {
                result.append(scalar)
                continue
            }
            let next = part[index]
            index += 1
            let isOrdinary =
                switch reading {
                case .text: next == delimiter || next == "\\"
                case .expression: next == delimiter
                // A sign that means something would mean it again without the backslash.
                case .pattern: next == delimiter && !"^$.|?*+()[]{}#".unicodeScalars.contains(next)
                case .template: next == delimiter && next != "$" && next != "&"
                }
            if !isOrdinary { result.append("\\") }
            result.append(next)
        }
        return String(result)
    }
}
