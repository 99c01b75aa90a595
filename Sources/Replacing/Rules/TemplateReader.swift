// SPDX-License-Identifier: Apache-2.0

/// Reads a template with `$1` in it.
struct TemplateReader {
    private let template: String
    private let pattern: Pattern
    private let bytes: [UInt8]
    private var index = 0
    private var text = Template()

    init(_ template: String, _ pattern: Pattern) {
        self.template = template
        self.pattern = pattern
        bytes = Array(template.utf8)
    }

    mutating func read() throws(RuleError) -> Template {
        while let byte = next() {
            switch byte {
            case UInt8(ascii: "\\"): try readEscape()
            case UInt8(ascii: "$"): try readReference()
            default: text.append(byte)
            }
        }
        text.end()
        return text
    }

    private mutating func next() -> UInt8? {
        guard let byte = peek() else { return nil }
        index += 1
        return byte
    }

    private func peek(_ ahead: Int = 0) -> UInt8? {
        bytes.indices.contains(index + ahead) ? bytes[index + ahead] : nil
    }

    private mutating func add(group: Int) throws(RuleError) {
        guard group <= pattern.groupCount else {
            throw RuleError(
                "'\(template)' uses group \(group), and the last group of the pattern is \(pattern.groupCount)")
        }
        text.append(group: group)
    }

    private mutating func readReference() throws(RuleError) {
        guard let byte = peek() else { return text.append(UInt8(ascii: "$")) }
        if byte == UInt8(ascii: "&") {
            index += 1
            return try add(group: 0)
        }
        if let digit = Self.digit(byte) {
            index += 1
            guard let second = peek().flatMap(Self.digit) else { return try add(group: digit) }
            index += 1
            return try add(group: digit * 10 + second)
        }
        if byte == UInt8(ascii: "+"), peek(1) == UInt8(ascii: "{") { index += 1 }
        guard peek() == UInt8(ascii: "{") else { return text.append(UInt8(ascii: "$")) }
        index += 1
        try readName()
    }

    /// Reads `name}` or `12}`.
    private mutating func readName() throws(RuleError) {
        var name: [UInt8] = []
        while let byte = next(), byte != UInt8(ascii: "}") { name.append(byte) }
        guard bytes[index - 1] == UInt8(ascii: "}") else {
            throw RuleError("'\(template)' lacks the } of a group's name")
        }
        let text = String(decoding: name, as: UTF8.self)
        if name.count <= 3, name.allSatisfy({ Self.digit($0) != nil }), let number = Int(text) {
            return try add(group: number)
        }
        guard let group = pattern.group(named: text) else {
            throw RuleError("'\(template)' uses the group '\(text)', which the pattern does not have")
        }
        try add(group: group)
    }

    private mutating func readEscape() throws(RuleError) {
        guard let byte = next() else { throw RuleError("'\(template)' ends in a backslash: write \\\\ for one") }
        switch byte {
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "a"): text.append(0x07)
        case UInt8(ascii: "e"): text.append(0x1B)
        case UInt8(ascii: "0"): text.append(0)
        case UInt8(ascii: "x"): try readHexadecimal()
        case UInt8(ascii: "1")...UInt8(ascii: "9"): try add(group: Int(byte - UInt8(ascii: "0")))
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"):
            throw RuleError("'\\\(Character(Unicode.Scalar(byte)))' means nothing in a replacement")
        default: text.append(byte)
        }
    }

    private mutating func readHexadecimal() throws(RuleError) {
        guard let first = peek().flatMap(Self.hexadecimal), let second = peek(1).flatMap(Self.hexadecimal) else {
            throw RuleError("'\(template)' needs two hexadecimal digits behind \\x")
        }
        index += 2
        text.append(first << 4 | second)
    }

    private static func digit(_ byte: UInt8) -> Int? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte - UInt8(ascii: "0"))
        default: nil
        }
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        Character(Unicode.Scalar(byte)).hexDigitValue.map { UInt8(truncatingIfNeeded: $0) }
    }
}
