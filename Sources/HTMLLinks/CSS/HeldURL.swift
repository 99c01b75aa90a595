// SPDX-License-Identifier: Apache-2.0

/// A URL in CSS that may turn out to be mapped: as it is written, what it means, and which part means what.
struct HeldURL {
    private(set) var raw: [UInt8] = []
    private(set) var decoded: [UInt8] = []
    /// Where in `raw` each byte of `decoded` begins.
    private var places: [Int] = []
    /// Where the URL ends in `raw`, if there is space behind it.
    private var end: Int?
    private var isSpoiled = false
    /// The first byte of `decoded` that URLs are not stripped of.
    private(set) var first: UInt8?
    /// Where the character begins that is being read.
    private var character = 0

    mutating func begin() {
        raw.removeAll(keepingCapacity: true)
        decoded.removeAll(keepingCapacity: true)
        places.removeAll(keepingCapacity: true)
        end = nil
        isSpoiled = false
        first = nil
        character = 0
    }

    mutating func append(raw byte: UInt8) { raw.append(byte) }

    /// The byte that was appended last begins a character.
    mutating func beginCharacter() { character = raw.count &- 1 }

    mutating func append(decoded byte: UInt8) {
        // NUL is U+FFFD, like whatever is no character.
        let byte = byte == 0 ? 0xFF : byte
        if first == nil, byte > 0x20 { first = byte }
        decoded.append(byte)
        places.append(character)
    }

    /// The byte that was appended last is no part of the URL, which ends before it.
    mutating func endBefore() {
        if end == nil { end = raw.count &- 1 }
    }

    /// What is read turned out to be no URL.
    mutating func spoil() { isSpoiled = true }

    /// What in `raw` is replaced, and by what, if the URL is mapped.
    ///
    /// - Parameter isCut: Whether the URL goes on: then nothing is decided that depends on its end.
    func edit(_ map: borrowing URLMap, isCut: Bool) -> URLMap.Edit? {
        guard !isSpoiled, let edit = map.map(decoded.span) else { return nil }
        let lower = edit.range.lowerBound, upper = edit.range.upperBound
        guard !isCut || upper < decoded.count &- 2, lower < places.count else { return nil }
        let start = places[lower]
        let stop = upper < places.count ? places[upper] : end ?? raw.count
        return URLMap.Edit(range: Range(start, to: stop), text: edit.text)
    }
}
