// SPDX-License-Identifier: Apache-2.0
import Streaming

/// Puts the edits of a window out.
///
/// The first bytes of the window may be held ones, which are none of the output's input: they are inserted. The others are.
struct PageEdits {
    /// The number of held bytes.
    private let joint: Int
    /// All before this is put out, or dropped.
    private(set) var place: Int

    init(joint: Int, from place: Int) {
        self.joint = joint
        self.place = place
    }

    /// Puts out what comes before `end`.
    mutating func keep(upTo end: Int, in window: Span<UInt8>, into output: inout Output) {
        if place < joint {
            let middle = min(end, joint)
            if middle > place { output.insert(window.extracting(place..<middle)) }
            place = max(place, middle)
        }
        if end > place { output.keep(end - place) }
        place = max(place, end)
    }

    /// Leaves out what comes before `end`.
    mutating func drop(upTo end: Int, into output: inout Output) {
        guard end > place else { return }
        output.drop(max(0, end - max(joint, place)))
        place = end
    }
}
