// SPDX-License-Identifier: Apache-2.0
public import HTTPD

/// The plugin `Lines`: `SwiftProtocol Lines.Lines`, or `Listen 7778 lines`.
public enum LinesPlugin: Plugin {
    /// What administrators call it.
    public static let name: StaticString = "Lines"

    /// Offers what is in it.
    public static func register(on registry: inout PhaseRegistry) {
        registry.protocolHandler("Lines", Lines.self)
    }
}

/// What mod_swift calls.
@c(swift_httpd_plugin_Lines)
public func plugin(_ host: PluginHost) -> PluginTable { LinesPlugin.load(by: host) }
