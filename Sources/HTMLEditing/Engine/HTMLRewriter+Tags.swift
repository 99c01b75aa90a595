// SPDX-License-Identifier: Apache-2.0
import HTMLSelectors
import HTMLTokenizing
import Streaming

extension HTMLRewriter {
    /// A start tag: what it ends, and what is done with its element.
    @inline(__always)
    mutating func startTag(
        _ token: HTMLToken, _ window: Span<UInt8>, _ edits: inout PageEdits, into output: inout Output
    ) throws(StreamError) {
        if gathering != .nothing { try endPart(before: token, window, &edits, into: &output) }
        if isInStyle {
            endStyle(before: token, window, &edits, into: &output)
            isInStyle = false
        }
        let level = tokenizer.hasOpened ? tokenizer.level &- 1 : tokenizer.level
        if depth > level || floor >= level {
            try closeElements(downTo: level, before: token, window, &edits, into: &output)
        }
        guard suppressed == nil else { return }
        if matcher.needsDepthOnly {
            // There may be tags that were passed over.
            matcher.move(to: level)
            depth = level
        }
        if !tokenizer.hasOpened, tokenizer.isTooDeep { return try exceed(.depth, &edits, into: &output) }
        var attributes = TagAttributes(window, token, exchange(&scratch, with: []))
        let isMatched: Bool
        do throws(SelectorMatcher.Limit) {
            isMatched = try matcher.push(
                window.extracting(token.content), in: ElementNamespace(token.namespace), attributes: &attributes)
        } catch {
            return try exceed(.types, &edits, into: &output)
        }
        scratch = attributes.takeScratch()
        if isMatched {
            try handle(token, level, window, &edits, into: &output)
        } else if mayHoldLinks(token) {
            try mapLinks(token, window, &edits, into: &output)
        }
        if links != nil, opensStyle(token, window) { isInStyle = true }
        if tokenizer.hasOpened { depth &+= 1 } else { matcher.pop() }
    }

    /// Shows an element to the handlers that it matches.
    @inline(never)
    private mutating func handle(
        _ token: HTMLToken, _ level: Int, _ window: Span<UInt8>, _ place: inout PageEdits, into output: inout Output
    ) throws(StreamError) {
        let hasContent = tokenizer.hasOpened
        handled += 1
        let mode = token.namespace == .html ? tokenizer.mode : .data
        var element = HTMLElement(
            window, token, writing, hasContent: hasContent, mode: mode, limit: limits.attributes,
            exchange(&edits, with: ElementEdits()))
        element.edits.reset()
        if mayHoldLinks(token) {
            try findLinks(token, window)
            element.take(mapped)
        }
        for index in 0..<matcher.matches.count {
            if case .element(let handler) = rules.actions[rules.owners[matcher.matches[index]]] {
                try handler(&element)
            }
        }
        var wanted = element.takeEdits()
        defer { edits = exchange(&wanted, with: ElementEdits()) }
        if wanted.exceeds { return try exceed(.attributes, &place, into: &output) }
        apply(wanted, to: token, window, &place, into: &output)
        guard hasContent else {
            output.insert(wanted.after.span)
            return
        }
        if wanted.waits {
            let element = OpenElement(level: level, mode: mode, wanted)
            open.append(element)
            waiting += element.count
            if waiting + held.count > limits.memory { return try exceed(.memory, &place, into: &output) }
        }
        guard wanted.removal.hasContent else {
            suppressed = level
            return
        }
        for index in 0..<matcher.matches.count {
            let rule = rules.owners[matcher.matches[index]]
            let scope = HandlerScope(level: level, rule: rule, userData: wanted.userData)
            switch rules.actions[rule] {
            case .text: textScopes.open(scope)
            case .comment: commentScopes.open(scope)
            case .element, .document: break
            }
        }
    }

    /// Writes what becomes of a start tag.
    private mutating func apply(
        _ wanted: ElementEdits, to token: HTMLToken, _ window: Span<UInt8>, _ place: inout PageEdits,
        into output: inout Output
    ) {
        if !wanted.before.isEmpty || !wanted.removal.hasTags {
            place.keep(upTo: token.range.lowerBound, in: window, into: &output)
            separate(at: token.range.lowerBound, window, mode: .data, into: &output)
            output.insert(wanted.before.span)
        }
        if wanted.removal.hasTags {
            if !wanted.name.isEmpty {
                place.keep(upTo: token.content.lowerBound, in: window, into: &output)
                place.drop(upTo: token.content.upperBound, into: &output)
                output.insert(wanted.name.span)
            }
            if wanted.changesAttributes { applyAttributes(wanted, to: token, window, &place, into: &output) }
            if wanted.prepend.isEmpty, wanted.after.isEmpty { return }
            place.keep(upTo: token.range.upperBound, in: window, into: &output)
        } else {
            place.drop(upTo: token.range.upperBound, into: &output)
            if wanted.removal == .element { return output.insert(wanted.replacement.span) }
        }
        output.insert(wanted.prepend.span)
    }

    private mutating func applyAttributes(
        _ wanted: ElementEdits, to token: HTMLToken, _ window: Span<UInt8>, _ place: inout PageEdits,
        into output: inout Output
    ) {
        var text = exchange(&scratch, with: [])
        defer { scratch = text }
        var hasAdded = false
        // By index: to copy an attribute is to count references to what it has.
        for index in wanted.attributes.indices {
            guard let source = wanted.attributes[index].source else {
                hasAdded = true
                continue
            }
            if wanted.attributes[index].isRemoved {
                let isApart = wanted.isApart(before: index)
                remove(source, of: token, isApart: isApart, window, &place, into: &output)
            } else if let value = wanted.attributes[index].value {
                place.keep(upTo: source.range.lowerBound, in: window, into: &output)
                place.drop(upTo: source.range.upperBound, into: &output)
                text.removeAll(keepingCapacity: true)
                writing.appendAttribute(
                    window.extracting(source.name), value.span, isRaw: wanted.attributes[index].isRaw, to: &text)
                output.insert(text.span)
            }
        }
        guard hasAdded else { return }
        text.removeAll(keepingCapacity: true)
        for index in wanted.attributes.indices
        where wanted.attributes[index].source == nil && !wanted.attributes[index].isRemoved {
            guard let value = wanted.attributes[index].value else { continue }
            text.append(0x20)
            let name = wanted.attributes[index].name
            writing.appendAttribute(name.span, value.span, to: &text)
        }
        guard !text.isEmpty else { return }
        var end = token.range.upperBound - (token.isSelfClosing ? 2 : 1)
        while end > token.content.upperBound, end > place.place, window[end - 1].isSpace { end -= 1 }
        place.keep(upTo: end, in: window, into: &output)
        // Or `<a b=>` would have for its value what is put behind it.
        if wanted.endsInEquals { output.insert("\"\"") }
        output.insert(text.span)
    }

    /// Leaves an attribute out, so that those around it stay what they are.
    ///
    /// `isApart` says that a slash could follow what is before it.
    private func remove(
        _ attribute: HTMLAttributes.Attribute, of token: HTMLToken, isApart: Bool, _ window: Span<UInt8>,
        _ place: inout PageEdits, into output: inout Output
    ) {
        var start = attribute.range.lowerBound
        let end = attribute.range.upperBound
        let last = token.range.upperBound - 1
        var next = end
        while next < last, window[next].isSpace { next += 1 }
        // `<a b =c>`: what follows is an attribute whose name begins with `=`, and would be the value of the one before.
        let isBeforeEquals = next < last && window[next] == UInt8(ascii: "=")
        let isBeforeSpace = end >= last ? end == last : window[end].isSpace
        let isBeforeSlash = token.isSelfClosing && end == last - 1
        if isBeforeSpace || (isBeforeSlash && isApart), !isBeforeEquals {
            while start > token.content.upperBound, start > place.place, window[start - 1].isSpace { start -= 1 }
        }
        place.keep(upTo: start, in: window, into: &output)
        place.drop(upTo: end, into: &output)
        if isBeforeEquals { output.insert("/ ") }
    }

    /// An end tag: what it ends.
    @inline(__always)
    mutating func endTag(
        _ token: HTMLToken, _ window: Span<UInt8>, _ edits: inout PageEdits, into output: inout Output
    ) throws(StreamError) {
        if gathering != .nothing { try endPart(before: token, window, &edits, into: &output) }
        if isInStyle {
            endStyle(before: token, window, &edits, into: &output)
            isInStyle = false
        }
        let level = tokenizer.level
        guard !open.isEmpty || !textScopes.isEmpty || !commentScopes.isEmpty else {
            close(downTo: level)
            return
        }
        try closeElements(downTo: level, before: token, window, &edits, into: &output)
    }

    @inline(__always)
    private mutating func close(downTo level: Int) {
        while depth > level {
            matcher.pop()
            depth &-= 1
        }
    }

    /// Ends the elements from a level on, and the one whose end tag this is.
    @inline(never)
    private mutating func closeElements(
        downTo level: Int, before token: HTMLToken, _ window: Span<UInt8>, _ edits: inout PageEdits,
        into output: inout Output
    ) throws(StreamError) {
        close(downTo: level)
        let ended = token.kind == .endTag ? tokenizer.endedLevel : nil
        let level = ended.map { tokenizer.endsAll ? min(level, $0) : level } ?? level
        textScopes.close(downTo: level, ended: ended)
        commentScopes.close(downTo: level, ended: ended)
        while let last = open.last, last.level >= level {
            open.removeLast()
            waiting -= last.count
            if last.level == ended {
                return try close(last, by: token, window, &edits, into: &output)
            }
            leave(last, before: token, window, &edits, into: &output)
            try close(last, into: &output)
        }
        // One that ends without those inside of it.
        if let ended, let index = open.lastIndex(where: { $0.level == ended }) {
            let element = open.remove(at: index)
            waiting -= element.count
            try close(element, by: token, window, &edits, into: &output)
        }
    }

    /// What is before the end of an element is put out, or dropped with it.
    private mutating func leave(
        _ element: OpenElement, before token: HTMLToken, _ window: Span<UInt8>, _ edits: inout PageEdits,
        into output: inout Output
    ) {
        if let level = suppressed {
            edits.drop(upTo: token.range.lowerBound, into: &output)
            if level == element.level { suppressed = nil }
        } else {
            edits.keep(upTo: token.range.lowerBound, in: window, into: &output)
            separate(at: token.range.lowerBound, window, mode: element.mode, into: &output)
        }
    }

    /// An element ends with its tag.
    private mutating func close(
        _ element: OpenElement, by token: HTMLToken, _ window: Span<UInt8>, _ edits: inout PageEdits,
        into output: inout Output
    ) throws(StreamError) {
        leave(element, before: token, window, &edits, into: &output)
        if element.removal == .element {
            edits.drop(upTo: token.range.upperBound, into: &output)
        } else {
            output.insert(element.append.span)
            var end = HTMLEndTag(writing, isWritten: true, userData: element.userData)
            for handler in element.handlers { try handler(&end) }
            output.insert(end.before.span)
            if end.isRemoved || !element.removal.hasTags {
                edits.drop(upTo: token.range.upperBound, into: &output)
            } else {
                if !element.name.isEmpty {
                    edits.keep(upTo: token.content.lowerBound, in: window, into: &output)
                    edits.drop(upTo: token.content.upperBound, into: &output)
                    output.insert(element.name.span)
                }
                edits.keep(upTo: token.range.upperBound, in: window, into: &output)
            }
            output.insert(end.after.span)
        }
        output.insert(element.after.span)
    }

    /// An element ends without a tag of its own, where the output is.
    mutating func close(_ element: OpenElement, into output: inout Output) throws(StreamError) {
        if element.removal != .element {
            output.insert(element.append.span)
            var end = HTMLEndTag(writing, isWritten: false, userData: element.userData)
            for handler in element.handlers { try handler(&end) }
            output.insert(end.before.span)
            output.insert(end.after.span)
        }
        output.insert(element.after.span)
    }
}

extension ElementNamespace {
    @inline(__always)
    init(_ namespace: HTMLNamespace) {
        switch namespace {
        case .html: self = .html
        case .svg: self = .svg
        case .mathML: self = .mathML
        }
    }
}
