// SPDX-License-Identifier: Apache-2.0

/// What holds for all clients of a host.
public struct SessionRules: Sendable {
    /// What is offered, by which names.
    public var commands = CommandTable()
    /// What a client may send.
    public var limits = RESPLimits()
    /// Whether clients must say who they are before anything else.
    public var authenticates = false
    /// Whether a client may send a password: not if it would be readable on the way.
    public var allowsPasswords = true
    /// How often a client may be wrong about its password before it is thrown out.
    public var mostFailures = 3
    /// How many databases `SELECT` can choose from.
    public var databases = 16
    /// How many channels and patterns one client may subscribe to.
    public var mostSubscriptions = 1000
    /// How many bytes the names of those may have in all.
    public var subscriptionBytes = 1 << 20
    /// The most bytes of a reply to one command about keys: `MGET` may ask for a large value many times.
    public var longestReply = 64 << 20
    /// What `CONFIG GET` knows; asked for when a client asks.
    public var settings: @Sendable () -> [(name: String, value: String)] = { [] }

    /// The bytes of the longest channel and pattern. Each message is compared with each pattern, which takes the product of
    /// both lengths at worst.
    public static let longestName = 1024
    /// The bytes of what clients call themselves and their libraries.
    public static let longestClientName = 256

    /// All commands, and no authentication.
    public init() {}

    /// What clients are told of the version: that of the Redis whose commands, replies and errors these are. Clients
    /// choose by it what they ask for.
    public static let compatibleVersion = "7.0.15"
    /// What clients are told that the server is.
    public static let serverName = "swift-httpd"
}
