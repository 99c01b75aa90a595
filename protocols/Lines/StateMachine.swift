// SPDX-License-Identifier: Apache-2.0
public import HTTPD

/// What one client may do, and what it gets: all rules of the protocol, and no I/O.
///
/// A line goes in, an ``Action`` comes out. Where the action has a result that matters, it goes in again.
public struct StateMachine: Sendable {
    /// What is to be done.
    public enum Action: Equatable, Sendable {
        /// Send a reply.
        case reply(Reply)
        /// Send a reply, and close.
        case close(Reply)
        /// Send the time.
        case tellTime
        /// Send messages about the topic from now on; the result is for ``StateMachine/subscribed(_:_:)``.
        case subscribe(Topic)
        /// Send no more of them.
        case unsubscribe(Topic)
        /// Send the text to all who subscribed.
        case publish(Topic, String)
        /// Look whether the password is the user's; the result is for ``StateMachine/checked(_:_:)``.
        case check(user: String, password: String)
    }

    /// Who the client is.
    private enum Identity: Equatable {
        case unknown
        /// It has sent `AUTH`, and nothing else yet.
        case claimed(String)
        case proven(String)
    }

    /// What holds for every client of a host.
    public struct Rules: Sendable {
        /// Whether clients can, and must before they publish, say who they are.
        public var authenticates = false
        /// Whether the client may send a password: not if it would be readable on the way.
        public var allowsPasswords = true
        /// How often a client may be wrong about its password before it is thrown out.
        public var mostFailures = 3
        /// The number of topics that a client may subscribe to.
        public var mostTopics = 16
        /// Whether ``StateMachine/summary`` is wanted.
        public var summarizes = false

        /// No authentication.
        public init() {}
    }

    private let rules: Rules
    private var identity = Identity.unknown
    private var failures = 0
    /// What the client has subscribed to.
    public private(set) var topics: Set<Topic> = []
    /// The last line for logs, if that is wanted: what of the command may be shown, or `-` for a line that was none.
    public private(set) var summary: String?

    /// A client that has just come.
    public init(_ rules: Rules) {
        self.rules = rules
    }

    /// The user, once it is known.
    public var user: String? {
        if case .proven(let name) = identity { name } else { nil }
    }

    /// Takes a line.
    public mutating func receive(_ line: Span<UInt8>) -> Action {
        let claim = takeClaim()
        if rules.summarizes { summary = "-" }
        do throws(Reply) {
            let command = try Command(line)
            if rules.summarizes { summary = command.summary }
            return try perform(command, claim)
        } catch {
            return .reply(error)
        }
    }

    /// A line was longer than lines may be.
    public mutating func receiveOverlong() -> Action {
        _ = takeClaim()
        if rules.summarizes { summary = "-" }
        return .reply(.overlong)
    }

    /// Whether the client gets messages about a topic now.
    public mutating func subscribed(_ topic: Topic, _ isSubscribed: Bool) -> Action {
        guard isSubscribed else { return .reply(.noRoom) }
        topics.insert(topic)
        return .reply(.done("subscribed to \(topic.name)"))
    }

    /// What became of a user's password.
    public mutating func checked(_ user: String, _ result: AuthenticationResult) -> Action {
        switch result {
        case .granted:
            identity = .proven(user)
            return .reply(.authenticated)
        // One answer for both, or it would tell which users there are.
        case .denied, .userNotFound:
            failures &+= 1
            return failures < rules.mostFailures ? .reply(.authenticationFailed) : .close(.tooManyFailures)
        case .error:
            return .reply(.noVerdict)
        }
    }

    // MARK: Details

    /// A claim holds for the next line only.
    private mutating func takeClaim() -> String? {
        guard case .claimed(let user) = identity else { return nil }
        identity = .unknown
        return user
    }

    private mutating func perform(_ command: Command, _ claim: String?) throws(Reply) -> Action {
        switch command {
        case .help: return .reply(.help(withAuthentication: rules.authenticates))
        case .time: return .tellTime
        case .upper(let text): return .reply(.done(text.uppercased()))
        case .quit: return .close(.goodbye)
        case .subscribe(let topic):
            if topics.contains(topic) { return .reply(.done("subscribed to \(topic.name)")) }
            guard topics.count < rules.mostTopics else { throw .tooManyTopics }
            return .subscribe(topic)
        case .unsubscribe(let topic):
            guard topics.remove(topic) != nil else { throw .badArgument("you did not subscribe to \(topic.name)") }
            return .unsubscribe(topic)
        case .publish(let topic, let text):
            guard !rules.authenticates || user != nil else { throw .authenticationRequired }
            return .publish(topic, text)
        case .authenticate(let user):
            try mayAuthenticate()
            identity = .claimed(user)
            return .reply(.password)
        case .password(let password):
            try mayAuthenticate()
            guard let claim else { throw .noUser }
            return .check(user: claim, password: password)
        }
    }

    private func mayAuthenticate() throws(Reply) {
        guard rules.authenticates else { throw .noAuthentication }
        guard rules.allowsPasswords else { throw .encryptionRequired }
        guard user == nil else { throw .alreadyAuthenticated }
    }
}
