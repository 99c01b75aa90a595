// SPDX-License-Identifier: Apache-2.0
import Streaming

@testable import Replacing

/// Applies rules to a stream as a filter does, fed the pieces between the cuts.
///
/// - Parameter flushes: Whether all that can leave is asked for after each piece.
func streamed(
    _ rules: RuleSet, _ input: [UInt8], cuts: [Int] = [], flushes: Bool = false, limits: ReplaceLimits = .init(),
    _ look: (borrowing Replacer) -> Void = { _ in }
) throws -> [UInt8] {
    var replacer = try Replacer(rules, limits: limits)
    var storage: OutputStorage.One = [OutputStorage()]
    var start = 0
    for end in cuts + [input.count] where end > start {
        let piece = input.span.extracting(start..<end)
        var output = Output(editing: piece, into: storage.mutableSpan, keepsInPlace: false)
        try replacer.write(piece, into: &output)
        if flushes {
            var output = Output(editing: Span(), into: storage.mutableSpan, keepsInPlace: false)
            try replacer.flush(into: &output)
        }
        start = end
    }
    do {
        var output = Output(editing: Span(), into: storage.mutableSpan, keepsInPlace: false)
        try replacer.finish(into: &output)
    }
    look(replacer)
    if let error = storage[0].error { throw error }
    return (0..<storage[0].count).map { storage[0].written[$0] }
}

/// The ways in which an input is cut: whole, byte by byte, in two everywhere if it is short, and at random.
func cuttings(_ count: Int, _ generator: inout some RandomNumberGenerator) -> [[Int]] {
    var cuts: [[Int]] = [[], Array(0..<count)]
    if count < 40 { cuts += (0..<count).map { [$0] } }
    for _ in 0..<4 {
        let pieces = Int.random(in: 1...6, using: &generator)
        cuts.append((0..<pieces).map { _ in Int.random(in: 0...count, using: &generator) }.sorted())
    }
    return cuts
}
