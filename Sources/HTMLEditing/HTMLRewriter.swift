// SPDX-License-Identifier: Apache-2.0
internal import BasicContainers
public import HTMLLinks
internal import HTMLSelectors
internal import HTMLTokenizing
public import Streaming

/// Changes elements, text and comments of a page while it streams through.
///
/// What no handler touches stays as it was, byte for byte. What is held is a tag that has not ended, and what
/// handlers want to see whole; so memory does not depend on the length of the page. The result is the same however the
/// page is cut.
///
///     let rules = try HTMLRules {
///         on("a[href^='http:']") { element in element.removeAttribute("href") }
///         text(in: "title") { text in try text.after(.text(" – Example")) }
///     }
///     var rewriter = HTMLRewriter(rules)
public struct HTMLRewriter: StreamTransform, ~Copyable {
    /// No name of a reference is longer.
    static let longestTail = 40
    /// The first piece behind what is held that is copied to stand behind it.
    private static let firstJoint = 1024

    let rules: HTMLRules
    let limits: HTMLLimits
    let writing: Writing
    var tokenizer: HTMLTokenizer
    var matcher: SelectorMatcher
    /// How many elements the matcher has open.
    var depth = 0
    /// Whether tags can be passed over that no rule and no map is for.
    private var canPass = false
    /// A tag whose end has not come.
    private var carry = UniqueArray<UInt8>()
    /// What is to be done where elements end; the innermost last.
    var open: [OpenElement] = [] {
        didSet { floor = open.last?.level ?? -1 }
    }
    /// The level of the innermost of them; -1 if there is none.
    private(set) var floor = -1
    var textScopes = HandlerScopes()
    var commentScopes = HandlerScopes()
    /// The level of the element whose content is dropped.
    var suppressed: Int?
    /// The memory of the edits of one element, and of values of attributes.
    var edits = ElementEdits()
    var scratch: [UInt8] = []
    /// The text or comment that handlers are to see whole, or what of a text is not decided.
    var held: [UInt8] = []
    var gathering = Gathering.nothing
    /// What was before the bytes that are looked at.
    var tail: [UInt8] = []
    /// The bytes of `open`.
    var waiting = 0
    /// What maps URLs; `nil` if none are.
    var links: LinkRewriter?
    /// Those of the start tag that is looked at.
    var mapped: [MappedLink] = []
    /// What maps those in style sheets, what it wrote, and whether text is one.
    var style: CSSLinkRewriter?
    var css: [UInt8] = []
    var isInStyle = false
    /// How many pages this one is inside of.
    var depthOfDocument = 0
    /// Whether the rest passes as it is.
    private var isPassing = false
    /// The limit that was reached.
    public internal(set) var exceeded: HTMLLimits.Limit?
    /// How many elements, texts and comments were shown to handlers.
    public internal(set) var handled = 0
    /// How many attributes had URLs that were mapped.
    public internal(set) var mappedValues = 0

    /// What `held` is of.
    enum Gathering: Equatable {
        case nothing
        case text(TextMode)
        /// Where what is commented begins, and whether what is before it begins nothing.
        case comment(content: Int, isApart: Bool)
    }

    /// A rewriter for one page.
    ///
    /// - Parameters:
    ///   - rules: What is done.
    ///   - urls: How URLs are mapped, in attributes and in `<style>`, wherever ``LinkPlace`` knows of them. Selectors see what
    ///     the page has, handlers of elements what has become of it, and what handlers put in stays as it is. A style sheet
    ///     that handlers of text see is left to them.
    ///   - limits: What may be held.
    ///   - isUTF8: Whether the page is in UTF-8. In another encoding that has ASCII in it, what is put in as text is written
    ///     in ASCII, with references.
    public init(
        _ rules: HTMLRules, urls: URLMap? = nil, limits: HTMLLimits = HTMLLimits(), isUTF8: Bool = true
    ) {
        self.rules = rules
        self.limits = limits
        writing = Writing(isUTF8: isUTF8)
        var options = HTMLTokenizer.Options()
        options.depth = max(1, limits.depth)
        options.tagLength = min(limits.tagLength, limits.memory)
        tokenizer = HTMLTokenizer(options)
        matcher = SelectorMatcher(rules.set)
        if let urls, !urls.isEmpty {
            links = LinkRewriter(urls)
            style = CSSLinkRewriter(urls)
        }
        isPassing = rules.isEmpty && links == nil
        if let candidates = rules.set.candidates, matcher.needsDepthOnly {
            canPass = true
            for name in candidates.elements { tokenizer.interest.want(element: name.span) }
            for name in candidates.attributes { tokenizer.interest.want(attribute: name.bytes.span) }
            if let urls { tokenizer.interest.want(linksOf: urls) }
        }
        for rule in rules.everywhere {
            switch rules.actions[rule] {
            case .text: textScopes.open(HandlerScope(level: -1, rule: rule))
            case .comment: commentScopes.open(HandlerScope(level: -1, rule: rule))
            case .element, .document: break
            }
        }
    }

    /// A rewriter for one page, of handlers that are made for it.
    ///
    /// - Throws: Which selector is none, where and why.
    public init(@HTMLHandlerList _ handlers: () -> [HTMLHandler]) throws(HTMLRulesError) {
        self.init(try HTMLRules(handlers()))
    }

    /// Changes what is decided, and holds what is not.
    public mutating func write(_ bytes: Span<UInt8>, into output: inout Output) throws(StreamError) {
        guard !isPassing else { return output.keep(bytes.count) }
        var from = 0
        if !carry.isEmpty {
            guard let place = try join(bytes, into: &output) else { return }
            from = place
        }
        var edits = PageEdits(joint: 0, from: from)
        let end = try rewrite(bytes, isLast: false, &edits, into: &output)
        if end < bytes.count { carry.append(copying: bytes.extracting(end..<bytes.count)) }
        remember(bytes, upTo: end)
        output.drop(bytes.count - end)
    }

    /// Puts out what is held, and what is to stand at the ends of what is open.
    public mutating func finish(into output: inout Output) throws(StreamError) {
        guard !isPassing else { return }
        let joint = exchange(&carry, with: UniqueArray())
        var edits = PageEdits(joint: joint.count, from: 0)
        _ = try rewrite(joint.span, isLast: true, &edits, into: &output)
        guard !isPassing else { return }
        try endPart(into: &output)
        if isInStyle { endStyle(into: &output) }
        // What would be put in would be part of a comment, a script or a tag.
        remember(joint.span, upTo: joint.count)
        guard tokenizer.isBetweenTags, !endsInEndTag else { return }
        var ending: [UInt8] = []
        for rule in rules.everywhere {
            guard case .document(let handler) = rules.actions[rule] else { continue }
            var part = HTMLDocumentPart(.end, writing)
            try handler(&part)
            ending += part.edits.after
        }
        if !open.isEmpty || !ending.isEmpty { separate(at: 0, Span(), mode: .data, into: &output) }
        while let element = open.popLast() { try close(element, into: &output) }
        output.insert(ending.span)
    }

    /// Goes on in what is held with as much of `bytes` behind it as it takes to leave the held bytes behind.
    ///
    /// - Returns: Where in `bytes` to go on; `nil` if all of them are dealt with.
    private mutating func join(_ bytes: Span<UInt8>, into output: inout Output) throws(StreamError) -> Int? {
        var joint = exchange(&carry, with: UniqueArray())
        let boundary = joint.count
        var place = 0
        var taken = 0
        var step = Self.firstJoint
        while taken < bytes.count {
            let more = min(step, bytes.count - taken)
            joint.append(copying: bytes.extracting(taken..<taken + more))
            taken += more
            var edits = PageEdits(joint: boundary, from: place)
            place = try rewrite(joint.span, isLast: false, &edits, into: &output)
            if isPassing {
                output.keep(output.remaining)
                return nil
            }
            if place >= boundary, taken < bytes.count {
                remember(joint.span, upTo: boundary)
                joint.removeAll(keepingCapacity: true)
                carry = joint
                return place - boundary
            }
            step *= 4
        }
        output.drop(output.remaining)
        remember(joint.span, upTo: place)
        carry.append(copying: joint.span.extracting(place..<joint.count))
        return nil
    }

    /// The next token that there is something to do with.
    @inline(__always)
    private mutating func next(in window: Span<UInt8>, from place: inout Int, isLast: Bool) -> HTMLToken? {
        guard canPass, suppressed == nil, !isInStyle, gathering == .nothing, textScopes.isEmpty, commentScopes.isEmpty
        else { return tokenizer.next(in: window, from: place, isLast: isLast) }
        // Whoever needs to know how many elements are open asks for it; what ends is what `floor` says.
        depth = 0
        return tokenizer.next(in: window, passing: &place, above: floor, isLast: isLast)
    }

    /// Takes all tokens of a window that are there.
    ///
    /// - Returns: Where the first begins that is not: all before is put out.
    private mutating func rewrite(
        _ window: Span<UInt8>, isLast: Bool, _ edits: inout PageEdits, into output: inout Output
    ) throws(StreamError) -> Int {
        var place = edits.place
        while let token = next(in: window, from: &place, isLast: isLast) {
            switch token.kind {
            case .startTag: try startTag(token, window, &edits, into: &output)
            case .endTag: try endTag(token, window, &edits, into: &output)
            case .text:
                if isInStyle, textScopes.isEmpty {
                    styleText(token, window, &edits, into: &output)
                } else if !textScopes.isEmpty, suppressed == nil {
                    let isCut = token.range.upperBound == window.count && !isLast
                    try text(token, isCut: isCut, window, &edits, into: &output)
                }
            case .comment:
                if isInStyle { endStyle(before: token, window, &edits, into: &output) }
                if !commentScopes.isEmpty || gathering != .nothing, suppressed == nil {
                    try comment(token, window, &edits, into: &output)
                }
            case .doctype: try doctype(token, window, &edits, into: &output)
            case .overlong:
                if suppressed != nil { edits.drop(upTo: token.range.lowerBound, into: &output) }
                try exceed(.tagLength, &edits, into: &output)
            case .cdataStart, .cdataEnd, .ignored:
                if isInStyle { endStyle(before: token, window, &edits, into: &output) }
                try endPart(before: token, window, &edits, into: &output)
            }
            place = token.range.upperBound
            if exceeded != nil {
                isPassing = true
                edits.keep(upTo: window.count, in: window, into: &output)
                return window.count
            }
        }
        if suppressed == nil {
            edits.keep(upTo: place, in: window, into: &output)
        } else {
            edits.drop(upTo: place, into: &output)
        }
        return place
    }

    /// A limit is reached: the stream fails, or what is held is put out, and the rest passes.
    mutating func exceed(
        _ limit: HTMLLimits.Limit, _ edits: inout PageEdits, into output: inout Output
    ) throws(StreamError) {
        if exceeded == nil { exceeded = limit }
        guard limits.policy == .pass else {
            throw StreamError("the page exceeds the limit of the rewriter: \(limit.rawValue)")
        }
        if isInStyle { endStyle(into: &output) }
        output.insert(held.span)
        held = []
        gathering = .nothing
        open = []
    }
}
