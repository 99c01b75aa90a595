// SPDX-License-Identifier: Apache-2.0
import HTTPD
import RESPEngine

/// What `INFO` tells.
struct ServerReport {
    private let options: RESPOptions
    private let host: RESPHost
    private let space: Space
    private let place: RESPHost.Place
    private let port: Int
    /// In milliseconds since 1970.
    private let now = Timestamp.now.microseconds / 1000

    init(_ options: RESPOptions, _ host: RESPHost, _ space: Space, _ port: Int) {
        self.options = options
        self.host = host
        self.space = space
        place = host.place(in: space)
        self.port = port
    }

    private static let sections = ["server", "clients", "memory", "persistence", "stats", "replication", "keyspace"]

    /// The sections of these names, in lower case; all for none, or one that stands for all.
    func text(_ wanted: [String]) -> String {
        let isAll = wanted.isEmpty || wanted.contains { ["all", "default", "everything"].contains($0) }
        let shown = Self.sections.filter { isAll || wanted.contains($0) }
        return shown.map { section in
            let lines = facts(section).map { "\($0.name):\($0.value)\r\n" }.joined()
            return "# \(section.prefix(1).uppercased())\(section.dropFirst())\r\n" + lines
        }.joined(separator: "\r\n")
    }

    private typealias Fact = (name: String, value: String)

    private func facts(_ section: String) -> [Fact] {
        switch section {
        case "server": server
        case "clients": clients
        case "memory": memory
        case "persistence": [("loading", "0"), ("async_loading", "0")]
        case "stats": statistics
        case "replication": [("role", "master"), ("connected_slaves", "0")]
        case "keyspace": keyspace
        default: []
        }
    }

    private var server: [Fact] {
        [
            // What clients go by, when they choose what they ask for.
            ("redis_version", SessionRules.compatibleVersion),
            ("redis_mode", "standalone"),
            ("server_name", SessionRules.serverName),
            ("swift_httpd_version", "\(Toolkit.version)"),
            ("httpd_version", ServerProcess.httpdVersion),
            ("multiplexing_api", ServerProcess.mpmName),
            ("process_id", String(ServerProcess.id)),
            ("parent_process_id", String(ServerProcess.parentID)),
            ("server_generation", String(ServerProcess.generation)),
            ("child", ServerChannel.ownChild.map { String($0.number) } ?? "0"),
            ("tcp_port", String(port)),
            ("uptime_in_seconds", String(ServerProcess.uptime.components.seconds)),
            ("uptime_in_days", String(ServerProcess.uptime.components.seconds / 86_400)),
        ]
    }

    private var clients: [Fact] {
        // Those of this child: each has others.
        [("connected_clients", String(space.clients.count)), ("children", String(ServerProcess.childCount))]
    }

    private var memory: [Fact] {
        let settings = host.memorySettings.map { ($0.name.replacing("-", with: "_"), $0.value) }
        switch place {
        case .memory(let store):
            return [("used_memory", String(store.statistics(at: now).size))] + settings + [("store", host.storeName)]
        case .shared: return settings + [("store", host.storeName)]
        }
    }

    /// What `swift-status` counts, of all children since the server was started; what is of this child's store alone
    /// comes last.
    private var statistics: [Fact] {
        var facts: [Fact] = [
            ("total_connections_received", String(Statistics.connections.value)),
            ("total_commands_processed", String(Statistics.commands.value)),
            ("total_error_replies", String(Statistics.errors.value)),
            ("rejected_connections", String(Statistics.refusals.value)),
            ("acl_access_denied_auth", String(Statistics.failures.value)),
            ("messages_published", String(Statistics.messages.value)),
            ("messages_lost_between_children", String(Statistics.lost.value)),
            ("pubsub_channels", String(space.subscriptions.counts.channels)),
            ("pubsub_patterns", String(space.subscriptions.counts.patterns)),
        ]
        if case .memory(let store) = place {
            let store = store.statistics(at: now)
            facts += [
                ("keyspace_hits", String(store.hits)), ("keyspace_misses", String(store.misses)),
                ("expired_keys", String(store.expirations)), ("evicted_keys", String(store.evictions)),
            ]
        }
        return facts
    }

    private var keyspace: [Fact] {
        guard case .memory(let store) = place else { return [] }
        return store.statistics(at: now).counts.enumerated().filter { $0.element > 0 }.map { number, count in
            ("db\(number)", "keys=\(count)")
        }
    }
}
