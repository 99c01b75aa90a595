// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD

/// How a reader wants the body: `ap_input_mode_t` with its limit.
enum InputMode {
    /// Bytes, at most so many: `AP_MODE_READBYTES`.
    case bytes(limit: Int)
    /// Copies of at most so many bytes, which the next read gets again: `AP_MODE_SPECULATIVE`.
    case peek(limit: Int)
    /// One line: `AP_MODE_GETLINE`. Without its LF if it is too long, or if no more is there and nobody waits.
    case line
    /// All that comes until the end: `AP_MODE_EXHAUSTIVE`.
    case all
    /// Nothing but that line ends in front go: `AP_MODE_EATCRLF`.
    case skipLineEnds

    /// The longest line that is returned in one, as in httpd's core filter.
    static var lineLimit: Int { Int(HUGE_STRING_LEN) }

    /// `nil` for what is the connection's business: `AP_MODE_INIT`.
    init?(_ mode: ap_input_mode_t, count: apr_off_t) {
        let limit = Int(clamping: max(1, count))
        switch mode {
        case AP_MODE_READBYTES: self = .bytes(limit: limit)
        case AP_MODE_SPECULATIVE: self = .peek(limit: limit)
        case AP_MODE_GETLINE: self = .line
        case AP_MODE_EXHAUSTIVE: self = .all
        case AP_MODE_EATCRLF: self = .skipLineEnds
        default: return nil
        }
    }
}
