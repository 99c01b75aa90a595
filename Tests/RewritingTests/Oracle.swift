// SPDX-License-Identifier: Apache-2.0
import Streaming

@testable import Rewriting

/// Replaces from left to right with the whole input at hand, in the plainest way.
func replaced(_ needle: [UInt8], by replacement: [UInt8], in input: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var index = 0
    while index < input.count {
        if input[index...].starts(with: needle) {
            result += replacement
            index += needle.count
        } else {
            result.append(input[index])
            index += 1
        }
    }
    return result
}

/// Replaces as the filter does, fed the pieces between the cuts.
func streamed(_ literal: Literal, by replacement: [UInt8], in input: [UInt8], cuts: [Int]) -> [UInt8] {
    var replacer = LiteralReplacer(literal, with: replacement)
    var storage: OutputStorage.One = [OutputStorage()]
    var start = 0
    for end in cuts + [input.count] where end > start {
        let piece = input.span.extracting(start..<end)
        var output = Output(editing: piece, into: storage.mutableSpan, keepsInPlace: false)
        replacer.write(piece, into: &output)
        start = end
    }
    var output = Output(editing: Span(), into: storage.mutableSpan, keepsInPlace: false)
    replacer.finish(into: &output)
    return storage[0].hasFault ? Array("fault".utf8) : (0..<storage[0].count).map { storage[0].written[$0] }
}
