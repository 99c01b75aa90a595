// SPDX-License-Identifier: Apache-2.0

/// Matches the selectors of a set with the elements of one page, as they are opened and closed.
///
/// An element without an end tag is opened and closed at once. What is said of an element is final when its start tag is
/// there. The caller knows which tags imply the end of which elements, and how deep they may be nested: each level takes 32
/// bytes for each 64 left sides of combinators, and 8 for each `:nth-child`. No memory is allocated once the
/// deepest level has been seen.
public struct SelectorMatcher: ~Copyable {
    /// What there can be too much of in a page.
    public enum Limit: Error, Equatable, Sendable {
        /// More children of one element with names that differ than ``SelectorMatcher/maximumTypes``, while
        /// `:nth-of-type` has to count each of them.
        case types
    }

    /// How many names that differ are counted among the children of one element.
    public static var maximumTypes: Int { 256 }

    let program: Program
    private var levels: Levels
    private var matched: [Int] = []
    /// The bits of the element that is opened.
    private var own: [UInt64]
    /// For each `:nth-child(… of S)`, which of S it is; 0 if it is none.
    private var counted: [Int]
    /// For each attribute, when it was last asked for: twice the element's number, and 1 more if it was there.
    private var asked: [UInt64]
    private var element: UInt64 = 0

    /// What is known of the element that is opened.
    private struct Subject {
        var key: NameKey
        var namespace: NamespaceSet
        var place = 0
        var placeOfType = 0
    }

    /// A matcher at the start of a page.
    public init(_ set: SelectorSet) {
        program = set.program
        let words = (program.bits + 63) / 64
        let counters = program.needsPlaces ? 1 + program.counters.count : 0
        levels = Levels(words: words, counters: counters, countsTypes: program.countsTypes)
        own = Array(repeating: 0, count: words)
        counted = Array(repeating: 0, count: program.counters.count)
        asked = Array(repeating: 0, count: program.attributeNames.count)
    }

    /// How many elements are open.
    public var depth: Int { levels.depth }

    /// Whether nothing matters of the elements that are open but how many they are: then not each has to be opened and
    /// closed, and ``move(to:)`` does.
    public var needsDepthOnly: Bool { levels.needsNothing }

    /// Says how many elements are open, where that is all that matters of them.
    @inline(__always)
    public mutating func move(to depth: Int) { levels.move(to: depth) }

    /// Which selectors the element that was opened last matches, by their places in the set, in ascending order.
    public var matches: Span<Int> {
        @_lifetime(borrow self) get { matched.span }
    }

    /// Opens an element inside of the innermost that is open. ``matches`` tells which selectors it matches.
    ///
    /// An element that is opened while none is open is `:root`.
    ///
    /// - Parameters:
    ///   - name: Its name, as it is written in the tag; letters of ASCII in either case.
    ///   - namespace: Its language.
    ///   - attributes: Its attributes, which are asked for only as far as they matter.
    /// - Returns: Whether any selector matches.
    /// - Throws: A limit, and then the element is not opened.
    @discardableResult
    public mutating func push<Attributes: ElementAttributes & ~Copyable & ~Escapable>(
        _ name: Span<UInt8>, in namespace: ElementNamespace = .html, attributes: inout Attributes
    ) throws(Limit) -> Bool {
        let key = NameKey(name)
        let entry = program.names.find(key)
        if !matched.isEmpty { matched.removeAll(keepingCapacity: true) }
        // Of most elements nobody wants to know more than that they are there.
        if entry == nil, levels.needsNothing, program.anyName.isEmpty {
            levels.deepen()
            return false
        }
        return try match(key, entry, name, namespace, &attributes)
    }

    private mutating func match<Attributes: ElementAttributes & ~Copyable & ~Escapable>(
        _ key: NameKey, _ entry: Int?, _ name: Span<UInt8>, _ namespace: ElementNamespace,
        _ attributes: inout Attributes
    ) throws(Limit) -> Bool {
        var subject = Subject(key: key, namespace: NamespaceSet(namespace))
        element &+= 1
        if program.countsAllTypes || entry.map({ program.entries[$0].isCounted }) == true {
            guard let place = levels.count(subject.key, subject.namespace, limit: Self.maximumTypes) else {
                throw .types
            }
            subject.placeOfType = place
        }
        if program.needsPlaces {
            subject.place = levels.count(0)
            for index in counted.indices { counted[index] = 0 }
            for index in counted.indices where holdsAny(program.counters[index], subject, name, &attributes) {
                counted[index] = levels.count(index &+ 1)
            }
        }
        for word in own.indices { own[word] = 0 }
        if let entry {
            tryBoth(entry, subject, name, &attributes)
        } else {
            for index in program.anyName.indices { tryNode(program.anyName[index], subject, name, &attributes) }
        }
        levels.open(own)
        return !matched.isEmpty
    }

    /// Closes the innermost element; nothing if none is open.
    public mutating func pop() {
        levels.close()
    }

    /// Tries the nodes of a name and those of any name, in the order of both.
    private mutating func tryBoth<Attributes: ElementAttributes & ~Copyable & ~Escapable>(
        _ entry: Int, _ subject: Subject, _ name: Span<UInt8>, _ attributes: inout Attributes
    ) {
        var any = 0
        for index in program.entries[entry].nodes.indices {
            let node = program.entries[entry].nodes[index]
            while any < program.anyName.count, program.anyName[any] < node {
                tryNode(program.anyName[any], subject, name, &attributes)
                any &+= 1
            }
            tryNode(node, subject, name, &attributes)
        }
        while any < program.anyName.count {
            tryNode(program.anyName[any], subject, name, &attributes)
            any &+= 1
        }
    }

    @inline(__always)
    private mutating func tryNode<Attributes: ElementAttributes & ~Copyable & ~Escapable>(
        _ index: Int, _ subject: Subject, _ name: Span<UInt8>, _ attributes: inout Attributes
    ) {
        let node = program.nodes[index]
        // Another alternative of the same selector has matched.
        if node.selector >= 0, node.selector == matched.last { return }
        guard holds(node, subject, name, &attributes) else { return }
        if node.bit >= 0 {
            own[node.bit >> 6] |= 1 &<< UInt64(truncatingIfNeeded: node.bit & 63)
        }
        if node.selector >= 0 { matched.append(node.selector) }
    }

    private mutating func holds<Attributes: ElementAttributes & ~Copyable & ~Escapable>(
        _ node: Program.Node, _ subject: Subject, _ name: Span<UInt8>, _ attributes: inout Attributes
    ) -> Bool {
        guard !node.namespaces.isDisjoint(with: subject.namespace) else { return false }
        if node.hasName {
            guard node.key == subject.key else { return false }
            if node.longName >= 0 || name.count > NameKey.capacity {
                guard node.longName >= 0, name.isName(program.longNames[node.longName]) else { return false }
            }
        }
        switch node.link {
        case nil: break
        case .child: guard levels.has(node.linkBit, in: .parent) else { return false }
        case .descendant: guard levels.has(node.linkBit, in: .ancestors) else { return false }
        case .nextSibling: guard levels.has(node.linkBit, in: .previous) else { return false }
        case .subsequentSibling: guard levels.has(node.linkBit, in: .siblings) else { return false }
        }
        for index in node.conditions {
            guard holds(program.conditions[index], subject, name, &attributes) else { return false }
        }
        return true
    }

    private mutating func holds<Attributes: ElementAttributes & ~Copyable & ~Escapable>(
        _ condition: Program.Condition, _ subject: Subject, _ name: Span<UInt8>, _ attributes: inout Attributes
    ) -> Bool {
        switch condition {
        case .root: levels.depth == 0
        case .nthChild(let position): position.contains(subject.place)
        case .nthCounted(let position, let counter): counted[counter] > 0 && position.contains(counted[counter])
        case .nthOfType(let position): position.contains(subject.placeOfType)
        case .attribute(let index): holdsAttribute(index, subject, &attributes)
        case .anyOf(let list, let isNegated): holdsAny(list, subject, name, &attributes) != isNegated
        }
    }

    private mutating func holdsAny<Attributes: ElementAttributes & ~Copyable & ~Escapable>(
        _ list: Range<Int>, _ subject: Subject, _ name: Span<UInt8>, _ attributes: inout Attributes
    ) -> Bool {
        for index in list where holds(program.nodes[program.lists[index]], subject, name, &attributes) { return true }
        return false
    }

    private mutating func holdsAttribute<Attributes: ElementAttributes & ~Copyable & ~Escapable>(
        _ index: Int, _ subject: Subject, _ attributes: inout Attributes
    ) -> Bool {
        let test = program.attributes[index]
        if test.name >= 0, !test.namespaces.isDisjoint(with: subject.namespace),
            ask(test.name, test, subject, &attributes)
        {
            return true
        }
        guard test.foreignName >= 0, subject.namespace != .html else { return false }
        return ask(test.foreignName, test, subject, &attributes)
    }

    private mutating func ask<Attributes: ElementAttributes & ~Copyable & ~Escapable>(
        _ name: Int, _ test: Program.AttributeTest, _ subject: Subject, _ attributes: inout Attributes
    ) -> Bool {
        // Of many selectors that want the same attribute, one finds out that it is not there.
        if asked[name] == element &* 2 { return false }
        if test.operation == .exists, asked[name] == element &* 2 &+ 1 { return true }
        let result = attributes.withValue(of: program.attributeNames[name]) { value in
            test.holds(value, in: subject.namespace)
        }
        asked[name] = element &* 2 &+ (result == nil ? 0 : 1)
        return result == true
    }
}
