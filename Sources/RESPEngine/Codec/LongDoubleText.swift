// SPDX-License-Identifier: Apache-2.0

/// Text and floating point numbers, each exactly from the other.
enum LongDoubleText {
    typealias Value = LongDouble.Value

    // MARK: Reading

    /// The value of what C's `strtold` takes whole, but for NaN, what overflows and what becomes zero without being it.
    static func parse(_ text: Span<UInt8>) -> Value? {
        let isNegative = text.count > 0 && text[0] == UInt8(ascii: "-")
        let isSigned = isNegative || (text.count > 0 && text[0] == UInt8(ascii: "+"))
        let start = isSigned ? 1 : 0
        if isWord(text, start, "inf") || isWord(text, start, "infinity") { return isNegative ? -.infinity : .infinity }
        let isHex =
            text.count &- start > 2 && text[start] == UInt8(ascii: "0") && text[start &+ 1] | 0x20 == UInt8(ascii: "x")
        guard let isZero = isHex ? checkHex(text, start &+ 2) : checkDecimal(text, start) else { return nil }
        // The form is checked: what Swift takes besides does not matter.
        guard let value = Value(String(decoding: [UInt8](copying: text), as: UTF8.self)) else { return nil }
        return value.isFinite && (isZero || !value.isZero) ? value : nil
    }

    /// Whether the rest is a word, in either case.
    private static func isWord(_ text: Span<UInt8>, _ start: Int, _ word: StaticString) -> Bool {
        let word = word.description.utf8Span.span
        guard text.count &- start == word.count else { return false }
        for index in word.indices where text[start &+ index] | 0x20 != word[index] { return false }
        return true
    }

    /// Whether the digits are all zeros; `nil` if the rest is no decimal number.
    private static func checkDecimal(_ text: Span<UInt8>, _ start: Int) -> Bool? {
        check(text, start, exponent: UInt8(ascii: "e")) { $0 &- UInt8(ascii: "0") < 10 }
    }

    private static func checkHex(_ text: Span<UInt8>, _ start: Int) -> Bool? {
        check(text, start, exponent: UInt8(ascii: "p")) {
            $0 &- UInt8(ascii: "0") < 10 || ($0 | 0x20) &- UInt8(ascii: "a") < 6
        }
    }

    private static func check(
        _ text: Span<UInt8>, _ start: Int, exponent: UInt8, isDigit: (UInt8) -> Bool
    ) -> Bool? {
        var index = start
        var digits = 0
        var isZero = true
        var hasPoint = false
        while index < text.count {
            let byte = text[index]
            if isDigit(byte) {
                digits &+= 1
                if byte != UInt8(ascii: "0") { isZero = false }
            } else if byte == UInt8(ascii: "."), !hasPoint {
                hasPoint = true
            } else {
                break
            }
            index &+= 1
        }
        guard digits > 0 else { return nil }
        guard index < text.count else { return isZero }
        guard text[index] | 0x20 == exponent else { return nil }
        index &+= 1
        if index < text.count, text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+") { index &+= 1 }
        guard index < text.count else { return nil }
        while index < text.count {
            guard text[index] &- UInt8(ascii: "0") < 10 else { return nil }
            index &+= 1
        }
        return isZero
    }

    // MARK: Writing

    private static let fraction = 17
    /// 10¹⁷.
    private static let scale: UInt64 = 100_000_000_000_000_000

    /// What C's `%.17Lf` writes, without zeros behind the last digit, the point of a whole number, and a zero's sign.
    static func format(_ value: Value) -> [UInt8] {
        let magnitude = value.magnitude
        guard magnitude.isFinite else { return [UInt8(ascii: "0")] }
        // What is left has no fewer bits than its type.
        guard magnitude >= Value.leastNormalMagnitude else { return [UInt8(ascii: "0")] }
        // The value is `mantissa` · 2^-shift: exact, as neither type has more than 64 bits.
        let mantissa = 1 << UInt64(Value.significandBitCount) | UInt64(magnitude.significandBitPattern)
        let shift = Value.significandBitCount - Int(magnitude.exponent)
        var text: [UInt8]
        if shift > 0 {
            text = small(mantissa, shift)
        } else {
            text = whole(mantissa, shiftedBy: 0 - shift)
        }
        let isZero = text.count == 1 && text.first == UInt8(ascii: "0")
        if value < 0, !isZero { text.insert(UInt8(ascii: "-"), at: 0) }
        return text
    }

    /// A number below 2⁶⁴, rounded to 17 digits behind the point: half to even.
    private static func small(_ mantissa: UInt64, _ shift: Int) -> [UInt8] {
        // Below 2¹²¹, so that 10¹⁷ times the number is below one half from here on.
        guard shift < 122 else { return [UInt8(ascii: "0")] }
        let scaled = UInt128(mantissa) * UInt128(scale)
        var rounded = scaled >> UInt128(shift)
        let rest = scaled & ((UInt128(1) << UInt128(shift)) - 1)
        let half = UInt128(1) << UInt128(shift - 1)
        if rest > half || (rest == half && rounded & 1 == 1) { rounded += 1 }
        let (integer, digits) = rounded.quotientAndRemainder(dividingBy: UInt128(scale))
        var text = Array(String(UInt64(truncatingIfNeeded: integer)).utf8)
        guard digits > 0 else { return text }
        text.append(UInt8(ascii: "."))
        append(UInt64(truncatingIfNeeded: digits), width: fraction, to: &text)
        while text.last == UInt8(ascii: "0") { text.removeLast() }
        return text
    }

    /// A whole number of up to 16,384 bits.
    private static func whole(_ mantissa: UInt64, shiftedBy shift: Int) -> [UInt8] {
        let (words, bits) = shift.quotientAndRemainder(dividingBy: 64)
        // The lowest first.
        var limbs = [UInt64](repeating: 0, count: words)
        limbs.append(mantissa << UInt64(bits))
        limbs.append(bits == 0 ? 0 : mantissa >> UInt64(64 - bits))
        // Nineteen digits at a time, the lowest first.
        let base: UInt64 = 10_000_000_000_000_000_000
        var groups: [UInt64] = []
        while limbs.last == 0 { limbs.removeLast() }
        while !limbs.isEmpty {
            var rest: UInt64 = 0
            for index in limbs.indices.reversed() {
                // The rest is below the divisor: so the quotient fits.
                (limbs[index], rest) = base.dividingFullWidth((rest, limbs[index]))
            }
            groups.append(rest)
            while limbs.last == 0 { limbs.removeLast() }
        }
        var text = Array(String(groups.last ?? 0).utf8)
        for group in groups.dropLast().reversed() { append(group, width: 19, to: &text) }
        return text
    }

    /// A number with zeros before it.
    private static func append(_ value: UInt64, width: Int, to text: inout [UInt8]) {
        let digits = String(value).utf8
        text.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: max(width - digits.count, 0)))
        text.append(contentsOf: digits)
    }
}
