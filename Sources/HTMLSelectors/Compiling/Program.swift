// SPDX-License-Identifier: Apache-2.0

/// Selectors as they are matched: plain values in a few arrays. All indices between them come from ``SelectorCompiler``.
///
/// Each compound is a node. A node that stands left of a combinator has a bit: whether some element matched it is what
/// the stack of elements carries, so that nodes to the right look at bits only.
struct Program: Sendable {
    /// One compound, and what must be true of the elements around it.
    struct Node: Sendable {
        /// With `hasName`: the type's name.
        var key: NameKey
        var hasName: Bool
        /// The place in `longNames` of a name that its key does not hold; or -1.
        var longName: Int
        /// Where the type may be.
        var namespaces: NamespaceSet
        /// How the element stands to one that matched the node of `linkBit`; `nil` if there is none.
        var link: Combinator?
        var linkBit: Int
        /// In `conditions`; the cheap ones first.
        var conditions: Range<Int>
        /// The bit of this node; -1 if nothing is right of it.
        var bit: Int
        /// The selector that is matched when this node is; -1 for what is only a part of one.
        var selector: Int
    }

    enum Condition: Sendable {
        case root
        case nthChild(Position)
        /// Among those that a counter counts, of which the element must be one.
        case nthCounted(Position, counter: Int)
        case nthOfType(Position)
        /// In `attributes`.
        case attribute(Int)
        /// Whether one of these nodes, in `lists`, matches the same element.
        case anyOf(Range<Int>, isNegated: Bool)
    }

    struct AttributeTest: Sendable {
        /// In `attributeNames`, and on elements of which namespaces the attribute has that name.
        var name: Int
        var namespaces: NamespaceSet
        /// The same attribute's name in a namespace of its own, on SVG's and MathML's elements; or -1.
        var foreignName: Int
        var operation: AttributeSelector.Operation
        var value: [UInt8]
        /// On elements of which namespaces case does not matter.
        var insensitive: NamespaceSet
    }

    /// What is to be done for elements of one name.
    struct Entry: Sendable {
        /// The nodes that may match, in ascending order.
        var nodes: [Int] = []
        /// Whether `:nth-of-type` wants to know how many there are.
        var isCounted = false
    }

    var nodes: [Node] = []
    var conditions: [Condition] = []
    var attributes: [AttributeTest] = []
    var lists: [Int] = []
    var longNames: [[UInt8]] = []
    var attributeNames: [AttributeName] = []
    /// For each `:nth-child(… of S)`, the nodes of S, in `lists`; those that are inside of another's S come first.
    var counters: [Range<Int>] = []
    /// How many bits there are.
    var bits = 0
    /// Whether the place among siblings matters.
    var needsPlaces = false
    /// Whether elements of all names are counted by name.
    var countsAllTypes = false
    /// Whether elements of some names are.
    var countsTypes = false

    var names = NameTable([])
    var entries: [Entry] = []
    /// The nodes that may match an element of any name, in ascending order.
    var anyName: [Int] = []
}
