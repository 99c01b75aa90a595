// SPDX-License-Identifier: Apache-2.0

/// The tags of HTML: 13.2.6.4.
extension OpenElements {
    /// How far up an element is looked for: 13.2.4.2.
    private enum Scope {
        case any, list, button, table
    }

    /// A start tag of HTML: closes what it ends, and opens its element.
    mutating func openHTML(_ name: ElementName, _ traits: ElementTraits) -> TextMode {
        if traits.contains(.frame) {
            openFrame(name, traits)
            return .data
        }
        if isInHead { closeHead(before: name) }
        if traits.contains(.tablePart) {
            openTablePart(name, traits)
            return .data
        }
        if !traits.isDisjoint(with: [.closes, .endsParagraph]) { closeBefore(name, traits) }
        guard !traits.contains(.void) else { return .data }
        push(Element(name: name, namespace: .html, traits: traits))
        return traits.contains(.beginsText) ? mode(behind: name) : .data
    }

    /// `<html>`, `<head>`, `<body>`: there is one of each, and where it stands matters little. Framesets are left out.
    private mutating func openFrame(_ name: ElementName, _ traits: ElementTraits) {
        let element = Element(name: name, namespace: .html, traits: traits)
        switch name {
        case .html:
            guard frames.insert(.html).inserted, stack.count == 0 else { return }
            push(element)
        case .head:
            guard !frames.contains(.body), frames.insert(.head).inserted, isOnlyFrames else { return }
            push(element)
            isInHead = true
        case .body:
            if isInHead { closeHead(before: name) }
            guard frames.insert(.body).inserted, isOnlyFrames else { return }
            push(element)
        default: break
        }
    }

    /// Whether nothing but `html` is open.
    private var isOnlyFrames: Bool { stack.count == 0 || (stack.count == 1 && stack.last?.name == .html) }

    /// The end tag of `head` may be left out: what cannot be in there is behind it.
    private mutating func closeHead(before name: ElementName) {
        guard let last = stack.last, last.name == .head, last.namespace == .html else { return }
        switch name {
        case .base, .basefont, .bgsound, .link, .meta, .title, .noscript, .noframes, .style, .script, .template: return
        default:
            isInHead = false
            pop()
        }
    }

    /// What follows `</body>` is the body's still, and that of what is open in it: these end tags close nothing.
    private mutating func closeFrame(_ name: ElementName) {
        guard name == .html || name == .head || name == .body,
            let index = stack.lastIndex(where: { $0.name == name && $0.namespace == .html })
        else { return }
        if name == .head {
            isInHead = false
            pop(to: index)
        } else {
            ended = stack[index].level
            endsAll = true
        }
    }

    /// The kind of text in an element of HTML.
    func mode(behind name: ElementName) -> TextMode {
        switch name {
        case .script: .script
        case .title, .textarea: .rcdata
        case .style, .xmp, .iframe, .noembed, .noframes: .rawtext
        case .noscript: scripting ? .rawtext : .data
        case .plaintext: .plaintext
        default: .data
        }
    }

    /// Closes what ends without an end tag where this begins.
    private mutating func closeBefore(_ name: ElementName, _ traits: ElementTraits) {
        if traits.contains(.closes) { closeSpecially(name) }
        if traits.contains(.endsParagraph) {
            if stack.paragraphs > 0 { close(.p, in: .button) }
            if traits.contains(.heading), let last = stack.last, last.namespace == .html, last.traits.contains(.heading)
            {
                pop()
            }
        }
    }

    private mutating func closeSpecially(_ name: ElementName) {
        switch name {
        case .li: closeItem { $0 == .li }
        case .dd, .dt: closeItem { $0 == .dd || $0 == .dt }
        case .button: close(.button, in: .any)
        case .a: if stack.anchors > 0 { closeFormatting(name) }
        case .nobr: closeFormatting(name)
        case .option, .optgroup: closeOption(name)
        case .select: close(.select, in: .any)
        case .rb, .rtc: closeRuby { _ in true }
        case .rp, .rt: closeRuby { $0 != .rtc }
        case .table: closeTableDirectly()
        default: break
        }
    }

    /// An item ends the one before it, unless a list or the like is in between.
    private mutating func closeItem(_ isItem: (ElementName) -> Bool) {
        var index = stack.count - 1
        while index >= 0 {
            let element = stack[index]
            if element.namespace == .html {
                if isItem(element.name) { return pop(to: index) }
                if element.traits.contains(.special), element.name != .address, element.name != .div, element.name != .p
                {
                    return
                }
            } else if element.point != .none {
                return
            }
            index -= 1
        }
    }

    private mutating func closeOption(_ name: ElementName) {
        if let last = stack.last, last.namespace == .html, last.name == .option { pop() }
        if name == .optgroup, find(.select, in: .any) != nil, let last = stack.last, last.namespace == .html,
            last.name == .optgroup
        {
            pop()
        }
    }

    private mutating func closeRuby(_ ends: (ElementName) -> Bool) {
        guard find(.ruby, in: .any) != nil else { return }
        while let last = stack.last, last.namespace == .html,
            [.rb, .rp, .rt, .rtc, .li, .dd, .dt, .p, .option, .optgroup].contains(last.name), ends(last.name)
        {
            pop()
        }
    }

    /// A table in a table, but not in a cell or caption, ends the outer one.
    private mutating func closeTableDirectly() {
        var index = stack.count - 1
        while index >= 0 {
            let element = stack[index]
            if element.namespace == .html {
                switch element.name {
                case .table: return pop(to: index)
                case .td, .th, .caption, .template: return
                default: break
                }
            }
            index -= 1
        }
    }

    /// A part of a table goes where it belongs, whatever is open in between.
    private mutating func openTablePart(_ name: ElementName, _ traits: ElementTraits) {
        var index = stack.count - 1
        var isInTable = false
        while index >= 0 {
            let element = stack[index]
            if element.namespace == .html {
                let isPlace: Bool
                switch element.name {
                case .table, .template: isPlace = true
                case .tr: isPlace = name == .td || name == .th
                case .tbody, .thead, .tfoot: isPlace = name == .td || name == .th || name == .tr
                case .colgroup: isPlace = name == .col
                default: isPlace = false
                }
                if isPlace {
                    isInTable = true
                    break
                }
            }
            index -= 1
        }
        guard isInTable else { return }
        pop(to: index + 1)
        if !traits.contains(.void) { push(Element(name: name, namespace: .html, traits: traits)) }
    }

    /// An end tag of HTML.
    mutating func closeHTML(_ name: ElementName) {
        let traits = name.traits
        if traits.contains(.tablePart) || name == .table {
            if !traits.contains(.void) { close(name, in: .table) }
        } else if name == .p {
            close(name, in: .button)
        } else if name == .li {
            close(name, in: .list)
        } else if name == .template {
            if let index = stack.lastIndex(where: { $0.name == name && $0.namespace == .html }) { pop(to: index) }
        } else if traits.contains(.heading) {
            closeHeading()
        } else if traits.contains(.block) || traits.contains(.scopeMarker) {
            close(name, in: .any)
        } else if traits.contains(.formatting) {
            closeFormatting(name)
        } else if traits.contains(.frame) {
            closeFrame(name)
        } else if !traits.contains(.void) {
            closeOther(name)
        }
    }

    private mutating func close(_ name: ElementName, in scope: Scope) {
        if let index = find(name, in: scope) { pop(to: index) }
    }

    /// Where the innermost element with this name is, if it is in scope.
    private func find(_ name: ElementName, in scope: Scope) -> Int? {
        var index = stack.count - 1
        while index >= 0 {
            let element = stack[index]
            if element.namespace == .html {
                if element.name == name { return index }
                switch scope {
                case .table: if element.name == .table || element.name == .template { return nil }
                case .list where element.traits.contains(.listMarker): return nil
                case .button where element.name == .button: return nil
                default: if element.traits.contains(.scopeMarker) { return nil }
                }
            } else if element.point != .none, scope != .table {
                return nil
            }
            index -= 1
        }
        return nil
    }

    /// The end tag of a heading closes a heading of any level.
    private mutating func closeHeading() {
        var index = stack.count - 1
        while index >= 0 {
            let element = stack[index]
            if element.namespace == .html {
                if element.traits.contains(.heading) { return pop(to: index) }
                if element.traits.contains(.scopeMarker) { return }
            } else if element.point != .none {
                return
            }
            index -= 1
        }
    }

    /// The adoption agency, as far as the stack goes: blocks inside the element stay open without it, and all that is not
    /// a block, or formatting around one, is closed with it.
    private mutating func closeFormatting(_ name: ElementName) {
        var index = stack.count - 1
        var lastBlock: Int?
        var blocks = 0
        while index >= 0 {
            let element = stack[index]
            if element.namespace == .html {
                if element.name == name { break }
                if element.traits.contains(.scopeMarker) { return }
                if element.traits.contains(.special) {
                    lastBlock = lastBlock ?? index
                    blocks += 1
                }
            } else if element.point != .none {
                return
            }
            index -= 1
        }
        guard index >= 0 else { return }
        guard var block = lastBlock else { return pop(to: index) }
        // It goes past eight blocks and no further.
        if blocks < 8 { pop(to: block + 1) }
        while block > index {
            block -= 1
            let element = stack[block]
            if block == index || (!element.traits.contains(.special) && !element.traits.contains(.formatting)) {
                remove(at: block)
            }
        }
    }

    /// Any other end tag.
    private mutating func closeOther(_ name: ElementName) {
        var index = stack.count - 1
        while index >= 0 {
            let element = stack[index]
            if element.namespace == .html {
                if element.name == name { return pop(to: index) }
                if element.traits.contains(.special) { return }
            } else if element.point != .none {
                return
            }
            index -= 1
        }
    }
}
