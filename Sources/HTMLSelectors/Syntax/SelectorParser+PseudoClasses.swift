// SPDX-License-Identifier: Apache-2.0

extension SelectorParser {
    /// Reads `:name` or `:name(…)`.
    mutating func pseudoClass() throws(SelectorError) -> SimpleSelector {
        let start = scanner.index
        scanner.index += 1
        let isElement = scanner.take(.colon)
        try scanner.skipComments()
        guard scanner.startsIdentifier() else {
            throw SelectorError(.noName(after: isElement ? "::" : ":"), at: scanner.index)
        }
        let name = scanner.identifier().lowercasedASCII.text
        if isElement { throw SelectorError(.pseudoElement(name), at: start) }
        let hasArguments = scanner.take(.opening)
        if let simple = Self.simple(name) {
            guard !hasArguments else { throw SelectorError(.needlessArguments(name), at: start) }
            return simple
        }
        guard Self.functions.contains(name) else {
            throw SelectorError(Self.refusal(of: name, hasArguments: hasArguments), at: start)
        }
        guard hasArguments else { throw SelectorError(.missingArguments(name), at: start) }
        return try function(name, from: start)
    }

    /// Reads the arguments of a function.
    private mutating func function(_ name: String, from start: Int) throws(SelectorError) -> SimpleSelector {
        switch name {
        case "is", "where": return .anyOf(try nestedList(from: start), isNegated: false)
        case "not": return .anyOf(try nestedList(from: start), isNegated: true)
        default: break
        }
        try scanner.skipSpace()
        guard scanner.peek() != nil else { throw SelectorError(.unclosed(.function), at: start) }
        let position = try position()
        if name == "nth-of-type" {
            try close(from: start)
            return .nthOfType(position)
        }
        try scanner.skipSpace()
        guard scanner.startsIdentifier() else {
            try close(from: start)
            return .nthChild(position, of: nil)
        }
        let place = scanner.index
        let word = scanner.identifier()
        guard word.lowercasedASCII.text == "of" else { throw SelectorError(.unexpected(word.text), at: place) }
        return .nthChild(position, of: try nestedList(from: start))
    }

    private static var functions: Set<String> { ["is", "where", "not", "nth-child", "nth-of-type"] }

    private static func simple(_ name: String) -> SimpleSelector? {
        switch name {
        // Nothing scopes the selectors here, and then this is the root.
        case "root", "scope": .root
        case "first-child": .nthChild(.first, of: nil)
        case "first-of-type": .nthOfType(.first)
        default: nil
        }
    }

    /// Why a pseudo-class is refused.
    private static func refusal(of name: String, hasArguments: Bool) -> SelectorError.Reason {
        switch name {
        case "last-child", "nth-last-child", "last-of-type", "nth-last-of-type", "only-child", "only-of-type", "has",
            "empty", "blank":
            .undecidable(name)
        // They may have one colon, from the time before there were two.
        case "before", "after", "first-line", "first-letter":
            .pseudoElement(name)
        case "hover", "active", "focus", "focus-visible", "focus-within", "visited", "link", "any-link", "local-link",
            "target", "target-within", "enabled", "disabled", "read-only", "read-write", "placeholder-shown", "default",
            "checked", "indeterminate", "valid", "invalid", "in-range", "out-of-range", "required", "optional",
            "user-valid", "user-invalid", "autofill", "current", "past", "future", "playing", "paused", "seeking",
            "buffering", "stalled", "muted", "volume-locked", "open", "closed", "modal", "fullscreen",
            "picture-in-picture", "popover-open", "defined", "dir", "lang", "state", "host", "host-context":
            .dynamic(name)
        default: .unknownPseudoClass(name)
        }
    }
}
