// SPDX-License-Identifier: Apache-2.0
import BasicContainers

/// Splits the line of an inline command as Redis does: at blanks, with arguments in double quotes, which have escapes,
/// and in single quotes, which have one.
enum InlineArguments {
    /// What became of a line.
    enum Outcome {
        /// The ranges are those of the line itself.
        case inPlace
        /// The ranges are those of the unescaped bytes.
        case unescaped
        case unbalanced
        case tooMany
    }

    static func split(
        _ line: Span<UInt8>, most: Int, into ranges: inout UniqueArray<ArgumentRange>,
        unescaped: inout UniqueArray<UInt8>
    ) -> Outcome {
        var index = 0
        while true {
            while index < line.count, isSpace(line[index]) { index &+= 1 }
            guard index < line.count else { return .inPlace }
            let start = index
            while index < line.count, !endsWord(line[index]) {
                if isQuote(line[index]) {
                    ranges.removeAll(keepingCapacity: true)
                    return splitQuoted(line, most: most, into: &ranges, unescaped: &unescaped)
                }
                index &+= 1
            }
            guard ranges.count < most else { return .tooMany }
            ranges.append(ArgumentRange(start, index &- start))
        }
    }

    /// The same for a line with quotes. It comes out no longer than it is.
    private static func splitQuoted(
        _ line: Span<UInt8>, most: Int, into ranges: inout UniqueArray<ArgumentRange>,
        unescaped: inout UniqueArray<UInt8>
    ) -> Outcome {
        unescaped.removeAll(keepingCapacity: true)
        var index = 0
        while true {
            while index < line.count, isSpace(line[index]) { index &+= 1 }
            guard index < line.count else { return .unescaped }
            let start = unescaped.count
            word: while index < line.count, !endsWord(line[index]) {
                let byte = line[index]
                index &+= 1
                switch byte {
                case UInt8(ascii: "\""), UInt8(ascii: "'"):
                    guard let end = quoted(line, index, by: byte, into: &unescaped) else { return .unbalanced }
                    index = end
                    break word
                default: unescaped.append(byte)
                }
            }
            guard ranges.count < most else { return .tooMany }
            ranges.append(ArgumentRange(start, unescaped.count &- start))
        }
    }

    /// Takes what stands between quotes, from behind the opening one.
    ///
    /// - Returns: The position behind the closing one, or `nil` if there is none, or if no blank follows it.
    private static func quoted(
        _ line: Span<UInt8>, _ start: Int, by quote: UInt8, into unescaped: inout UniqueArray<UInt8>
    ) -> Int? {
        let isDouble = quote == UInt8(ascii: "\"")
        var index = start
        while index < line.count {
            let byte = line[index]
            if byte == quote {
                let next = index &+ 1
                return next == line.count || isSpace(line[next]) ? next : nil
            }
            guard byte == UInt8(ascii: "\\"), index &+ 1 < line.count else {
                unescaped.append(byte)
                index &+= 1
                continue
            }
            let escaped = line[index &+ 1]
            if !isDouble {
                // A backslash is one unless it is before a quote.
                let isEscape = escaped == quote
                unescaped.append(isEscape ? quote : byte)
                index &+= isEscape ? 2 : 1
            } else if escaped == UInt8(ascii: "x"), index &+ 3 < line.count,
                let high = hexDigit(line[index &+ 2]), let low = hexDigit(line[index &+ 3])
            {
                unescaped.append(high << 4 | low)
                index &+= 4
            } else {
                unescaped.append(control(escaped))
                index &+= 2
            }
        }
        return nil
    }

    /// What C's `isspace` takes.
    @inline(__always)
    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) }

    /// What ends a word: not quite the same, as in Redis.
    @inline(__always)
    private static func endsWord(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r") || byte == UInt8(ascii: "\n")
    }

    @inline(__always)
    private static func isQuote(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte &- UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte &- UInt8(ascii: "a") &+ 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte &- UInt8(ascii: "A") &+ 10
        default: nil
        }
    }

    private static func control(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "n"): UInt8(ascii: "\n")
        case UInt8(ascii: "r"): UInt8(ascii: "\r")
        case UInt8(ascii: "t"): UInt8(ascii: "\t")
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "a"): 0x07
        default: byte
        }
    }
}
