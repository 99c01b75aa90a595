// SPDX-License-Identifier: Apache-2.0

/// Whether a word is one of ours, which is in lower case; capitals do not count.
func matches(_ word: Span<UInt8>, _ own: String) -> Bool {
    let text = own.utf8Span.span
    guard word.count == text.count else { return false }
    for index in word.indices {
        var byte = word[index]
        if UInt8(ascii: "A") <= byte, byte <= UInt8(ascii: "Z") { byte |= 0x20 }
        if byte != text[index] { return false }
    }
    return true
}

/// The integer that a word is, as Redis reads it: no sign but a minus, no zero before it, no space.
func integer(_ word: Span<UInt8>) -> Int64? { RESPInteger.parse(word) }

extension String {
    /// Bytes as text; what is no UTF-8 becomes U+FFFD.
    init(lenient bytes: Span<UInt8>) {
        self.init(decoding: [UInt8](copying: bytes), as: UTF8.self)
    }
}
