// SPDX-License-Identifier: Apache-2.0
import HTTPD
import RESPEngine
import Synchronization

/// What hosts share that name the same space, and others do not see: keys, messages, and who is there.
///
/// A host that names none has one of its own, or whoever may use an open host would hear what is said at a protected one.
final class Space: Sendable {
    let name: String
    let clients = Clients()
    let subscriptions: Subscriptions
    let monitors: Monitors
    /// Where keys are in a cache that spaces share: behind these bytes.
    let prefix: [UInt8]
    private let stores = Mutex<[Int: MemoryStore]>([:])

    /// All databases that options can ask for: hosts with fewer share the first ones.
    private static let databases = 256

    fileprivate init(_ name: String) {
        self.name = name
        subscriptions = Subscriptions(of: name)
        monitors = Monitors(of: name)
        // FNV-1a: the same in all children, and on other machines that name the space alike.
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        prefix = (0..<8).map { UInt8(truncatingIfNeeded: hash >> UInt64($0 * 8)) }
    }

    /// The store in the memory of this child that may take so many bytes.
    func memory(limit: Int) -> MemoryStore {
        stores.withLock { stores in
            if let store = stores[limit] { return store }
            let made = MemoryStore(databases: Self.databases, limit: limit)
            stores[limit] = made
            return made
        }
    }
}

/// The spaces of this child, as many as hosts and other children name.
final class Spaces: Sendable {
    /// Those of this child. Made at the first use, which is after the fork.
    static let shared = Spaces()

    private let spaces = Mutex<[String: Space]>([:])

    /// The space of a name.
    subscript(name: String) -> Space {
        spaces.withLock { spaces in
            if let space = spaces[name] { return space }
            let made = Space(name)
            spaces[name] = made
            return made
        }
    }

    /// The space of a host.
    static func of(_ connection: borrowing Connection, named name: String) -> Space {
        // A name is never that of a host without one.
        guard name.isEmpty else { return shared["=\(name)"] }
        let server = connection.server
        // Hosts without a `ServerName` may all have the same one.
        let addresses = server.addresses.joined(separator: " ")
        return shared["\(server.hostname):\(connection.localPort) \(addresses)"]
    }

    /// All of them.
    var all: [Space] { spaces.withLock { Array($0.values) } }
}
