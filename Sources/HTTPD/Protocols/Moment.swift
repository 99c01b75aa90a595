// SPDX-License-Identifier: Apache-2.0

/// A point on a clock that only goes forward, in nanoseconds. What zero is does not matter.
package struct Moment: Comparable, Hashable, Sendable {
    /// Nanoseconds since the clock's zero.
    package let nanoseconds: Int64

    /// Wraps a number of nanoseconds.
    package init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// Later than any deadline.
    package static let never = Moment(nanoseconds: .max)

    package static func < (left: Moment, right: Moment) -> Bool { left.nanoseconds < right.nanoseconds }

    /// The moment after a duration; one that no clock reaches is `never`.
    package func advanced(by duration: Duration) -> Moment {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(duration.clampedNanoseconds)
        return overflow ? .never : Moment(nanoseconds: sum)
    }

    /// The time from an earlier moment to this one.
    package func since(_ earlier: Moment) -> Duration {
        .nanoseconds(nanoseconds.subtractingReportingOverflow(earlier.nanoseconds).partialValue)
    }
}

extension Duration {
    /// The duration in nanoseconds, as near as an `Int64` comes; never negative.
    package var clampedNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, isTooLong) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, overflow) = whole.addingReportingOverflow(attoseconds / 1_000_000_000)
        return isTooLong || overflow ? (seconds < 0 ? 0 : .max) : max(0, sum)
    }
}
