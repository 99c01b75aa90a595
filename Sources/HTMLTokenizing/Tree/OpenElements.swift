// SPDX-License-Identifier: Apache-2.0

/// The stack of open elements, as far as it decides how the page goes on: 13.2.6 without a tree.
///
/// It answers two things. Which start tags are followed by text of another kind: those with the names of 13.2.6.4, unless
/// they are SVG or MathML. And which elements are SVG or MathML: that depends on what is open, and ends with it, so end tags
/// that close several elements, and start tags that close some, do here what they do there.
///
/// What is left out, because only a tree could tell:
/// - the list of active formatting elements, by which `<b><p></b>` opens a second `b` in the paragraph: such an element
///   closed is closed for good;
/// - framesets: in them the standard ignores nearly all tags, here they count;
/// - what depends on the page's DOCTYPE (`<p><table>` in quirks mode), on a form that is open elsewhere, and on where in
///   `<head>`, `<body>` or behind them a tag stands.
///
/// `<select>` holds any element, as the standard has had it since 2025; browsers before that ignore most tags in it.
/// `<noscript>` holds text or elements, as ``HTMLTokenizer/Options/scripting`` says.
struct OpenElements: Sendable {
    /// An element whose end tag has not come.
    struct Element: Equatable, Sendable {
        var name: ElementName
        var namespace: HTMLNamespace
        var traits: ElementTraits
        var point = Point.none
        /// How many elements are around it, those among them that were closed without it.
        var level = 0

        /// No element.
        static var nothing: Self { Self(name: .none, namespace: .html, traits: []) }
    }

    /// Where SVG and MathML hold HTML: 13.2.6, integration points.
    enum Point: UInt8, Equatable, Sendable {
        case none
        /// MathML's elements for text: HTML but for two tags.
        case mathText
        /// `<annotation-xml>`: MathML, but `<svg>` is SVG there.
        case annotation
        /// HTML.
        case html
    }

    /// What is known of a start tag.
    struct StartTag {
        var name: ElementName
        var isSelfClosing: Bool
        /// Where in the bytes the attributes are, with the end of the tag.
        var attributes: Range<Int>
    }

    /// The elements that there is one of.
    struct Frames: OptionSet, Sendable {
        var rawValue: UInt8
        static var html: Self { Self(rawValue: 1) }
        static var head: Self { Self(rawValue: 2) }
        static var body: Self { Self(rawValue: 4) }
    }

    let scripting: Bool
    let depth: Int
    private(set) var stack = ElementStack()
    /// Which of `html`, `head` and `body` there have been.
    var frames: Frames = []
    /// Whether `head` may be open.
    var isInHead = false
    /// The level of the outermost element that was closed last; -1 where the last end tag closed none.
    var ended = -1
    /// Whether the last end tag was `</body>` or `</html>`, of what is open.
    var endsAll = false
    /// Whether the last start tag opened an element.
    private(set) var hasOpened = false
    /// Whether an element was not kept because it is too deep.
    private(set) var isTooDeep = false

    init(scripting: Bool, depth: Int) {
        self.scripting = scripting
        self.depth = depth
    }

    /// The level that the next element has.
    @inline(__always)
    var level: Int { (stack.last?.level ?? -1) &+ 1 }

    /// The language of the innermost element.
    @inline(__always)
    var namespace: HTMLNamespace { stack.foreign == 0 ? .html : stack.last?.namespace ?? .html }

    /// A start tag: what its element is, and how text behind it is read.
    mutating func open(_ tag: StartTag, in bytes: Span<UInt8>) -> (namespace: HTMLNamespace, mode: TextMode) {
        hasOpened = false
        let traits = tag.name.traits
        if stack.foreign == 0, !isInHead, traits.isSubset(of: .plain) {
            push(Element(name: tag.name, namespace: .html, traits: traits))
            return (.html, .data)
        }
        if stack.foreign > 0, let current = stack.last, current.namespace != .html, !holdsHTML(current, tag.name) {
            guard
                traits.contains(.breakout)
                    || (tag.name == .font && HTMLAttributes.dressesFont(tag.attributes, in: bytes))
            else {
                if !tag.isSelfClosing {
                    push(foreignElement(tag, traits, current.namespace, in: bytes))
                }
                return (current.namespace, .data)
            }
            leaveForeign()
        }
        if traits.contains(.foreignRoot) {
            let namespace = tag.name == .svg ? HTMLNamespace.svg : .mathML
            if !tag.isSelfClosing { push(Element(name: tag.name, namespace: namespace, traits: [])) }
            return (namespace, .data)
        }
        return (.html, openHTML(tag.name, traits))
    }

    /// Whether a start tag in this element, which is not HTML, is one of HTML's.
    private func holdsHTML(_ current: Element, _ name: ElementName) -> Bool {
        switch current.point {
        case .none: false
        case .mathText: name != .mglyph && name != .malignmark
        case .annotation: name == .svg
        case .html: true
        }
    }

    private func foreignElement(
        _ tag: StartTag, _ traits: ElementTraits, _ namespace: HTMLNamespace, in bytes: Span<UInt8>
    ) -> Element {
        var element = Element(name: tag.name, namespace: namespace, traits: [])
        if namespace == .svg {
            if traits.contains(.svgPoint) { element.point = .html }
        } else if traits.contains(.mathTextPoint) {
            element.point = .mathText
        } else if tag.name == .annotationXML {
            element.point = HTMLAttributes.isHTMLAnnotation(tag.attributes, in: bytes) ? .html : .annotation
        }
        return element
    }

    /// Closes what is neither HTML nor holds it.
    private mutating func leaveForeign() {
        while let current = stack.last, current.namespace != .html, current.point != .html, current.point != .mathText {
            pop()
        }
    }

    /// An end tag.
    mutating func close(_ name: ElementName) {
        ended = -1
        endsAll = false
        guard let current = stack.last else { return }
        // By whichever rule, the end tag of the innermost element closes it.
        if current.name == name { return pop() }
        if current.namespace != .html {
            if name == .p || name == .br {
                leaveForeign()
            } else {
                var index = stack.count - 1
                while index >= 0, stack[index].namespace != .html {
                    if stack[index].name == name {
                        pop(to: index)
                        return
                    }
                    index -= 1
                }
            }
        }
        closeHTML(name)
    }

    // MARK: The stack

    mutating func push(_ element: Element) {
        // What is deeper is not kept, so its end tag may close another of that name too early: as browsers have it, which
        // let no element be deeper than this.
        guard stack.count < depth else {
            isTooDeep = true
            return
        }
        var element = element
        element.level = level
        stack.append(element)
        hasOpened = true
    }

    mutating func pop() {
        guard let last = stack.last else { return }
        stack.removeLast()
        ended = last.level
    }

    /// Removes the element at `index` and all inside it.
    mutating func pop(to index: Int) {
        while stack.count > index, stack.count > 0 { pop() }
    }

    /// Removes the element at `index` alone.
    mutating func remove(at index: Int) {
        guard index >= 0, index < stack.count else { return }
        ended = stack[index].level
        stack.remove(at: index)
    }
}

extension ElementTraits {
    /// What has no say where an element of HTML begins.
    static var plain: Self {
        [.special, .formatting, .block, .scopeMarker, .listMarker, .breakout, .mathTextPoint, .svgPoint]
    }
}
