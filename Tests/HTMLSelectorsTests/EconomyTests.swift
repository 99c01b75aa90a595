// SPDX-License-Identifier: Apache-2.0
import HTMLSelectors
import Testing

@Suite struct EconomyTests {
    private func asked(_ selectors: [String], _ tree: String) throws -> [String: [String]] {
        var matcher = SelectorMatcher(SelectorSet(try selectors.map { try Selector($0) }))
        var result: [String: [String]] = [:]
        try matcher.walk(Node.read(tree)) { node, _, asked in result[node.id] = asked }
        return result
    }

    @Test("Attributes are asked for only where the name and the elements around leave it open")
    func laziness() throws {
        let asked = try asked(
            ["a[href]", "div > .x", "p:first-child#q", "p:is(:nth-child(9))[lang]"], "a#1(b#2) div#3(i#4) p#5 em#6")
        #expect(asked == ["1": ["href"], "2": [], "3": [], "4": ["class"], "5": ["lang"], "6": []])
    }

    @Test("An attribute that is not there is asked for once, however many selectors want it")
    func once() throws {
        let asked = try asked([".a", ".b", ".c", "[x]", "[x][class]"], "p#1 p#2.a p#3[x=1]")
        #expect(asked["1"] == ["class", "x"])
        #expect(asked["2"] == ["class", "class", "class", "x"])
        #expect(asked["3"] == ["class", "x"])
    }

    @Test("A set names the attributes that it may ask for, each once and in small letters")
    func names() throws {
        let selectors = ["a[HREF]", ".x #y", ":not([viewBox], [*|href])", "[href='']", "p:first-child"]
        let set = SelectorSet(try selectors.map { try Selector($0) })
        let names = set.attributeNames.map { String(decoding: $0.bytes, as: UTF8.self) }
        #expect(names == ["href", "class", "id", "viewbox", "xlink:href"])
        #expect(set.attributeNames.map(\.index) == Array(0..<5))
        #expect(SelectorSet([try Selector("ul > li:nth-child(2)")]).attributeNames.isEmpty)
    }

    @Test("More types of siblings than can be counted are a limit, and the element is not opened")
    func types() throws {
        var matcher = SelectorMatcher(SelectorSet([try Selector(":nth-of-type(2)")]))
        var none = NoAttributes()
        for index in 0..<SelectorMatcher.maximumTypes {
            try matcher.push(Array("x\(index)".utf8).span, attributes: &none)
            matcher.pop()
        }
        #expect(throws: SelectorMatcher.Limit.types) {
            try matcher.push(Array("y".utf8).span, attributes: &none)
        }
        #expect(matcher.depth == 0)
        let matches = try matcher.push(Array("x5".utf8).span, attributes: &none)
        #expect(matches)
        // Where only some names are counted, others are none too many.
        var counting = SelectorMatcher(SelectorSet([try Selector("p:nth-of-type(2)")]))
        for index in 0..<1_000 {
            try counting.push(Array("x\(index)".utf8).span, attributes: &none)
            counting.pop()
        }
    }

    @Test("Closing more than was opened does nothing, and depth is what is open")
    func depth() throws {
        var matcher = SelectorMatcher(SelectorSet([try Selector("p > b + i")]))
        var none = NoAttributes()
        matcher.pop()
        #expect(matcher.depth == 0)
        for _ in 0..<5_000 { try matcher.push(Array("p".utf8).span, attributes: &none) }
        #expect(matcher.depth == 5_000)
        try matcher.push(Array("b".utf8).span, attributes: &none)
        matcher.pop()
        #expect(try matcher.push(Array("i".utf8).span, attributes: &none))
        for _ in 0..<6_000 { matcher.pop() }
        #expect(matcher.depth == 0)
        #expect(try matcher.push(Array("i".utf8).span, attributes: &none) == false)
    }
}
