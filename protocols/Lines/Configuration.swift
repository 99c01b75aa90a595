// SPDX-License-Identifier: Apache-2.0
public import HTTPD

/// What stands behind `SwiftProtocol Lines.Lines`.
public struct LinesOptions: FilterOptions {
    /// `maximum`: the longest line in bytes.
    var maximum = Setting(1024)
    /// `auth`: who knows the users. Without it nobody has to authenticate.
    var auth = Setting(AuthenticationProviders.none)
    /// `secure`: whether a password is taken only where TLS hides it.
    var secure = Setting(false)
    /// `attempts`: how often a client may be wrong about its password.
    var attempts = Setting(3)
    /// `topics`: how many topics one client may subscribe to.
    var topics = Setting(16)
    /// `subscribers`: how many subscriptions one child keeps.
    var subscribers = Setting(10_000)
    /// `log`: whether each command has a line in the access log, and is shown in mod_status.
    var log = Setting(false)
    /// `space`: hosts that name the same one share their topics. Without it each host has its own.
    var space = Setting("")

    /// The defaults.
    public init() {}

    /// The keys.
    public static var options: [Option<LinesOptions>] {
        Option("maximum", \.maximum, in: 64...65_536)
        Option("auth", \.auth)
        Option("secure", \.secure)
        Option("attempts", \.attempts, in: 1...100)
        Option("topics", \.topics, in: 1...1_000)
        Option("subscribers", \.subscribers, in: 1...1_000_000)
        Option("log", \.log)
        Option("space", \.space)
    }

    /// What holds for a client whose connection is encrypted, or is not.
    func rules(isEncrypted: Bool) -> StateMachine.Rules {
        var rules = StateMachine.Rules()
        rules.authenticates = !auth.value.isEmpty
        rules.allowsPasswords = isEncrypted || !secure.value
        rules.mostFailures = attempts.value
        rules.mostTopics = topics.value
        rules.summarizes = log.value
        return rules
    }
}
