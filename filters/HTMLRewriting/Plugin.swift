// SPDX-License-Identifier: Apache-2.0
public import HTTPD

/// The plugin `HTMLRewriting`: `SwiftOutputFilter HTMLRewriting.HTMLRewrite HTMLREWRITE`; and the header fields of
/// `HTMLRewriteURLs`, which need no filter.
public enum HTMLRewritingPlugin: Plugin {
    /// What administrators call it.
    public static let name: StaticString = "HTMLRewriting"

    /// Offers what is in it.
    public static func register(on registry: inout PhaseRegistry) {
        for counter in Counters.all { registry.counter(counter) }
        registry.directives(of: HTMLRewritingConfiguration.self)
        registry.outputFilter("HTMLRewrite", HTMLRewriteFilter.self)
        registry.responseHeader("ResponseHeaders") { (request: borrowing Request) throws(HTTPDError) in
            try HeaderMapping.mapResponse(request)
        }
    }
}

/// What mod_swift calls.
@c(swift_httpd_plugin_HTMLRewriting)
public func plugin(_ host: PluginHost) -> PluginTable { HTMLRewritingPlugin.load(by: host) }
