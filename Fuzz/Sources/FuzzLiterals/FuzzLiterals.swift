// SPDX-License-Identifier: Apache-2.0
import FuzzSupport
import HTTPDTesting
import Replacing
import Streaming

/// Many literals with fixed texts, cut where the input says, against a look at each place of the whole.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    var chance = Chance(input.bytes(6))
    let literals = literals(1 + Int(input.byte()) % 120, shortest: 4 + Int(input.byte()) % 8, &chance)
    let cuts = input.bytes(Int(input.byte() % 24)).map { Int($0 % 64) + 1 }
    // A byte of the input is a few of the body: a literal, the beginning of one, or a letter.
    var body: [UInt8] = []
    for byte in input.remaining().prefix(400) {
        let literal = literals[chance.below(literals.count)].bytes
        switch byte % 4 {
        case 0: body += literal
        case 1: body += literal.prefix(Int(byte) / 4 % literal.count)
        default: body.append(letters[Int(byte) % letters.count])
        }
    }
    let rules = literals.enumerated().compactMap { number, literal in
        try? ReplaceRule(
            literal: String(decoding: literal.bytes, as: UTF8.self), ignoresCase: literal.ignoresCase, isOnce: false,
            with: .bytes(text(number)))
    }
    guard rules.count == literals.count, let set = try? RuleSet(rules) else { finding("no rules of \(literals)") }
    let expected = replaced(body, literals)
    do throws(StreamError) {
        let result = try TransformRun.output(
            of: try Replacer(set, limits: ReplaceLimits()), fed: pieces(body, cuts), flushing: cuts.count % 2 == 0)
        if result != expected { finding("\(literals), \(body) cut \(cuts): \(result) instead of \(expected)") }
    } catch {
        finding("\(error)")
    }
    return 0
}

private let letters = Array("aabAB c-\n".utf8)

private struct Literal {
    let bytes: [UInt8]
    let ignoresCase: Bool
}

/// Numbers that the input chooses.
private struct Chance {
    private var state: UInt64

    init(_ bytes: [UInt8]) {
        state = bytes.reduce(0x9E37_79B9_7F4A_7C15) { ($0 ^ UInt64($1)) &* 0x0100_0000_01B3 } | 1
    }

    mutating func below(_ limit: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state >> 33) % limit
    }
}

private func literals(_ count: Int, shortest: Int, _ chance: inout Chance) -> [Literal] {
    let ignoresCase = chance.below(3)
    return (0..<count).map { _ in
        // Now and then one that is longer than a search of its own takes.
        let length = shortest + chance.below(chance.below(50) == 0 ? 300 : 12)
        return Literal(
            bytes: (0..<length).map { _ in letters[chance.below(letters.count)] },
            ignoresCase: ignoresCase == 0 || ignoresCase == 1 && chance.below(2) == 0)
    }
}

private func text(_ number: Int) -> [UInt8] { number % 5 == 0 ? [] : Array("<\(number)>".utf8) }

/// At each place, the first literal that is there.
private func replaced(_ body: [UInt8], _ literals: [Literal]) -> [UInt8] {
    func small(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }
    func isThere(_ literal: Literal, _ place: Int) -> Bool {
        guard body.count - place >= literal.bytes.count else { return false }
        return zip(literal.bytes, body[place...]).allSatisfy {
            literal.ignoresCase ? small($0) == small($1) : $0 == $1
        }
    }
    var result: [UInt8] = []
    var place = 0
    while place < body.count {
        if let number = literals.firstIndex(where: { isThere($0, place) }) {
            result += text(number)
            place += literals[number].bytes.count
        } else {
            result.append(body[place])
            place += 1
        }
    }
    return result
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
