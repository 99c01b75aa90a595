// SPDX-License-Identifier: Apache-2.0
import HTMLTokenizing
import Streaming

/// How content is written, so that it stays what and where it is.
struct Writing: Sendable {
    /// Whether the page's encoding is UTF-8. In others only ASCII is written, and references for the rest.
    var isUTF8: Bool

    /// Content where tags are tags: between elements, and in most of them.
    func append(_ content: HTMLContent, to output: inout [UInt8]) {
        if content.isText { appendText(content.bytes.span, to: &output) } else { output += content.bytes }
    }

    /// Content of an element, or in the place of text, that is read in a mode.
    func append(
        _ content: HTMLContent, in mode: TextMode, of name: Span<UInt8>, to output: inout [UInt8]
    ) throws(StreamError) {
        guard content.isText else {
            output += content.bytes
            return
        }
        switch mode {
        case .data, .rcdata: appendText(content.bytes.span, to: &output)
        case .cdata: try appendRaw(content.bytes, without: ["]]>"], to: &output)
        case .rawtext: try appendRaw(content.bytes, without: ["</" + String(repairing: name)], to: &output)
        // What opens a comment in a script hides its end tag.
        case .script: try appendRaw(content.bytes, without: ["</script", "<script", "<!--"], to: &output)
        case .plaintext: try appendRaw(content.bytes, without: [], to: &output)
        }
    }

    /// Text that cannot be escaped where it goes: it must not hold what ends it.
    private func appendRaw(
        _ bytes: [UInt8], without words: [String], to output: inout [UInt8]
    ) throws(StreamError) {
        for word in words where bytes.span.contains(word) {
            throw StreamError("text with \(word) in it cannot be put here: it would end the text around it")
        }
        guard isUTF8 || bytes.allSatisfy({ $0 < 0x80 }) else {
            throw StreamError("text that is not ASCII cannot be put here: the page is not in UTF-8")
        }
        output += bytes
    }

    private func appendText(_ bytes: Span<UInt8>, to output: inout [UInt8]) {
        appendEscaped(bytes, isAttribute: false, to: &output)
    }

    /// `name="value"`, with the value escaped. It is in UTF-8, or a raw one in the page's encoding, in which what is escaped
    /// is never a part of another character.
    func appendAttribute(
        _ name: Span<UInt8>, _ value: Span<UInt8>, isRaw: Bool = false, to output: inout [UInt8]
    ) {
        for index in name.indices { output.append(name[index]) }
        output += [UInt8(ascii: "="), UInt8(ascii: "\"")]
        (isRaw ? Writing(isUTF8: true) : self).appendEscaped(value, isAttribute: true, to: &output)
        output.append(UInt8(ascii: "\""))
    }

    private func appendEscaped(_ bytes: Span<UInt8>, isAttribute: Bool, to output: inout [UInt8]) {
        guard isUTF8 else {
            for scalar in String(repairing: bytes).unicodeScalars {
                if scalar.isASCII {
                    appendEscaped(UInt8(truncatingIfNeeded: scalar.value), isAttribute, to: &output)
                } else {
                    output += "&#\(scalar.value);".utf8
                }
            }
            return
        }
        for index in bytes.indices { appendEscaped(bytes[index], isAttribute, to: &output) }
    }

    private func appendEscaped(_ byte: UInt8, _ isAttribute: Bool, to output: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "&"): output += "&amp;".utf8
        case UInt8(ascii: "<"): output += "&lt;".utf8
        case UInt8(ascii: ">"): output += "&gt;".utf8
        case UInt8(ascii: "\"") where isAttribute: output += "&quot;".utf8
        // A browser reads it as a line feed if it is not a reference.
        case 0x0D: output += "&#13;".utf8
        default: output.append(byte)
        }
    }
}

extension String {
    /// UTF-8, with U+FFFD for what is none.
    init(repairing bytes: Span<UInt8>) {
        self = String(decoding: [UInt8](copying: bytes), as: UTF8.self)
    }
}

extension [UInt8] {
    init(copying bytes: Span<UInt8>) {
        self = []
        reserveCapacity(bytes.count)
        for index in bytes.indices { append(bytes[index]) }
    }
}

extension Span where Element == UInt8 {
    /// Whether `word`, which is in small letters, is somewhere in these bytes, in either case.
    func contains(_ word: String) -> Bool {
        let word = Array(word.utf8)
        guard let first = word.first, count >= word.count else { return false }
        for start in 0...(count - word.count) where self[start].lowercased == first {
            if extracting(start..<(start + word.count)).isName(word.span) { return true }
        }
        return false
    }

    /// Whether these bytes are `name`, which is in small letters, in either case.
    func isName(_ name: Span<UInt8>) -> Bool { HTMLText.isName(self, 0..<count, name) }
}

extension UInt8 {
    var lowercased: UInt8 { self >= 0x41 && self <= 0x5A ? self | 0x20 : self }
    var isLetter: Bool { (self | 0x20) >= 0x61 && (self | 0x20) <= 0x7A }
    var isSpace: Bool { self == 0x20 || self == 0x0A || self == 0x09 || self == 0x0D || self == 0x0C }
}
