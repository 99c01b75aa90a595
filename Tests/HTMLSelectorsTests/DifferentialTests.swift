// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTMLSelectors
import HTTPDTesting
import Testing

/// soupsieve, another implementation, which looks at whole trees; the program Clients/soupsieve_cases.py asks it and says
/// where it deviates from the standards.
@Suite struct DifferentialTests {
    private struct Page: Decodable {
        struct Element: Decodable {
            var depth: Int
            var name: String
            var ns: String
            var attributes: [[String]]
        }

        struct Case: Decodable {
            var selector: String
            var matches: [Int]

            init(from decoder: any Decoder) throws {
                var parts = try decoder.unkeyedContainer()
                selector = try parts.decode(String.self)
                matches = try parts.decode([Int].self)
            }
        }

        var elements: [Element]
        var cases: [Case]
    }

    private static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    private static let python =
        tests.deletingLastPathComponent().deletingLastPathComponent().path + "/.build/selector-peers/bin/python"

    private static func pages(seed: Int, _ pages: Int, _ selectors: Int) throws -> [Page] {
        try #require(
            FileManager.default.isExecutableFile(atPath: python), "scripts/python-peers.sh installs soupsieve")
        let program = tests.path + "/Clients/soupsieve_cases.py"
        let result = try Command(
            python, ["-B", program, "\(seed)", "\(pages)", "\(selectors)"], timeout: .seconds(240)
        ).run()
        try #require(result.status == 0, "\(result.errorText.suffix(4_000))")
        return try result.text.split(separator: "\n").map {
            try JSONDecoder().decode(Page.self, from: Data($0.utf8))
        }
    }

    @Test("Generated selectors match the same elements of generated pages as soupsieve says, in one set and alone")
    func soupsieve() throws {
        var cases = 0
        var matching = 0
        for page in try Self.pages(seed: 20_261, 40, 50) {
            let selectors = try page.cases.map { try Selector($0.selector) }
            let together = try matches(SelectorSet(selectors), page)
            for (index, one) in page.cases.enumerated() {
                let alone = try matches(SelectorSet([selectors[index]]), page)[0]
                #expect(alone == one.matches, "\(one.selector) in \(page.elements)")
                #expect(together[index] == one.matches, "\(one.selector) among others")
                cases += 1
                matching += one.matches.isEmpty ? 0 : 1
            }
        }
        print("\(cases) selectors compared; \(matching) of them match something")
        #expect(cases == 2_000 && matching > 500)
    }

    /// For each selector, which elements match.
    private func matches(_ set: SelectorSet, _ page: Page) throws -> [[Int]] {
        var result = Array(repeating: [Int](), count: page.cases.count)
        var matcher = SelectorMatcher(set)
        for (index, element) in page.elements.enumerated() {
            while matcher.depth > element.depth { matcher.pop() }
            let namespace: ElementNamespace =
                element.ns == "svg" ? .svg : element.ns == "math" ? .mathML : .html
            let pairs = element.attributes.map { (name: $0[0], value: $0[1]) }
            let node = Node(name: element.name, namespace: namespace, attributes: pairs)
            var attributes = NodeAttributes(node)
            try matcher.push(Array(element.name.utf8).span, in: namespace, attributes: &attributes)
            for place in matcher.matches.indices { result[matcher.matches[place]].append(index) }
        }
        return result
    }
}
