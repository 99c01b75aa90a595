// SPDX-License-Identifier: Apache-2.0

/// What comparing with patterns may cost while others wait: some steps for each byte, as any sensible pattern takes, and a
/// number more for all of them.
public struct GlobEffort {
    private static let stepsPerByte = 16
    private var left = 20_000_000

    /// For one command.
    public init() {}

    /// Whether a pattern matches a text; `nil` where that takes too much to be known.
    public mutating func matches(_ pattern: Span<UInt8>, _ text: Span<UInt8>) -> Bool? {
        var steps = text.count &* Self.stepsPerByte &+ left
        let isMatch = Glob.matches(pattern, text, steps: &steps)
        left = min(left, steps)
        return isMatch
    }

    /// Whether a key is one of those that are asked for: by a star alone all are, the empty one too, which matches no
    /// pattern with a star.
    mutating func isAsked(_ key: Span<UInt8>, by pattern: Span<UInt8>) throws(RESPError) -> Bool {
        if pattern.count == 1, pattern[0] == UInt8(ascii: "*") { return true }
        guard let isMatch = matches(pattern, key) else { throw .patternTooSlow }
        return isMatch
    }
}
