// SPDX-License-Identifier: Apache-2.0
import HTTPDTesting
import Streaming
import Testing

@testable import Replacing

@Suite("Limits of matches and of effort")
struct LimitTests {
    private struct Outcome: Equatable, CustomStringConvertible {
        var text: String
        var exceeded: ExceededLimit?

        var description: String { text.debugDescription + (exceeded.map { ", \($0.limit) of rule \($0.rule)" } ?? "") }
    }

    private func outcome(
        _ rules: RuleSet, _ input: [UInt8], _ cuts: [Int], _ limits: ReplaceLimits, flushes: Bool = false
    ) throws -> Outcome {
        var exceeded: ExceededLimit?
        let result = try streamed(rules, input, cuts: cuts, flushes: flushes, limits: limits) { exceeded = $0.exceeded }
        return Outcome(text: String(decoding: result, as: UTF8.self), exceeded: exceeded)
    }

    @Test("a match of exactly the limit is replaced and one of a byte more is not, wherever the stream is cut")
    func matchLength() throws {
        let rules = try RuleSet([ReplaceRule("s/<[^>]*>/X/")])
        let limits = ReplaceLimits(matchLength: 16)
        for (inside, isMatch) in [(14, true), (15, false), (30, false)] {
            for end in ["", "b", "\n", "-------------------"] {
                let match = "<" + String(repeating: "a", count: inside) + ">"
                let input = Array("--\(match)\(end)<b>".utf8)
                let expected = "--\(isMatch ? "X" : match)\(end)X"
                for cuts in [[], Array(input.indices)] + input.indices.map({ [$0] }) {
                    let result = try outcome(rules, input, cuts, limits)
                    #expect(result.text == expected)
                    #expect(result.exceeded == (isMatch ? nil : ExceededLimit(rule: 0, limit: .matchLength)))
                    guard !isMatch else { continue }
                    #expect(throws: StreamError.matchTooLong) {
                        _ = try streamed(
                            rules, input, cuts: cuts, limits: ReplaceLimits(matchLength: 16, policy: .fail))
                    }
                }
            }
        }
    }

    @Test("what a match has to see behind it counts, at the end of the stream too", arguments: [15, 16, 17])
    func seenBehind(_ count: Int) throws {
        let rules = try RuleSet([ReplaceRule("s/a+/X/1")])
        let input = [UInt8](repeating: 97, count: count)
        let expected = count < 16 ? "X" : String(repeating: "a", count: count - 15) + "X"
        for cuts in [[], Array(input.indices)] + input.indices.map({ [$0] }) {
            #expect(try outcome(rules, input, cuts, ReplaceLimits(matchLength: 16)).text == expected)
        }
    }

    @Test("the same when a look was put off before the stream ended", arguments: [8191, 8192, 8193])
    func putOff(_ count: Int) throws {
        let rules = try RuleSet([ReplaceRule("s/a+/X/1")])
        let limits = ReplaceLimits(matchLength: 8192)
        let input = [UInt8](repeating: 97, count: count)
        let whole = try outcome(rules, input, [], limits)
        #expect(whole.text.utf8.count == max(0, count - 8191) + 1)
        #expect(try outcome(rules, input, Array(input.indices), limits) == whole)
    }

    @Test("lines' ends at the end of all that may be held do not stop the search")
    func lineEnds() throws {
        let limits = ReplaceLimits(matchLength: 8)
        for rules in [
            ["s/^a[^c]*c/X/m"], ["s/^a[^c]*c/X/m", "s/aaaaaa\\n\\n/Y/n"],
            ["s/^a[^c]*c/X/m", "s/aaaaaa\n\n/Y/n", "s/b/Z/n"],
        ] {
            let set = try RuleSet(try rules.map { try ReplaceRule($0) })
            for input in ["aaaaaaa\nb", "aaaaaa\n\nac", "aa\n\n\n\n\n\n\n\n\naac\n", "\n\n\n\n\n\n\n\n\n\nac"] {
                let input = Array(input.utf8)
                let whole = try outcome(set, input, [], limits)
                for cuts in [Array(input.indices)] + input.indices.map({ [$0] }) {
                    #expect(try outcome(set, input, cuts, limits) == whole)
                }
            }
        }
    }

    @Test("wherever the stream is cut, limits are reached at the same places")
    func everyCutting() throws {
        var maker = PatternMaker(seed: 21)
        var generator = SeededGenerator(seed: 21)
        var reached = 0
        for _ in 0..<500 {
            let test = maker.makeCase()
            var rules: [ReplaceRule] = []
            if let rule = try? ReplaceRule("s/\(test.pattern)/\(test.replacement)/\(test.flags)") { rules.append(rule) }
            if maker.chance(2) { rules.append(try ReplaceRule("s/\(maker.pick(["ab", "aab", "c\n", "b b"]))/Y/n")) }
            let set = try RuleSet(rules)
            let input = test.input + maker.makeInput()
            let limits = ReplaceLimits(matchLength: Int.random(in: 1...12, using: &generator))
            let whole = try outcome(set, input, [], limits)
            if whole.exceeded != nil { reached += 1 }
            for cuts in cuttings(input.count, &generator) {
                let result = try outcome(set, input, cuts, limits, flushes: Bool.random(using: &generator))
                guard result != whole else { continue }
                Issue.record("\(test), at most \(limits.matchLength), cut at \(cuts): \(result) instead of \(whole)")
                break
            }
        }
        #expect(reached > 50)
    }

    @Test("256 KB in one piece and byte by byte, with candidates of more than the limit")
    func longInputs() throws {
        var generator = SeededGenerator(seed: 4)
        var input: [UInt8] = []
        for length in [10, 70_000, 100, 65_534, 65_535, 3000, 40_000] {
            input += Array("<a>text".utf8) + [60] + [UInt8](repeating: 98, count: length) + [62]
        }
        let rules = try RuleSet([ReplaceRule("s/<([^>]*)>/[$1]/"), ReplaceRule("s/text/TEXT/n")])
        let whole = try outcome(rules, input, [], ReplaceLimits())
        #expect(whole.exceeded == ExceededLimit(rule: 0, limit: .matchLength))
        #expect(whole.text.utf8.count { $0 == UInt8(ascii: "[") } == 12)
        #expect(try outcome(rules, input, Array(input.indices), ReplaceLimits()) == whole)
        let cuts = (0..<100).map { _ in Int.random(in: 0..<input.count, using: &generator) }.sorted()
        #expect(try outcome(rules, input, cuts, ReplaceLimits()) == whole)
    }

    @Test("a rule is over after 16 candidates that may be too long, and the others are not", arguments: [15, 16])
    func givenUp(_ count: Int) throws {
        let rules = try RuleSet([ReplaceRule("s/<[^>]*>/X/"), ReplaceRule("s/text/Y/n"), ReplaceRule("s/t.p/Z/")])
        let open = "<" + String(repeating: "-", count: 20)
        let text = String(repeating: open, count: count)
        let input = Array("<b>\(text)\(String(repeating: ">", count: 1))text<b>top".utf8)
        let expected = "X\(text)>Y\(count < 16 ? "X" : "<b>")Z"
        for cuts in [[], Array(input.indices), [input.count / 2]] {
            let result = try outcome(rules, input, cuts, ReplaceLimits(matchLength: 16))
            #expect(result.text == expected)
            #expect(result.exceeded == ExceededLimit(rule: 0, limit: .matchLength))
        }
    }

    @Test(
        "a pattern that takes too many steps is over, and the others are not",
        arguments: ["(a+)+$", "(?:a|aa)+$", "(a*)*b\\b", "(?:a+){2,}(?!a|-)x"])
    func steps(_ pattern: String) throws {
        let rules = try RuleSet([ReplaceRule("s/\(pattern)/X/"), ReplaceRule("s/y/Y/n")])
        let input = Array(("y" + String(repeating: "a", count: 50) + "-y").utf8)
        for cuts in [[], [20], Array(input.indices)] {
            let result = try outcome(rules, input, cuts, ReplaceLimits(steps: 100_000))
            #expect(result.text == "Y" + String(repeating: "a", count: 50) + "-Y")
            #expect(result.exceeded == ExceededLimit(rule: 0, limit: .effort))
            #expect(throws: StreamError.tooMuchEffort) {
                _ = try streamed(rules, input, cuts: cuts, limits: ReplaceLimits(steps: 100_000, policy: .fail))
            }
        }
    }

    @Test("a pattern that stays below the steps at each place, and takes them at very many, is over when its time is")
    func time() throws {
        let rules = try RuleSet([ReplaceRule("s/(?:a|aa)+c/X/"), ReplaceRule("s/y/Y/n")])
        // 100,000 steps for each 20 bytes: a minute of them.
        let text = String(repeating: String(repeating: "a", count: 19) + "b", count: 20_000)
        let begun = ContinuousClock.now
        let result = try outcome(rules, Array("y\(text)y".utf8), [], ReplaceLimits(time: .milliseconds(100)))
        #expect(ContinuousClock.now - begun < .seconds(10))
        #expect(result == Outcome(text: "Y\(text)Y", exceeded: ExceededLimit(rule: 0, limit: .effort)))
    }

    @Test("a pattern that takes too much memory is over, and passes where it may take more")
    func memory() throws {
        let rules = try RuleSet([ReplaceRule("s/(?:(a)|b)*c/X/"), ReplaceRule("s/y/Y/n")])
        let text = String(repeating: "ab", count: 25_000)
        let input = Array("y\(text)cy".utf8)
        let result = try outcome(rules, input, [], ReplaceLimits(memory: 256 * 1024))
        #expect(result == Outcome(text: "Y\(text)cY", exceeded: ExceededLimit(rule: 0, limit: .effort)))
        #expect(throws: StreamError.tooMuchEffort) {
            _ = try streamed(rules, input, limits: ReplaceLimits(memory: 0, policy: .fail))
        }
        let more = try outcome(rules, input, [], ReplaceLimits(memory: 64 * 1024 * 1024))
        #expect(more == Outcome(text: "YXY", exceeded: nil))
    }

    @Test(
        "limits that are no limits",
        arguments: [(0, 0, 0), (-1, -1, -1), (Int.min, Int.min, Int.min), (.max, .max, .max)])
    func extremes(_ matchLength: Int, _ steps: Int, _ memory: Int) throws {
        let rules = try RuleSet([ReplaceRule("s/a/X/"), ReplaceRule("s/bcd/Y/n")])
        let limits = ReplaceLimits(matchLength: matchLength, steps: steps, memory: memory)
        let input = Array("abcd".utf8)
        // A literal may always be as long as it is.
        let whole = try outcome(rules, input, [], limits)
        #expect(whole.text.hasSuffix("Y"))
        #expect(try outcome(rules, input, Array(input.indices), limits).text.hasSuffix("Y"))
    }
}
