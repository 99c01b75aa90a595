// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD
internal import CHTTPDEmbedded
public import HTTPD

/// A connection without a server that speaks a plugin's protocol, with a clock that is set by hand.
///
/// The test plays the client, the time, and the server that ends. Nothing waits, and no thread is started:
///
/// ```swift
/// let connection = try EmbeddedConnection(EmbeddedPlugin(Greeting.self), "Greet")
/// connection.open()
/// connection.receive("hello\r\n")
/// #expect(connection.takeText() == "220 welcome\r\n250 hello\r\n")
/// connection.advance(by: .seconds(61))
/// #expect(connection.isClosed)
/// ```
@safe
public final class EmbeddedConnection {
    private let world = EmbeddedWorld()
    private let instance: AnyObject
    private let link = EmbeddedLink()
    private let isAsynchronous: Bool
    private var session: ProtocolSession?
    private var taken = 0

    /// Whether the protocol, or the client, has ended the connection.
    public private(set) var isClosed = false
    /// How often the connection waited without a thread.
    public private(set) var waits = 0

    // SAFETY (for the whole type): the records live as long as `world`; C copies the bytes that it is given.

    /// Makes a connection, which is opened by the first of the other functions.
    ///
    /// - Parameters:
    ///   - plugin: The plugin.
    ///   - name: The protocol's name.
    ///   - options: The protocol's options.
    ///   - isAsynchronous: Whether connections wait without a thread, as in the event MPM.
    /// - Throws: When there is no such protocol, or its options are wrong.
    public init(
        _ plugin: EmbeddedPlugin, _ name: String, options: [(key: String, value: String)] = [],
        isAsynchronous: Bool = true
    ) throws(DirectiveError) {
        instance = try plugin.image.bind(.protocolHandler, name, options: options)
        self.isAsynchronous = isAsynchronous
        // The functions below give the thread back when the session waits, as the event MPM has it.
        unsafe chttpd_embedded_set_async(world.raw, 1)
        unsafe chttpd_embedded_source_stay(world.raw, 1)
    }

    /// Makes a connection whose client sends these pieces, and is idle before each of them; ``run()`` runs it.
    public convenience init(
        _ plugin: EmbeddedPlugin, _ name: String, options: [(key: String, value: String)] = [],
        pieces: [[UInt8]], isAsynchronous: Bool
    ) throws(DirectiveError) {
        try self.init(plugin, name, options: options, isAsynchronous: isAsynchronous)
        unsafe chttpd_embedded_set_async(world.raw, isAsynchronous ? 1 : 0)
        unsafe chttpd_embedded_source_stay(world.raw, 0)
        for piece in pieces {
            // A session tries twice before it waits.
            unsafe chttpd_embedded_source_wait(world.raw)
            unsafe chttpd_embedded_source_wait(world.raw)
            give(piece)
        }
    }

    /// Runs the connection to its end.
    ///
    /// - Returns: How often it waited in the MPM, or `nil` when it did not end.
    public func run() -> Int? {
        while !isClosed, waits < 10_000 { drive() }
        return isClosed ? waits : nil
    }

    /// Makes a user known to the authentication provider `file`, the one that embedded connections have; another,
    /// `broken`, fails.
    public func addUser(_ name: String, password: String) {
        unsafe chttpd_embedded_add_user(world.raw, name, password)
    }

    /// Has rules say who may, as `Require` does.
    ///
    /// - Parameters:
    ///   - user: The one user that may; `nil` for everybody.
    ///   - refuses: Whether nobody may, whoever it is.
    public func require(user: String?, refuses: Bool = false) {
        unsafe chttpd_embedded_require(world.raw, refuses ? 1 : 0, user)
    }

    // MARK: The client

    /// Opens the connection.
    public func open() { drive() }

    /// The client sends bytes, in one piece.
    public func receive(_ bytes: [UInt8]) {
        if session == nil { open() }
        guard !bytes.isEmpty, !isClosed else { return }
        give(bytes)
        drive()
    }

    /// The client sends text, UTF-8 encoded.
    public func receive(_ text: String) { receive(Array(text.utf8)) }

    /// The client ends its side.
    public func endInput() {
        unsafe chttpd_embedded_source_stay(world.raw, 0)
        drive()
    }

    /// The client takes nothing of what is sent, until ``takeAgain()``.
    public func stopTaking() {
        unsafe chttpd_embedded_stop(world.raw, 1)
    }

    /// The client takes what waits for it, and what comes.
    public func takeAgain() {
        unsafe chttpd_embedded_stop(world.raw, 0)
        // As long as there is something to read the MPM runs the connection.
        var turns = 0
        repeat {
            drive()
            turns += 1
        } while unsafe !isClosed && chttpd_embedded_source_is_empty(world.raw) == 0 && turns < 10_000
    }

    /// The client goes away without a word: the next write fails.
    public func breakOff() {
        unsafe chttpd_embedded_break_after(world.raw, 0)
    }

    /// What was sent to the client since the last call.
    public func take() -> [UInt8] {
        let all = world.bytes
        defer { taken = all.count }
        return Array(all.dropFirst(taken))
    }

    /// What was sent to the client since the last call, as text; invalid UTF-8 is repaired.
    public func takeText() -> String { String(decoding: take(), as: UTF8.self) }

    /// All that was sent to the client.
    public var sent: [UInt8] { world.bytes }

    /// The number of bytes that were written and that the client has not taken; they are in httpd's filters.
    public var waitingBytes: Int { unsafe chttpd_embedded_kept(world.raw) }

    // MARK: The time, and the server

    /// Sets the clock forward; what becomes due is done, and so is what other threads asked for.
    public func advance(by time: Duration) {
        link.clock = link.clock.advanced(by: time)
        attend()
    }

    /// Does what other threads asked for by a ``ConnectionHandle``, and what is due.
    public func settle() { attend() }

    /// When the connection wants to be called next, from now on; `nil` for never.
    public var nextDeadline: Duration? {
        guard link.deadline != .never, !isClosed else { return nil }
        return .nanoseconds(link.deadline.nanoseconds - link.clock.nanoseconds)
    }

    /// The child ends, and closes what is still open after a time.
    public func drain(within time: Duration) {
        link.end = link.clock.advanced(by: time)
        attend()
    }

    /// The lines that were written to the error log.
    public var log: [LogLine] { world.log }

    // MARK: Details

    private func give(_ bytes: [UInt8]) {
        unsafe world.lend(bytes, 0..<bytes.count) { start, count in
            unsafe chttpd_embedded_source_data(world.raw, start, count)
        }
    }

    /// What the MPM does when something happened on the connection.
    private func drive() {
        guard !isClosed else { return }
        let c = unsafe world.connection
        if session == nil { session = unsafe ProtocolEntry.makeSession(instance, c, link) }
        if link.isServed, let session, unsafe serve(session, c) {
            waits += 1
            return
        }
        link.isServed = false
        unsafe session?.drive(c)
        if unsafe chttpd_embedded_waits(world.raw) != 0 {
            waits += 1
            // A session that gave the thread up for the sake of others, or that can write again, goes on.
            if unsafe chttpd_embedded_wants_write(world.raw) != 0, unsafe !chttpd_embedded_is_stopped(world.raw) {
                drive()
            }
        } else {
            isClosed = true
        }
    }

    /// What the host's reactors do; false if the MPM has to go on.
    @unsafe
    private func serve(_ session: ProtocolSession, _ c: UnsafeMutablePointer<conn_rec>) -> Bool {
        while true {
            switch unsafe session.serve(c) {
            case .wait(.write) where unsafe !chttpd_embedded_is_stopped(world.raw), .again: continue
            case .wait(let direction):
                // The MPM has it next time.
                _ = link.park(direction)
                return true
            case .run: return false
            }
        }
    }

    /// What the host's ticker does.
    private func attend() {
        guard !isClosed, let session else { return open() }
        switch unsafe session.attend(world.connection) {
        case .none: break
        case .whenWritable: if unsafe !chttpd_embedded_is_stopped(world.raw) { attend() }
        case .run, .abort: drive()
        }
    }
}

/// The link of an embedded session: its clock is the test's.
@safe
final class EmbeddedLink: SessionLink {
    var clock = Moment(nanoseconds: 0)
    var end: Moment?
    var deadline = Moment.never

    func now() -> Moment { clock }
    func drainUntil() -> Moment? { end }
    func setDeadline(_ moment: Moment) { deadline = moment }
    /// Whether the connection waits for a reactor: every second time, so that both ways of going on are gone.
    private var parks = 0
    var isServed = false

    func park(_ direction: SessionMachine.Direction) -> Bool {
        parks += 1
        isServed = direction == .neither || parks.isMultiple(of: 2)
        return isServed
    }
    var wake: @Sendable () -> Void { {} }

    @unsafe
    func wait(
        _ c: UnsafeMutablePointer<conn_rec>, _ direction: SessionMachine.Direction, until moment: Moment
    ) {}
}
