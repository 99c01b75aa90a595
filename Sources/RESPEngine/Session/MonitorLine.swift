// SPDX-License-Identifier: Apache-2.0

/// A line of `MONITOR`: when, which database, who, and the words in quotes.
public enum MonitorLine {
    /// The line, as a status reply.
    ///
    /// - Parameters:
    ///   - arguments: The words.
    ///   - database: The number of the database.
    ///   - address: Who sent them.
    ///   - moment: When, in microseconds since 1970.
    public static func encode(
        _ arguments: borrowing Arguments, database: Int, address: String, _ moment: Int64
    ) -> [UInt8] {
        let fraction = String(moment % 1_000_000)
        let zeros = String(repeating: "0", count: max(0, 6 - fraction.count))
        var line = Array("+\(moment / 1_000_000).\(zeros)\(fraction) [\(database) \(address)]".utf8)
        for place in 0..<arguments.count {
            line.append(UInt8(ascii: " "))
            if isSecret(place, arguments) {
                line += "\"(redacted)\"".utf8
            } else {
                append(arguments[place], to: &line)
            }
        }
        line += "\r\n".utf8
        return line
    }

    /// Whether a word is a name or a password behind `AUTH`.
    private static func isSecret(_ place: Int, _ arguments: borrowing Arguments) -> Bool {
        if place == 0 { return false }
        if matches(arguments[0], "auth") { return true }
        guard matches(arguments[0], "hello") else { return false }
        return matches(arguments[place - 1], "auth") || (place > 1 && matches(arguments[place - 2], "auth"))
    }

    private static let digits = Array("0123456789abcdef".utf8)

    private static func append(_ word: Span<UInt8>, to line: inout [UInt8]) {
        line.append(UInt8(ascii: "\""))
        for index in word.indices {
            let byte = word[index]
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): line += [UInt8(ascii: "\\"), byte]
            case 0x0A: line += "\\n".utf8
            case 0x0D: line += "\\r".utf8
            case 0x09: line += "\\t".utf8
            case 0x07: line += "\\a".utf8
            case 0x08: line += "\\b".utf8
            case 0x20...0x7E: line.append(byte)
            default:
                line += "\\x".utf8
                // Half a byte is below the number of digits.
                line.append(digits[Int(byte >> 4)])
                line.append(digits[Int(byte & 15)])
            }
        }
        line.append(UInt8(ascii: "\""))
    }
}
