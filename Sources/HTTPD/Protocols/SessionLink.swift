// SPDX-License-Identifier: Apache-2.0
package import CHTTPD
internal import CPlugin

/// How a session reaches what is one per process: the clock, the thread that attends to waiting connections, and the
/// news that the child ends.
package protocol SessionLink: AnyObject {
    /// What time it is.
    func now() -> Moment
    /// When the child ends, if it does.
    func drainUntil() -> Moment?
    /// Asks for the session to be attended to at a moment, if it waits in the MPM then.
    func setDeadline(_ moment: Moment)
    /// Blocks the thread until the connection can be read or written, is woken, or `moment` has come.
    @unsafe
    func wait(_ c: UnsafeMutablePointer<conn_rec>, _ direction: SessionMachine.Direction, until moment: Moment)
    /// Says that the connection is going to wait in the MPM. Returns whether it is served there when the wait is over;
    /// only then may it wait for neither.
    func park(_ direction: SessionMachine.Direction) -> Bool
    /// What makes the session look into its mailbox, from any thread.
    var wake: @Sendable () -> Void { get }
    /// Adds to what the host counts; see ``SessionTally``.
    func count(frames: Int, bytesIn: Int, bytesOut: Int, hasTimedOut: Bool)
    /// Shows what the connection is about, where no thread of the MPM runs it.
    func show(_ text: String)
}

/// The link to the host's table of live connections.
@safe
final class HostLink: SessionLink {
    // SAFETY (for the whole type): the table is immortal, and the link lives in the connection's pool, as the session
    // does; `wake` takes a number, which the host looks up.
    private let services: UnsafePointer<swift_httpd_host_services>
    private let link: UnsafeMutableRawPointer
    private let number: UInt64

    /// Links a connection to the host, or returns `nil` if the host is too old for that.
    @unsafe
    init?(_ c: UnsafeMutablePointer<conn_rec>) {
        var number: UInt64 = 0
        guard let services = unsafe PluginImage.services, unsafe swift_httpd_has_links(services) != 0,
            let link = unsafe services.pointee.link(c, &number)
        else { return nil }
        unsafe self.services = unsafe services
        unsafe self.link = unsafe link
        self.number = number
    }

    func now() -> Moment { unsafe Moment(nanoseconds: services.pointee.now()) }

    func drainUntil() -> Moment? {
        let moment = unsafe services.pointee.drain_until(link)
        return moment == .max ? nil : Moment(nanoseconds: moment)
    }

    func setDeadline(_ moment: Moment) { unsafe services.pointee.deadline(link, moment.nanoseconds) }

    @unsafe
    func wait(
        _ c: UnsafeMutablePointer<conn_rec>, _ direction: SessionMachine.Direction, until moment: Moment
    ) {
        unsafe services.pointee.wait(link, direction.code, moment.nanoseconds)
    }

    func park(_ direction: SessionMachine.Direction) -> Bool {
        unsafe swift_httpd_can_park(services) != 0 && services.pointee.park(link, direction.code) != 0
    }

    func show(_ text: String) {
        if unsafe swift_httpd_has_show(services) != 0 { unsafe services.pointee.show(link, text) }
    }

    func count(frames: Int, bytesIn: Int, bytesOut: Int, hasTimedOut: Bool) {
        guard unsafe swift_httpd_has_count(services) != 0 else { return }
        unsafe services.pointee.count(
            link, UInt64(clamping: frames), UInt64(clamping: bytesIn), UInt64(clamping: bytesOut), hasTimedOut ? 1 : 0)
    }

    var wake: @Sendable () -> Void {
        let waker = unsafe Waker(wake: services.pointee.wake, number: number)
        return { waker.run() }
    }

    @safe
    private struct Waker: @unchecked Sendable {
        let wake: @convention(c) (UInt64) -> Void
        let number: UInt64

        func run() { wake(number) }
    }
}

/// For a host that has no table of live connections: deadlines hold while a thread waits.
@safe
final class LonelyLink: SessionLink {
    func now() -> Moment { Moment(nanoseconds: chttpd_now()) }
    func drainUntil() -> Moment? { nil }
    func setDeadline(_ moment: Moment) {}
    func park(_ direction: SessionMachine.Direction) -> Bool { false }
    var wake: @Sendable () -> Void { {} }

    @unsafe
    func wait(
        _ c: UnsafeMutablePointer<conn_rec>, _ direction: SessionMachine.Direction, until moment: Moment
    ) {
        // SAFETY: httpd keeps the connection alive for the call.
        unsafe chttpd_poll(c, direction.code, -1, moment.nanoseconds)
    }
}

extension SessionMachine.Direction {
    /// As C has it.
    fileprivate var code: CInt {
        switch self {
        case .read: CInt(CHTTPD_FOR_READING)
        case .write: CInt(CHTTPD_FOR_WRITING)
        case .neither: CInt(CHTTPD_FOR_NEITHER)
        }
    }
}
