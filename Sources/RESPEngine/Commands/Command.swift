// SPDX-License-Identifier: Apache-2.0

/// What a client can ask for, by Redis's names.
public enum Command: UInt8, CaseIterable, Sendable {
    // The connection.
    case ping, echo, hello, auth, select, quit, reset, client
    // The server.
    case command, config, info, time, dbsize, monitor
    // Values.
    case get, set, setex, psetex, setnx, getset, getdel, getex, mget, mset
    case append, strlen, getrange, setrange, incr, decr, incrby, decrby, incrbyfloat
    // Keys.
    case del, unlink, exists, expire, pexpire, expireat, persist, ttl, pttl, type, scan, keys, flushdb
    // Messages.
    case subscribe, unsubscribe, psubscribe, punsubscribe, publish

    private static let names = allCases.map { "\($0)" }

    /// Redis's name, in lower case.
    public var name: String {
        // As many names as cases, which are numbered from 0 on.
        Self.names[Int(rawValue)]
    }

    /// The command of a name of Redis's, in lower case.
    public init?(name: String) {
        guard let command = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = command
    }

    /// The number of words, the name included; negative for at least so many.
    var arity: Int {
        switch self {
        case .reset, .time, .dbsize, .monitor: 1
        case .echo, .select, .get, .getdel, .strlen, .incr, .decr, .persist, .ttl, .pttl, .type, .keys: 2
        case .setnx, .getset, .append, .incrby, .decrby, .incrbyfloat, .publish: 3
        case .setex, .psetex, .getrange, .setrange: 4
        case .ping, .hello, .quit, .command, .info, .flushdb, .unsubscribe, .punsubscribe: -1
        case .auth, .client, .config, .getex, .mget, .del, .unlink, .exists, .scan, .subscribe, .psubscribe: -2
        case .set, .mset, .expire, .pexpire, .expireat: -3
        }
    }

    /// Whether a line of so many words can be one.
    func allows(_ count: Int) -> Bool { arity >= 0 ? count == arity : count >= -arity }

    /// Redis's flags, which clients look at to route commands.
    var flags: [StaticString] {
        switch self {
        case .ping, .echo: ["fast"]
        case .hello, .auth, .quit, .reset: ["noscript", "loading", "stale", "fast", "no_auth", "allow_busy"]
        case .select, .time: ["loading", "stale", "fast"]
        case .command, .info: ["loading", "stale"]
        case .client, .config: []
        case .monitor: ["admin", "noscript", "loading", "stale"]
        case .dbsize, .get, .mget, .strlen, .exists, .ttl, .pttl, .type: ["readonly", "fast"]
        case .getrange, .scan, .keys: ["readonly"]
        case .set, .setex, .psetex, .mset, .setrange: ["write", "denyoom"]
        case .setnx, .getset, .append, .incr, .decr, .incrby, .decrby, .incrbyfloat: ["write", "denyoom", "fast"]
        case .getdel, .getex, .unlink, .expire, .pexpire, .expireat, .persist: ["write", "fast"]
        case .del, .flushdb: ["write"]
        case .subscribe, .psubscribe, .unsubscribe, .punsubscribe: ["pubsub", "noscript", "loading", "stale"]
        case .publish: ["pubsub", "loading", "stale", "fast"]
        }
    }

    /// The group that Redis's manual has it in.
    var group: StaticString {
        switch self {
        case .ping, .echo, .hello, .auth, .select, .quit, .reset, .client: "connection"
        case .command, .config, .info, .time, .dbsize, .monitor, .flushdb: "server"
        case .get, .set, .setex, .psetex, .setnx, .getset, .getdel, .getex, .mget, .mset: "string"
        case .append, .strlen, .getrange, .setrange, .incr, .decr, .incrby, .decrby, .incrbyfloat: "string"
        case .del, .unlink, .exists, .expire, .pexpire, .expireat, .persist, .ttl, .pttl: "generic"
        case .type, .scan, .keys: "generic"
        case .subscribe, .unsubscribe, .psubscribe, .punsubscribe, .publish: "pubsub"
        }
    }

    /// Where the keys stand: the first, the last (-1 for the last word), and one of how many is a key; zeros for none.
    var keys: (first: Int, last: Int, step: Int) {
        switch self {
        case .mset: (1, -1, 2)
        case .mget, .del, .unlink, .exists: (1, -1, 1)
        case .get, .set, .setex, .psetex, .setnx, .getset, .getdel, .getex: (1, 1, 1)
        case .append, .strlen, .getrange, .setrange, .incr, .decr, .incrby, .decrby, .incrbyfloat: (1, 1, 1)
        case .expire, .pexpire, .expireat, .persist, .ttl, .pttl, .type: (1, 1, 1)
        default: (0, 0, 0)
        }
    }

    /// Whether its first word is a key, a channel or a pattern: what it is about.
    public var isAboutKey: Bool {
        switch self {
        case .subscribe, .unsubscribe, .psubscribe, .punsubscribe, .publish: true
        default: keys.first == 1
        }
    }

    /// Whether a client may ask for it before it said who it is.
    var needsNoAuthentication: Bool {
        switch self {
        case .hello, .auth, .quit, .reset: true
        default: false
        }
    }

    /// Whether a client may ask for it while it is subscribed to something, by the second version of the protocol.
    var isForSubscribers: Bool {
        switch self {
        case .ping, .quit, .reset, .subscribe, .unsubscribe, .psubscribe, .punsubscribe: true
        default: false
        }
    }

    /// Whether it is an administrator's, and hidden from those who monitor the server.
    var isForAdministrators: Bool { self == .config || self == .monitor }

    /// The subcommands, with their arities.
    var subcommands: [(name: StaticString, arity: Int)] {
        switch self {
        case .client:
            [
                ("id", 2), ("getname", 2), ("setname", 3), ("setinfo", 4), ("list", -2), ("info", 2), ("kill", -3),
                ("no-evict", 3),
            ]
        case .command: [("count", 2), ("docs", -2), ("info", -2)]
        case .config: [("get", -3)]
        default: []
        }
    }
}
