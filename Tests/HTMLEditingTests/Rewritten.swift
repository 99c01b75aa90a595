// SPDX-License-Identifier: Apache-2.0
import HTMLEditing
import HTMLLinks
import Streaming
import Testing

/// What becomes of a page that is fed in the pieces between the cuts.
func rewritten(
    _ page: [UInt8], _ rules: HTMLRules, cuts: [Int] = [], urls: URLMap? = nil, limits: HTMLLimits = HTMLLimits(),
    isUTF8: Bool = true, keepsInPlace: Bool = false, _ look: (borrowing HTMLRewriter) -> Void = { _ in }
) throws -> [UInt8] {
    var rewriter = HTMLRewriter(rules, urls: urls, limits: limits, isUTF8: isUTF8)
    var storage: OutputStorage.One = [OutputStorage()]
    var start = 0
    for end in cuts + [page.count] where end > start {
        let piece = page.span.extracting(start..<end)
        var output = Output(editing: piece, into: storage.mutableSpan, keepsInPlace: keepsInPlace)
        try rewriter.write(piece, into: &output)
        start = end
    }
    do {
        var output = Output(editing: Span(), into: storage.mutableSpan, keepsInPlace: false)
        try rewriter.finish(into: &output)
    }
    look(rewriter)
    if let error = storage[0].error { throw error }
    return (0..<storage[0].count).map { storage[0].written[$0] }
}

/// Checks what becomes of a page: whole, byte by byte, and in any two pieces.
func expect(
    _ page: String, becomes expected: String, isUTF8: Bool = true, limits: HTMLLimits = HTMLLimits(),
    sourceLocation: SourceLocation = #_sourceLocation, @HTMLHandlerList _ handlers: () -> [HTMLHandler]
) throws {
    let rules = try HTMLRules(handlers())
    let bytes = Array(page.utf8)
    for cuts in [[], Array(bytes.indices)] + bytes.indices.map({ [$0] }) {
        let result = try rewritten(bytes, rules, cuts: cuts, limits: limits, isUTF8: isUTF8)
        let text = String(decoding: result, as: UTF8.self)
        if text != expected {
            Issue.record("cut at \(cuts): \(text), expected \(expected)", sourceLocation: sourceLocation)
            return
        }
    }
}
