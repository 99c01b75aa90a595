// SPDX-License-Identifier: Apache-2.0
import HTTPD
import RESPEngine
import Synchronization

/// Who gets which messages of a space: the subscribers of this child, and how many there are in the others.
final class Subscriptions: Sendable {
    private struct State {
        var channels: [[UInt8]: [Int64: Client]] = [:]
        var patterns: [[UInt8]: [Int64: Client]] = [:]
        var elsewhere = RemoteInterest()
        /// When other children missed something that they were told, in microseconds since 1970.
        var missed: Int64?
    }

    private let space: String
    private let state = Mutex(State())

    init(of space: String) {
        self.space = space
    }

    // MARK: Subscribers

    /// Adds a client to those of a channel or pattern.
    func add(_ client: Client, to subscription: Subscription) {
        change(subscription) { $0[subscription.name, default: [:]][client.id] = client }
    }

    /// Removes a client.
    func removeAll(_ subscriptions: some Sequence<Subscription>, of client: Client) {
        for subscription in subscriptions {
            change(subscription) { names in
                names[subscription.name]?[client.id] = nil
                if names[subscription.name]?.isEmpty == true { names[subscription.name] = nil }
            }
        }
    }

    private func change(_ subscription: Subscription, _ body: (inout [[UInt8]: [Int64: Client]]) -> Void) {
        // Told with the lock held: what other children hear last must be what is true last.
        state.withLock { state in
            let count: Int
            if subscription.isPattern {
                body(&state.patterns)
                count = state.patterns[subscription.name]?.count ?? 0
            } else {
                body(&state.channels)
                count = state.channels[subscription.name]?.count ?? 0
            }
            tell(.interest(subscription, count: count), &state)
        }
    }

    /// Tells all other children something that they must not miss.
    private func tell(_ message: BusMessage, _ state: inout State) {
        let now = Timestamp.now.microseconds
        if let missed = state.missed, now &- missed > Bus.pause {
            state.missed = Bus.send(.nothing, of: space) && introduce(state, to: nil) ? nil : now
        }
        if !Bus.send(message, of: space) { state.missed = now }
    }

    // MARK: Messages

    /// Sends a message to all who subscribed, in all children.
    ///
    /// - Returns: How many they are, in other children as those told. Under load that may be a moment old.
    func publish(_ message: [UInt8], on channel: [UInt8]) -> Int {
        // Who was told of being subscribed has to be counted.
        ServerChannel.catchUp()
        let count = deliver(message, on: channel)
        // To all children, whether they are known to have subscribers or not: one may just have come.
        if !Bus.send(.message(message, channel: channel), of: space) { Statistics.lost.add() }
        // Compared without the lock: others need not wait for what patterns cost.
        return count + state.withLock { $0.elsewhere }.count(of: channel)
    }

    /// Sends a message to the subscribers of this child, and returns how many get it.
    @discardableResult
    func deliver(_ message: [UInt8], on channel: [UInt8]) -> Int {
        // Compared and pushed without the lock: patterns may take their time, and a push may wake another thread.
        let (direct, patterns) = state.withLock { ($0.channels[channel].map { Array($0.values) } ?? [], $0.patterns) }
        var effort = GlobEffort()
        var count = 0
        if !direct.isEmpty {
            let encoded = EncodedMessage([Array("message".utf8), channel, message])
            count += direct.count { $0.push(encoded[$0.version]) }
        }
        for (pattern, clients) in patterns {
            guard let isMatch = effort.matches(pattern.span, channel.span) else {
                Statistics.lost.add()
                continue
            }
            guard isMatch else { continue }
            let encoded = EncodedMessage([Array("pmessage".utf8), pattern, channel, message])
            count += clients.values.count { $0.push(encoded[$0.version]) }
        }
        return count
    }

    /// How many channels and patterns have subscribers in this child.
    var counts: (channels: Int, patterns: Int) { state.withLock { ($0.channels.count, $0.patterns.count) } }

    // MARK: Other children

    /// Another child has so many subscribers of a channel or pattern now.
    func setInterest(of child: ChildID, in subscription: Subscription, count: Int) {
        state.withLock { $0.elsewhere.set(subscription, of: child, to: count) }
    }

    /// Another child is gone.
    func forget(_ child: ChildID) {
        state.withLock { $0.elsewhere.forget(child) }
    }

    /// Tells a child that has just come what there is here.
    func introduce(to child: ChildID) {
        state.withLock { state in
            if !introduce(state, to: child) { state.missed = Timestamp.now.microseconds }
        }
    }

    /// - Returns: Whether nothing was missed.
    private func introduce(_ state: borrowing State, to child: ChildID?) -> Bool {
        var isHeard = true
        for (name, clients) in state.channels {
            isHeard = Bus.send(.interest(.channel(name), count: clients.count), of: space, to: child) && isHeard
        }
        for (name, clients) in state.patterns {
            isHeard = Bus.send(.interest(.pattern(name), count: clients.count), of: space, to: child) && isHeard
        }
        return isHeard
    }
}

/// A message as clients of either version of the protocol get it.
private struct EncodedMessage {
    private let two: [UInt8]
    private let three: [UInt8]

    init(_ parts: [Part]) {
        two = Self.encode(parts, .two)
        three = Self.encode(parts, .three)
    }

    subscript(version: RESPVersion) -> [UInt8] { version == .two ? two : three }

    typealias Part = [UInt8]

    private static func encode(_ parts: [Part], _ version: RESPVersion) -> [UInt8] {
        var reply = ReplyWriter(capacity: 128)
        reply.version = version
        reply.push(parts.count)
        for part in parts { reply.bulk(part.span) }
        return [UInt8](copying: reply.bytes)
    }
}
