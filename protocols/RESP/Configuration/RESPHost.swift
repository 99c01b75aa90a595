// SPDX-License-Identifier: Apache-2.0
import HTTPD
import RESPEngine
import Synchronization

/// What the directives come to for a host, worked out once.
final class RESPHost: CompiledConfiguration {
    /// Where the values of a host are.
    enum Place {
        case memory(MemoryStore)
        case shared(SharedStore)
    }

    let commands: CommandTable
    private let choice: StoreChoice
    private let conflicts: Mutex<[Command]>
    private let memoryLimit: Int

    init(compiling source: RESPConfiguration) {
        let table = source.table
        commands = table.commands
        conflicts = Mutex(table.conflicts)
        choice = source.store.value
        memoryLimit = source.memory.value.bytes
    }

    /// The commands that are not offered because another one has the name that they should have; told once.
    func takeConflicts() -> [Command] {
        conflicts.withLock { conflicts in
            defer { conflicts = [] }
            return conflicts
        }
    }

    /// Where the values of a space are, in this child.
    func place(in space: Space) -> Place {
        switch choice {
        case .memory: .memory(space.memory(limit: memoryLimit))
        case .shared(let cache): .shared(SharedStore(cache, prefix: space.prefix))
        }
    }

    /// What `CONFIG GET` and `INFO` tell of where the values are.
    var memorySettings: [(name: String, value: String)] {
        switch choice {
        case .memory: [("maxmemory", String(memoryLimit)), ("maxmemory-policy", "allkeys-lru")]
        // What was stored first goes first.
        case .shared: [("maxmemory", "0"), ("maxmemory-policy", "allkeys-fifo")]
        }
    }

    /// The name of the store, as in the directive.
    var storeName: String {
        switch choice {
        case .memory: "memory"
        case .shared(let cache): "socache:\(cache.provider)"
        }
    }
}
