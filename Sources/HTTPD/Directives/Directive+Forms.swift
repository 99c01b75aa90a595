// SPDX-License-Identifier: Apache-2.0

/// A type that is made of all the words of a directive's line.
public protocol DirectiveWords: Sendable {
    /// Reads the words, or says what is wrong with them and what would be right. There may be none.
    init(directiveArguments words: [String]) throws(DirectiveError)
}

// More forms that a directive can have.
extension Directive {
    /// A directive with one argument that must lie in a range; the innermost section that has it wins.
    public init<Value: DirectiveValue & Comparable>(
        _ name: StaticString,
        _ property: any WritableKeyPath<Configuration, Setting<Value>> & Sendable,
        in scope: DirectiveScope = .everywhere,
        within range: ClosedRange<Value>,
        help: StaticString
    ) {
        self.init(name, in: scope, help: help) {
            (configuration: inout Configuration, words: [String]) throws(DirectiveError) in
            let argument = try Self.single(words)
            let value = try Value(directiveArgument: argument)
            guard range.contains(value) else {
                throw DirectiveError("must be from \(range.lowerBound) to \(range.upperBound), not '\(argument)'")
            }
            configuration[keyPath: property].value = value
        } merge: {
            $0[keyPath: property].merge($1[keyPath: property])
        }
    }

    /// A directive with a value that is made of all its words; the innermost section that has it wins.
    public init<Value: DirectiveWords>(
        _ name: StaticString,
        words property: any WritableKeyPath<Configuration, Setting<Value>> & Sendable,
        in scope: DirectiveScope = .everywhere,
        help: StaticString
    ) {
        self.init(name, in: scope, help: help) {
            (configuration: inout Configuration, words: [String]) throws(DirectiveError) in
            configuration[keyPath: property].value = try Value(directiveArguments: words)
        } merge: {
            $0[keyPath: property].merge($1[keyPath: property])
        }
    }

    /// A directive that may be repeated, each time with a value that is made of all its words; the values of outer sections
    /// come first.
    public init<Value: DirectiveWords>(
        _ name: StaticString,
        appendingWordsTo property: any WritableKeyPath<Configuration, [Value]> & Sendable,
        in scope: DirectiveScope = .everywhere,
        help: StaticString
    ) {
        self.init(name, in: scope, help: help) {
            (configuration: inout Configuration, words: [String]) throws(DirectiveError) in
            configuration[keyPath: property].append(try Value(directiveArguments: words))
        } merge: {
            $0[keyPath: property] += $1[keyPath: property]
        }
    }

    /// The same, where the values of one section are checked together.
    ///
    /// - Parameter check: Called with what the section has so far, this value included; what it throws is told as the
    ///   directive's error.
    public init<Value: DirectiveWords>(
        _ name: StaticString,
        appendingWordsTo property: any WritableKeyPath<Configuration, [Value]> & Sendable,
        in scope: DirectiveScope = .everywhere,
        help: StaticString,
        check: @escaping @Sendable (Configuration) throws(DirectiveError) -> Void
    ) {
        self.init(name, in: scope, help: help) {
            (configuration: inout Configuration, words: [String]) throws(DirectiveError) in
            configuration[keyPath: property].append(try Value(directiveArguments: words))
            try check(configuration)
        } merge: {
            $0[keyPath: property] += $1[keyPath: property]
        }
    }

    /// A directive that may be repeated, each time with a value that is made of all its words.
    ///
    /// - Parameter merge: Lays the values of an inner section over those of an outer one; the directives that come before this
    ///   one are merged already.
    public init<Value: DirectiveWords>(
        _ name: StaticString,
        appendingWordsTo property: any WritableKeyPath<Configuration, [Value]> & Sendable,
        in scope: DirectiveScope = .everywhere,
        help: StaticString,
        merge: @escaping @Sendable (inout Configuration, Configuration) -> Void
    ) {
        self.init(name, in: scope, help: help) {
            (configuration: inout Configuration, words: [String]) throws(DirectiveError) in
            configuration[keyPath: property].append(try Value(directiveArguments: words))
        } merge: {
            merge(&$0, $1)
        }
    }

    /// A directive with options, `key=value` each; of each option the innermost section that has it wins.
    public init<Options: FilterOptions>(
        _ name: StaticString,
        options property: any WritableKeyPath<Configuration, Options> & Sendable,
        in scope: DirectiveScope = .everywhere,
        help: StaticString
    ) {
        self.init(name, in: scope, help: help) {
            (configuration: inout Configuration, words: [String]) throws(DirectiveError) in
            let pairs = try Options.pairs(of: words[...])
            guard !pairs.isEmpty else {
                let known = Options.options.map { "\($0.key)=" }.joined(separator: ", ")
                throw DirectiveError("takes at least one of \(known)")
            }
            try configuration[keyPath: property].apply(pairs)
        } merge: { configuration, inner in
            for option in Options.options { option.merge(&configuration[keyPath: property], inner[keyPath: property]) }
        }
    }
}
