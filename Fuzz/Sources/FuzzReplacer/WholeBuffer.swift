// SPDX-License-Identifier: Apache-2.0
import CWholeBuffer
import Replacing

/// Applies rules with all of the input at hand, in the plainest way.
final class WholeBuffer {
    struct Found {
        var begun: Int
        /// Group 0 is the match.
        var groups: [Range<Int>?]
    }

    private let rules: [FuzzRule]
    private let patterns: [OpaquePointer?]
    private let input: [UInt8]

    /// `nil` where a pattern is wrong.
    init?(_ rules: [FuzzRule], _ input: [UInt8], steps: UInt32) {
        self.rules = rules
        self.input = input
        patterns = rules.map { rule in
            guard case .pattern(let text, let options) = rule.search else { return nil }
            let bytes = Array(text.utf8)
            return whole_pattern_make(
                bytes, bytes.count, options.contains(.ignoresCase), options.contains(.isMultiline),
                options.contains(.dotMatchesNewline), options.contains(.isExtended), steps)
        }
        for (rule, pattern) in zip(rules, patterns) where pattern == nil {
            if case .pattern = rule.search { return nil }
        }
    }

    deinit {
        for pattern in patterns { whole_pattern_free(pattern) }
    }

    /// `nil` if a pattern takes too many steps.
    func result() -> [UInt8]? {
        var result: [UInt8] = []
        var isOver = rules.map { _ in false }
        var place = 0
        var isNotEmpty = false
        while true {
            var best: (rule: Int, found: Found)?
            for rule in rules.indices where !isOver[rule] {
                switch search(rule, from: place, isNotEmpty) {
                case .none: break
                case .failed: return nil
                case .found(let found):
                    if best.map({ found.begun < $0.found.begun }) ?? true { best = (rule, found) }
                }
            }
            guard let best, let match = best.found.groups[0] else { return result + input[place...] }
            // A \K in a pattern that looks ahead.
            guard match.lowerBound >= place else { return nil }
            result += input[place..<match.lowerBound]
            result += rules[best.rule].replacement(best.found.groups.map { $0.map { input[$0] } })
            place = match.upperBound
            isNotEmpty = match.isEmpty
            isOver[best.rule] = rules[best.rule].isOnce
        }
    }

    private enum Outcome {
        case none, failed
        case found(Found)
    }

    private func search(_ rule: Int, from place: Int, _ isNotEmpty: Bool) -> Outcome {
        switch rules[rule].search {
        case .literal(let text, let ignoresCase):
            let bytes = Array(text.utf8).map { ignoresCase ? Self.lowercase($0) : $0 }
            var start = place
            while start + bytes.count <= input.count {
                let candidate = input[start..<start + bytes.count]
                if candidate.elementsEqual(bytes, by: { (ignoresCase ? Self.lowercase($0) : $0) == $1 }) {
                    return .found(Found(begun: start, groups: [start..<start + bytes.count]))
                }
                start += 1
            }
            return .none
        case .pattern:
            guard let pattern = patterns[rule] else { return .failed }
            let match = whole_pattern_search(pattern, input, input.count, place, isNotEmpty)
            guard match.result != -1 else { return .none }
            guard match.result >= 0 else { return .failed }
            let starts = [match.starts.0, match.starts.1, match.starts.2, match.starts.3]
            let ends = [match.ends.0, match.ends.1, match.ends.2, match.ends.3]
            let groups = zip(starts, ends).map { $0 >= 0 && $0 <= $1 && $1 <= input.count ? $0..<$1 : nil }
            return .found(Found(begun: match.begun, groups: groups))
        }
    }

    private static func lowercase(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte + 32 : byte
    }
}
