// SPDX-License-Identifier: Apache-2.0
import HTTPDTesting
import Testing

@testable import Replacing

@Suite("A rule does what perl -0777 -pe does, wherever the stream is cut")
struct PerlTests {
    private func compare(_ cases: [Perl.Case], once: Bool = false, seed: UInt64) throws -> (compared: Int, refused: Int)
    {
        var generator = SeededGenerator(seed: seed)
        var compared = 0
        var refused = 0
        var wrong = 0
        for (test, expected) in zip(cases, try Perl.results(cases, once: once)) {
            guard let expected else { continue }
            let rule: ReplaceRule
            do {
                rule = try ReplaceRule("s/\(test.pattern)/\(test.replacement)/\(test.flags)\(once ? "1" : "")")
            } catch {
                // Perl knows some patterns that PCRE2 does not.
                refused += 1
                continue
            }
            compared += 1
            let rules = try RuleSet([rule])
            for cuts in cuttings(test.input.count, &generator) {
                let flushes = Bool.random(using: &generator)
                let result = try streamed(rules, test.input, cuts: cuts, flushes: flushes)
                guard result != expected else { continue }
                wrong += 1
                Issue.record(
                    """
                    \(test), cut at \(cuts)\(flushes ? ", flushed" : ""): \
                    \(String(decoding: result, as: UTF8.self).debugDescription) instead of \
                    \(String(decoding: expected, as: UTF8.self).debugDescription)
                    """)
                break
            }
            if wrong > 20 { break }
        }
        return (compared, refused)
    }

    @Test("patterns that were made up, on inputs that were made up", arguments: 1...4 as ClosedRange<UInt64>)
    func madeUp(_ seed: UInt64) throws {
        var maker = PatternMaker(seed: seed)
        let cases = (0..<1500).map { _ in maker.makeCase() }
        let (compared, refused) = try compare(cases, seed: seed)
        #expect(compared > 1000)
        #expect(refused < 300)
    }

    @Test("the first match only")
    func once() throws {
        var maker = PatternMaker(seed: 77)
        let cases = (0..<500).map { _ in maker.makeCase() }
        #expect(try compare(cases, once: true, seed: 77).compared > 300)
    }
}
