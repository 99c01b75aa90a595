// SPDX-License-Identifier: Apache-2.0
public import HTTPD

/// The echo protocol: whatever comes is sent back. RFC 862.
struct Echo: ProtocolHandler {
    static let token: ProtocolToken? = "echo"

    init?(_ connection: borrowing Connection, options: NoOptions) {}

    mutating func received(_ bytes: Span<UInt8>, _ context: inout ProtocolContext) -> Next {
        context.write(bytes)
        return .continue
    }
}

/// The plugin `Echo`: `SwiftProtocol Echo.Echo`, or `Listen 7777 echo`.
public enum EchoPlugin: Plugin {
    /// What administrators call it.
    public static let name: StaticString = "Echo"

    /// Offers what is in it.
    public static func register(on registry: inout PhaseRegistry) {
        registry.protocolHandler("Echo", Echo.self)
    }
}

/// What mod_swift calls.
@c(swift_httpd_plugin_Echo)
public func plugin(_ host: PluginHost) -> PluginTable { EchoPlugin.load(by: host) }
