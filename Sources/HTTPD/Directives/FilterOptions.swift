// SPDX-License-Identifier: Apache-2.0

/// The options of a filter or protocol: what stands as `key=value` behind its NAME.
public protocol FilterOptions: Sendable {
    /// The options when none is given.
    init()
    /// The options, each with the property that it sets.
    @OptionBuilder<Self> static var options: [Option<Self>] { get }
}

/// No options.
public struct NoOptions: FilterOptions {
    /// No options.
    public init() {}
    /// No options.
    public static var options: [Option<NoOptions>] {}
}

/// One option: its key and the property that its value goes to.
public struct Option<Options: Sendable>: Sendable {
    /// The key, as the administrator writes it.
    public let key: StaticString
    let apply: @Sendable (inout Options, String) throws(DirectiveError) -> Void
    let merge: @Sendable (inout Options, Options) -> Void

    /// An option of the property's type.
    public init<Value: DirectiveValue>(
        _ key: StaticString, _ property: any WritableKeyPath<Options, Setting<Value>> & Sendable
    ) {
        self.key = key
        apply = { (options: inout Options, text: String) throws(DirectiveError) in
            options[keyPath: property].value = try Value(directiveArgument: text)
        }
        merge = { $0[keyPath: property].merge($1[keyPath: property]) }
    }

    /// An option of the property's type whose value must lie in a range.
    public init<Value: DirectiveValue & Comparable>(
        _ key: StaticString,
        _ property: any WritableKeyPath<Options, Setting<Value>> & Sendable,
        in range: ClosedRange<Value>
    ) {
        self.key = key
        apply = { (options: inout Options, text: String) throws(DirectiveError) in
            let value = try Value(directiveArgument: text)
            guard range.contains(value) else {
                throw DirectiveError("must be from \(range.lowerBound) to \(range.upperBound), not '\(text)'")
            }
            options[keyPath: property].value = value
        }
        merge = { $0[keyPath: property].merge($1[keyPath: property]) }
    }
}

/// Collects the options of a ``FilterOptions``.
@resultBuilder
public enum OptionBuilder<Options: Sendable> {
    /// One option.
    public static func buildExpression(_ option: Option<Options>) -> [Option<Options>] {
        [option]
    }

    /// All of them.
    public static func buildBlock(_ options: [Option<Options>]...) -> [Option<Options>] {
        options.flatMap(\.self)
    }
}

extension FilterOptions {
    /// Reads `key=value` pairs.
    package init(_ pairs: [(key: String, value: String)]) throws(DirectiveError) {
        self.init()
        try apply(pairs)
    }

    /// Takes `key=value` words apart.
    package static func pairs(of words: ArraySlice<String>) throws(DirectiveError) -> [(key: String, value: String)] {
        var pairs: [(key: String, value: String)] = []
        for word in words {
            guard let equals = word.firstIndex(of: "="), equals != word.startIndex else {
                throw DirectiveError("'\(word)' must be key=value")
            }
            pairs.append((String(word[..<equals]), String(word[word.index(after: equals)...])))
        }
        return pairs
    }

    /// Sets what `key=value` pairs say, and leaves the rest.
    mutating func apply(_ pairs: [(key: String, value: String)]) throws(DirectiveError) {
        var seen: Set<String> = []
        for (key, value) in pairs {
            guard let option = Self.options.first(where: { "\($0.key)" == key }) else {
                let known = Self.options.map { "\($0.key)" }.joined(separator: ", ")
                throw DirectiveError(
                    known.isEmpty
                        ? "there is no option '\(key)': this one takes no options"
                        : "there is no option '\(key)': choose from \(known)")
            }
            guard seen.insert(key).inserted else {
                throw DirectiveError("option '\(key)' is given twice: leave one of them out")
            }
            do throws(DirectiveError) {
                try option.apply(&self, value)
            } catch {
                throw DirectiveError("option '\(key)' \(error.message)")
            }
        }
    }
}
