// SPDX-License-Identifier: Apache-2.0
import HTMLTokenizing
import Testing

/// What tokens mean, in a notation that tests can be written in: `"text"`, `<a href="x">`, `<svg:path/>`, `</a>`,
/// `<!--c-->`, `<!DOCTYPE html "public" "system" quirks>`, `overlong:…`. As the standard's tests have it, text is in one
/// piece, attributes that are there twice are there once, and what is ignored is not there.
struct Seen {
    var tokens: [String] = []
    /// The language of the innermost element before each of them.
    var namespaces: [HTMLNamespace] = []
    private var text: [UInt8] = []
    private var textNamespace = HTMLNamespace.html
    private var decoder: HTMLTextDecoder?
    private var comment: [UInt8]?
    private var commentDecoder = HTMLTextDecoder.comment
    private var overlong: [UInt8]?

    /// Gives a tokenizer pieces that end at these places, and takes what it makes of them; checks that it makes tokens of
    /// all bytes in their order, and asks for no more than it may to be shown again.
    init(_ bytes: [UInt8], cuts: [Int], _ tokenizer: HTMLTokenizer, limit: Int = 64 * 1024) {
        var tokenizer = tokenizer
        var start = 0
        for end in cuts + [bytes.count] {
            let isLast = end == bytes.count
            let shown = Array(bytes[start..<end])
            var index = 0
            while true {
                let namespace = tokenizer.namespace
                guard let token = tokenizer.next(in: shown.span, from: index, isLast: isLast) else { break }
                guard token.range.lowerBound == index, token.range.count > 0, token.range.upperBound <= shown.count
                else {
                    Issue.record("\(token) at \(index) of \(shown.count)")
                    return
                }
                guard token.content.lowerBound >= index, token.content.upperBound <= token.range.upperBound else {
                    Issue.record("\(token) has its content elsewhere")
                    return
                }
                take(token, namespace, shown)
                index = token.range.upperBound
            }
            if shown.count - index > limit { Issue.record("\(shown.count - index) bytes are held") }
            start += index
        }
        if start != bytes.count { Issue.record("\(bytes.count - start) bytes are left over") }
        endComment()
        endText()
    }

    private mutating func take(_ token: HTMLToken, _ namespace: HTMLNamespace, _ shown: [UInt8]) {
        if token.kind == .text {
            if decoder == nil { decoder = HTMLTextDecoder(token.mode) }
            if text.isEmpty { textNamespace = namespace }
            decoder?.append(shown.span.extracting(token.range), to: &text)
            return
        }
        decoder?.finish(to: &text)
        decoder = nil
        if token.kind == .cdataStart || token.kind == .cdataEnd || token.kind == .ignored { return }
        endText()
        if token.kind != .comment || token.isFirst { endComment() }
        switch token.kind {
        case .startTag:
            var content = name(shown, token.content)
            var known: Set<String> = []
            var attributes = HTMLAttributes(of: token, in: shown.span)
            while let attribute = attributes.next() {
                let name = name(shown, attribute.name)
                var value: [UInt8] = []
                HTMLText.appendAttribute(shown.span.extracting(attribute.value), to: &value)
                if known.insert(name).inserted { content += " \(name)=\"\(String(decoding: value, as: UTF8.self))\"" }
            }
            let prefix = token.namespace == .html ? "" : token.namespace == .svg ? "svg:" : "math:"
            add("<\(prefix)\(content)\(token.isSelfClosing ? "/" : "")>", namespace)
        case .endTag: add("</\(name(shown, token.content))>", namespace)
        case .comment:
            if token.isFirst { add("<!---->", namespace) }
            var part = comment ?? []
            commentDecoder.append(shown.span.extracting(token.content), to: &part)
            comment = part
            if token.isLast { endComment() }
        case .doctype:
            guard let doctype = HTMLDoctype(of: token, in: shown.span) else { return }
            var words = ["<!DOCTYPE " + (doctype.name.map { name(shown, $0) } ?? "-")]
            for identifier in [doctype.publicIdentifier, doctype.systemIdentifier] {
                words.append(identifier.map { "\"" + string(shown, $0) + "\"" } ?? "-")
            }
            add(words.joined(separator: " ") + (doctype.forcesQuirks ? " quirks>" : ">"), namespace)
        case .overlong:
            if token.isFirst { overlong = [] }
            overlong?.append(contentsOf: shown[token.range])
            if token.isFirst { add("", namespace) }
            tokens[tokens.count - 1] = "overlong:" + String(decoding: overlong ?? [], as: UTF8.self)
        default: break
        }
    }

    private mutating func add(_ text: String, _ namespace: HTMLNamespace) {
        tokens.append(text)
        namespaces.append(namespace)
    }

    private mutating func endText() {
        decoder?.finish(to: &text)
        decoder = nil
        if !text.isEmpty { add("\"\(String(decoding: text, as: UTF8.self))\"", textNamespace) }
        text = []
    }

    private mutating func endComment() {
        guard let comment else { return }
        tokens[tokens.count - 1] = "<!--\(String(decoding: comment, as: UTF8.self))-->"
        self.comment = nil
        commentDecoder = .comment
    }

    private func name(_ shown: [UInt8], _ range: Range<Int>) -> String {
        var name: [UInt8] = []
        HTMLText.appendName(shown.span.extracting(range), to: &name)
        return String(decoding: name, as: UTF8.self)
    }

    private func string(_ shown: [UInt8], _ range: Range<Int>) -> String {
        var text: [UInt8] = []
        var decoder = HTMLTextDecoder.comment
        decoder.append(shown.span.extracting(range), to: &text)
        return String(decoding: text, as: UTF8.self)
    }
}

/// Checks what a page is cut into: whole, byte by byte, and in any two pieces.
func expect(
    _ page: String, _ tokens: String..., in mode: TextMode = .data, of element: String = "",
    options: HTMLTokenizer.Options = .init(), sourceLocation: SourceLocation = #_sourceLocation
) {
    let bytes = Array(page.utf8)
    let tokenizer = HTMLTokenizer(options, in: mode, of: Array(element.utf8).span)
    let whole = Seen(bytes, cuts: [], tokenizer)
    #expect(whole.tokens == tokens, "\(page.debugDescription)", sourceLocation: sourceLocation)
    expectSame(whole, bytes, tokenizer, sourceLocation)
}

/// Checks that a page means the same in pieces.
func expectSame(
    _ whole: Seen, _ bytes: [UInt8], _ tokenizer: HTMLTokenizer, _ sourceLocation: SourceLocation = #_sourceLocation
) {
    let single = Seen(bytes, cuts: Array(bytes.indices.dropFirst()), tokenizer)
    if single.tokens != whole.tokens || single.namespaces != whole.namespaces {
        Issue.record("byte by byte: \(single.tokens), whole: \(whole.tokens)", sourceLocation: sourceLocation)
    }
    for cut in bytes.indices {
        let two = Seen(bytes, cuts: [cut], tokenizer)
        if two.tokens != whole.tokens || two.namespaces != whole.namespaces {
            Issue.record("cut at \(cut): \(two.tokens), whole: \(whole.tokens)", sourceLocation: sourceLocation)
        }
    }
}
