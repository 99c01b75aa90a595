// SPDX-License-Identifier: Apache-2.0
public import HTTPD

/// The plugin `Rewriting`: `SwiftOutputFilter Rewriting.Replace REPLACE`, for responses, and `SwiftInputFilter` for the bodies
/// of requests; and `ReplaceHeader`, which needs no filter.
public enum RewritingPlugin: Plugin {
    /// What administrators call it.
    public static let name: StaticString = "Rewriting"

    /// Offers what is in it.
    public static func register(on registry: inout PhaseRegistry) {
        for counter in Counters.all { registry.counter(counter) }
        registry.directives(of: RewritingConfiguration.self)
        registry.outputFilter("Replace", ReplaceFilter.self)
        registry.inputFilter("Replace", ReplaceInputFilter.self)
        registry.everyRequest(.fixup, "RequestHeaders") { (request: borrowing Request) throws(HTTPDError) in
            try HeaderRewriting.rewriteRequest(request)
            return .declined
        }
        registry.responseHeader("ResponseHeaders") { (request: borrowing Request) throws(HTTPDError) in
            try HeaderRewriting.rewriteResponse(request)
        }
    }
}

/// What mod_swift calls.
@c(swift_httpd_plugin_Rewriting)
public func plugin(_ host: PluginHost) -> PluginTable { RewritingPlugin.load(by: host) }
