// SPDX-License-Identifier: Apache-2.0

/// Reads selectors by the grammar of Selectors Level 4.
struct SelectorParser {
    /// How deep functions may be nested: they are read, and matched, by recursion.
    static var maximumNesting: Int { 32 }

    var scanner: SelectorScanner
    private var nesting = 0

    init(_ text: [UInt8]) {
        scanner = SelectorScanner(text)
    }

    /// Reads the whole text.
    mutating func parse() throws(SelectorError) -> [ComplexSelector] {
        let result = try list()
        guard scanner.peek() == nil else { throw unexpected() }
        return result
    }

    /// Reads the list that a function holds, and its `)`.
    mutating func nestedList(from start: Int) throws(SelectorError) -> [ComplexSelector] {
        guard nesting < Self.maximumNesting else { throw SelectorError(.nestedTooDeep, at: start) }
        nesting += 1
        defer { nesting -= 1 }
        let result = try list(in: start)
        try close(from: start)
        return result
    }

    /// Takes a function's `)`.
    mutating func close(from start: Int) throws(SelectorError) {
        try scanner.skipSpace()
        guard scanner.peek() != nil else { throw SelectorError(.unclosed(.function), at: start) }
        guard scanner.take(.closing) else { throw unexpected() }
    }

    /// What stands here cannot be here.
    func unexpected() -> SelectorError {
        SelectorError(scanner.peek() == nil ? .missing : .unexpected(scanner.character), at: scanner.index)
    }

    /// Reads selectors with commas up to a `)` or the end. `function` is where the function around them begins.
    private mutating func list(in function: Int? = nil) throws(SelectorError) -> [ComplexSelector] {
        var result: [ComplexSelector] = []
        repeat {
            try scanner.skipSpace()
            if scanner.peek() == nil, let function { throw SelectorError(.unclosed(.function), at: function) }
            result.append(try complex())
        } while scanner.take(.comma)
        return result
    }

    private mutating func complex() throws(SelectorError) -> ComplexSelector {
        var result = ComplexSelector(steps: [], subject: try compound())
        while let combinator = try combinator() {
            result.steps.append(ComplexSelector.Step(compound: result.subject, combinator: combinator))
            result.subject = try compound()
        }
        return result
    }

    /// Reads a combinator with the spaces around it; `nil` where the selector ends.
    private mutating func combinator() throws(SelectorError) -> Combinator? {
        let hadSpace = try scanner.skipSpace()
        let combinator: Combinator
        switch scanner.peek() {
        case nil, .comma, .closing: return nil
        case UInt8(ascii: ">"): combinator = .child
        case .plus: combinator = .nextSibling
        case UInt8(ascii: "~"): combinator = .subsequentSibling
        case .bar where scanner.peek(1) == .bar: throw SelectorError(.unsupported("||"), at: scanner.index)
        default:
            guard hadSpace else { throw unexpected() }
            return .descendant
        }
        scanner.index += 1
        try scanner.skipSpace()
        return combinator
    }

    private mutating func compound() throws(SelectorError) -> CompoundSelector {
        let start = scanner.index
        var result = CompoundSelector()
        try type(into: &result)
        while true {
            try scanner.skipComments()
            switch scanner.peek() {
            case UInt8(ascii: "#"):
                result.conditions.append(.attribute(try word(.equals, of: "id", after: "#")))
            case .dot:
                result.conditions.append(.attribute(try word(.hasWord, of: "class", after: ".")))
            case UInt8(ascii: "["):
                result.conditions.append(.attribute(try attribute()))
            case .colon:
                result.conditions.append(try pseudoClass())
            case UInt8(ascii: "&"):
                throw SelectorError(.unsupported("&"), at: scanner.index)
            default:
                guard scanner.index == start else {
                    guard !startsType else { throw SelectorError(.misplacedType, at: scanner.index) }
                    return result
                }
                throw missing()
            }
        }
    }

    /// There should be a compound here.
    private func missing() -> SelectorError {
        switch scanner.peek() {
        case nil, .comma, .closing: SelectorError(.missing, at: scanner.index)
        default: unexpected()
        }
    }

    private var startsType: Bool {
        scanner.startsIdentifier() || scanner.peek() == .asterisk
            || (scanner.peek() == .bar && scanner.peek(1) != .bar)
    }

    /// Reads a type with its prefix, if there is one.
    private mutating func type(into compound: inout CompoundSelector) throws(SelectorError) {
        guard startsType else { return }
        let start = scanner.index
        let first = nameOrAny()
        guard scanner.peek() == .bar, scanner.peek(1) != .bar else {
            compound.name = first
            return
        }
        scanner.index += 1
        guard scanner.startsIdentifier() || scanner.peek() == .asterisk else {
            throw SelectorError(.noName(after: "|"), at: scanner.index)
        }
        let isBare = start == scanner.index - 1
        compound.prefix = isBare ? .none : try prefix(first, at: start)
        compound.name = nameOrAny()
    }

    /// Reads a name, or `*`, which is `nil`.
    private mutating func nameOrAny() -> [UInt8]? {
        if scanner.take(.asterisk) { return nil }
        return scanner.startsIdentifier() ? scanner.identifier() : nil
    }

    /// The namespace of an element's prefix; no name is `*`.
    private func prefix(_ name: [UInt8]?, at start: Int) throws(SelectorError) -> NamespacePrefix {
        switch name?.text {
        case nil: .any
        case "html": .html
        case "svg": .svg
        case "math": .math
        case let name?: throw SelectorError(.unknownPrefix(name), at: start)
        }
    }

    /// Reads what follows `#` or `.`.
    private mutating func word(
        _ operation: AttributeSelector.Operation, of name: String, after sign: String
    ) throws(SelectorError) -> AttributeSelector {
        scanner.index += 1
        // A hash is one token; a full stop and its name are two.
        if operation == .hasWord { try scanner.skipComments() }
        guard scanner.startsIdentifier() else { throw SelectorError(.noName(after: sign), at: scanner.index) }
        return AttributeSelector(
            name: Array(name.utf8), operation: operation, value: scanner.identifier(), flag: .respectsCase)
    }
}
