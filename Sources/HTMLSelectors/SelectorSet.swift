// SPDX-License-Identifier: Apache-2.0

/// Selectors that are matched together, compiled once for any number of pages.
public struct SelectorSet: Sendable {
    let program: Program

    /// Compiles selectors; each is known by its place from here on.
    public init(_ selectors: [Selector]) {
        program = SelectorCompiler(selectors).program
    }

    /// The attributes that may be asked for. No other needs to be read for the sake of the selectors.
    public var attributeNames: [AttributeName] { program.attributeNames }

    /// Of which elements alone a selector of the set may match; `nil` if others matter as well, as they do where a
    /// selector looks at what is around an element.
    public var candidates: Candidates? { Candidates(program) }

    /// Elements that may match: those of some names, and those with some attributes.
    public struct Candidates: Sendable {
        /// Names of elements in small letters; without those longer than eight bytes.
        public private(set) var elements: [[UInt8]] = []
        /// Names of attributes.
        public private(set) var attributes: [AttributeName] = []

        fileprivate init?(_ program: Program) {
            guard program.bits == 0, !program.needsPlaces, !program.countsTypes else { return nil }
            for node in program.nodes where node.hasName { elements.append(node.key.firstBytes) }
            for index in program.anyName {
                guard let names = Self.attributes(of: program.nodes[index], program) else { return nil }
                attributes += names
            }
        }

        /// The names of an attribute without which a node does not match; `nil` if it may match without any.
        private static func attributes(of node: Program.Node, _ program: Program) -> [AttributeName]? {
            for condition in program.conditions[node.conditions] {
                guard case .attribute(let index) = condition else { continue }
                let test = program.attributes[index]
                return [test.name, test.foreignName].filter { $0 >= 0 }.map { program.attributeNames[$0] }
            }
            return nil
        }
    }
}
