// SPDX-License-Identifier: Apache-2.0
public import HTTPD
internal import RESPEngine

/// What stands behind `SwiftProtocol RESP.RESP`.
public struct RESPOptions: FilterOptions {
    /// `inline`: the longest line of an inline command.
    var inline = Setting<ByteCount>(65_536)
    /// `bulk`: the longest key or value.
    var bulk = Setting<ByteCount>(ByteCount(1 << 20))
    /// `arguments`: the most words of a command.
    var arguments = Setting(16_384)
    /// `command`: the longest command, all its words together.
    var command = Setting<ByteCount>(ByteCount(4 << 20))
    /// `nesting`: how deep arrays of words may be nested; those within a command are refused, but understood.
    var nesting = Setting(1)
    /// `databases`: how many `SELECT` can choose from.
    var databases = Setting(16)
    /// `subscriptions`: to how many channels and patterns one client may subscribe.
    var subscriptions = Setting(1000)
    /// `auth`: who knows the users. Without it nobody has to authenticate.
    var auth = Setting(AuthenticationProviders.none)
    /// `secure`: whether a password is taken only where TLS hides it.
    var secure = Setting(false)
    /// `attempts`: how often a client may be wrong about its password.
    var attempts = Setting(3)
    /// `authtime`: in which time a client must have authenticated.
    var authenticationTime = Setting(TimeLimit(.seconds(10)))
    /// `space`: hosts that name the same one share their keys, messages and clients. Without it each host has its own.
    var space = Setting("")
    /// `reply`: the longest reply to a command about keys.
    var reply = Setting<ByteCount>(ByteCount(16 << 20))
    /// `log`: whether each command has a line in the access log, and is shown in mod_status.
    var log = Setting(false)

    /// The defaults.
    public init() {}

    /// The keys.
    public static var options: [Option<RESPOptions>] {
        Option("inline", \.inline, in: 64...ByteCount(1 << 20))
        Option("bulk", \.bulk, in: 64...ByteCount(64 << 20))
        Option("arguments", \.arguments, in: 3...1_048_576)
        Option("command", \.command, in: 1024...ByteCount(256 << 20))
        Option("nesting", \.nesting, in: 1...32)
        Option("databases", \.databases, in: 1...256)
        Option("subscriptions", \.subscriptions, in: 1...1_000_000)
        Option("auth", \.auth)
        Option("secure", \.secure)
        Option("attempts", \.attempts, in: 1...100)
        Option("authtime", \.authenticationTime)
        Option("space", \.space)
        Option("reply", \.reply, in: ByteCount(1 << 16)...ByteCount(128 << 20))
        Option("log", \.log)
    }

    /// What one client may send.
    var limits: RESPLimits {
        var limits = RESPLimits()
        limits.inlineLength = inline.value.bytes
        limits.bulkLength = bulk.value.bytes
        limits.arguments = arguments.value
        // A value of the longest length must fit.
        limits.commandLength = max(command.value.bytes, bulk.value.bytes + 1024)
        limits.nesting = nesting.value
        return limits
    }

    /// What holds for a client whose connection is encrypted, or is not.
    func rules(isEncrypted: Bool, _ commands: CommandTable) -> SessionRules {
        var rules = SessionRules()
        rules.commands = commands
        rules.limits = limits
        rules.authenticates = !auth.value.isEmpty
        rules.allowsPasswords = isEncrypted || !secure.value
        rules.mostFailures = attempts.value
        rules.databases = databases.value
        // A value of the longest length must fit.
        rules.longestReply = max(reply.value.bytes, bulk.value.bytes + 1024)
        rules.mostSubscriptions = subscriptions.value
        return rules
    }
}
