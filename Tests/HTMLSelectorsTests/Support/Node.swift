// SPDX-License-Identifier: Apache-2.0
import HTMLSelectors
import Testing

/// An element of a tree that tests match selectors with.
struct Node {
    var name: String
    var namespace: ElementNamespace
    var attributes: [(name: String, value: String)]
    var children: [Node] = []

    /// Reads a tree from a short notation: `div#a.x[href=1](p#b svg#c(circle#d))`. Below `svg` and `math` all is of them,
    /// but for what `foreignObject` holds.
    static func read(_ text: String) -> [Node] {
        var rest = Substring(text)
        return nodes(&rest, .html)
    }

    private static func nodes(_ rest: inout Substring, _ outer: ElementNamespace) -> [Node] {
        var result: [Node] = []
        while true {
            rest = rest.drop { $0 == " " }
            guard let first = rest.first, first != ")" else { return result }
            let name = word(&rest)
            let namespace: ElementNamespace =
                switch name.lowercased() {
                case "svg": .svg
                case "math": .mathML
                default: outer
                }
            var node = Node(name: name, namespace: namespace, attributes: [])
            while let sign = rest.first, sign == "#" || sign == "." || sign == "[" {
                rest.removeFirst()
                switch sign {
                case "#": node.attributes.append(("id", word(&rest)))
                case ".": node.attributes.append(("class", word(&rest).split(separator: "+").joined(separator: " ")))
                default:
                    let parts = rest.prefix { $0 != "]" }.split(separator: "=", maxSplits: 1)
                    rest = rest.drop { $0 != "]" }.dropFirst()
                    node.attributes.append((String(parts[0]), parts.count > 1 ? String(parts[1]) : ""))
                }
            }
            if rest.first == "(" {
                rest.removeFirst()
                node.children = nodes(&rest, name == "foreignObject" ? .html : namespace)
                rest = rest.dropFirst()
            }
            result.append(node)
        }
    }

    private static func word(_ rest: inout Substring) -> String {
        let word = rest.prefix { !"#.[]() ".contains($0) }
        rest = rest.dropFirst(word.count)
        return String(word)
    }

    var id: String { attributes.first { $0.name == "id" }?.value ?? name }
}

/// The attributes of a node, and which of them were asked for.
struct NodeAttributes: ElementAttributes {
    let node: Node
    var asked: [String] = []

    init(_ node: Node) {
        self.node = node
    }

    mutating func withValue(of name: AttributeName, _ body: (Span<UInt8>) -> Bool) -> Bool? {
        let text = String(decoding: name.bytes, as: UTF8.self)
        asked.append(text)
        for attribute in node.attributes where attribute.name.lowercased() == text {
            return body(Array(attribute.value.utf8).span)
        }
        return nil
    }
}

extension SelectorMatcher {
    /// Opens and closes all nodes of a tree, in their order, and tells what was asked of each and what it matches.
    mutating func walk(_ nodes: [Node], _ body: (Node, [Int], [String]) -> Void) throws {
        for node in nodes {
            var attributes = NodeAttributes(node)
            let matches = try push(Array(node.name.utf8).span, in: node.namespace, attributes: &attributes)
            var found: [Int] = []
            for index in self.matches.indices { found.append(self.matches[index]) }
            #expect(matches == !found.isEmpty)
            body(node, found, attributes.asked)
            try walk(node.children, body)
            pop()
        }
    }
}

/// The ids of the elements that match, in the order of the page.
func matching(_ selector: String, in tree: String, sourceLocation: SourceLocation = #_sourceLocation) -> String {
    do {
        var ids: [String] = []
        var matcher = SelectorMatcher(SelectorSet([try Selector(selector)]))
        try matcher.walk(Node.read(tree)) { node, found, _ in
            if !found.isEmpty { ids.append(node.id) }
        }
        return ids.joined(separator: " ")
    } catch {
        Issue.record("\(selector): \(error)", sourceLocation: sourceLocation)
        return "\(error)"
    }
}

/// What is wrong with a selector, and where.
func refusal(of selector: String, sourceLocation: SourceLocation = #_sourceLocation) -> SelectorError? {
    do throws(SelectorError) {
        let read = try Selector(selector)
        Issue.record("\(selector) is read as \(read)", sourceLocation: sourceLocation)
        return nil
    } catch {
        return error
    }
}
