// SPDX-License-Identifier: Apache-2.0
package import CHTTPD
internal import Streaming

/// One connection that speaks a plugin's protocol: takes the steps of its ``SessionMachine``.
///
/// Where the MPM is asynchronous the session hands the connection back to wait, and is run again when something
/// happened; meanwhile the host's ticker attends to it when a deadline passes, something is pushed, or the child ends.
/// On the other MPMs the same steps are taken, and the thread waits.
@safe
package final class ProtocolSession {
    /// What the host has to do for a connection that it attended to.
    package enum Attention: Equatable {
        /// Nothing.
        case none
        /// Attend to it again when it can be written.
        case whenWritable
        /// Make the MPM run it: it is over.
        case run
        /// The same, though the client does not take what waits for it.
        case abort
    }

    let limits: ProtocolLimits
    let label: String
    /// `Plugin.implementation`, for the access log.
    private let name: String
    private let engine: ProtocolEngine
    private let link: any SessionLink
    private var machine: SessionMachine
    private var output = ByteQueue()
    private var input = ByteQueue()
    private var mailbox: Mailbox?
    private var parkedFor = SessionMachine.Direction.read
    private(set) var isDraining = false
    private var isOver = false
    private let began: Moment
    /// When the step that is taken began: the clock is not looked at more often than that.
    private var clock: Moment
    private var bytesIn = 0
    private var bytesOut = 0
    private var frames = 0
    private var tally = SessionTally()
    var brigade: UnsafeMutablePointer<apr_bucket_brigade>?

    init(
        _ engine: ProtocolEngine, name: String, label: String, _ limits: ProtocolLimits, _ link: any SessionLink
    ) {
        self.engine = engine
        self.name = name
        self.label = label
        self.limits = limits
        self.link = link
        began = link.now()
        clock = began
        machine = SessionMachine(limits, now: began)
    }

    deinit {
        mailbox?.close()
    }

    // SAFETY (for the whole type): httpd keeps the connection alive for the call, and the session is owned by the
    // connection's pool, in which the brigade lives too.

    // MARK: What the host calls

    /// What the host has to do for a connection that it served.
    package enum Service: Equatable {
        /// Serve it again when it can be read or written, or not before something else happens.
        case wait(SessionMachine.Direction)
        /// Serve it again soon: others had no turn.
        case again
        /// Make the MPM run it: it is over.
        case run
    }

    /// Runs the connection until it is over or waits in the MPM.
    @unsafe
    package func drive(_ c: UnsafeMutablePointer<conn_rec>) {
        let canWait = unsafe chttpd_can_wait(c) != 0
        machine.resumed()
        while true {
            switch next() {
            case .wait(let direction):
                let deadline = machine.deadline
                if canWait, link.park(direction) || direction != .neither {
                    return unsafe park(c, direction, deadline)
                }
                tellHost()
                // A client that has ended its side is always readable: the MPM cannot wait for anything else.
                unsafe link.wait(c, direction, until: deadline)
                machine.resumed()
                if unsafe chttpd_is_aborted(c) != 0 { machine.terminate(.clientGone) }
            case .yield:
                // Writable at once: the MPM runs the hook again after the others had their turn.
                if canWait {
                    _ = link.park(.write)
                    return unsafe park(c, .write, machine.deadline)
                }
                tellHost()
                // A child that is told to end does so while a session waits.
                unsafe link.wait(c, .read, until: link.now())
            case .close(let reason):
                unsafe finish(c, reason)
                if machine.isStuck { unsafe chttpd_abandon(c) }
                return unsafe chttpd_close(c)
            case let step:
                unsafe take(step, c)
            }
        }
    }

    /// Goes on with a connection that waited in the MPM, and has what it waited for, until it has to wait again.
    @unsafe
    package func serve(_ c: UnsafeMutablePointer<conn_rec>) -> Service {
        machine.resumed()
        defer { tellHost() }
        while true {
            switch next() {
            case .wait(let direction):
                parkedFor = direction
                link.setDeadline(machine.deadline)
                return .wait(direction)
            case .yield:
                parkedFor = .write
                link.setDeadline(machine.deadline)
                return .again
            case .close:
                return .run
            case let step:
                unsafe take(step, c)
            }
        }
    }

    /// Does what can be done for a connection that waits in the MPM, without reading.
    ///
    /// The connection of an upgraded request is opened here, and read: what followed the request is in httpd's filters
    /// already, where the MPM does not see it.
    @unsafe
    package func attend(_ c: UnsafeMutablePointer<conn_rec>) -> Attention {
        let isFirst = machine.phase == .fresh
        machine.mayWrite()
        defer { tellHost() }
        while true {
            switch next() {
            case let step where step == .yield || (step.isInput && !isFirst):
                link.setDeadline(machine.deadline)
                return .none
            case .wait(let direction):
                link.setDeadline(machine.deadline)
                return direction == .write && parkedFor != .write ? .whenWritable : .none
            case .close:
                return machine.isStuck || parkedFor == .write ? .abort : .run
            case let step:
                unsafe take(step, c)
            }
        }
    }

    /// The connection ends, whatever the session wants.
    ///
    /// The event MPM ends those that waited for `Timeout`, whatever was pushed to them meanwhile.
    @unsafe
    package func end(_ c: UnsafeMutablePointer<conn_rec>) {
        if machine.isOpen, unsafe chttpd_is_aborted(c) == 0, !isDraining, chttpd_mpm_is_stopping() == 0 {
            unsafe take(.expire(.idle), c)
            machine.close(.timedOut(.idle))
            if !output.isEmpty { unsafe take(.write, c) }
        }
        machine.terminate(machine.reason ?? (unsafe chttpd_is_aborted(c) == 0 ? .serverEnded : .clientGone))
        if case .close(let reason) = machine.next(link.now()) { unsafe finish(c, reason) }
    }

    // MARK: What a context can do

    /// The mailbox, made when it is first asked for.
    func openMailbox() -> Mailbox {
        if let mailbox { return mailbox }
        let made = Mailbox(limit: limits.largestMailbox, wake: link.wake)
        if isOver { made.close() }
        mailbox = made
        return made
    }

    func show(_ text: String) { link.show(text) }

    func schedule(after time: Duration, tag: Int) -> Bool {
        machine.deadlines.schedule(at: link.now().advanced(by: time), tag: tag)
    }

    // MARK: Steps

    private func next() -> SessionMachine.Step {
        if !isDraining, let moment = link.drainUntil() {
            isDraining = true
            machine.drain(until: moment)
        }
        machine.setMail(mailbox.map { !$0.isEmpty } ?? false)
        clock = link.now()
        return machine.next(clock)
    }

    @unsafe
    private func park(
        _ c: UnsafeMutablePointer<conn_rec>, _ direction: SessionMachine.Direction, _ deadline: Moment
    ) {
        input.releaseIfEmpty()
        output.releaseIfEmpty()
        parkedFor = direction
        tellHost()
        link.setDeadline(deadline)
        unsafe chttpd_wait(c, direction == .write ? 1 : 0)
    }

    @unsafe
    private func take(_ step: SessionMachine.Step, _ c: UnsafeMutablePointer<conn_rec>) {
        do throws(HTTPDError) {
            switch step {
            case .open:
                machine.opened()
                unsafe chttpd_show(c, nil)
                _ = try unsafe call(c) { (engine, context) throws(HTTPDError) in
                    try engine.opened(&context)
                    return .continue
                }
            case .collect:
                collect()
            case .fire(let tag):
                machine.answered(
                    try unsafe call(c) { (engine, context) throws(HTTPDError) in try engine.scheduled(tag, &context) })
            case .expire(let deadline):
                let answer = try unsafe call(c) { (engine, context) throws(HTTPDError) in
                    try engine.timedOut(deadline, &context)
                }
                machine.expired(deadline, answer, link.now())
            case .drain:
                machine.answered(
                    try unsafe call(c) { (engine, context) throws(HTTPDError) in try engine.draining(&context) })
            case .decode:
                try unsafe decodeBuffered(c)
            case .end:
                machine.ended(
                    try unsafe call(c) { (engine, context) throws(HTTPDError) in try engine.halfClosed(&context) })
            case .read:
                try unsafe read(c)
            case .write:
                try unsafe write(c)
            case .wait, .yield, .close:
                break
            }
        } catch {
            // What was written before leaves, unless it is the connection that failed.
            machine.close(.failed(error))
            if error.status.isConnectionLost { machine.terminate(.clientGone) }
        }
    }

    private func tellHost(_ reason: CloseReason? = nil) {
        tally.tell(link, frames: frames, bytesIn: bytesIn, bytesOut: bytesOut, reason: reason)
    }

    private func collect() {
        guard let mailbox else { return }
        for letter in mailbox.takeAll() {
            switch letter {
            case .bytes(let bytes): output.append(bytes.span)
            case .timer(let time, let tag): _ = schedule(after: time, tag: tag)
            case .close: machine.close(.finished)
            }
        }
        machine.setOutput(output.count)
    }

    @unsafe
    private func call(
        _ c: UnsafeMutablePointer<conn_rec>,
        _ body: (ProtocolEngine, inout ProtocolContext) throws(HTTPDError) -> Next
    ) throws(HTTPDError) -> Next {
        var context = unsafe ProtocolContext(Connection(unsafeBorrowing: c), self, exchange(&output, with: ByteQueue()))
        var failure: HTTPDError?
        var answer = Next.close
        do throws(HTTPDError) {
            answer = try body(engine, &context)
        } catch {
            failure = error
        }
        try settle(context, failure)
        return answer
    }

    /// Takes the output back from a context, and throws what the call threw.
    private func settle(_ context: consuming ProtocolContext, _ failure: HTTPDError?) throws(HTTPDError) {
        let isOverfull = context.isOverfull
        output = context.finish()
        machine.setOutput(output.count)
        if let failure { throw failure }
        if isOverfull { throw HTTPDError("more than \(limits.largestOutput) bytes wait for the client") }
    }

    // MARK: Input

    @unsafe
    private func read(_ c: UnsafeMutablePointer<conn_rec>) throws(HTTPDError) {
        let result = try unsafe SessionTransport.read(c, &brigade) { (bytes) throws(HTTPDError) in
            try unsafe take(bytes, c)
        }
        switch result {
        case .bytes(let count, let isAll):
            // Another read would only find nothing. TLS may hold back more than it gave, and so may httpd while it
            // holds what was read ahead for a request.
            if isAll { machine.readAll() }
            if count < SessionTransport.socketRead, machine.hasFoundNothing, unsafe ap_ssl_conn_is_ssl(c) == 0 {
                machine.readAll()
            }
        case .nothing(let isSure):
            machine.readNothing()
            if isSure { machine.readAll() }
        case .end:
            machine.readEnd(hasBytes: !input.isEmpty)
        }
    }

    /// Takes bytes that were just read.
    @unsafe
    private func take(_ bytes: Span<UInt8>, _ c: UnsafeMutablePointer<conn_rec>) throws(HTTPDError) {
        machine.read(clock)
        bytesIn &+= bytes.count
        guard input.isEmpty, machine.mayDecode else { return input.append(bytes) }
        let used = try unsafe feed(bytes, c)
        input.append(bytes.extracting(droppingFirst: used))
    }

    @unsafe
    private func decodeBuffered(_ c: UnsafeMutablePointer<conn_rec>) throws(HTTPDError) {
        var buffer = exchange(&input, with: ByteQueue())
        var failure: HTTPDError?
        do throws(HTTPDError) {
            buffer.consume(try unsafe feed(buffer.span, c))
        } catch {
            failure = error
        }
        input = buffer
        if let failure { throw failure }
    }

    /// Gives the handler the frames at the start of `bytes`, and returns how many bytes they were.
    @unsafe
    private func feed(_ bytes: Span<UInt8>, _ c: UnsafeMutablePointer<conn_rec>) throws(HTTPDError) -> Int {
        var context = unsafe ProtocolContext(Connection(unsafeBorrowing: c), self, exchange(&output, with: ByteQueue()))
        var feeding = Feeding()
        var failure: HTTPDError?
        do throws(HTTPDError) {
            try engine.feed(
                bytes, isLast: machine.isLastInput, limit: limits.highWaterMark, &context, &feeding)
        } catch {
            failure = error
        }
        frames &+= feeding.frames
        machine.decoded(
            frames: feeding.frames, isExhausted: feeding.isExhausted, hasBytes: feeding.consumed < bytes.count,
            clock)
        try settle(context, failure)
        machine.answered(feeding.next)
        return feeding.consumed
    }

    // MARK: Output

    @unsafe
    private func write(_ c: UnsafeMutablePointer<conn_rec>) throws(HTTPDError) {
        let written = try unsafe SessionTransport.write(c, &brigade, output)
        output.consume(written.count)
        bytesOut &+= written.count
        machine.wrote(written.count, isPending: written.isPending, clock)
    }

    // MARK: The end

    @unsafe
    private func finish(_ c: UnsafeMutablePointer<conn_rec>, _ reason: CloseReason) {
        guard !isOver else { return }
        isOver = true
        mailbox?.close()
        let connection = unsafe Connection(unsafeBorrowing: c)
        var reason = reason
        if case .failed(let error) = reason {
            let status = error.status
            // When it stops, the worker MPM closes the sockets that its threads read from.
            if status.isEndOfFile || status.isTimedOut || connection.isAborted || chttpd_mpm_is_stopping() != 0 {
                if status != .general { reason = .clientGone }
                connection.log.debug("\(label): \(error.description)")
            } else {
                connection.log.error("\(label): \(error.description)")
            }
        } else {
            switch reason {
            // The way that connections end is nothing to write about.
            case .finished, .clientEnded, .serverEnded: break
            default: connection.log.debug("\(label): \(reason.description)")
            }
        }
        engine.closed(reason, connection)
        tellHost(reason)
        let record = AccessRecord(
            line: "SESSION \(name)", status: reason.logStatus, time: link.now().since(began), bytesIn: bytesIn,
            bytesOut: bytesOut, frames: frames, reason: reason.description)
        unsafe record.write(c)
    }
}
