// SPDX-License-Identifier: Apache-2.0
import HTTPD
import Synchronization

/// Who gets which messages, in one child of the server.
///
/// Every child has a registry of its own, so a message reaches the subscribers that the publisher's child serves, and
/// no others. A server with one child (`ServerLimit 1`) has one space of topics. Under prefork a child serves one
/// connection, and a message reaches its publisher at most.
final class Topics: Sendable {
    /// That of this child. Made at its first use, which is after the fork.
    static let shared = Topics()

    /// A topic of one of several hosts.
    struct Name: Hashable, Sendable {
        let space: String
        let topic: Topic
    }

    /// A connection, as the registry knows it.
    struct Member: Sendable {
        fileprivate let number: Int
        fileprivate let handle: ConnectionHandle
    }

    private struct State {
        var subscribers: [Name: [Int: ConnectionHandle]] = [:]
        var subscriptions = 0
        var nextNumber = 0
    }

    private let state = Mutex(State())

    /// Makes a connection known. It takes part when it is first added to a topic.
    func makeMember(_ handle: ConnectionHandle) -> Member {
        state.withLock { state in
            // 64 bits do not run out.
            state.nextNumber &+= 1
            return Member(number: state.nextNumber, handle: handle)
        }
    }

    /// Adds a connection to a topic, unless there are `limit` subscriptions.
    func add(_ member: Member, to name: Name, limit: Int) -> Bool {
        state.withLock { state in
            if state.subscribers[name]?[member.number] != nil { return true }
            guard state.subscriptions < limit else { return false }
            state.subscribers[name, default: [:]][member.number] = member.handle
            state.subscriptions += 1
            return true
        }
    }

    /// Removes a connection from a topic.
    func remove(_ member: Member, from name: Name) {
        state.withLock { state in
            guard state.subscribers[name]?.removeValue(forKey: member.number) != nil else { return }
            state.subscriptions -= 1
            if state.subscribers[name]?.isEmpty == true { state.subscribers[name] = nil }
        }
    }

    /// Sends bytes to all who subscribed, and returns how many will get them.
    ///
    /// A subscriber that does not take what it is sent misses messages when its mailbox is full: nobody waits for it.
    func publish(_ bytes: [UInt8], to name: Name) -> Int {
        // Pushed without the lock: a push may wake another thread.
        let handles = state.withLock { state in state.subscribers[name].map { Array($0.values) } ?? [] }
        return handles.count { $0.push(bytes) == .accepted }
    }

    /// Whether anybody is subscribed.
    func isKnown(_ name: Name) -> Bool { state.withLock { $0.subscribers[name] != nil } }
}
