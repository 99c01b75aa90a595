// SPDX-License-Identifier: Apache-2.0

/// Makes a program of selectors.
struct SelectorCompiler {
    /// Two equal left sides are one node.
    private struct LeftSide: Hashable {
        var compound: CompoundSelector
        var link: Link?
    }

    private struct Link: Hashable {
        var combinator: Combinator
        var bit: Int
    }

    private(set) var program = Program()
    private var leftBits: [LeftSide: Int] = [:]
    private var namesOfAttributes: [[UInt8]: Int] = [:]
    private var nodesByName: [NameKey: [Int]] = [:]
    private var countedNames: Set<NameKey> = []

    init(_ selectors: [Selector]) {
        for (index, selector) in selectors.enumerated() {
            for alternative in selector.alternatives {
                let node = add(alternative, selector: index)
                register(node, Self.names(of: alternative.subject))
            }
        }
        let keys = Array(Set(nodesByName.keys).union(countedNames))
        program.names = NameTable(keys)
        program.entries = keys.map { key in
            Program.Entry(nodes: nodesByName[key] ?? [], isCounted: countedNames.contains(key))
        }
        program.countsTypes = program.countsAllTypes || !countedNames.isEmpty
    }

    /// The only names that an element may have to match a compound; `nil` if it may have any.
    private static func names(of compound: CompoundSelector) -> Set<NameKey>? {
        if let name = compound.name { return [NameKey(name)] }
        for condition in compound.conditions {
            let list: [ComplexSelector]
            switch condition {
            case .anyOf(let alternatives, isNegated: false): list = alternatives
            case .nthChild(_, of: let alternatives?): list = alternatives
            default: continue
            }
            var result: Set<NameKey>? = []
            for alternative in list {
                guard let names = names(of: alternative.subject) else {
                    result = nil
                    break
                }
                result?.formUnion(names)
            }
            if let result { return result }
        }
        return nil
    }

    private mutating func register(_ node: Int, _ names: Set<NameKey>?) {
        guard let names else { return program.anyName.append(node) }
        for name in names { nodesByName[name, default: []].append(node) }
    }

    /// Adds a selector, and returns the node of its subject.
    private mutating func add(_ complex: ComplexSelector, selector: Int = -1) -> Int {
        var link: Link?
        for step in complex.steps {
            link = Link(combinator: step.combinator, bit: leftBit(LeftSide(compound: step.compound, link: link)))
        }
        return add(complex.subject, link: link, bit: -1, selector: selector)
    }

    private mutating func leftBit(_ side: LeftSide) -> Int {
        if let known = leftBits[side] { return known }
        let bit = program.bits
        program.bits += 1
        leftBits[side] = bit
        let node = add(side.compound, link: side.link, bit: bit, selector: -1)
        register(node, Self.names(of: side.compound))
        return bit
    }

    private mutating func add(_ compound: CompoundSelector, link: Link?, bit: Int, selector: Int) -> Int {
        let conditions = compound.conditions.map { self.condition($0, of: compound) }.sorted { $0.cost < $1.cost }
        let start = program.conditions.count
        program.conditions += conditions
        var namespaces = NamespaceSet(compound.prefix)
        var longName = -1
        if let name = compound.name {
            namespaces.formIntersection(ForeignNames.namespaces(ofElement: name))
            if name.count > NameKey.capacity {
                longName = program.longNames.count
                program.longNames.append(name.lowercasedASCII)
            }
        }
        program.nodes.append(
            Program.Node(
                key: NameKey(compound.name ?? []), hasName: compound.name != nil, longName: longName,
                namespaces: namespaces, link: link?.combinator, linkBit: link?.bit ?? 0,
                conditions: start..<program.conditions.count, bit: bit, selector: selector))
        return program.nodes.count - 1
    }

    private mutating func condition(_ simple: SimpleSelector, of compound: CompoundSelector) -> Program.Condition {
        switch simple {
        case .root: return .root
        case .anyOf(let alternatives, let isNegated): return .anyOf(list(alternatives), isNegated: isNegated)
        case .attribute(let selector): return .attribute(attribute(selector))
        case .nthChild(let position, let alternatives):
            program.needsPlaces = true
            guard let alternatives else { return .nthChild(position) }
            let nodes = list(alternatives)
            program.counters.append(nodes)
            return .nthCounted(position, counter: program.counters.count - 1)
        case .nthOfType(let position):
            if let names = Self.names(of: compound) {
                countedNames.formUnion(names)
            } else {
                program.countsAllTypes = true
            }
            return .nthOfType(position)
        }
    }

    private mutating func list(_ alternatives: [ComplexSelector]) -> Range<Int> {
        let nodes = alternatives.map { add($0) }
        let start = program.lists.count
        program.lists += nodes
        return start..<program.lists.count
    }

    private mutating func attribute(_ selector: AttributeSelector) -> Int {
        let small = selector.name.lowercasedASCII
        var test = Program.AttributeTest(
            name: -1, namespaces: [], foreignName: -1, operation: selector.operation, value: selector.value,
            insensitive: [])
        if selector.prefix == .none || selector.prefix == .any {
            test.namespaces = ForeignNames.namespaces(ofAttribute: selector.name)
            test.name = index(ofAttribute: small)
        }
        if let name = ForeignNames.namespaced(selector.name, selector.prefix) {
            test.foreignName = index(ofAttribute: name)
        }
        switch selector.flag {
        case .ignoresCase: test.insensitive = .all
        case .respectsCase: test.insensitive = []
        case .none: test.insensitive = InsensitiveAttributes.contains(small) ? .html : []
        }
        program.attributes.append(test)
        return program.attributes.count - 1
    }

    private mutating func index(ofAttribute small: [UInt8]) -> Int {
        if let known = namesOfAttributes[small] { return known }
        let name = AttributeName(index: program.attributeNames.count, bytes: small)
        namesOfAttributes[small] = name.index
        program.attributeNames.append(name)
        return name.index
    }
}

extension Program.Condition {
    /// What is cheap is looked at first.
    fileprivate var cost: Int {
        switch self {
        case .root, .nthChild, .nthCounted, .nthOfType: 0
        case .attribute: 1
        case .anyOf: 2
        }
    }
}
