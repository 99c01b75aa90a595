// SPDX-License-Identifier: Apache-2.0

extension SelectorParser {
    /// Reads `[prefix|name operator value flag]`.
    mutating func attribute() throws(SelectorError) -> AttributeSelector {
        let start = scanner.index
        scanner.index += 1
        try scanner.skipSpace()
        var result = try attributeName(from: start)
        try scanner.skipSpace()
        if scanner.take(.closingBracket) { return result }
        result.operation = try operation(from: start)
        try scanner.skipSpace()
        switch scanner.peek() {
        case nil: throw SelectorError(.unclosed(.attribute), at: start)
        case UInt8(ascii: "\""), UInt8(ascii: "'"): result.value = try scanner.string()
        default:
            guard scanner.startsIdentifier() else { throw SelectorError(.noValue, at: scanner.index) }
            result.value = scanner.identifier()
        }
        try scanner.skipSpace()
        if scanner.startsIdentifier() {
            let place = scanner.index
            let flag = scanner.identifier().text
            switch flag {
            case "i", "I": result.flag = .ignoresCase
            case "s", "S": result.flag = .respectsCase
            default: throw SelectorError(.unknownFlag(flag), at: place)
            }
            try scanner.skipSpace()
        }
        guard scanner.take(.closingBracket) else { throw unclosed(start) }
        return result
    }

    private mutating func attributeName(from start: Int) throws(SelectorError) -> AttributeSelector {
        let place = scanner.index
        var prefix: NamespacePrefix?
        if scanner.peek() == .asterisk, scanner.peek(1) == .bar {
            scanner.index += 1
            prefix = .any
        } else if scanner.startsIdentifier() {
            let name = scanner.identifier()
            // `[a|=b]` has an operator, `[a|b]` a prefix.
            guard scanner.peek() == .bar, scanner.peek(1) != .equals else { return AttributeSelector(name: name) }
            prefix = try attributePrefix(name, at: place)
        } else if scanner.peek() == nil {
            throw SelectorError(.unclosed(.attribute), at: start)
        }
        guard scanner.take(.bar) else { throw SelectorError(.noName(after: "["), at: place) }
        guard scanner.startsIdentifier() else { throw SelectorError(.noName(after: "|"), at: scanner.index) }
        return AttributeSelector(prefix: prefix ?? .none, name: scanner.identifier())
    }

    private func attributePrefix(_ name: [UInt8], at place: Int) throws(SelectorError) -> NamespacePrefix {
        switch name.text {
        case "html": .html
        case "svg": .svg
        case "math": .math
        case "xlink": .xlink
        case "xml": .xml
        case let name: throw SelectorError(.unknownPrefix(name), at: place)
        }
    }

    private mutating func operation(from start: Int) throws(SelectorError) -> AttributeSelector.Operation {
        if scanner.take(.equals) { return .equals }
        let operation: AttributeSelector.Operation
        switch scanner.peek() {
        case UInt8(ascii: "~"): operation = .hasWord
        case .bar: operation = .hasPrefixOfDash
        case UInt8(ascii: "^"): operation = .hasPrefix
        case UInt8(ascii: "$"): operation = .hasSuffix
        case .asterisk: operation = .contains
        default: throw unclosed(start)
        }
        guard scanner.peek(1) == .equals else { throw unexpected() }
        scanner.index += 2
        return operation
    }

    private func unclosed(_ start: Int) -> SelectorError {
        scanner.peek() == nil ? SelectorError(.unclosed(.attribute), at: start) : unexpected()
    }
}
