// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD

/// Adds up how long something takes that is done in several calls. Costs some ten nanoseconds per start and stop.
public struct Stopwatch: Sendable {
    private var sum: Int64 = 0
    private var started: Int64?

    /// A watch that stands at zero.
    public init() {}

    /// Begins to measure.
    public mutating func start() { started = chttpd_now() }

    /// Adds the time since the last start.
    public mutating func stop() {
        guard let started else { return }
        sum &+= max(0, chttpd_now() &- started)
        self.started = nil
    }

    /// What was measured, in microseconds of a clock on the wall.
    public var microseconds: Int64 { sum / 1_000 }
}
