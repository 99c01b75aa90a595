// SPDX-License-Identifier: Apache-2.0

/// The commands that are about the connection or the server, not about keys.
extension Session {
    mutating func perform(
        _ command: Command, _ arguments: borrowing Arguments, _ moment: Int64, _ reply: inout ReplyWriter
    ) throws(RESPError) -> Action {
        switch command {
        case .ping: try ping(arguments, &reply)
        case .echo: reply.bulk(arguments[1])
        case .time:
            reply.array(2)
            reply.bulk(moment / 1_000_000)
            reply.bulk(moment % 1_000_000)
        case .select: try select(arguments, &reply)
        case .quit:
            reply.ok()
            return .close
        case .reset: return reset(&reply)
        case .auth: return try authenticate(arguments)
        case .hello: return try hello(arguments, &reply)
        case .client: return try client(arguments, &reply)
        case .command: Introspection.command(subcommand, arguments, rules.commands, &reply)
        case .config: config(arguments, &reply)
        case .info:
            var sections: [String] = []
            for place in 1..<max(1, arguments.count) { sections.append(String(lenient: arguments[place]).lowercased()) }
            return .describeServer(sections)
        case .monitor:
            if !isMonitor { reply.ok() }
            isMonitor = true
            return .monitor
        case .subscribe: return try subscribe(arguments, isPattern: false, &reply)
        case .psubscribe: return try subscribe(arguments, isPattern: true, &reply)
        case .unsubscribe: return unsubscribe(arguments, isPattern: false, &reply)
        case .punsubscribe: return unsubscribe(arguments, isPattern: true, &reply)
        case .publish:
            guard arguments[1].count <= SessionRules.longestName else { throw .nameTooLong }
            return .publish(channel: Array(copying: arguments[1]), message: Array(copying: arguments[2]))
        default: throw .syntax
        }
        return .none
    }

    // MARK: The connection

    private func ping(_ arguments: borrowing Arguments, _ reply: inout ReplyWriter) throws(RESPError) {
        guard arguments.count <= 2 else { throw .wrongArity("ping") }
        if version == .two, !subscriptions.isEmpty {
            // A client that reads messages has its answer as one.
            reply.array(2)
            reply.bulk("pong")
            return reply.bulk(arguments[1])
        }
        if arguments.count == 2 { reply.bulk(arguments[1]) } else { reply.simple("PONG") }
    }

    private mutating func select(_ arguments: borrowing Arguments, _ reply: inout ReplyWriter) throws(RESPError) {
        guard let number = integer(arguments[1]) else { throw .notAnInteger }
        guard let number = Int32(exactly: number) else {
            throw RESPError("ERR value is out of range, value must between -2147483648 and 2147483647")
        }
        guard number >= 0, number < rules.databases else { throw .badDatabase }
        database = Int(number)
        reply.ok()
    }

    private mutating func reset(_ reply: inout ReplyWriter) -> Action {
        let ended = subscriptions
        subscriptions = []
        subscribedBytes = 0
        patterns = 0
        isMonitor = false
        database = 0
        name = []
        version = .two
        reply.version = .two
        identity = rules.authenticates ? .unknown : .known("default")
        reply.simple("RESET")
        return .forget(ended)
    }

    // MARK: Who the client is

    private func authenticate(_ arguments: borrowing Arguments) throws(RESPError) -> Action {
        guard arguments.count <= 3 else { throw .syntax }
        if arguments.count == 2, !rules.authenticates {
            throw RESPError(
                "ERR AUTH <password> called without any password configured for the default user. "
                    + "Are you sure your configuration is correct?")
        }
        let user = arguments.count == 3 ? String(lenient: arguments[1]) : "default"
        return try check(user, String(lenient: arguments[arguments.count - 1]), nil)
    }

    private func check(_ user: String, _ password: String, _ greeting: Greeting?) throws(RESPError) -> Action {
        guard rules.allowsPasswords else {
            throw RESPError("ERR a password is only taken over TLS: it would be readable on the way")
        }
        return .authenticate(Credentials(user: user, password: password, greeting: greeting))
    }

    private mutating func hello(
        _ arguments: borrowing Arguments, _ reply: inout ReplyWriter
    ) throws(RESPError) -> Action {
        var greeting = Greeting()
        if arguments.count > 1 {
            guard let number = integer(arguments[1]) else {
                throw RESPError("ERR Protocol version is not an integer or out of range")
            }
            guard let version = Int(exactly: number).flatMap(RESPVersion.init(rawValue:)) else { throw .badVersion }
            greeting.version = version
        }
        var credentials: (user: String, password: String)?
        var place = 2
        while place < arguments.count {
            let word = arguments[place]
            if matches(word, "auth"), place + 2 < arguments.count {
                credentials = (String(lenient: arguments[place + 1]), String(lenient: arguments[place + 2]))
                place += 3
            } else if matches(word, "setname"), place + 1 < arguments.count {
                let new = try Self.name(arguments[place + 1])
                // The words count one after the other: behind AUTH, if that is right.
                if credentials == nil { name = new } else { greeting.name = new }
                place += 2
            } else {
                throw RESPError("ERR Syntax error in HELLO option '", quoting: word, "'")
            }
        }
        if let credentials { return try check(credentials.user, credentials.password, greeting) }
        guard isAuthenticated else {
            throw RESPError(
                "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO AUTH "
                    + "<user> <pass> option can be used to authenticate the client and select the RESP protocol "
                    + "version at the same time")
        }
        return greet(greeting, &reply)
    }

    mutating func greet(_ greeting: Greeting, _ reply: inout ReplyWriter) -> Action {
        if let name = greeting.name { self.name = name }
        if let version = greeting.version { self.version = version }
        reply.version = version
        reply.map(7)
        reply.bulk("server")
        reply.bulk(SessionRules.serverName)
        reply.bulk("version")
        reply.bulk(SessionRules.compatibleVersion)
        reply.bulk("proto")
        reply.integer(version.rawValue)
        reply.bulk("id")
        reply.integer(id)
        reply.bulk("mode")
        reply.bulk("standalone")
        reply.bulk("role")
        reply.bulk("master")
        reply.bulk("modules")
        reply.array(0)
        return .none
    }

    /// A name that a client may have: visible ASCII.
    static func name(_ word: Span<UInt8>) throws(RESPError) -> [UInt8] {
        guard word.count <= SessionRules.longestClientName else {
            throw RESPError("ERR Client names cannot be longer than \(SessionRules.longestClientName) bytes.")
        }
        for index in word.indices where word[index] < 0x21 || word[index] > 0x7E {
            throw RESPError("ERR Client names cannot contain spaces, newlines or special characters.")
        }
        return Array(copying: word)
    }

    // MARK: Settings

    private func config(_ arguments: borrowing Arguments, _ reply: inout ReplyWriter) {
        var found: [(name: String, value: String)] = []
        for setting in rules.settings() {
            for place in 2..<arguments.count
            where Glob.matches(arguments[place], setting.name.utf8Span.span, ignoringCase: true) {
                found.append(setting)
                break
            }
        }
        reply.map(found.count)
        for setting in found {
            reply.bulk(setting.name)
            reply.bulk(setting.value)
        }
    }

    // MARK: Messages

    private mutating func subscribe(
        _ arguments: borrowing Arguments, isPattern: Bool, _ reply: inout ReplyWriter
    ) throws(RESPError) -> Action {
        var begun: [Subscription] = []
        for place in 1..<arguments.count {
            let name = [UInt8](copying: arguments[place])
            let subscription = isPattern ? Subscription.pattern(name) : .channel(name)
            guard name.count <= SessionRules.longestName else {
                reply.error(.nameTooLong)
                continue
            }
            if !subscriptions.contains(subscription) {
                guard subscriptions.count < rules.mostSubscriptions else {
                    reply.error("ERR too many subscriptions: \(rules.mostSubscriptions) are allowed")
                    break
                }
                guard name.count <= rules.subscriptionBytes - subscribedBytes else {
                    reply.error(
                        "ERR the names of subscriptions are too long: \(rules.subscriptionBytes) bytes are allowed")
                    break
                }
                subscribedBytes += name.count
                if isPattern { patterns += 1 }
                subscriptions.insert(subscription)
                begun.append(subscription)
            }
            tell(isPattern ? "psubscribe" : "subscribe", name, &reply)
        }
        return .subscribe(begun, isOn: true)
    }

    private mutating func unsubscribe(
        _ arguments: borrowing Arguments, isPattern: Bool, _ reply: inout ReplyWriter
    ) -> Action {
        let word = isPattern ? "punsubscribe" : "unsubscribe"
        var ended: [Subscription] = []
        if arguments.count == 1 {
            for subscription in subscriptions where subscription.isPattern == isPattern { ended.append(subscription) }
            // By their names: a set has another order each time.
            ended.sort { $0.name.lexicographicallyPrecedes($1.name) }
            for subscription in ended {
                subscriptions.remove(subscription)
                subscribedBytes -= subscription.name.count
                if isPattern { patterns -= 1 }
                tell(word, subscription.name, &reply)
            }
            if ended.isEmpty { tell(word, nil, &reply) }
            return .subscribe(ended, isOn: false)
        }
        for place in 1..<arguments.count {
            let name = [UInt8](copying: arguments[place])
            if let old = subscriptions.remove(isPattern ? .pattern(name) : .channel(name)) {
                subscribedBytes -= name.count
                if isPattern { patterns -= 1 }
                ended.append(old)
            }
            tell(word, name, &reply)
        }
        return .subscribe(ended, isOn: false)
    }

    private func tell(_ word: String, _ name: [UInt8]?, _ reply: inout ReplyWriter) {
        reply.push(3)
        reply.bulk(word)
        if let name { reply.bulk(name.span) } else { reply.null() }
        reply.integer(subscriptions.count)
    }
}
