// SPDX-License-Identifier: Apache-2.0
public import HTTPD

/// The plugin `Rewriting`: `SwiftOutputFilter Rewriting.Replace REPLACE`.
public enum RewritingPlugin: Plugin {
    /// What administrators call it.
    public static let name: StaticString = "Rewriting"

    /// Offers what is in it.
    public static func register(on registry: inout PhaseRegistry) {
        registry.directives(of: RewritingConfiguration.self)
        registry.outputFilter("Replace", ReplaceFilter.self)
    }
}

/// What mod_swift calls.
@c(swift_httpd_plugin_Rewriting)
public func plugin(_ host: PluginHost) -> PluginTable { RewritingPlugin.load(by: host) }
