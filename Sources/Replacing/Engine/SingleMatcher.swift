// SPDX-License-Identifier: Apache-2.0
internal import CPatterns

/// Finds the next match of one pattern.
///
/// What was found stays found while the stream goes on to it, so that each pattern sees each byte about once, however many
/// others there are.
struct SingleMatcher {
    /// What is known.
    private enum Knowledge {
        /// Nothing; but no match begins before this place.
        case floor(Int)
        case found(Found)
        /// Holds for the window that ends there.
        case cut(Cut, end: Int)
        /// There is none in the window that ends there.
        case none(end: Int)
    }

    let rule: Int
    private let pattern: Pattern
    private let tool: cpatterns_search
    private var knowledge = Knowledge.floor(0)

    /// `nil` when memory runs out.
    init?(_ single: PatternSet.Single, _ limits: ReplaceLimits) {
        rule = single.rule
        pattern = single.pattern
        let bounds = cpatterns_limits(
            steps: UInt32(clamping: max(1, limits.steps)), memory: max(0, limits.memory),
            time: Self.milliseconds(limits.time))
        guard let search = cpatterns_search_make(pattern.regex, bounds) else { return nil }
        tool = search
    }

    private static func milliseconds(_ time: Duration) -> UInt32 {
        let (seconds, attoseconds) = time.components
        // What is longer than a day is as good as for ever.
        guard seconds < 86_400 else { return .max }
        return UInt32(clamping: seconds * 1_000 + attoseconds / 1_000_000_000_000_000)
    }

    /// The next match, if it is known.
    var found: Found? {
        if case .found(let found) = knowledge { found } else { nil }
    }

    /// The beginning of one that the window cuts off.
    var cut: Cut? {
        if case .cut(let cut, _) = knowledge { cut } else { nil }
    }

    /// No match begins before this but one that is known.
    private var floor: Int {
        switch knowledge {
        case .floor(let floor): floor
        case .found(let found): found.begun
        case .cut(let cut, _): cut.start
        case .none(let end): end
        }
    }

    /// The search goes on without waiting for anything in between: its time counts.
    func wake() { cpatterns_search_wake(tool) }

    /// The window begins later by so many bytes than it did.
    mutating func moveWindow(by count: Int) {
        knowledge = .floor(max(0, floor - count))
    }

    /// No match that begins before `place` is wanted.
    mutating func skip(to place: Int) {
        knowledge = .floor(max(floor, place))
    }

    /// Finds the first match at or after `position`.
    ///
    /// - Parameter notEmpty: Whether an empty match at `position` is none, as there was one.
    @inline(__always)
    mutating func look(_ sight: borrowing Sight, from position: Int, notEmpty: Bool) throws(SearchFailure) {
        switch knowledge {
        case .found(let found):
            if found.begun > position { return }
            if found.begun == position, !(notEmpty && found.isEmpty && found.start == position) { return }
        case .cut(let cut, let end):
            if end == sight.window.count, cut.start >= position { return }
        case .none(let end):
            if end == sight.window.count { return }
        case .floor: break
        }
        try search(sight, from: min(max(position, floor), sight.window.count), position, notEmpty)
    }

    private mutating func search(
        _ sight: borrowing Sight, from: Int, _ position: Int, _ notEmpty: Bool
    ) throws(SearchFailure) {
        let end = sight.window.count
        let result = cpatterns_search_run(
            tool, sight.window,
            cpatterns_terms(
                from: from, begins: sight.begins, ends: sight.ends, not_empty: notEmpty && from == position))
        switch result.outcome {
        case .none: knowledge = .none(end: end)
        // PCRE2 takes an empty match at the end for whole, where more could make it longer.
        case .found where !sight.ends && result.begun == end:
            knowledge = .cut(Cut(start: end, rule: rule), end: end)
        // A \K may put the start behind where the search began, but not before.
        case .found:
            let start = max(from, result.start)
            knowledge = .found(
                Found(start: start, end: result.end, rule: rule, begun: min(start, max(from, result.begun))))
        case .partial: knowledge = .cut(Cut(start: max(from, result.start), rule: rule), end: end)
        case .limit: throw .effort(rule: rule)
        case .failed: throw .outOfMemory
        }
    }

    /// Where the bytes are that a group of the last match found; `nil` where it took no part.
    func range(of group: Int, in window: Span<UInt8>) -> Range<Int>? {
        let found = cpatterns_search_group(tool, UInt32(clamping: group))
        guard found.outcome == .found, found.start <= found.end, found.end <= window.count else { return nil }
        return found.start..<found.end
    }

    /// The match that was found last, lent to whoever replaces it.
    @_lifetime(copy window)
    func match(_ found: Found, in window: Span<UInt8>) -> Match {
        Match(in: window, start: found.start, end: found.end, tool, pattern)
    }
}
