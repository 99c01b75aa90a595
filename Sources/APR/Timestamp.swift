// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD

/// A point in time of the calendar: `apr_time_t`.
///
/// For dates that are shown. What measures a duration needs a clock that is never set.
public struct Timestamp: Hashable, Comparable, Sendable {
    /// Microseconds since 1970 began, UTC, without leap seconds.
    public let microseconds: Int64

    /// Wraps a number of microseconds since 1970 began, UTC.
    public init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// What time it is. The corresponding C call is `apr_time_now`.
    public static var now: Timestamp { Timestamp(microseconds: apr_time_now()) }

    /// Whether one is earlier than the other.
    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.microseconds < right.microseconds }

    /// The second in UTC as RFC 3339 §5.6 writes it: `2026-11-22T23:39:12Z`. What lies before the year 0 or after the
    /// year 9999, which the format ends at, is held to them.
    ///
    /// The corresponding C call is `apr_time_exp_gmt`.
    public var rfc3339: String {
        let held = min(max(microseconds, -62_167_219_200_000_000), 253_402_300_799_999_999)
        // The beginning of the second, also before 1970.
        let fraction = held % 1_000_000
        let second = held - (fraction < 0 ? fraction + 1_000_000 : fraction)
        var fields = apr_time_exp_t()
        // SAFETY: `fields` is ours, and only written to.
        _ = unsafe apr_time_exp_gmt(&fields, second)
        func digits(_ value: CInt, _ count: Int = 2) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
        }
        return digits(fields.tm_year &+ 1900, 4) + "-" + digits(fields.tm_mon &+ 1) + "-" + digits(fields.tm_mday) + "T"
            + digits(fields.tm_hour) + ":" + digits(fields.tm_min) + ":" + digits(fields.tm_sec) + "Z"
    }
}
