// SPDX-License-Identifier: Apache-2.0

/// What one client may do, and what it gets: all rules of the protocol, and no I/O.
///
/// A command goes in; the reply, or its first part, and an ``Action`` come out. Where the action has a result that
/// matters, it goes in again.
public struct Session: Sendable {
    /// Who the client is.
    enum Identity: Equatable {
        case unknown
        case known(String)
    }

    let rules: SessionRules
    /// The number of the client; no other one of the server has it.
    public let id: Int64
    var identity: Identity
    private var failures = 0
    /// The number of the chosen database.
    public internal(set) var database = 0
    /// What the client calls itself; empty if it does not.
    public internal(set) var name: [UInt8] = []
    /// What the client says of the library that it was written with.
    public internal(set) var library: (name: [UInt8], version: [UInt8]) = ([], [])
    /// What the client has subscribed to.
    public internal(set) var subscriptions: Set<Subscription> = []
    /// How many of those are patterns.
    public internal(set) var patterns = 0
    /// The bytes that the names of those have.
    var subscribedBytes = 0
    /// Whether the client is shown what others do.
    public internal(set) var isMonitor = false
    /// The version of the protocol that it speaks.
    public internal(set) var version = RESPVersion.two
    /// What the client asked for last, if it is offered.
    public private(set) var command: Command?

    /// Whether the last command may have changed what is known of the client.
    public private(set) var hasChanged = false
    /// The subcommand of it, in lower case; empty if it has none.
    var subcommand = ""

    /// A client that has just come.
    public init(_ rules: SessionRules, id: Int64) {
        self.rules = rules
        self.id = id
        identity = rules.authenticates ? .unknown : .known("default")
    }

    /// The user, once it is known; `default` where nobody has to say.
    public var user: String? {
        if case .known(let name) = identity { name } else { nil }
    }

    /// Whether the client may do everything.
    public var isAuthenticated: Bool { identity != .unknown }

    // MARK: What a client sends

    /// Takes a command.
    ///
    /// - Parameters:
    ///   - arguments: Its words, lent.
    ///   - moment: When it is, in microseconds since 1970.
    ///   - store: Where values are kept.
    ///   - reply: Takes the reply, and is empty before.
    public mutating func receive<S: Store>(
        _ arguments: borrowing Arguments, at moment: Int64, on store: S, _ reply: inout ReplyWriter
    ) -> Action {
        answer(arguments, moment, store, &reply)
    }

    /// The same on a store in memory: compiled for it, where code for any store takes several times as long.
    public mutating func receive(
        _ arguments: borrowing Arguments, at moment: Int64, on store: MemoryStore, _ reply: inout ReplyWriter
    ) -> Action {
        answer(arguments, moment, store, &reply)
    }

    private mutating func answer<S: Store>(
        _ arguments: borrowing Arguments, _ moment: Int64, _ store: S, _ reply: inout ReplyWriter
    ) -> Action {
        hasChanged = false
        do throws(RESPError) {
            let command = try admit(arguments)
            guard DataCommands.contains(command) else {
                hasChanged = true
                return try perform(command, arguments, moment, &reply)
            }
            let limits = DataCommands.Limits(value: rules.limits.held.bulkLength, reply: rules.longestReply)
            try store.withDatabase(database) { (database) throws(RESPError) in
                database.now = moment / 1000
                try DataCommands.perform(command, arguments, limits, &database, &reply)
            }
            return .none
        } catch {
            reply.removeAll()
            // Only looked for where nothing else was found: it is no command, unless a host made it one.
            if command == nil, Self.isOfHTTP(arguments[0]) { return .close }
            reply.error(error)
            return .none
        }
    }

    /// Whether those who monitor the server see a command: not what administrators ask for, and not what is none.
    public func mayBeShown(_ arguments: borrowing Arguments) -> Bool {
        guard isAuthenticated, let command = rules.commands[arguments[0]] else { return false }
        guard command.allows(arguments.count), !command.isForAdministrators else { return false }
        // Passwords are known by Redis's name of their command: see MonitorLine.
        if command == .auth || command == .hello, !matches(arguments[0], command.name) { return false }
        return command != .client || !Self.isForAdministrators(arguments[1])
    }

    /// Whether a subcommand of `CLIENT` is about others.
    private static func isForAdministrators(_ word: Span<UInt8>) -> Bool {
        matches(word, "list") || matches(word, "kill") || matches(word, "no-evict")
    }

    /// Takes what is no command.
    ///
    /// - Parameters:
    ///   - problem: What is wrong with it.
    ///   - isEnd: Whether nothing that follows can be understood.
    ///   - reply: Takes the reply.
    public mutating func receive(_ problem: ProtocolProblem, isEnd: Bool, _ reply: inout ReplyWriter) -> Action {
        command = nil
        reply.error(problem)
        return isEnd ? .close : .none
    }

    /// The command that a line asks for, if it may be done.
    private mutating func admit(_ arguments: borrowing Arguments) throws(RESPError) -> Command {
        command = nil
        guard let found = rules.commands[arguments[0]] else { throw Self.unknown(arguments) }
        guard found.allows(arguments.count) else {
            throw .wrongArity(rules.commands.name(of: found) ?? found.name)
        }
        subcommand = try Introspection.subcommand(of: found, arguments)
        command = found
        guard isAuthenticated || found.needsNoAuthentication else { throw .authenticationRequired }
        if version == .two, !subscriptions.isEmpty, !found.isForSubscribers {
            let name = subcommand.isEmpty ? found.name : "\(found.name)|\(subcommand)"
            throw RESPError(
                "ERR Can't execute '\(name)': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET "
                    + "are allowed in this context")
        }
        return found
    }

    /// Whether a line is the beginning or the second line of a request of HTTP, that a web page has somebody's browser
    /// send here: what is in its body is not to be run.
    private static func isOfHTTP(_ word: Span<UInt8>) -> Bool { matches(word, "post") || matches(word, "host:") }

    private static func unknown(_ arguments: borrowing Arguments) -> RESPError {
        var words: [UInt8] = []
        for place in 1..<max(1, arguments.count) where words.count < 128 {
            let room = 128 - words.count
            words.append(UInt8(ascii: "'"))
            words.append(cString: arguments[place], longest: room)
            words += "' ".utf8
        }
        var text = Array("ERR unknown command '".utf8)
        text.append(cString: arguments[0], longest: 128)
        text += "', with args beginning with: ".utf8
        return RESPError(bytes: text + words)
    }

    // MARK: What became of an action

    /// What became of a client's password.
    public enum Verdict: Equatable, Sendable {
        case granted, denied
        /// Nobody can tell at the moment.
        case unavailable
    }

    /// What became of a client's password.
    public mutating func authenticated(
        _ credentials: Credentials, _ verdict: Verdict, _ reply: inout ReplyWriter
    ) -> Action {
        switch verdict {
        case .granted:
            identity = .known(credentials.user)
            guard let greeting = credentials.greeting else {
                reply.ok()
                return .none
            }
            return greet(greeting, &reply)
        case .denied:
            failures += 1
            reply.error(RESPError.wrongPassword)
            // Where nobody has to authenticate, nobody is shut out.
            return failures < rules.mostFailures || !rules.authenticates ? .none : .close
        case .unavailable:
            reply.error("ERR nobody can be authenticated at the moment")
            return .none
        }
    }

    /// The number of clients that a message was sent to.
    public func published(to count: Int, _ reply: inout ReplyWriter) { reply.integer(count) }
}
