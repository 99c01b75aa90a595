// SPDX-License-Identifier: Apache-2.0
public import HTTPD

/// The plugin `RESP`: `SwiftProtocol RESP.RESP`, or `Listen 6379 resp`.
public enum RESPPlugin: Plugin {
    /// What administrators call it.
    public static let name: StaticString = "RESP"

    /// Offers what is in it.
    public static func register(on registry: inout PhaseRegistry) {
        registry.directives(of: RESPConfiguration.self)
        registry.protocolHandler("RESP", RESP.self)
        Bus.register(on: &registry)
        Statistics.register(on: &registry)
    }
}

/// What mod_swift calls.
@c(swift_httpd_plugin_RESP)
public func plugin(_ host: PluginHost) -> PluginTable { RESPPlugin.load(by: host) }
