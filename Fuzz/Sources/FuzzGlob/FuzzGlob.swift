// SPDX-License-Identifier: Apache-2.0
import FuzzSupport
import RESPEngine

/// A pattern matches what it matches when it is followed step by step, trying all that a star may take.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let first = input.byte()
    let ignoringCase = first & 128 != 0
    let pattern = input.bytes(Int(first & 31))
    let text = input.remaining()
    let matches = Glob.matches(pattern.span, text.span, ignoringCase: ignoringCase)
    let short = Array(text.prefix(24))
    let expected = follow(pattern, short, ignoringCase)
    if Glob.matches(pattern.span, short.span, ignoringCase: ignoringCase) != expected {
        finding("\(pattern) and \(short): \(!expected), should be \(expected)")
    }
    // Without a backslash or a bracket a text is a pattern for itself, and so it is escaped.
    let escaped = text.flatMap { [UInt8(ascii: "\\"), $0] }
    if !Glob.matches(escaped.span, text.span) { finding("\(text) does not match itself") }
    if matches, !text.isEmpty {
        let longer = pattern + [UInt8(ascii: "*")]
        // A star behind an unfinished class or a backslash is part of it.
        if !pattern.contains(UInt8(ascii: "[")), !pattern.contains(UInt8(ascii: "\\")),
            !Glob.matches(longer.span, text.span, ignoringCase: ignoringCase)
        {
            finding("\(pattern) matches \(text), and with a star it does not")
        }
    }
    return 0
}

/// The states of the pattern after each byte, as a set: another way to the same answer, with the pattern taken apart
/// before.
private func follow(_ pattern: [UInt8], _ text: [UInt8], _ ignoringCase: Bool) -> Bool {
    guard !text.isEmpty else { return pattern.isEmpty }
    let parts = take(pattern)
    var states = closure([0], parts)
    for byte in text {
        var next: Set<Int> = []
        for state in states where state < parts.count {
            // One byte is matched with one part alone: the pattern between two stars is what the engine is asked for.
            let (part, one) = (parts[state], [byte])
            if part == [UInt8(ascii: "*")] {
                next.insert(state)
            } else if Glob.matches(part.span, one.span, ignoringCase: ignoringCase) {
                next.insert(state + 1)
            }
        }
        states = closure(next, parts)
    }
    return states.contains(parts.count)
}

private func closure(_ states: Set<Int>, _ parts: [[UInt8]]) -> Set<Int> {
    var states = states
    for index in parts.indices where states.contains(index) && parts[index] == [UInt8(ascii: "*")] {
        states.insert(index + 1)
    }
    return states
}

/// The parts of a pattern, each of which matches one byte, or is a star.
private func take(_ pattern: [UInt8]) -> [[UInt8]] {
    var parts: [[UInt8]] = []
    var rest = pattern[...]
    while let first = rest.first {
        var length = 1
        if first == UInt8(ascii: "\\"), rest.count > 1 { length = 2 }
        if first == UInt8(ascii: "[") { length = lengthOfClass(rest) }
        parts.append(Array(rest.prefix(length)))
        rest = rest.dropFirst(length)
    }
    return parts
}

private func lengthOfClass(_ rest: ArraySlice<UInt8>) -> Int {
    let bytes = Array(rest)
    var at = 1
    if at < bytes.count, bytes[at] == UInt8(ascii: "^") { at += 1 }
    while at < bytes.count, bytes[at] != UInt8(ascii: "]") {
        if bytes[at] == UInt8(ascii: "\\"), at + 1 < bytes.count {
            at += 2
        } else {
            at += at + 2 < bytes.count && bytes[at + 1] == UInt8(ascii: "-") ? 3 : 1
        }
    }
    return min(at + 1, bytes.count)
}
