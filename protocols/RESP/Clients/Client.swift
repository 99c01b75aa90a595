// SPDX-License-Identifier: Apache-2.0
import HTTPD
import RESPEngine
import Synchronization

/// A client as other clients see it: what `CLIENT LIST` tells, and a way to send it messages.
final class Client: Sendable {
    /// What changes seldom.
    private struct Facts {
        var name: [UInt8] = []
        var library: (name: [UInt8], version: [UInt8]) = ([], [])
        var user = ""
        var database = 0
        var version = RESPVersion.two
        var channels = 0
        var patterns = 0
        var isMonitor = false
    }

    let id: Int64
    let address: String
    private let localAddress: String
    private let handle: ConnectionHandle
    private let began: Int64
    private let facts = Mutex(Facts())
    /// When the last command came, in microseconds since 1970, and which it was.
    private let lastMoment: Atomic<Int64>
    private let isClosing = Atomic(false)
    private let lastCommand = Atomic<UInt8>(.max)

    init(_ session: Session, _ context: borrowing ProtocolContext) {
        id = session.id
        address = Self.endpoint(context.connection.clientAddress, context.connection.clientPort)
        localAddress = Self.endpoint(context.connection.localAddress, context.connection.localPort)
        handle = context.handle
        began = Timestamp.now.microseconds
        lastMoment = Atomic(began)
        update(session)
    }

    private static func endpoint(_ address: String, _ port: Int) -> String {
        address.utf8.contains(UInt8(ascii: ":")) ? "[\(address)]:\(port)" : "\(address):\(port)"
    }

    // MARK: What it does

    /// A command came.
    func touched(_ command: Command?, at moment: Int64) {
        lastMoment.store(moment, ordering: .relaxed)
        lastCommand.store(command?.rawValue ?? .max, ordering: .relaxed)
    }

    /// A command changed what is known of it.
    func update(_ session: Session) {
        facts.withLock { facts in
            facts.name = session.name
            facts.library = session.library
            facts.user = session.user ?? "(unknown)"
            facts.database = session.database
            facts.version = session.version
            facts.channels = session.subscriptions.count - session.patterns
            facts.patterns = session.patterns
            facts.isMonitor = session.isMonitor
        }
    }

    /// The version of the protocol that it speaks.
    var version: RESPVersion { facts.withLock { $0.version } }

    // MARK: What is done with it

    /// Sends bytes to it, or closes it if it does not take what it gets: it would miss some without knowing.
    func push(_ bytes: [UInt8]) -> Bool {
        switch handle.push(bytes) {
        case .accepted: return true
        case .closed: return false
        case .full:
            _ = handle.close()
            return false
        }
    }

    /// Closes it; from then on it is none for others, though its connection takes some time to end.
    func close() {
        isClosing.store(true, ordering: .relaxed)
        _ = handle.close()
    }

    // MARK: What is told of it

    /// Whether a filter lets it pass.
    func passes(_ filter: ClientFilter, askedBy asking: Client) -> Bool {
        if isClosing.load(ordering: .relaxed) { return false }
        if filter.isNone || (filter.skipsSelf && asking === self) { return false }
        if let ids = filter.ids, !ids.contains(id) { return false }
        if let wanted = filter.address, wanted != address { return false }
        if let wanted = filter.localAddress, wanted != localAddress { return false }
        return facts.withLock { facts in
            if let user = filter.user, user != facts.user { return false }
            if let isSubscriber = filter.isSubscriber, (facts.channels + facts.patterns == 0) == isSubscriber {
                return false
            }
            return true
        }
    }

    /// Its line in `CLIENT LIST`, as Redis has it.
    var line: String {
        let now = Timestamp.now.microseconds
        let age = max(0, now &- began) / 1_000_000
        let idle = max(0, now &- lastMoment.load(ordering: .relaxed)) / 1_000_000
        let command = Command(rawValue: lastCommand.load(ordering: .relaxed))?.name ?? "NULL"
        return facts.withLock { facts in
            let flags = (facts.isMonitor ? "O" : "") + (facts.channels + facts.patterns == 0 ? "" : "P")
            return "id=\(id) addr=\(address) laddr=\(localAddress) fd=-1 name=\(Self.text(facts.name)) age=\(age) "
                + "idle=\(idle) flags=\(flags.isEmpty ? "N" : flags) db=\(facts.database) sub=\(facts.channels) "
                + "psub=\(facts.patterns) ssub=0 multi=-1 cmd=\(command) user=\(facts.user) "
                + "lib-name=\(Self.text(facts.library.name)) lib-ver=\(Self.text(facts.library.version)) "
                + "resp=\(facts.version.rawValue)"
        }
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
