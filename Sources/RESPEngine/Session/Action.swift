// SPDX-License-Identifier: Apache-2.0

/// What is to be done for a client beyond its reply.
public enum Action: Equatable, Sendable {
    /// Nothing: the reply is all.
    case none
    /// The end, when the reply has left.
    case close
    /// Look whether the password is the user's; the result is for ``Session/authenticated(_:_:_:)``.
    case authenticate(Credentials)
    /// Begin and end subscriptions; the reply is there already.
    case subscribe([Subscription], isOn: Bool)
    /// Send a message to all who subscribed; their number is the reply.
    case publish(channel: [UInt8], message: [UInt8])
    /// Show the client what all others do, from now on.
    case monitor
    /// End all subscriptions, which these were, and what ``monitor`` began.
    case forget(Set<Subscription>)
    /// Reply with facts about the server, of the named sections; of all for none.
    case describeServer([String])
    /// Reply with a line about each client that the filter lets pass.
    case listClients(ClientFilter)
    /// Reply with the line about this client.
    case describeClient
    /// Close the clients that the filter lets pass, and reply with their number, or with `OK` for an old form of the
    /// command.
    case kill(ClientFilter, isOldForm: Bool)
}

/// A name and a password.
public struct Credentials: Equatable, Sendable {
    /// The name; `default` where the client gave none.
    public let user: String
    /// The password.
    public let password: String
    /// What `HELLO` is to set once they are right; `nil` for `AUTH`.
    let greeting: Greeting?
}

/// What `HELLO` sets.
struct Greeting: Equatable, Sendable {
    var version: RESPVersion?
    var name: [UInt8]?
}

/// What a client has subscribed to.
public enum Subscription: Hashable, Sendable {
    /// The channel of a name.
    case channel([UInt8])
    /// All channels whose names match.
    case pattern([UInt8])

    /// The name, or what names are compared with.
    public var name: [UInt8] {
        switch self {
        case .channel(let name), .pattern(let name): name
        }
    }

    /// Whether it is about names that match.
    public var isPattern: Bool {
        if case .pattern = self { true } else { false }
    }
}

/// Which clients `CLIENT LIST` and `CLIENT KILL` are about: those for which all holds that is given.
public struct ClientFilter: Equatable, Sendable {
    /// Those of these numbers.
    public var ids: [Int64]?
    /// The one that connects from `address:port`.
    public var address: String?
    /// Those that connect to `address:port`.
    public var localAddress: String?
    /// Those of a user.
    public var user: String?
    /// Those that have subscribed to something, or those that have not.
    public var isSubscriber: Bool?
    /// Nobody: a kind of client that is never here, such as a replica.
    public var isNone = false
    /// Not the client that asks.
    public var skipsSelf = false

    /// All clients.
    public init() {}
}
