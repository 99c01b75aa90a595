// SPDX-License-Identifier: Apache-2.0
import FuzzSupport
import HTTPDTesting
import Replacing
import Streaming

/// Up to four rules in one pass, cut where the input says, against the whole buffer; and, where a match may not be long,
/// against the same in one piece.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let steps = 20_000
    var input = FuzzInput(start, count)
    let head = input.byte()
    let flushes = head & 4 != 0
    let matchLength = head & 8 != 0 ? 1 + Int(input.byte() % 24) : nil
    let fuzzed = (0...Int(head & 3)).map { _ in FuzzRule(&input) }
    let rules = fuzzed.compactMap { $0.rule() }
    guard rules.count == fuzzed.count, let set = try? RuleSet(rules) else { return 0 }
    let cuts = input.bytes(Int(input.byte() % 24)).map { Int($0 % 32) + 1 }
    let letters = Array("aaabbbccA\n\n -0\0".utf8) + [0xE9, 0xC3, 0xA9]
    let body = input.remaining().prefix(600).map { letters[Int($0) % letters.count] }
    let pieces = pieces(body, cuts)

    if let matchLength {
        let limits = ReplaceLimits(matchLength: matchLength, steps: steps)
        let whole = run(set, limits, [body], false)
        let cut = run(set, limits, pieces, flushes)
        if whole.exceeded?.limit == .effort || cut.exceeded?.limit == .effort { return 0 }
        guard whole != cut else { return 0 }
        finding(
            "\(fuzzed), at most \(matchLength), \(body) cut \(cuts), flushed \(flushes): \(cut) instead of \(whole)")
    }
    guard let oracle = WholeBuffer(fuzzed, body, steps: UInt32(steps)) else { return 0 }
    guard let expected = oracle.result() else { return 0 }
    let result = run(set, ReplaceLimits(steps: steps), pieces, flushes)
    if result.exceeded == nil, result.bytes != expected {
        finding("\(fuzzed), \(body) cut \(cuts), flushed \(flushes): \(result.bytes) instead of \(expected)")
    }
    return 0
}

private struct RunResult: Equatable {
    var bytes: [UInt8]
    var exceeded: ExceededLimit?
}

private func run(_ rules: RuleSet, _ limits: ReplaceLimits, _ pieces: [[UInt8]], _ flushes: Bool) -> RunResult {
    do throws(StreamError) {
        let noted = Noted(try Replacer(rules, limits: limits))
        let note = noted.note
        let bytes = try TransformRun.output(of: noted, fed: pieces, flushing: flushes)
        // What is nothing is found at the end as well.
        if let growth = rules.limitOfGrowth(limits), bytes.count > growth * pieces.reduce(1, { $0 + $1.count }) {
            finding("\(bytes.count) bytes, more than \(growth) times as many")
        }
        return RunResult(bytes: bytes, exceeded: note.exceeded)
    } catch {
        finding("\(error)")
    }
}

extension RuleSet {
    fileprivate func limitOfGrowth(_ limits: ReplaceLimits) -> Int? {
        guard let replacer = try? Replacer(self, limits: limits) else { return nil }
        return replacer.growthLimit
    }
}

/// What a replacer says of itself at the end.
private final class Note {
    var exceeded: ExceededLimit?
}

/// A replacer that is used up, and leaves a note.
private struct Noted: StreamTransform, ~Copyable {
    private var replacer: Replacer
    let note = Note()

    init(_ replacer: consuming Replacer) {
        self.replacer = replacer
    }

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) throws(StreamError) {
        try replacer.write(bytes, into: &output)
    }

    mutating func flush(into output: inout Output) throws(StreamError) {
        try replacer.flush(into: &output)
    }

    mutating func finish(into output: inout Output) throws(StreamError) {
        try replacer.finish(into: &output)
        note.exceeded = replacer.exceeded
    }
}

private func pieces(_ body: [UInt8], _ cuts: [Int]) -> [[UInt8]] {
    var pieces: [[UInt8]] = []
    var rest = body[...]
    for cut in cuts {
        pieces.append(Array(rest.prefix(cut)))
        rest = rest.dropFirst(cut)
    }
    return pieces + [Array(rest)]
}
