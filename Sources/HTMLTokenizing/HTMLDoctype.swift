// SPDX-License-Identifier: Apache-2.0

/// What a DOCTYPE says: 13.2.5.53 to 13.2.5.68. Where things are in the bytes, as they are written.
public struct HTMLDoctype: Equatable, Sendable {
    /// The name, in `<!DOCTYPE html>` that of `html`.
    public private(set) var name: Range<Int>?
    /// The public identifier, without its quotes.
    public private(set) var publicIdentifier: Range<Int>?
    /// The system identifier, without its quotes.
    public private(set) var systemIdentifier: Range<Int>?
    /// Whether it is so wrong that browsers use quirks mode whatever it says.
    public private(set) var forcesQuirks = false

    /// Reads a DOCTYPE in the bytes it was found in; `nil` for other tokens.
    public init?(of token: HTMLToken, in bytes: Span<UInt8>) {
        guard token.kind == .doctype else { return nil }
        let end = min(token.range.upperBound, bytes.count)
        let isClosed = end > 0 && bytes[end - 1] == 0x3E
        var reader = Reader(bytes: bytes, index: max(token.range.lowerBound, 0) &+ 9, end: isClosed ? end - 1 : end)
        read(&reader, isClosed)
    }

    private mutating func read(_ reader: inout Reader, _ isClosed: Bool) {
        reader.skipSpace()
        guard reader.byte != nil else {
            forcesQuirks = true
            return
        }
        name = reader.word()
        reader.skipSpace()
        guard reader.byte != nil else {
            forcesQuirks = !isClosed
            return
        }
        let isPublic = reader.takes(.public)
        guard isPublic || reader.takes(.system) else {
            forcesQuirks = true
            return
        }
        reader.skipSpace()
        guard let identifier = reader.quoted() else {
            forcesQuirks = true
            return
        }
        guard !isPublic else {
            publicIdentifier = identifier.range
            guard identifier.isClosed else {
                forcesQuirks = true
                return
            }
            reader.skipSpace()
            guard reader.byte != nil else {
                forcesQuirks = !isClosed
                return
            }
            guard let second = reader.quoted() else {
                forcesQuirks = true
                return
            }
            systemIdentifier = second.range
            guard second.isClosed else {
                forcesQuirks = true
                return
            }
            reader.skipSpace()
            forcesQuirks = reader.byte == nil && !isClosed
            return
        }
        systemIdentifier = identifier.range
        guard identifier.isClosed else {
            forcesQuirks = true
            return
        }
        reader.skipSpace()
        // What else there is does no harm here.
        forcesQuirks = reader.byte == nil && !isClosed
    }

    private struct Reader: ~Escapable {
        let bytes: Span<UInt8>
        var index: Int
        let end: Int

        @_lifetime(copy bytes)
        init(bytes: Span<UInt8>, index: Int, end: Int) {
            self.bytes = bytes
            self.index = index
            self.end = end
        }

        var byte: UInt8? { index >= 0 && index < end && index < bytes.count ? bytes[index] : nil }

        @_lifetime(self: copy self)
        mutating func skipSpace() {
            while let byte, byte.isHTMLSpace { index &+= 1 }
        }

        @_lifetime(self: copy self)
        mutating func word() -> Range<Int> {
            let start = index
            while let byte, !byte.isHTMLSpace { index &+= 1 }
            return Range(start, to: index)
        }

        @_lifetime(self: copy self)
        mutating func takes(_ word: StaticWord) -> Bool {
            guard end &- index >= 6, bytes.matches(word, at: index) == true else { return false }
            index &+= 6
            return true
        }

        @_lifetime(self: copy self)
        mutating func quoted() -> (range: Range<Int>, isClosed: Bool)? {
            guard let quote = byte, quote == 0x22 || quote == 0x27 else { return nil }
            index &+= 1
            let start = index
            while let byte, byte != quote { index &+= 1 }
            let range = Range(start, to: index)
            guard byte != nil else { return (range, false) }
            index &+= 1
            return (range, true)
        }
    }
}
