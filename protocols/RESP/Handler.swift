// SPDX-License-Identifier: Apache-2.0
import HTTPD
import RESPEngine

/// The connection of one client: does what its ``Session`` says.
struct RESP: ProtocolHandler, ~Copyable {
    static let token: ProtocolToken? = "resp"

    static let limits: ProtocolLimits = {
        var limits = ProtocolLimits()
        // A reply may have many values of the largest size: MGET.
        limits.largestOutput = 256 << 20
        limits.largestMailbox = 8 << 20
        return limits
    }()

    private let options: RESPOptions
    private let host: RESPHost
    private let space: Space
    private let place: RESPHost.Place
    private var session: Session
    private var client: Client?
    /// The timer by which a client must have said who it is: the last one that was set.
    private var authenticationTimer = 0
    var decoder: RESPDecoder

    init?(_ connection: borrowing Connection, options: RESPOptions) throws(HTTPDError) {
        let host = connection.server.compiled(RESPHost.self)
        for command in host.takeConflicts() {
            connection.log.error(
                "RESPCommand: \(command.name) is not offered: another command has the name that it should have")
        }
        self.options = options
        self.host = host
        space = Spaces.of(connection, named: options.space.value)
        place = host.place(in: space)
        var rules = options.rules(isEncrypted: connection.isEncrypted, host.commands)
        rules.settings = { Settings.all(options, host) }
        switch try connection.authorize() {
        case .granted: break
        case .needsUser where rules.authenticates: break
        case .needsUser, .refused:
            Statistics.refusals.add()
            connection.log.info("the client may not use the store: Require")
            return nil
        }
        session = Session(rules, id: Clients.nextID())
        decoder = RESPDecoder(options.limits)
        decoder.isAuthenticated = session.isAuthenticated
    }

    // MARK: What happens on a connection

    mutating func opened(_ context: inout ProtocolContext) {
        client = space.clients.add(session, context)
        Statistics.connections.add()
        expectAuthentication(&context)
    }

    /// From now on a client that has not said who it is has so much time for that.
    private mutating func expectAuthentication(_ context: inout ProtocolContext) {
        guard !session.isAuthenticated, let time = options.authenticationTime.value.duration else { return }
        authenticationTimer &+= 1
        context.schedule(after: time, tag: authenticationTimer)
    }

    mutating func received(_ frame: Span<UInt8>, _ context: inout ProtocolContext) throws(HTTPDError) -> Next {
        var reply = ReplyWriter(capacity: 128)
        reply.version = session.version
        let action: Action
        switch decoder.content {
        case .empty: return .continue
        case .refused(let problem): action = session.receive(problem, isEnd: false, &reply)
        case .problem(let problem): action = session.receive(problem, isEnd: true, &reply)
        case .command: action = Self.run(decoder, frame, &session, client, space, place, &reply, context)
        }
        let next = action == .none ? Next.continue : try perform(action, &reply, &context)
        context.write(reply.bytes)
        if reply.isError { Statistics.errors.add() }
        if options.log.value { log(decoder.arguments(of: frame), isError: reply.isError, &context) }
        // Before the client sees the end: who publishes after that does not count it.
        if next == .close { leave() }
        return next
    }

    /// Has the session take a command. The parts of the handler are passed one by one: the words of the command borrow the
    /// decoder while the session changes.
    private static func run(
        _ decoder: borrowing RESPDecoder, _ frame: Span<UInt8>, _ session: inout Session, _ client: Client?,
        _ space: Space, _ place: RESPHost.Place, _ reply: inout ReplyWriter, _ context: borrowing ProtocolContext
    ) -> Action {
        let moment = Timestamp.now.microseconds
        let arguments = decoder.arguments(of: frame)
        if space.monitors.isWatched { space.monitors.show(arguments, of: session, client, at: moment) }
        let action: Action
        switch place {
        case .memory(let store): action = session.receive(arguments, at: moment, on: store, &reply)
        case .shared(let store):
            action = session.receive(arguments, at: moment, on: store, &reply)
            if let failure = store.takeFailure() { context.connection.log.error("\(failure)") }
        }
        Statistics.commands.add()
        client?.touched(session.command, at: moment)
        if session.hasChanged { client?.update(session) }
        return action
    }

    mutating func scheduled(_ tag: Int, _ context: inout ProtocolContext) -> Next {
        guard tag == authenticationTimer, !session.isAuthenticated else { return .continue }
        context.write("-ERR the time to authenticate is up\r\n")
        return .close
    }

    mutating func closed(_ reason: CloseReason, _ connection: borrowing Connection) { leave() }

    /// The client is none of the space any more.
    private mutating func leave() {
        guard let client = client.take() else { return }
        space.subscriptions.removeAll(session.subscriptions, of: client)
        space.monitors.remove(client)
        space.clients.remove(client)
    }

    // MARK: What is done

    private mutating func perform(
        _ action: Action, _ reply: inout ReplyWriter, _ context: inout ProtocolContext
    ) throws(HTTPDError) -> Next {
        guard let client else { return .close }
        switch action {
        case .none: return .continue
        case .close: return .close
        case .authenticate(let credentials):
            let verdict = try check(credentials, context)
            let next = session.authenticated(credentials, verdict, &reply)
            decoder.isAuthenticated = session.isAuthenticated
            client.update(session)
            if session.isAuthenticated { context.setUser(session.user) }
            return try perform(next, &reply, &context)
        case .subscribe(let subscriptions, let isOn):
            // What was published before belongs to who subscribed before.
            ServerChannel.catchUp()
            if isOn {
                for subscription in subscriptions { space.subscriptions.add(client, to: subscription) }
            } else {
                space.subscriptions.removeAll(subscriptions, of: client)
                // What came before the end comes before the reply that tells of it.
                context.writePushed()
            }
        case .publish(let channel, let message):
            session.published(to: space.subscriptions.publish(message, on: channel), &reply)
            Statistics.messages.add()
        case .monitor: space.monitors.add(client)
        case .forget(let subscriptions):
            ServerChannel.catchUp()
            space.subscriptions.removeAll(subscriptions, of: client)
            space.monitors.remove(client)
            context.writePushed()
            context.setUser(nil)
            let wasAuthenticated = decoder.isAuthenticated
            decoder.isAuthenticated = session.isAuthenticated
            // Who never said who it is has no more time for having begun anew.
            if wasAuthenticated { expectAuthentication(&context) }
        case .describeServer(let sections):
            reply.verbatim("txt", ServerReport(options, host, space, context.connection.localPort).text(sections))
        case .listClients(let filter):
            reply.verbatim("txt", space.clients.list(filter, askedBy: client))
        case .describeClient:
            reply.verbatim("txt", client.line + "\n")
        case .kill(let filter, let isOldForm):
            return kill(filter, isOldForm: isOldForm, client, &reply)
        }
        return .continue
    }

    private func check(
        _ credentials: Credentials, _ context: borrowing ProtocolContext
    ) throws(HTTPDError) -> Session.Verdict {
        // Without a provider there is one user, whom any password suits.
        guard !options.auth.value.isEmpty else { return credentials.user == "default" ? .granted : .denied }
        switch try context.connection.authenticate(
            user: credentials.user, password: credentials.password, providers: options.auth.value)
        {
        case .granted:
            if try context.connection.authorize(user: credentials.user) == .granted { return .granted }
            context.connection.log.notice("'\(credentials.user)' may not use the store: Require")
        case .denied, .userNotFound:
            context.connection.log.notice("'\(credentials.user)' did not authenticate")
        case .error: return .unavailable
        }
        Statistics.failures.add()
        return .denied
    }

    private func kill(
        _ filter: ClientFilter, isOldForm: Bool, _ client: Client, _ reply: inout ReplyWriter
    ) -> Next {
        let (count, hitsSelf) = space.clients.kill(filter, askedBy: client)
        if !isOldForm {
            reply.integer(count)
        } else if count > 0 {
            reply.ok()
        } else {
            reply.error("ERR No such client")
        }
        return hitsSelf ? .close : .continue
    }

    private func log(_ arguments: borrowing Arguments, isError: Bool, _ context: inout ProtocolContext) {
        let line = session.command.map { LogLine.text($0, arguments) } ?? "-"
        context.logCommand(line, status: isError ? 400 : 200)
        context.show(line)
    }
}
