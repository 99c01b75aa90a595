// SPDX-License-Identifier: Apache-2.0
internal import CPatterns

/// Finds the matches of many literals.
struct SetMatcher {
    private let set: LiteralSet
    private let finder: cpatterns_finder
    /// Whether each rule counts; empty if all do.
    private let active: [Bool]
    /// The end of the window that was scanned; -1 if none was.
    private var seen = -1
    /// The next place of that scan.
    private var place = 0
    /// Where texts begin that the window cuts off, and the next of them.
    private var cuts: [Cut] = []
    private var nextCut = 0
    /// The next match.
    private(set) var found: Found?

    /// `nil` when memory runs out.
    init?(_ set: LiteralSet, _ active: [Bool]) {
        guard let finder = cpatterns_finder_make(set.literals) else { return nil }
        self.set = set
        self.finder = finder
        self.active = active
        guard !active.isEmpty else { return }
        for literal in set.inactive(active) where !cpatterns_finder_leave_out(finder, literal) { return nil }
    }

    /// The next beginning of one that the window cuts off.
    var cut: Cut? { nextCut < cuts.count ? cuts[nextCut] : nil }

    /// The window is another one.
    mutating func moveWindow() {
        seen = -1
    }

    /// Finds the first match at or after `position`.
    @inline(__always)
    mutating func look(_ sight: borrowing Sight, from position: Int) throws(SearchFailure) {
        if seen != sight.window.count {
            try scan(sight, from: position)
        }
        while nextCut < cuts.count, cuts[nextCut].start < position { nextCut += 1 }
        if let found, found.start >= position { return }
        found = nil
        while true {
            let next = cpatterns_finder_place(finder, place)
            guard next.start >= 0, next.start < sight.window.count, let text = set.text(next.literal) else { return }
            place += 1
            guard next.start >= position else { continue }
            found = Found(start: next.start, end: next.start + text.bytes.count, rule: text.rule)
            return
        }
    }

    /// Replaces matches that begin at or after `position`, of which the next one is known, and before the window cuts one off:
    /// as many as there is room for.
    mutating func edit(
        _ sight: borrowing Sight, from position: Int, by texts: LiteralTexts, runsBelow longestRun: Int,
        into out: inout MutableSpan<UInt8>
    ) -> cpatterns_edited {
        let edits = cpatterns_edits(
            index: found == nil ? place : place - 1, from: position, until: cut?.start ?? sight.window.count,
            longest_run: longestRun)
        let edited = cpatterns_finder_edit(finder, sight.window, edits, texts.bytes.span, texts.offsets.span, &out)
        if edited.count > 0 {
            place = edited.index
            found = nil
        }
        return edited
    }

    private mutating func scan(_ sight: borrowing Sight, from position: Int) throws(SearchFailure) {
        guard cpatterns_finder_scan(finder, sight.window, position) else { throw .outOfMemory }
        seen = sight.window.count
        place = 0
        nextCut = 0
        found = nil
        if sight.ends {
            cuts.removeAll(keepingCapacity: true)
        } else {
            set.cutOff(atEndOf: sight.window, from: position, active, into: &cuts)
        }
    }
}
