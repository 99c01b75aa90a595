// SPDX-License-Identifier: Apache-2.0
internal import BasicContainers
internal import CPatterns
public import Streaming

/// Replaces what rules find, in one pass, wherever the stream is cut.
///
/// The result is that of Perl's `s///g` on all of the stream, with the rules as the alternatives of one pattern. What cannot
/// begin a match leaves at once; what may is held, and of what has left as much as a lookbehind may look at: memory does not
/// depend on the length of the stream.
public struct Replacer: StreamTransform, ~Copyable {
    /// After so many matches that may be too long, a rule is not looked for any more: each costs a look at all that may be
    /// held.
    private static let mostGivenUp = 16
    /// No limit is higher than this.
    private static let longestMatch = 1 << 30
    /// What is held is looked at again for each piece up to this length, and when it grew by an eighth from there on: so the
    /// time for a stream in small pieces stays in proportion to its length.
    private static let cheapLength = 4 * 1024
    /// The first piece behind what is held that is copied to stand behind it.
    private static let firstJoint = 1024
    /// At most so many bytes are written at once; runs of half as many stay where they are.
    private static let mostEdited = 32 * 1024

    private let rules: RuleSet
    private let limits: ReplaceLimits
    private var singles: [SingleMatcher]
    private var sets: [SetMatcher]
    /// The end of what was seen: what was put out but can be looked back at, and what is held.
    private var carry = UniqueArray<UInt8>()
    /// Where in it that which is held begins.
    private var held = 0
    /// Whether the carry begins where the stream does.
    private var carryBegins = true
    /// It is not worth looking before there are so many bytes behind `held`.
    private var patience = 0
    /// Whether there was an empty match where the search goes on.
    private var notEmpty = false
    private var givenUp = 0
    private var text = ReplacementText()
    /// The number of matches that were replaced.
    public private(set) var count = 0
    /// The first limit that was reached.
    public private(set) var exceeded: ExceededLimit?

    /// Applies rules to one stream.
    ///
    /// - Throws: When memory runs out.
    public init(_ rules: RuleSet, limits: ReplaceLimits = ReplaceLimits()) throws(StreamError) {
        var limits = limits
        limits.matchLength = min(max(1, limits.matchLength, rules.patterns.longestLiteral), Self.longestMatch)
        var singles: [SingleMatcher] = []
        for single in rules.patterns.singles where rules.active.isEmpty || rules.active[single.rule] {
            guard let matcher = SingleMatcher(single, limits) else { throw .noMemory }
            singles.append(matcher)
        }
        var sets: [SetMatcher] = []
        for set in rules.patterns.sets {
            guard let matcher = SetMatcher(set, rules.active) else { throw .noMemory }
            sets.append(matcher)
        }
        self.rules = rules
        self.limits = limits
        self.singles = singles
        self.sets = sets
    }

    /// A replacement for each match, and no more than that.
    public var growthLimit: Int? { rules.growthLimit }

    /// Replaces what is decided, and holds what is not.
    public mutating func write(_ bytes: Span<UInt8>, into output: inout Output) throws(StreamError) {
        var from = 0
        if !carry.isEmpty {
            guard let place = try join(bytes, into: &output) else { return }
            from = place
        }
        let begins = carryBegins && from == 0 && carry.isEmpty
        var edits = Edits(joint: 0, from: from)
        from = try replace(in: bytes, begins: begins, ends: false, &edits, into: &output)
        hold(bytes, from: from, begins: begins)
        output.drop(bytes.count - from)
    }

    /// Puts out what is held and turns out to be no match.
    public mutating func flush(into output: inout Output) throws(StreamError) {
        guard held < carry.count, patience > 0 else { return }
        try look(isLast: false, into: &output)
    }

    /// Replaces the last matches, and puts out what is held.
    public mutating func finish(into output: inout Output) throws(StreamError) {
        try look(isLast: true, into: &output)
    }

    /// Looks at what is held once more.
    private mutating func look(isLast: Bool, into output: inout Output) throws(StreamError) {
        let joint = exchange(&carry, with: UniqueArray())
        var edits = Edits(joint: joint.count, from: held)
        let place = try replace(in: joint.span, begins: carryBegins, ends: isLast, &edits, into: &output)
        hold(joint.span, from: place, begins: carryBegins)
    }

    /// Goes on in what is held with as much of `bytes` behind it as it takes to leave the held bytes behind.
    ///
    /// - Returns: Where in `bytes` to go on; `nil` if all of them are dealt with.
    private mutating func join(_ bytes: Span<UInt8>, into output: inout Output) throws(StreamError) -> Int? {
        var joint = exchange(&carry, with: UniqueArray())
        let boundary = joint.count
        guard boundary - held + bytes.count >= patience else {
            joint.append(copying: bytes)
            output.drop(bytes.count)
            carry = joint
            return nil
        }
        let context = rules.patterns.context
        let begins = carryBegins
        var place = held
        var taken = 0
        var step = max(Self.firstJoint, 4 * context)
        while taken < bytes.count {
            let more = min(step, bytes.count - taken)
            joint.append(copying: bytes.extracting(taken..<taken + more))
            taken += more
            var edits = Edits(joint: boundary, from: place)
            place = try replace(in: joint.span, begins: begins, ends: false, &edits, into: &output)
            if taken < bytes.count, place - context >= boundary {
                move(by: boundary)
                joint.removeAll(keepingCapacity: true)
                carry = joint
                carryBegins = false
                return place - boundary
            }
            step *= 4
        }
        output.drop(output.remaining)
        hold(joint.span, from: place, begins: begins)
        return nil
    }

    /// Keeps what is needed of a window when there is no more of it.
    private mutating func hold(_ window: Span<UInt8>, from place: Int, begins: Bool) {
        let start = max(0, place - rules.patterns.context)
        let rest = window.extracting(start..<window.count)
        carry.removeAll(keepingCapacity: true)
        carry.append(copying: rest)
        held = place - start
        carryBegins = begins && start == 0
        move(by: start)
        let count = window.count - place
        patience = count < Self.cheapLength ? 0 : count + count / 8
    }

    private mutating func move(by count: Int) {
        for index in singles.indices { singles[index].moveWindow(by: count) }
        for index in sets.indices { sets[index].moveWindow() }
    }

    /// Replaces all matches in a window that can be decided.
    ///
    /// - Returns: Where to go on: all before is put out, and no match begins before it.
    private mutating func replace(
        in window: Span<UInt8>, begins: Bool, ends: Bool, _ edits: inout Edits, into output: inout Output
    ) throws(StreamError) -> Int {
        var place = edits.place
        var seesAll = false
        for index in singles.indices { singles[index].wake() }
        while true {
            // No search sees further than a match may be long: so it does not depend on where the stream is cut whether one
            // is found.
            let end = min(window.count, place + limits.matchLength)
            // Whether so many bytes are enough does not depend on whether the stream ends behind them, either.
            let isLast = ends && window.count - place < limits.matchLength
            let seen = isLast || seesAll ? end : sightEnd(window, from: place, to: end)
            seesAll = false
            let sight = Sight(window.extracting(0..<seen), begins: begins, ends: isLast)
            let cut = try replaceAll(sight, &place, &edits, into: &output)
            let next = cut?.start ?? max(place, seen)
            edits.keep(upTo: next, in: window, into: &output)
            if next > place { notEmpty = false }
            place = next
            if let cut, end - cut.start >= limits.matchLength {
                if seen < end { seesAll = true } else { try giveUp(cut) }
            } else if end == window.count {
                if isLast || !ends { return place }
                // What is known holds for a window behind which there is more.
                move(by: 0)
            }
        }
    }

    /// The end of what a search may see.
    ///
    /// Whether a line begins at the end depends on what comes behind it, as none begins at the end of a stream. PCRE2 does not
    /// say that it would have to know: so it sees no end of a line there, unless there is nothing else.
    private func sightEnd(_ window: Span<UInt8>, from place: Int, to end: Int) -> Int {
        guard rules.patterns.hasLineStarts else { return end }
        var seen = end
        while seen > place, window[seen - 1] == UInt8(ascii: "\n") { seen -= 1 }
        return seen == place && end - place >= limits.matchLength ? end : seen
    }

    /// Replaces all matches that are in sight from `place` on.
    ///
    /// - Returns: What may be a match, if the search has to go on there.
    private mutating func replaceAll(
        _ sight: borrowing Sight, _ place: inout Int, _ edits: inout Edits, into output: inout Output
    ) throws(StreamError) -> Cut? {
        if singles.isEmpty, sets.count == 1 { return try replaceLiterals(sight, &place, &edits, into: &output) }
        if sets.isEmpty, singles.count == 1, case .template(let template) = rules.replacements[singles[0].rule].kind {
            return try replaceMatches(template, sight, &place, &edits, into: &output)
        }
        if !sets.isEmpty {
            // A window is scanned for literals at the first look: that time is none of the patterns'.
            for index in sets.indices { try look(index, sight, from: place) }
            for index in singles.indices { singles[index].wake() }
        }
        while true {
            var next = Next()
            for index in sets.indices {
                try look(index, sight, from: place)
                next.consider(sets[index].found, sets[index].cut, from: .set(index))
            }
            var index = 0
            while index < singles.count {
                do throws(SearchFailure) {
                    try singles[index].look(sight, from: place, notEmpty: notEmpty)
                } catch {
                    try fail(index, error)
                    continue
                }
                next.consider(singles[index].found, singles[index].cut, from: .single(index))
                index += 1
            }
            guard let found = next.decided else { return next.cut }
            try put(found, next.source, sight.window, &edits, into: &output)
            count += 1
            notEmpty = found.isEmpty
            place = found.end
            if rules.patterns.once[found.rule] { remove(next.source) }
        }
    }

    /// Looks for the next match of a set.
    @inline(__always)
    private mutating func look(
        _ index: Int, _ sight: borrowing Sight, from place: Int
    ) throws(StreamError) {
        do throws(SearchFailure) {
            try sets[index].look(sight, from: place)
        } catch {
            throw .noMemory
        }
    }

    /// The same for literals alone, of which there may be very many.
    private mutating func replaceLiterals(
        _ sight: borrowing Sight, _ place: inout Int, _ edits: inout Edits, into output: inout Output
    ) throws(StreamError) -> Cut? {
        // Out of its array, where each look would have to make sure that nobody else has it.
        guard var set = sets.popLast() else { return nil }
        var isOver = false
        defer { if !isOver { sets.append(set) } }
        let replacements = rules.replacements
        while true {
            do throws(SearchFailure) {
                try set.look(sight, from: place)
            } catch {
                throw .noMemory
            }
            if let texts = rules.texts, replaceTexts(texts, &set, sight, &place, &edits, into: &output) { continue }
            guard let found = set.found else { return set.cut }
            if let cut = set.cut, (cut.start, cut.rule) < (found.start, found.rule) { return cut }
            if case .text(let text) = replacements[found.rule].kind {
                edits.replace(found, by: text.span, in: sight.window, into: &output)
            } else {
                try put(found, .set(0), sight.window, &edits, into: &output)
            }
            count += 1
            notEmpty = false
            place = found.end
            if rules.patterns.once[found.rule] {
                isOver = true
                return nil
            }
        }
    }

    /// The same for as many matches as there is room for, before the window cuts one off.
    ///
    /// - Returns: Whether there was one.
    @inline(__always)
    private mutating func replaceTexts(
        _ texts: LiteralTexts, _ set: inout SetMatcher, _ sight: borrowing Sight, _ place: inout Int,
        _ edits: inout Edits, into output: inout Output
    ) -> Bool {
        guard let found = set.found, edits.areInput(from: place) else { return false }
        let end = set.cut?.start ?? sight.window.count
        guard found.start < end else { return false }
        let room = min(Self.mostEdited, 2 * (end - place) + Self.firstJoint)
        var edited = cpatterns_edited()
        output.append(count: room) { out in
            out.append(repeating: 0, count: room)
            var bytes = out.mutableSpan
            edited = set.edit(sight, from: place, by: texts, runsBelow: Self.mostEdited / 2, into: &bytes)
            out.removeLast(room - min(room, edited.written))
        }
        guard edited.count > 0 else { return false }
        count += edited.count
        notEmpty = false
        place = edited.from
        edits.replaced(upTo: place, into: &output)
        return true
    }

    /// The same for one pattern with a template.
    private mutating func replaceMatches(
        _ template: Template, _ sight: borrowing Sight, _ place: inout Int, _ edits: inout Edits,
        into output: inout Output
    ) throws(StreamError) -> Cut? {
        // Out of its array, where each look would have to make sure that nobody else has it.
        guard var single = singles.popLast() else { return nil }
        var isOver = false
        defer { if !isOver { singles.append(single) } }
        while true {
            do throws(SearchFailure) {
                try single.look(sight, from: place, notEmpty: notEmpty)
            } catch {
                isOver = true
                guard case .effort(let rule) = error else { throw .noMemory }
                try exceed(.effort, rule: rule)
                return nil
            }
            guard let found = single.found else { return single.cut }
            edits.replace(found, by: Span(), in: sight.window, into: &output)
            template.put(found, single, sight.window, into: &output)
            count += 1
            notEmpty = found.isEmpty
            place = found.end
            if rules.patterns.once[found.rule] {
                isOver = true
                return nil
            }
        }
    }

    /// A rule is over.
    private mutating func remove(_ source: Next.Source) {
        switch source {
        case .set(let index): sets.remove(at: index)
        case .single(let index): singles.remove(at: index)
        }
    }

    /// Puts what the rule says in the place of a match.
    private mutating func put(
        _ found: Found, _ source: Next.Source, _ window: Span<UInt8>, _ edits: inout Edits, into output: inout Output
    ) throws(StreamError) {
        switch rules.replacements[found.rule].kind {
        case .text(let text):
            edits.replace(found, by: text.span, in: window, into: &output)
        case .template(let template):
            edits.replace(found, by: Span(), in: window, into: &output)
            guard case .single(let single) = source else { return }
            template.put(found, singles[single], window, into: &output)
        case .made(let maker):
            text.removeAll()
            if case .single(let single) = source {
                try maker(singles[single].match(found, in: window), &text)
            } else {
                try maker(Match(in: window, start: found.start, end: found.end, nil, nil), &text)
            }
            edits.replace(found, by: text.bytes.span, in: window, into: &output)
        }
    }

    /// A match may be too long.
    private mutating func giveUp(_ cut: Cut) throws(StreamError) {
        try exceed(.matchLength, rule: cut.rule)
        givenUp += 1
        // A literal is never longer than it may be. Were one, there would be no way on.
        guard let index = singles.firstIndex(where: { $0.rule == cut.rule }) else { throw .matchTooLong }
        if givenUp >= Self.mostGivenUp {
            singles.remove(at: index)
        } else {
            singles[index].skip(to: cut.start + 1)
        }
    }

    /// The search for a rule failed.
    private mutating func fail(_ index: Int, _ failure: SearchFailure) throws(StreamError) {
        guard case .effort(let rule) = failure else { throw .noMemory }
        try exceed(.effort, rule: rule)
        singles.remove(at: index)
    }

    private mutating func exceed(_ limit: ExceededLimit.Limit, rule: Int) throws(StreamError) {
        if exceeded == nil { exceeded = ExceededLimit(rule: rule, limit: limit) }
        if limits.policy == .fail { throw limit == .matchLength ? .matchTooLong : .tooMuchEffort }
    }
}

extension StreamError {
    static let noMemory = StreamError("no memory is left to search")
    static let matchTooLong = StreamError("a match may be longer than it may be")
    static let tooMuchEffort = StreamError("a pattern took more steps or memory than it may")
}
