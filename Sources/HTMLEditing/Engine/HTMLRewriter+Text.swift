// SPDX-License-Identifier: Apache-2.0
import HTMLTokenizing
import Streaming

extension HTMLRewriter {
    /// Text, or a part of it, that handlers want.
    @inline(never)
    mutating func text(
        _ token: HTMLToken, isCut: Bool, _ window: Span<UInt8>, _ edits: inout PageEdits, into output: inout Output
    ) throws(StreamError) {
        if case .comment = gathering { try endPart(before: token, window, &edits, into: &output) }
        if case .text(let mode) = gathering, mode != token.mode {
            try endPart(before: token, window, &edits, into: &output)
        }
        gathering = .text(token.mode)
        edits.keep(upTo: token.range.lowerBound, in: window, into: &output)
        let raw = window.extracting(token.range)
        if isWhole {
            hold(raw)
            edits.drop(upTo: token.range.upperBound, into: &output)
            if held.count + waiting > limits.memory { try exceed(.memory, &edits, into: &output) }
            return
        }
        guard held.isEmpty else {
            hold(raw)
            edits.drop(upTo: token.range.upperBound, into: &output)
            let part = exchange(&held, with: [])
            let tail = isCut ? undecided(part.span, token.mode) : 0
            let shown = part.span.extracting(0..<(part.count - tail))
            hold(part.span.extracting((part.count - tail)..<part.count))
            try insert(shown, token.mode, isLast: false, into: &output)
            return
        }
        let tail = isCut ? undecided(raw, token.mode) : 0
        let shown = raw.extracting(0..<(raw.count - tail))
        let wanted = try show(shown, token.mode, isLast: false)
        let end = token.range.upperBound - tail
        if wanted.changes { separate(at: token.range.lowerBound, window, mode: token.mode, into: &output) }
        output.insert(wanted.before.span)
        if let replacement = wanted.replacement {
            edits.drop(upTo: end, into: &output)
            output.insert(replacement.span)
        } else {
            edits.keep(upTo: end, in: window, into: &output)
            if !wanted.after.isEmpty { separate(at: end, window, mode: token.mode, into: &output) }
        }
        output.insert(wanted.after.span)
        hold(raw.extracting((raw.count - tail)..<raw.count))
        edits.drop(upTo: token.range.upperBound, into: &output)
    }

    /// Whether a handler wants texts whole; then all see them so.
    private var isWhole: Bool {
        textScopes.current.contains { scope in
            if case .text(whole: true, _) = rules.actions[scope.rule] { true } else { false }
        }
    }

    /// How many of the last bytes may be the beginning of a character or reference that goes on.
    private func undecided(_ bytes: Span<UInt8>, _ mode: TextMode) -> Int {
        let longest = 64
        var count = 0
        while count < min(bytes.count, longest) {
            count += 1
            let byte = bytes[bytes.count - count]
            if mode.hasReferences, byte == UInt8(ascii: "&") { return count }
            // The first byte of a character that is longer than what is there, where the page is in UTF-8.
            if byte >= 0xC0, count < 4 {
                let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2
                if writing.isUTF8, length > count { return count }
            }
            // A return may be followed by its line feed.
            if byte == 0x0D, count == 1 { return 1 }
            let isReference = byte.isLetter || (byte >= 0x30 && byte <= 0x39) || byte == UInt8(ascii: "#")
            if !isReference, byte < 0x80 { return 0 }
        }
        return 0
    }

    private mutating func hold(_ bytes: Span<UInt8>) {
        for index in bytes.indices { held.append(bytes[index]) }
    }

    /// Shows text to the handlers that are in force.
    private mutating func show(_ raw: Span<UInt8>, _ mode: TextMode, isLast: Bool) throws(StreamError) -> PartEdits {
        var wanted = PartEdits()
        if raw.isEmpty, !isLast { return wanted }
        handled += 1
        for scope in textScopes.current {
            guard case .text(_, let handler) = rules.actions[scope.rule] else { continue }
            var part = HTMLTextPart(raw, mode, isLast: isLast, writing)
            part.userData = scope.userData
            try handler(&part)
            wanted.add(part.takeEdits())
        }
        return wanted
    }

    /// Shows text that is not in the output's input, and puts out what becomes of it.
    private mutating func insert(
        _ raw: Span<UInt8>, _ mode: TextMode, isLast: Bool, into output: inout Output
    ) throws(StreamError) {
        let wanted = try show(raw, mode, isLast: isLast)
        output.insert(wanted.before.span)
        if let replacement = wanted.replacement {
            output.insert(replacement.span)
        } else {
            output.insert(raw)
            // At the end of a page; what would stand behind it would be a comment.
            if mode == .data, raw.endsInEndTag { return }
            if !wanted.after.isEmpty { separate(behind: raw, mode: mode, into: &output) }
        }
        output.insert(wanted.after.span)
    }

    /// A comment, or a part of one.
    @inline(never)
    mutating func comment(
        _ token: HTMLToken, _ window: Span<UInt8>, _ edits: inout PageEdits, into output: inout Output
    ) throws(StreamError) {
        if token.isFirst || commentScopes.isEmpty { try endPart(before: token, window, &edits, into: &output) }
        guard !commentScopes.isEmpty else { return }
        edits.keep(upTo: token.range.lowerBound, in: window, into: &output)
        let before = held.count
        hold(window.extracting(token.range))
        edits.drop(upTo: token.range.upperBound, into: &output)
        if token.isFirst {
            gathering = .comment(
                content: token.content.lowerBound - token.range.lowerBound,
                isApart: !needsSeparation(at: token.range.lowerBound, window, behind: tail.span, .data))
        }
        if held.count + waiting > limits.memory { return try exceed(.memory, &edits, into: &output) }
        if token.isLast {
            try endComment(at: before + token.content.upperBound - token.range.lowerBound, into: &output)
        }
    }

    private mutating func endComment(at end: Int, into output: inout Output) throws(StreamError) {
        guard case .comment(let start, let isApart) = gathering else { return }
        gathering = .nothing
        let all = exchange(&held, with: [])
        let content = all.span.extracting(min(start, end)..<min(end, all.count))
        var wanted = PartEdits()
        handled += 1
        for scope in commentScopes.current {
            guard case .comment(let handler) = rules.actions[scope.rule] else { continue }
            var comment = HTMLComment(content, writing)
            comment.userData = scope.userData
            try handler(&comment)
            wanted.add(comment.takeEdits())
        }
        if wanted.changes, !isApart { output.insert("<!---->") }
        output.insert(wanted.before.span)
        if let replacement = wanted.replacement { output.insert(replacement.span) } else { output.insert(all.span) }
        output.insert(wanted.after.span)
    }

    /// A text ends before a token.
    mutating func endPart(
        before token: HTMLToken, _ window: Span<UInt8>, _ edits: inout PageEdits, into output: inout Output
    ) throws(StreamError) {
        guard gathering != .nothing else { return }
        edits.keep(upTo: token.range.lowerBound, in: window, into: &output)
        try endPart(into: &output)
    }

    /// A text or comment ends where the output is.
    mutating func endPart(into output: inout Output) throws(StreamError) {
        switch gathering {
        case .nothing: break
        case .comment: try endComment(at: held.count, into: &output)
        case .text(let mode):
            gathering = .nothing
            let part = exchange(&held, with: [])
            try insert(part.span, mode, isLast: true, into: &output)
        }
    }

    /// The DOCTYPE.
    @inline(never)
    mutating func doctype(
        _ token: HTMLToken, _ window: Span<UInt8>, _ edits: inout PageEdits, into output: inout Output
    ) throws(StreamError) {
        try endPart(before: token, window, &edits, into: &output)
        guard suppressed == nil, let doctype = HTMLDoctype(of: token, in: window) else { return }
        func text(_ range: Range<Int>?) -> String? {
            range.map { String(repairing: window.extracting($0)) }
        }
        let moment = HTMLDocumentPart.Moment.doctype(
            HTMLDocumentPart.Doctype(
                name: text(doctype.name)?.lowercased(), publicIdentifier: text(doctype.publicIdentifier),
                systemIdentifier: text(doctype.systemIdentifier)))
        var wanted = PartEdits()
        for rule in rules.everywhere {
            guard case .document(let handler) = rules.actions[rule] else { continue }
            var part = HTMLDocumentPart(moment, writing)
            try handler(&part)
            wanted.add(part.edits)
        }
        if let replacement = wanted.replacement {
            edits.keep(upTo: token.range.lowerBound, in: window, into: &output)
            edits.drop(upTo: token.range.upperBound, into: &output)
            output.insert(replacement.span)
        }
        guard !wanted.after.isEmpty, tokenizer.isBetweenTags else { return }
        edits.keep(upTo: token.range.upperBound, in: window, into: &output)
        output.insert(wanted.after.span)
    }
}
