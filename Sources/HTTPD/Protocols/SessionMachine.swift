// SPDX-License-Identifier: Apache-2.0

/// What one connection does next: a state machine without I/O, clock or handler.
///
/// Whoever drives it asks ``next(_:)`` for a step, takes it, and reports how it went. All that the machine knows of
/// the world, the time included, it was told.
package struct SessionMachine: Sendable {
    /// Where a connection is in its life.
    package enum Phase: Equatable, Sendable {
        /// The handler was not called yet.
        case fresh
        /// Both sides talk.
        case open
        /// The client has ended its side; the handler does not know it yet.
        case inputEnded
        /// The client has ended its side, and the handler goes on.
        case halfOpen
        /// Nothing is read any more; what was written leaves.
        case closing(CloseReason)
        /// Over.
        case closed(CloseReason)
    }

    /// What a connection waits for.
    package enum Direction: Equatable, Sendable {
        /// Bytes of the client.
        case read
        /// Room for bytes to the client.
        case write
        /// Only deadlines, timers and pushes.
        case neither
    }

    /// What is to be done now.
    package enum Step: Equatable, Sendable {
        /// Tell the handler that the connection is open.
        case open
        /// Take what ``ConnectionHandle``s left.
        case collect
        /// Tell the handler that its timer is due.
        case fire(tag: Int)
        /// Tell the handler that a deadline passed.
        case expire(Deadline)
        /// Tell the handler that the child ends.
        case drain
        /// Cut frames from what was read, and give them to the handler.
        case decode
        /// Tell the handler that the client has ended its side.
        case end
        /// Read without blocking.
        case read
        /// Write without blocking.
        case write
        /// Wait, but no longer than until ``SessionMachine/deadline``.
        case wait(Direction)
        /// Let other connections have the thread.
        case yield
        /// Close the connection.
        case close(CloseReason)

        /// Whether the step is about what the client sends.
        var isInput: Bool { self == .read || self == .decode || self == .end }
    }

    /// Reads before another connection gets the thread.
    private static let fairShare = 64
    /// The end of a stream may hide once behind an empty read: httpd's core filter.
    private static let emptyReadsBeforeWaiting = 2

    package private(set) var phase = Phase.fresh
    package var deadlines: SessionDeadlines
    private let highWaterMark: Int
    private let lowWaterMark: Int

    /// Bytes written by the handler that no filter has taken.
    private var output = 0
    /// Whether filters hold bytes that the socket did not take.
    private var isPending = false
    private var isWriteBlocked = false
    /// Whether output rose above the high-water mark and did not fall below the low-water mark since.
    private var isHeldBack = false
    /// Whether what was read and not decoded may hold a whole frame.
    private var mayHaveFrame = false
    private var emptyReads = 0
    /// Whether a read ever found nothing.
    package private(set) var hasFoundNothing = false
    private var reads = 0
    private var hasMail = false
    private enum Drain { case no, asked, announced }
    private var drain = Drain.no

    /// A connection that was just accepted.
    package init(_ limits: ProtocolLimits, now: Moment) {
        highWaterMark = limits.highWaterMark
        lowWaterMark = limits.lowWaterMark
        deadlines = SessionDeadlines(limits, now: now)
    }

    // MARK: What to do

    private static let whileOpen: [Deadline] = [.firstByte, .idle, .wholeFrame, .write, .connection, .drain]
    private static let whileClosing: [Deadline] = [.write, .connection, .drain]

    /// What is to be done now.
    package mutating func next(_ now: Moment) -> Step {
        switch phase {
        case .fresh: return .open
        case .closed(let reason): return .close(reason)
        case .closing(let reason): return closingStep(reason, now)
        case .open, .inputEnded, .halfOpen: break
        }
        if drain == .asked {
            drain = .announced
            return .drain
        }
        if let expired = deadlines.expired(now, among: Self.whileOpen) { return expire(expired, now) }
        if let tag = deadlines.takeTimer(now) { return .fire(tag: tag) }
        if hasMail, output < highWaterMark { return .collect }
        if mayDecode { return .decode }
        if output > 0 || isPending { return isWriteBlocked ? .wait(.write) : .write }
        switch phase {
        case .inputEnded: return .end
        case .halfOpen: return .wait(.neither)
        default: return readStep()
        }
    }

    /// When to ask again, even if nothing else happens.
    package var deadline: Moment {
        switch phase {
        case .fresh, .closed: .never
        case .closing: deadlines.next(among: Self.whileClosing, withTimers: false)
        case .open, .inputEnded, .halfOpen: deadlines.next(among: Self.whileOpen, withTimers: true)
        }
    }

    /// Whether the handler may get frames: output below the high-water mark, or on its way down below the low one.
    package var mayDecode: Bool {
        guard mayHaveFrame, !isHeldBack, !isPending else { return false }
        return phase == .open || phase == .inputEnded
    }

    /// Whether the client has ended its side, so that what is left of its bytes is the last.
    package var isLastInput: Bool { phase == .inputEnded }

    /// Whether the handler was called, and may be called again.
    package var isOpen: Bool { phase == .open || phase == .inputEnded || phase == .halfOpen }

    /// Why the connection ends, once it does.
    package var reason: CloseReason? {
        switch phase {
        case .closing(let reason), .closed(let reason): reason
        case .fresh, .open, .inputEnded, .halfOpen: nil
        }
    }

    /// Whether bytes wait for a client that does not take them.
    package var isStuck: Bool { output > 0 || isPending }

    private mutating func readStep() -> Step {
        if emptyReads >= Self.emptyReadsBeforeWaiting { return .wait(.read) }
        if reads >= Self.fairShare {
            reads = 0
            return .yield
        }
        return .read
    }

    private mutating func closingStep(_ reason: CloseReason, _ now: Moment) -> Step {
        guard isStuck else {
            phase = .closed(reason)
            return .close(reason)
        }
        if !isWriteBlocked { return .write }
        guard let expired = deadlines.expired(now, among: Self.whileClosing) else { return .wait(.write) }
        phase = .closed(.timedOut(expired))
        return .close(.timedOut(expired))
    }

    private mutating func expire(_ deadline: Deadline, _ now: Moment) -> Step {
        switch deadline {
        case .write:
            // There is no way to tell the client anything.
            phase = .closed(.timedOut(.write))
        case .drain:
            phase = isWriteBlocked ? .closed(.timedOut(.drain)) : .closing(.timedOut(.drain))
        case .connection, .handshake, .firstByte, .idle, .wholeFrame:
            return .expire(deadline)
        }
        return next(now)
    }

    // MARK: What happened

    /// The connection was run again, or its wait is over: reading and writing may get further than before.
    package mutating func resumed() {
        isWriteBlocked = false
        emptyReads = 0
        reads = 0
    }

    /// There may be room for output.
    package mutating func mayWrite() { isWriteBlocked = false }

    /// The handler was told that the connection is open.
    package mutating func opened() {
        if phase == .fresh { phase = .open }
    }

    /// What the handler answered.
    ///
    /// - Parameter reason: What a wish to close means.
    package mutating func answered(_ next: Next, reason: CloseReason = .finished) {
        if case .close = next { close(reason) }
    }

    /// The handler was told that a deadline passed.
    package mutating func expired(_ deadline: Deadline, _ next: Next, _ now: Moment) {
        switch next {
        case .continue where deadline != .connection: deadlines.restart(deadline, now)
        default: close(.timedOut(deadline))
        }
    }

    /// The handler was told that the client has ended its side.
    package mutating func ended(_ next: Next) {
        switch next {
        case .close: close(.clientEnded)
        case .continue: if phase == .inputEnded { phase = .halfOpen }
        }
    }

    /// Ends the connection when what was written has left.
    package mutating func close(_ reason: CloseReason) {
        switch phase {
        case .fresh, .open, .inputEnded, .halfOpen: phase = .closing(reason)
        case .closing, .closed: break
        }
    }

    /// Ends the connection now.
    package mutating func terminate(_ reason: CloseReason) {
        if case .closed = phase { return }
        phase = .closed(reason)
    }

    /// The child ends: `moment` is when it has to be done.
    package mutating func drain(until moment: Moment) {
        guard drain == .no else { return }
        drain = .asked
        deadlines.drain(until: moment)
    }

    /// Whether ``ConnectionHandle``s left something.
    package mutating func setMail(_ hasMail: Bool) { self.hasMail = hasMail }

    /// The number of bytes that wait for the filters has changed.
    package mutating func setOutput(_ count: Int) {
        output = count
        if count >= highWaterMark {
            isHeldBack = true
        } else if count <= lowWaterMark {
            isHeldBack = false
        }
    }

    /// The filters were given `count` bytes; `isPending` if they hold some that the socket did not take.
    package mutating func wrote(_ count: Int, isPending: Bool, _ now: Moment) {
        setOutput(max(0, output - count))
        self.isPending = isPending
        isWriteBlocked = isPending
        if count > 0 || !isPending { deadlines.sent(now) }
        deadlines.setStalled(isPending, now)
    }

    /// Bytes were read.
    package mutating func read(_ now: Moment) {
        emptyReads = 0
        reads += 1
        mayHaveFrame = true
        deadlines.received(now)
    }

    /// There was nothing to read.
    package mutating func readNothing() {
        emptyReads += 1
        hasFoundNothing = true
    }

    /// What was read is all there is.
    package mutating func readAll() { emptyReads = Self.emptyReadsBeforeWaiting }

    /// The client has ended its side.
    ///
    /// - Parameter hasBytes: Whether bytes are left that were no whole frame.
    package mutating func readEnd(hasBytes: Bool) {
        if phase == .open { phase = .inputEnded }
        mayHaveFrame = hasBytes
    }

    /// Frames were cut from what was read.
    ///
    /// - Parameters:
    ///   - frames: How many were whole.
    ///   - isExhausted: Whether what is left holds no further one.
    ///   - hasBytes: Whether anything is left.
    package mutating func decoded(frames: Int, isExhausted: Bool, hasBytes: Bool, _ now: Moment) {
        mayHaveFrame = !isExhausted
        if frames > 0 { deadlines.frameEnded() }
        if isExhausted { deadlines.setPartialFrame(hasBytes, now) }
    }
}
