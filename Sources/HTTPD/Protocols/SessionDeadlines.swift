// SPDX-License-Identifier: Apache-2.0

/// The deadlines of one connection, as data: what happened when, from which it follows what is due.
package struct SessionDeadlines: Sendable {
    /// The limits in nanoseconds, `max` for none: computing with durations takes longer than all else here.
    private let limits: (firstByte: Int64, idle: Int64, wholeFrame: Int64, write: Int64, connection: Int64)
    private var opened: Moment
    /// When something was last sent by either side.
    private var active: Moment
    private var hasFirstByte = false
    private var frameBegan: Moment?
    private var outputStalled: Moment?
    private var drainUntil: Moment?
    /// What the handler wants to be called for, the soonest first.
    private var timers: [(at: Moment, tag: Int)] = []

    /// More timers than this on one connection are a mistake.
    package static let mostTimers = 64

    package init(_ limits: ProtocolLimits, now: Moment) {
        func nanoseconds(_ limit: Duration?) -> Int64 { limit?.clampedNanoseconds ?? .max }
        self.limits = (
            nanoseconds(limits.firstByte), nanoseconds(limits.idle), nanoseconds(limits.wholeFrame),
            nanoseconds(limits.write), nanoseconds(limits.connection)
        )
        opened = now
        active = now
    }

    /// Bytes arrived.
    mutating func received(_ now: Moment) {
        hasFirstByte = true
        active = now
    }

    /// The client took bytes.
    mutating func sent(_ now: Moment) {
        active = now
        if outputStalled != nil { outputStalled = now }
    }

    /// Output waits for the client, or none does any more.
    mutating func setStalled(_ isStalled: Bool, _ now: Moment) {
        outputStalled = isStalled ? outputStalled ?? now : nil
    }

    /// A frame has begun and is not whole, or there is none.
    mutating func setPartialFrame(_ isPartial: Bool, _ now: Moment) {
        frameBegan = isPartial ? frameBegan ?? now : nil
    }

    /// A frame became whole: what follows it is the next one.
    mutating func frameEnded() { frameBegan = nil }

    mutating func drain(until moment: Moment) { drainUntil = moment }

    /// Starts a deadline anew that the handler wants to live with.
    mutating func restart(_ deadline: Deadline, _ now: Moment) {
        switch deadline {
        case .firstByte: hasFirstByte = true
        case .idle: active = now
        case .wholeFrame: frameBegan = now
        case .handshake, .write, .connection, .drain: break
        }
    }

    /// Adds a timer of the handler; false if there are too many.
    package mutating func schedule(at moment: Moment, tag: Int) -> Bool {
        guard timers.count < Self.mostTimers else { return false }
        let index = timers.firstIndex { moment < $0.at } ?? timers.endIndex
        timers.insert((at: moment, tag: tag), at: index)
        return true
    }

    /// Takes the tag of a timer that is due.
    mutating func takeTimer(_ now: Moment) -> Int? {
        guard let first = timers.first, first.at <= now else { return nil }
        return timers.removeFirst().tag
    }

    /// Whether a timer is due.
    func hasTimer(_ now: Moment) -> Bool { timers.first.map { $0.at <= now } ?? false }

    /// When a deadline passes; `never` while it does not run.
    func moment(of deadline: Deadline) -> Moment {
        func after(_ start: Moment?, _ limit: Int64) -> Moment {
            guard let start else { return .never }
            let (sum, overflow) = start.nanoseconds.addingReportingOverflow(limit)
            return overflow ? .never : Moment(nanoseconds: sum)
        }
        return switch deadline {
        // The host's, before the session begins.
        case .handshake: .never
        case .firstByte: hasFirstByte ? .never : after(opened, limits.firstByte)
        // A client that does not take what it is sent has a deadline of its own.
        case .idle: outputStalled != nil ? .never : after(active, limits.idle)
        case .wholeFrame: after(frameBegan, limits.wholeFrame)
        case .write: after(outputStalled, limits.write)
        case .connection: after(opened, limits.connection)
        case .drain: drainUntil ?? .never
        }
    }

    /// The deadline that passed first, or `nil` if none has.
    func expired(_ now: Moment, among deadlines: [Deadline]) -> Deadline? {
        var first: (deadline: Deadline, at: Moment)?
        for deadline in deadlines {
            let at = moment(of: deadline)
            if at <= now, at < first?.at ?? .never { first = (deadline, at) }
        }
        return first?.deadline
    }

    /// When the next of these, or a timer, is due.
    func next(among deadlines: [Deadline], withTimers: Bool) -> Moment {
        var result = withTimers ? timers.first?.at ?? .never : .never
        for deadline in deadlines { result = min(result, moment(of: deadline)) }
        return result
    }
}
