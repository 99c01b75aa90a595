// SPDX-License-Identifier: Apache-2.0
import FuzzSupport
import HTTPD
import HTTPDTesting
import RewritingEngine

/// Up to three replacements, one after the other, cut where the input says, against a whole-buffer oracle.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    var stages: [LiteralReplacer] = []
    var rules: [(from: [UInt8], to: [UInt8])] = []
    for _ in 0..<Int(input.byte() % 4) {
        let from = input.bytes(1 + Int(input.byte() % 8))
        let to = input.bytes(Int(input.byte() % 8))
        guard let literal = Literal(from) else { continue }
        stages.append(LiteralReplacer(literal, with: to))
        rules.append((from, to))
    }
    let cuts = input.bytes(Int(input.byte() % 32)).map { Int($0) + 1 }
    let body = input.remaining()

    var expected = body
    for rule in rules { expected = replaced(rule.from, by: rule.to, in: expected) }
    var pieces: [[UInt8]] = []
    var rest = body[...]
    for cut in cuts {
        pieces.append(Array(rest.prefix(cut)))
        rest = rest.dropFirst(cut)
    }
    pieces.append(Array(rest))
    let result = try? TransformRun.output(of: Pipeline(stages), fed: pieces)
    if result != expected { finding("\(rules), \(body) cut \(cuts): \(result ?? []) instead of \(expected)") }
    return 0
}

/// Replaces from left to right with the whole input at hand, in the plainest way.
private func replaced(_ needle: [UInt8], by replacement: [UInt8], in input: [UInt8]) -> [UInt8] {
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
