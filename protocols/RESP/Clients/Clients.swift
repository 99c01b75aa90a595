// SPDX-License-Identifier: Apache-2.0
import HTTPD
import RESPEngine
import Synchronization

/// The clients of a space, in this child.
///
/// `CLIENT LIST` and `CLIENT KILL` are about these; other children have others.
final class Clients: Sendable {
    private let state = Mutex<[Int64: Client]>([:])
    private static let lastID = Atomic<Int64>(0)

    /// A number that no other client of the server has: the child's, and one that counts in it.
    static func nextID() -> Int64 {
        let child = Int64(truncatingIfNeeded: ServerChannel.ownChild?.number ?? 0) & 0x7F_FFFF
        let next = lastID.wrappingAdd(1, ordering: .relaxed).newValue
        return child << 40 | next & 0xFF_FFFF_FFFF
    }

    /// How many there are.
    var count: Int { state.withLock { $0.count } }

    /// Makes a client known.
    func add(_ session: Session, _ context: borrowing ProtocolContext) -> Client {
        let client = Client(session, context)
        state.withLock { $0[client.id] = client }
        return client
    }

    /// Forgets a client.
    func remove(_ client: Client) {
        state.withLock { _ = $0.removeValue(forKey: client.id) }
    }

    /// A line for each that the filter lets pass.
    func list(_ filter: ClientFilter, askedBy asking: Client) -> String {
        var text = ""
        for client in all where client.passes(filter, askedBy: asking) { text += client.line + "\n" }
        return text
    }

    /// Closes those that the filter lets pass.
    ///
    /// - Returns: How many they are, and whether the one that asks is one of them, which is left to its handler.
    func kill(_ filter: ClientFilter, askedBy asking: Client) -> (count: Int, hitsSelf: Bool) {
        var count = 0
        var hitsSelf = false
        for client in all where client.passes(filter, askedBy: asking) {
            count += 1
            if client === asking { hitsSelf = true } else { client.close() }
        }
        return (count, hitsSelf)
    }

    private var all: [Client] { state.withLock { $0.values.sorted { $0.id < $1.id } } }
}
