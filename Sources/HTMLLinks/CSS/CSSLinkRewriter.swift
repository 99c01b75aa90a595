// SPDX-License-Identifier: Apache-2.0

/// Maps the URLs in CSS that streams through: in `url(…)`, `src("…")`, `@import "…"` and `image-set("…")`.
///
/// It reads CSS Syntax Level 3 as far as tokens go: comments and other strings are none of its business, and escapes mean
/// what they mean. `@namespace` names things, and is left alone. The style sheet may be cut anywhere. What is held from one
/// piece to the next is at most one URL, as far as it may be mapped, and of that no more than the longest prefix and a few
/// kilobytes.
///
/// Give it the text of a `<style>`: as it is in HTML, decoded in SVG. For an attribute's value there is ``LinkRewriter``.
public struct CSSLinkRewriter: Sendable {
    let map: URLMap
    /// No URL is held any longer.
    let limit: Int

    var state = State.plain
    var escape = Escape.none
    var name = CSSName()
    /// The last byte outside of names' escapes, and the one before; a space where they were something else.
    var previous: UInt8 = 0x20
    var beforePrevious: UInt8 = 0x20
    var quote: UInt8 = 0
    /// How many parentheses are open, and at which depth the strings are URLs; 0 for none.
    var depth = 0
    var imageDepth = 0
    /// The next token is a URL if it is a string.
    var expectsURL = false
    var isNamespace = false
    /// The name of `<!--` is looked for here.
    var beforePrefix: UInt8 = 0

    var held = HeldURL()
    var isHolding = false
    /// Where in the piece the held URL begins; `nil` if in an earlier one.
    private var heldStart: Int?
    /// Whether output was added for this piece.
    private var isCopied = false
    /// Up to where in the piece nothing is to be skipped, because it was looked at.
    var readUntil = 0
    /// How much of the piece is in the output, or left out of it.
    private var copied = 0

    enum State: UInt8, Sendable {
        /// Between tokens, or in a name.
        case plain
        /// Behind a `/`.
        case slash
        case comment
        /// In a comment, behind a `*`.
        case star
        case string
        /// Behind `url(` and spaces.
        case urlStart
        case url
        /// Behind a URL and spaces.
        case urlEnd
        case badURL
    }

    enum Escape: Equatable, Sendable {
        case none
        /// Behind `\`.
        case begun
        case digits(UInt32, Int)
        /// Behind a carriage return: a line feed belongs to it.
        case behindReturn
    }

    /// Maps by these rules.
    public init(_ map: URLMap) {
        self.map = map
        var longest = 0
        for rule in map.rules { longest = max(longest, rule.from.bare.count) }
        limit = longest &+ 2048
    }

    /// Takes the next piece.
    ///
    /// - Returns: Whether the output differs from the piece; if not, nothing was added to `output`, and the piece stands as it is.
    @discardableResult
    public mutating func write(_ piece: Span<UInt8>, to output: inout [UInt8]) -> Bool {
        guard !map.isEmpty else { return false }
        copied = 0
        isCopied = isHolding
        heldStart = nil
        readUntil = 0
        var index = 0
        while index < piece.count {
            if index >= readUntil, escape == .none { index = skip(piece, from: index) }
            guard index < piece.count else { break }
            take(piece[index], piece, index, &output)
            index &+= 1
        }
        if isHolding {
            if let heldStart { copy(piece, upTo: heldStart, &output) }
            isCopied = true
            copied = piece.count
        }
        guard isCopied else { return false }
        copy(piece, upTo: piece.count, &output)
        return true
    }

    /// The style sheet is at its end: adds what is held, and is ready for another one.
    public mutating func finish(to output: inout [UInt8]) {
        if isHolding {
            if escape == .begun, state == .url { held.append(decoded: 0xFF) }
            endEscape()
            appendHeld(held.edit(map, isCut: false), &output)
        }
        reset()
    }

    private mutating func reset() {
        state = .plain
        escape = .none
        name.clear()
        previous = 0x20
        beforePrevious = 0x20
        depth = 0
        imageDepth = 0
        expectsURL = false
        isNamespace = false
        isHolding = false
    }
}

// Holding and letting go.
extension CSSLinkRewriter {
    private mutating func copy(_ piece: Span<UInt8>, upTo end: Int, _ output: inout [UInt8]) {
        guard end > copied else { return }
        output.append(piece.part(Range(copied, to: end)))
        copied = end
    }

    /// A URL begins at `index`.
    mutating func hold(at index: Int) {
        held.begin()
        isHolding = true
        heldStart = index
    }

    /// The URL ends before `index`, or is no longer held: it is mapped if it is to be.
    mutating func decide(_ piece: Span<UInt8>, before index: Int, isCut: Bool, _ output: inout [UInt8]) {
        guard isHolding else { return }
        letGo(held.edit(map, isCut: isCut), piece, before: index, &output)
    }

    /// What is held is no URL, or none that is mapped.
    mutating func release(_ piece: Span<UInt8>, before index: Int, _ output: inout [UInt8]) {
        guard isHolding else { return }
        letGo(nil, piece, before: index, &output)
    }

    private mutating func letGo(
        _ edit: URLMap.Edit?, _ piece: Span<UInt8>, before index: Int, _ output: inout [UInt8]
    ) {
        guard let start = heldStart else {
            appendHeld(edit, &output)
            copied = index
            return
        }
        isHolding = false
        guard let edit else { return }
        copy(piece, upTo: start &+ edit.range.lowerBound, &output)
        isCopied = true
        append(edit.text, &output)
        copied = start &+ edit.range.upperBound
    }

    /// Puts out what earlier pieces and this one have of the URL.
    private mutating func appendHeld(_ edit: URLMap.Edit?, _ output: inout [UInt8]) {
        isHolding = false
        guard let edit else {
            output += held.raw
            return
        }
        let raw = held.raw.span
        output.append(raw.part(Range(0, to: edit.range.lowerBound)))
        append(edit.text, &output)
        output.append(raw.part(Range(edit.range.upperBound, to: raw.count)))
    }

    /// What a map puts in is harmless in strings; without quotation marks, parentheses are not.
    private func append(_ text: [UInt8], _ output: inout [UInt8]) {
        for byte in text {
            if state != .string, byte == UInt8(ascii: "(") || byte == UInt8(ascii: ")") {
                output.append(UInt8(ascii: "\\"))
            }
            output.append(byte)
        }
    }

    /// Holds one byte more, if anything is held.
    @inline(__always)
    mutating func extend(_ byte: UInt8) {
        if isHolding { held.append(raw: byte) }
    }

    /// Lets go of a URL that is longer than what decides.
    mutating func enforceLimit(_ piece: Span<UInt8>, behind index: Int, _ output: inout [UInt8]) {
        guard isHolding else { return }
        if let first = held.first, !map.mayBegin(first) {
            release(piece, before: index &+ 1, &output)
        } else if escape == .none, held.decoded.count > limit || held.raw.count > limit &* 8 {
            decide(piece, before: index &+ 1, isCut: true, &output)
        }
    }
}
