// SPDX-License-Identifier: Apache-2.0
import HTTPD

/// The connection of one client: does what the ``StateMachine`` says.
struct Lines: ProtocolHandler {
    static let token: ProtocolToken? = "lines"

    private let options: LinesOptions
    private let space: String
    private var machine: StateMachine
    private var member: Topics.Member?
    var decoder: LineDecoder

    init?(_ connection: borrowing Connection, options: LinesOptions) {
        self.options = options
        let host = connection.server.hostname + ":" + String(connection.localPort)
        space = options.space.value.isEmpty ? host : "=" + options.space.value
        machine = StateMachine(options.rules(isEncrypted: connection.isEncrypted))
        decoder = LineDecoder(maximumLength: options.maximum.value, unterminated: .isDropped)
    }

    // MARK: What happens on a connection

    mutating func opened(_ context: inout ProtocolContext) {
        let banner = Reply.banner(context.connection.server.hostname)
        context.write(banner.text)
    }

    mutating func received(_ line: Span<UInt8>, _ context: inout ProtocolContext) throws(HTTPDError) -> Next {
        try perform(machine.receive(line), &context)
    }

    mutating func overlong(_ context: inout ProtocolContext) throws(HTTPDError) -> Next {
        try perform(machine.receiveOverlong(), &context)
    }

    mutating func timedOut(_ deadline: Deadline, _ context: inout ProtocolContext) -> Next {
        switch deadline {
        case .wholeFrame: close(.tooSlow, &context)
        case .connection: close(.outOfTime, &context)
        default: close(.idle, &context)
        }
    }

    mutating func draining(_ context: inout ProtocolContext) -> Next { close(.draining, &context) }

    mutating func closed(_ reason: CloseReason, _ connection: borrowing Connection) {
        guard let member else { return }
        for topic in machine.topics { Topics.shared.remove(member, from: name(topic)) }
    }

    // MARK: What is done

    private mutating func perform(
        _ action: StateMachine.Action, _ context: inout ProtocolContext
    ) throws(HTTPDError) -> Next {
        switch action {
        case .reply(let reply):
            answer(reply, &context)
            return .continue
        case .close(let reply):
            answer(reply, &context)
            return .close
        case .tellTime:
            return try perform(.reply(.done(Timestamp.now.rfc3339)), &context)
        case .subscribe(let topic):
            let isSubscribed = Topics.shared.add(
                member(context.handle), to: name(topic), limit: options.subscribers.value)
            return try perform(machine.subscribed(topic, isSubscribed), &context)
        case .unsubscribe(let topic):
            if let member { Topics.shared.remove(member, from: name(topic)) }
            return try perform(.reply(.done("unsubscribed from \(topic.name)")), &context)
        case .publish(let topic, let text):
            let count = Topics.shared.publish(Array("* \(topic.name) \(text)\r\n".utf8), to: name(topic))
            return try perform(.reply(.published(to: count)), &context)
        case .check(let user, let password):
            let result = try context.connection.authenticate(
                user: user, password: password, providers: options.auth.value)
            if result != .granted { context.connection.log.notice("'\(user)' did not authenticate") }
            return try perform(machine.checked(user, result), &context)
        }
    }

    private func answer(_ reply: Reply, _ context: inout ProtocolContext) {
        context.write(reply.text)
        guard let summary = machine.summary else { return }
        context.logCommand(summary, status: reply.httpStatus)
        context.show(summary)
    }

    /// Says goodbye; no command asked for it.
    private func close(_ reply: Reply, _ context: inout ProtocolContext) -> Next {
        context.write(reply.text)
        return .close
    }

    private func name(_ topic: Topic) -> Topics.Name { Topics.Name(space: space, topic: topic) }

    private mutating func member(_ handle: ConnectionHandle) -> Topics.Member {
        if let member { return member }
        let made = Topics.shared.makeMember(handle)
        member = made
        return made
    }
}
