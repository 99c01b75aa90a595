// SPDX-License-Identifier: Apache-2.0

/// What of a stream can be seen at a time.
struct Sight: ~Copyable, ~Escapable {
    let window: Span<UInt8>
    /// Whether the window begins where the stream does.
    let begins: Bool
    /// Whether it ends where the stream does.
    let ends: Bool

    @_lifetime(copy window)
    init(_ window: Span<UInt8>, begins: Bool, ends: Bool) {
        self.window = window
        self.begins = begins
        self.ends = ends
    }
}

/// A match: bytes of the window, and the rule that found them.
struct Found: Equatable {
    var start: Int
    var end: Int
    var rule: Int
    /// Where the match began to be tried: before `start` if there is a \K.
    var begun: Int

    init(start: Int, end: Int, rule: Int, begun: Int? = nil) {
        self.start = start
        self.end = end
        self.rule = rule
        self.begun = begun ?? start
    }

    var isEmpty: Bool { start == end }
}

/// The beginning of what may become a match when more is seen.
struct Cut: Equatable {
    var start: Int
    var rule: Int
}

/// Why a search cannot go on.
enum SearchFailure: Error, Equatable {
    /// The pattern of a rule took too many steps, or too much memory.
    case effort(rule: Int)
    case outOfMemory
}
