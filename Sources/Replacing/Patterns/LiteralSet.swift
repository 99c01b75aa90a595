// SPDX-License-Identifier: Apache-2.0
internal import CPatterns

/// Many texts to be found all at once, each of a rule of its own.
final class LiteralSet: Sendable {
    /// One of the texts.
    struct Text: Sendable {
        let bytes: [UInt8]
        let ignoresCase: Bool
        /// The number of its rule; those of later texts are higher.
        let rule: Int
    }

    let literals: cpatterns_literals
    private let texts: [Text]
    /// The texts that begin with a byte.
    private let byFirstByte: [[Int]]

    /// Whether vectorscan takes such a text: none of more than 16,000 bytes, and none that begins with a zero, which it has
    /// for an empty one.
    static func takes(_ bytes: [UInt8]) -> Bool { bytes.first != 0 && bytes.count < 16_000 }

    /// `nil` when memory runs out, and for texts of no bytes.
    ///
    /// - Parameter isNarrow: Whether the widest steps of this machine are not taken.
    init?(_ texts: [Text], isNarrow: Bool = false) {
        guard let literals = cpatterns_literals_make() else { return nil }
        literals.is_narrow = isNarrow
        var byFirstByte = [[Int]](repeating: [], count: 256)
        for (index, text) in texts.enumerated() {
            guard let first = text.bytes.first,
                cpatterns_literals_add(literals, text.bytes.span, text.ignoresCase)
            else { return nil }
            byFirstByte[Int(first)].append(index)
            let other = Self.otherCase(first)
            if text.ignoresCase, other != first { byFirstByte[Int(other)].append(index) }
        }
        guard cpatterns_literals_compile(literals) else { return nil }
        self.literals = literals
        self.texts = texts
        self.byFirstByte = byFirstByte
    }

    /// The length of the longest text.
    var longest: Int { Int(clamping: literals.longest) }

    /// The rule of each text.
    var rules: [Int] { texts.map(\.rule) }

    /// The numbers of the texts whose rules do not count.
    func inactive(_ active: [Bool]) -> [UInt32] {
        texts.indices.filter { !active[texts[$0].rule] }.map { UInt32(clamping: $0) }
    }

    /// A text by its number in the order in which they were given.
    func text(_ index: UInt32) -> Text? {
        texts.indices.contains(Int(index)) ? texts[Int(index)] : nil
    }

    /// The places at the end of `span` where a text begins that is cut off there, at or after `start`, in order, with the
    /// first rule of those texts.
    ///
    /// - Parameter active: Whether each rule counts; empty if all do.
    func cutOff(atEndOf span: Span<UInt8>, from start: Int, _ active: [Bool], into places: inout [Cut]) {
        places.removeAll(keepingCapacity: true)
        var place = max(start, span.count - (longest - 1))
        while place < span.count {
            for index in byFirstByte[Int(span[place])]
            where begins(texts[index], at: place, in: span) && (active.isEmpty || active[texts[index].rule]) {
                places.append(Cut(start: place, rule: texts[index].rule))
                break
            }
            place += 1
        }
    }

    /// Whether what begins at `place` is the beginning of the text, and not all of it.
    private func begins(_ text: Text, at place: Int, in span: Span<UInt8>) -> Bool {
        guard text.bytes.count > span.count - place else { return false }
        for (offset, byte) in text.bytes.prefix(span.count - place).enumerated() {
            let found = span[place + offset]
            guard found == byte || text.ignoresCase && Self.otherCase(found) == byte else { return false }
        }
        return true
    }

    /// An ASCII letter in the other case; any other byte as it is.
    private static func otherCase(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): byte ^ 0x20
        default: byte
        }
    }
}
