// SPDX-License-Identifier: Apache-2.0
import HTMLTokenizing
import Streaming

extension HTMLRewriter {
    /// Keeps what is put in here, or what follows what is left out, from becoming part of what the text before it begins: in
    /// `a <<b>c</b>` the text ends in `<`, and in `R&D` it may become another reference.
    ///
    /// An empty comment ends both, and a line feed where there are no comments.
    func separate(at place: Int, _ window: Span<UInt8>, mode: TextMode, into output: inout Output) {
        guard needsSeparation(at: place, window, behind: tail.span, mode) else { return }
        output.insert(mode == .data ? "<!---->" : "\n")
    }

    /// The same behind text that is held, before which there is a tag or nothing.
    func separate(behind text: Span<UInt8>, mode: TextMode, into output: inout Output) {
        guard needsSeparation(at: text.count, text, behind: Span(), mode) else { return }
        output.insert(mode == .data ? "<!---->" : "\n")
    }

    /// Whether the page ends in `</`, which no comment is apart from.
    var endsInEndTag: Bool { tail.span.endsInEndTag }

    /// Notes what is before the next window.
    mutating func remember(_ window: Span<UInt8>, upTo end: Int) {
        let fresh = min(end, Self.longestTail)
        let surplus = tail.count + fresh - Self.longestTail
        if surplus > 0 { tail.removeFirst(min(surplus, tail.count)) }
        for index in (end - fresh)..<end { tail.append(window[index]) }
    }

    func needsSeparation(
        at place: Int, _ window: Span<UInt8>, behind tail: Span<UInt8>, _ mode: TextMode
    ) -> Bool {
        for count in 0..<Self.longestTail {
            let index = place - 1 - count
            let byte: UInt8
            if index >= 0, index < window.count {
                byte = window[index]
            } else {
                let index = tail.count + index
                guard index >= 0, index < tail.count else { return false }
                byte = tail[index]
            }
            switch byte {
            case UInt8(ascii: "<"): return true
            case UInt8(ascii: "&"): return mode.hasReferences
            case UInt8(ascii: "/"), UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "-"): continue
            default: guard byte.isLetter || (byte >= 0x30 && byte <= 0x39) else { return false }
            }
        }
        return false
    }
}

extension Span where Element == UInt8 {
    /// Whether these bytes end in `</`.
    var endsInEndTag: Bool {
        count >= 2 && self[count - 2] == UInt8(ascii: "<") && self[count - 1] == UInt8(ascii: "/")
    }
}
