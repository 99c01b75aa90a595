// SPDX-License-Identifier: Apache-2.0

/// What must be known of a pattern that PCRE2 does not tell.
enum PatternText {
    /// What makes the end of a line another than `\n`: where one may begin is not seen at the end of a piece.
    private static let lineEnds = ["(*CR)", "(*CRLF)", "(*ANYCRLF)", "(*ANY)", "(*NUL)"]

    /// Refuses what cannot mean in a stream what it means in a whole.
    static func check(_ pattern: [UInt8]) throws(PatternError) {
        var offset = 0
        var isQuoted = false
        while offset < pattern.count {
            let rest = pattern[offset...]
            if isQuoted {
                if rest.starts(with: "\\E".utf8) {
                    isQuoted = false
                    offset += 1
                }
            } else if rest.starts(with: "\\Q".utf8) {
                isQuoted = true
                offset += 1
            } else if rest.starts(with: "\\G".utf8) {
                throw PatternError("\\G is not possible in a stream", at: offset)
            } else if rest.first == UInt8(ascii: "\\") {
                offset += 1
            } else if rest.starts(with: "(*COMMIT".utf8) {
                throw PatternError("(*COMMIT) is not possible in a stream", at: offset)
            } else if let other = lineEnds.first(where: { rest.starts(with: $0.utf8) }) {
                throw PatternError("\(other) is not possible in a stream", at: offset)
            }
            offset += 1
        }
    }

    /// At least as many as there are lookbehinds.
    static func lookbehinds(_ pattern: [UInt8]) -> Int {
        let signs = ["(?<", "(*plb:", "(*positive_lookbehind:", "(*nlb:", "(*negative_lookbehind:", "(*naplb:"]
        return pattern.indices.reduce(0) { count, offset in
            signs.contains { pattern[offset...].starts(with: $0.utf8) } ? count + 1 : count
        }
    }
}
