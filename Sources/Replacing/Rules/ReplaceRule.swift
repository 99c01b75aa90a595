// SPDX-License-Identifier: Apache-2.0

/// What is to be found, and what is to stand in its place.
public struct ReplaceRule: Sendable {
    enum Search: Sendable {
        case literal([UInt8], ignoresCase: Bool)
        case pattern(Pattern)

        var source: PatternSource {
            switch self {
            case .literal(let bytes, let ignoresCase):
                PatternSource(bytes: bytes, options: ignoresCase ? .ignoresCase : [], isLiteral: true)
            case .pattern(let pattern): pattern.source
            }
        }
    }

    let search: Search
    /// What stands in the place of a match.
    package private(set) var replacement: Replacement
    /// Whether only the first match of a stream is replaced.
    let isOnce: Bool

    /// Replaces a text, letter by letter, by another.
    ///
    /// - Parameters:
    ///   - literal: The text, which is not empty.
    ///   - ignoresCase: Whether ASCII letters match in either case.
    ///   - isOnce: Whether only the first match of a stream is replaced.
    ///   - replacement: What stands in its place.
    public init(
        literal: String, ignoresCase: Bool = false, isOnce: Bool = false, with replacement: Replacement
    ) throws(PatternError) {
        guard !literal.isEmpty else { throw PatternError("there is nothing to be found", at: 0) }
        search = .literal(Array(literal.utf8), ignoresCase: ignoresCase)
        self.replacement = replacement
        self.isOnce = isOnce
    }

    /// Replaces what a regular expression matches.
    public init(_ pattern: Pattern, isOnce: Bool = false, with replacement: Replacement) {
        search = .pattern(pattern)
        self.replacement = replacement
        self.isOnce = isOnce
    }

    /// Replaces what a regular expression matches by a template with `$1` and `${name}` in it; see
    /// ``Replacement/init(template:for:)``.
    public init(_ pattern: Pattern, isOnce: Bool = false, template: String) throws(RuleError) {
        self.init(pattern, isOnce: isOnce, with: try Replacement(template: template, for: pattern))
    }

    /// Reads a rule in Perl's spelling: `s/pattern/replacement/flags`; see ``RuleText``.
    public init(_ text: String) throws(RuleError) {
        try self.init(RuleText(text))
    }

    /// Makes a rule of what was read.
    ///
    /// - Throws: What is wrong with its pattern or its template. An expression (flag `e`) is not known here.
    public init(_ text: RuleText) throws(RuleError) {
        guard !text.flags.contains(.expression) else {
            throw RuleError("the flag e asks for an expression, and there is nobody here who knows them")
        }
        try self.init(compiling: text)
    }

    /// The same, with nothing for what an expression is to say.
    package init(compiling text: RuleText) throws(RuleError) {
        let isExpression = text.flags.contains(.expression)
        isOnce = text.flags.contains(.once)
        if text.flags.contains(.literal) {
            guard !text.pattern.isEmpty else { throw RuleError("there is nothing to be found") }
            search = .literal(Array(text.pattern.utf8), ignoresCase: text.flags.contains(.ignoresCase))
            replacement = .text(isExpression ? "" : text.replacement)
            return
        }
        let pattern: Pattern
        do throws(PatternError) {
            pattern = try Pattern(text.pattern, options: text.flags.patternOptions)
        } catch {
            throw RuleError("'\(text.pattern)' is no pattern: \(error.description)")
        }
        search = .pattern(pattern)
        replacement = isExpression ? .text("") : try Replacement(template: text.replacement, for: pattern)
    }

    /// The same rule with something else in the place of what it finds.
    package func replacing(by replacement: Replacement) -> ReplaceRule {
        var rule = self
        rule.replacement = replacement
        return rule
    }

    /// At most so many bytes come out for each that goes in; `nil` if that is not known.
    var growthLimit: Int? {
        guard case .text(let text) = replacement.kind else { return nil }
        let shortest: Int
        switch search {
        case .literal(let bytes, _): shortest = bytes.count
        case .pattern(let pattern): shortest = pattern.shortestMatch
        }
        // A \K may leave a match with fewer bytes than that.
        if case .pattern(let pattern) = search, pattern.source.bytes.contains(UInt8(ascii: "K")) { return nil }
        return shortest > 0 ? max(1, (text.count + shortest - 1) / shortest) : nil
    }
}

/// What is wrong with a rule, in a sentence.
public struct RuleError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The sentence.
    public let message: String

    package init(_ message: String) {
        self.message = message
    }

    /// The sentence.
    public var description: String { message }
}
