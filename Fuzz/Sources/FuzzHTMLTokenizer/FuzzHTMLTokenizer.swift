// SPDX-License-Identifier: Apache-2.0
import FuzzSupport
import HTMLTokenizing

/// However a page is cut, its tokens are the same, and they are the page: each byte is in one of them, in their order. What
/// has to be shown again is bounded, what tags and text mean has a bounded size, and no misuse does harm.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let flags = input.byte()
    var options = HTMLTokenizer.Options()
    options.scripting = flags & 1 == 0
    options.tagLength = flags & 2 == 0 ? 64 : 64 * 1024
    options.depth = flags & 4 == 0 ? 8 : 512
    let names = ["", "title", "style", "script", "plaintext", ""]
    let modes: [TextMode] = [.data, .rcdata, .rawtext, .script, .plaintext, .cdata]
    let mode = Int(flags >> 4) % modes.count
    let tokenizer = HTMLTokenizer(options, in: modes[mode], of: Array(names[mode].utf8).span)
    let step = Int(input.byte()) % 32 + 1
    let page = input.remaining()

    let whole = found(in: page, step: max(page.count, 1), tokenizer, options)
    let cut = found(in: page, step: step, tokenizer, options)
    if whole != cut { finding("\(whole) whole, \(cut) in pieces of \(step)") }
    misuse(page, step, tokenizer)
    return 0
}

private struct Found: Equatable {
    var kind: HTMLToken.Kind
    var mode: TextMode
    var namespace: HTMLNamespace
    var isSelfClosing: Bool
    var bytes: [UInt8]
    var meaning: [UInt8]
}

/// The tokens, parts of one put together, for pieces of `step` bytes.
private func found(in page: [UInt8], step: Int, _ tokenizer: HTMLTokenizer, _ options: HTMLTokenizer.Options) -> [Found]
{
    var tokenizer = tokenizer
    var result: [Found] = []
    var decoder = HTMLTextDecoder.comment
    var start = 0
    var end = 0
    while end < page.count {
        end = min(page.count, end + step)
        let shown = page.span.extracting(start..<end)
        var index = 0
        while let token = tokenizer.next(in: shown, from: index, isLast: end == page.count) {
            if token.range.lowerBound != index || token.range.isEmpty || token.range.upperBound > shown.count {
                finding("\(token) at \(index)")
            }
            index = token.range.upperBound
            take(token, shown, &decoder, &result)
        }
        if shown.count - index >= options.tagLength { finding("\(shown.count - index) bytes are held") }
        start += index
    }
    if start != page.count { finding("\(page.count - start) bytes are left over") }
    if result.last?.kind == .text { decoder.finish(to: &result[result.count - 1].meaning) }
    if result.flatMap(\.bytes) != page { finding("the tokens are not the page") }
    for token in result where token.meaning.count > 3 * token.bytes.count { finding("\(token) is too long") }
    return result
}

private func take(
    _ token: HTMLToken, _ shown: Span<UInt8>, _ decoder: inout HTMLTextDecoder, _ result: inout [Found]
) {
    let isText = token.kind == .text
    let goesOn = isText ? result.last?.kind == .text && result.last?.mode == token.mode : !token.isFirst
    if !goesOn {
        if result.last?.kind == .text { decoder.finish(to: &result[result.count - 1].meaning) }
        decoder = isText ? HTMLTextDecoder(token.mode) : .comment
        result.append(
            Found(
                kind: token.kind, mode: token.mode, namespace: token.namespace, isSelfClosing: token.isSelfClosing,
                bytes: [], meaning: []))
    }
    let last = result.count - 1
    result[last].bytes += copy(shown.extracting(token.range))
    switch token.kind {
    case .text: decoder.append(shown.extracting(token.range), to: &result[last].meaning)
    case .comment: decoder.append(shown.extracting(token.content), to: &result[last].meaning)
    case .startTag:
        HTMLText.appendName(shown.extracting(token.content), to: &result[last].meaning)
        var attributes = HTMLAttributes(of: token, in: shown)
        var end = token.content.upperBound
        while let attribute = attributes.next() {
            if attribute.range.lowerBound < end || attribute.range.upperBound >= token.range.upperBound {
                finding("\(attribute) in \(token)")
            }
            end = attribute.range.upperBound
            HTMLText.appendAttribute(shown.extracting(attribute.value), to: &result[last].meaning)
        }
    case .doctype:
        guard let doctype = HTMLDoctype(of: token, in: shown) else { finding("no DOCTYPE in \(token)") }
        for range in [doctype.name, doctype.publicIdentifier, doctype.systemIdentifier] {
            guard let range else { continue }
            HTMLText.appendName(shown.extracting(range), to: &result[last].meaning)
        }
    default: break
    }
}

/// Bytes that are not those which have to be shown.
private func misuse(_ page: [UInt8], _ step: Int, _ tokenizer: HTMLTokenizer) {
    var tokenizer = tokenizer
    for end in stride(from: step, to: min(page.count, 512), by: step) {
        let shown = page.span.extracting(0..<end)
        guard let token = tokenizer.next(in: shown, from: end % 7 - 1, isLast: end % 3 == 0) else { continue }
        let other = page.span.extracting(end / 2..<end)
        var attributes = HTMLAttributes(of: token, in: other)
        while attributes.next() != nil {}
        _ = HTMLDoctype(of: token, in: other)
    }
}

private func copy(_ bytes: Span<UInt8>) -> [UInt8] { bytes.indices.map { bytes[$0] } }
