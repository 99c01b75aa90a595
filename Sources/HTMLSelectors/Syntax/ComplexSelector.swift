// SPDX-License-Identifier: Apache-2.0

/// Compounds that are joined by combinators: `ul > li a`.
struct ComplexSelector: Hashable, Sendable {
    /// A compound, and how it stands to what follows it.
    struct Step: Hashable, Sendable {
        var compound: CompoundSelector
        var combinator: Combinator
    }

    /// All but the last compound.
    var steps: [Step]
    /// What the element itself must be.
    var subject: CompoundSelector
}

/// How two compounds stand to one another.
enum Combinator: UInt8, Hashable, Sendable {
    /// `a b`.
    case descendant
    /// `a > b`.
    case child
    /// `a + b`.
    case nextSibling
    /// `a ~ b`.
    case subsequentSibling
}

/// What one element must be: `a.b[c]`.
struct CompoundSelector: Hashable, Sendable {
    /// In which namespaces.
    var prefix: NamespacePrefix = .any
    /// The name as it is written; `nil` for any.
    var name: [UInt8]?
    var conditions: [SimpleSelector] = []
}

/// What may stand before `|`.
enum NamespacePrefix: Hashable, Sendable {
    /// `*|`, and no prefix at all where it is an element's.
    case any
    /// `|`, and no prefix at all where it is an attribute's.
    case none
    case html
    case svg
    case math
    /// For attributes only.
    case xlink
    /// For attributes only.
    case xml
}

/// One condition of a compound, other than its type.
indirect enum SimpleSelector: Hashable, Sendable {
    case attribute(AttributeSelector)
    /// `:is`, `:where`; negated: `:not`.
    case anyOf([ComplexSelector], isNegated: Bool)
    case root
    /// Without a list among all siblings.
    case nthChild(Position, of: [ComplexSelector]?)
    case nthOfType(Position)
}

/// `[name operator value flag]`, and what `.class` and `#id` stand for.
struct AttributeSelector: Hashable, Sendable {
    enum Operation: UInt8, Hashable, Sendable {
        /// `[a]`.
        case exists
        /// `=`.
        case equals
        /// `~=`.
        case hasWord
        /// `|=`.
        case hasPrefixOfDash
        /// `^=`.
        case hasPrefix
        /// `$=`.
        case hasSuffix
        /// `*=`.
        case contains
    }

    enum Flag: UInt8, Hashable, Sendable {
        /// As the attribute wants it.
        case none
        /// `i`.
        case ignoresCase
        /// `s`.
        case respectsCase
    }

    var prefix: NamespacePrefix = .none
    /// As it is written.
    var name: [UInt8]
    var operation: Operation = .exists
    var value: [UInt8] = []
    var flag: Flag = .none
}
