// SPDX-License-Identifier: Apache-2.0
import HTMLTokenizing
import HTTPD

/// The parameter `charset` of a Content-Type.
extension MediaType {
    /// The encoding that it names; of several the first that is not empty. `nil` if there is none, or it is not known.
    var charset: HTMLEncoding? {
        for parameter in parts.dropFirst() {
            guard let label = Self.label(parameter.utf8), !label.isEmpty else { continue }
            return HTMLEncoding(label: label.span)
        }
        return nil
    }

    /// The same with `charset=utf-8` in the place of what it names, and all other parameters.
    var inUTF8: MediaType {
        let others = parts.filter { Self.label($0.utf8) == nil }
        return MediaType(rawValue: others.joined(separator: ";") + "; charset=utf-8")
    }

    /// The type and its parameters, as they stand between semicolons that are in no quotes.
    private var parts: [Substring] {
        var parts: [Substring] = []
        var start = rawValue.startIndex
        var isQuoted = false
        var isEscaped = false
        for index in rawValue.utf8.indices {
            switch rawValue.utf8[index] {
            case _ where isEscaped: isEscaped = false
            case UInt8(ascii: "\\") where isQuoted: isEscaped = true
            case UInt8(ascii: "\""): isQuoted.toggle()
            case UInt8(ascii: ";") where !isQuoted:
                parts.append(rawValue[start..<index])
                start = rawValue.utf8.index(after: index)
            default: break
            }
        }
        parts.append(rawValue[start...])
        return parts
    }

    /// The value of a parameter, if that is `charset`.
    private static func label(_ parameter: Substring.UTF8View) -> [UInt8]? {
        guard let equals = parameter.firstIndex(of: UInt8(ascii: "=")) else { return nil }
        let name = trimmed(parameter[..<equals])
        guard name.count == 7, zip(name, "charset".utf8).allSatisfy({ $0 | 0x20 == $1 }) else { return nil }
        // No label has a backslash or quotes in it.
        return Array(trimmed(parameter[parameter.index(after: equals)...]))
    }

    /// Without the white space and the quotes around it.
    private static func trimmed(_ text: Substring.UTF8View) -> Substring.UTF8View {
        func isMark(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x22 || byte == 0x27 }
        let start = text.drop(while: isMark)
        guard let end = start.lastIndex(where: { !isMark($0) }) else { return start.prefix(0) }
        return start[...end]
    }
}
