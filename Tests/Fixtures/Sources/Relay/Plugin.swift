// SPDX-License-Identifier: Apache-2.0
import HTTPD

/// Sends messages between the server's children, and tells what came, for the tests of the toolkit and of the module.
public enum RelayPlugin: Plugin {
    /// Stands before the dot.
    public static let name: StaticString = "Relay"

    static let numbers = ServerChannel("numbers")
    /// Nobody names it in a registry.
    static let unnamed = ServerChannel("unnamed")
    static let received = Counter("received")

    /// Brings the channels, and a handler that a test drives them by.
    public static func register(on registry: inout PhaseRegistry) {
        registry.counter(received)
        registry.channel(numbers) { event throws(HTTPDError) in try Ledger.receive(event) }
        registry.handler("Drive", Drive.run)
    }
}

/// What mod_swift calls.
@c(swift_httpd_plugin_Relay)
public func plugin(_ host: PluginHost) -> PluginTable { RelayPlugin.load(by: host) }
