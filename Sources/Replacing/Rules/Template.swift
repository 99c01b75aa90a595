// SPDX-License-Identifier: Apache-2.0
internal import Streaming

/// Text with groups of a match in it, so that nothing has to be looked up to put it out.
struct Template: Equatable, Sendable {
    /// A run of ``text``, and the group behind it; -1 for none.
    struct Part: Equatable {
        var start: Int
        var end: Int
        var group: Int
    }

    /// All of the text between the groups.
    private(set) var text: [UInt8] = []
    private(set) var parts: [Part] = []

    /// Puts a byte behind what is there.
    mutating func append(_ byte: UInt8) {
        text.append(byte)
    }

    /// Puts a group behind what is there.
    mutating func append(group: Int) {
        parts.append(Part(start: parts.last?.end ?? 0, end: text.count, group: group))
    }

    /// No more comes.
    mutating func end() {
        append(group: -1)
    }

    /// Whether there are groups in it.
    var hasGroups: Bool { parts.contains { $0.group >= 0 } }

    /// Puts it out with what the groups of a match found.
    @inline(__always)
    func put(_ found: Found, _ single: borrowing SingleMatcher, _ window: Span<UInt8>, into output: inout Output) {
        let text = text.span
        let parts = parts.span
        for index in parts.indices {
            let part = parts[index]
            if part.end > part.start { output.insert(text.extracting(part.start..<part.end)) }
            if part.group == 0 {
                output.insert(window.extracting(found.start..<found.end))
            } else if part.group > 0, let range = single.range(of: part.group, in: window) {
                output.insert(window.extracting(range))
            }
        }
    }
}
