// SPDX-License-Identifier: Apache-2.0
internal import Streaming

/// Puts the edits of a window out.
///
/// The first bytes of the window may be held ones, which are none of the output's input: they are inserted. The others are.
struct Edits {
    /// The number of held bytes.
    private let joint: Int
    /// All before this is put out.
    private(set) var place: Int

    init(joint: Int, from place: Int) {
        self.joint = joint
        self.place = place
    }

    /// Puts out what comes before `end`.
    @inline(__always)
    mutating func keep(upTo end: Int, in window: Span<UInt8>, into output: inout Output) {
        if place < joint {
            let middle = min(end, joint)
            if middle > place { output.insert(window.extracting(place..<middle)) }
            place = max(place, middle)
        }
        if end > place { output.keep(end - place) }
        place = max(place, end)
    }

    /// Puts out what comes before a match, and `text` in its place.
    @inline(__always)
    mutating func replace(
        _ found: Found, by text: Span<UInt8>, in window: Span<UInt8>, into output: inout Output
    ) {
        guard found.start >= place else { return }
        if place >= joint {
            output.keep(found.start - place, replacing: found.end - found.start, by: text)
        } else {
            keep(upTo: found.start, in: window, into: &output)
            output.drop(max(0, found.end - max(joint, found.start)))
            output.insert(text)
        }
        place = found.end
    }

    /// Whether the rest of the window is input, and nothing of it that comes before `start` is left to put out.
    func areInput(from start: Int) -> Bool { place == start && place >= joint }

    /// Matches up to `end` were replaced, and what was written in the place of all before it.
    mutating func replaced(upTo end: Int, into output: inout Output) {
        output.drop(end - place)
        place = end
    }
}
