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
    let name: String
    let engine: ProtocolEngine
    let link: any SessionLink
    let began: Moment
    // SAFETY: the host lets one thread at a time run, serve or attend to a connection, and no function here calls another
    // one while it lends a property to it: no access of these overlaps another, and the run-time check of that would cost
    // as much as reading a short message.
    @safe @exclusivity(unchecked)
    var machine: SessionMachine
    @safe @exclusivity(unchecked)
    var output = ByteQueue()
    @safe @exclusivity(unchecked)
    var input = ByteQueue()
    @safe @exclusivity(unchecked)
    var mailbox: Mailbox?
    @safe @exclusivity(unchecked)
    var parkedFor = SessionMachine.Direction.read
    /// The socket that is read and written directly while the connection waits.
    @safe @exclusivity(unchecked)
    var parkedSocket: CInt?
    /// What was received and sent over it, of which mod_logio does not know yet.
    @safe @exclusivity(unchecked)
    var uncounted: (received: Int, sent: Int) = (0, 0)
    @safe @exclusivity(unchecked)
    var isDraining = false
    @safe @exclusivity(unchecked)
    var isOver = false
    /// When the step that is taken began: the clock is not looked at more often than that.
    @safe @exclusivity(unchecked)
    var clock: Moment
    @safe @exclusivity(unchecked)
    var bytesIn = 0
    @safe @exclusivity(unchecked)
    var bytesOut = 0
    @safe @exclusivity(unchecked)
    var frames = 0
    @safe @exclusivity(unchecked)
    var tally = SessionTally()
    /// Who the client is, for the access log.
    @safe @exclusivity(unchecked)
    var user: String?
    @exclusivity(unchecked)
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
        parkedSocket = nil
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

    /// The bytes that were pushed, up to the first wish of another kind.
    func takePushed() -> [[UInt8]] { mailbox?.takeBytes() ?? [] }

    func show(_ text: String) { link.show(text) }

    func schedule(after time: Duration, tag: Int) -> Bool {
        machine.deadlines.schedule(at: link.now().advanced(by: time), tag: tag)
    }
}
