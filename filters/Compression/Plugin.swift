// SPDX-License-Identifier: Apache-2.0
public import HTTPD

/// The plugin `Compression`: `SwiftOutputFilter Compression.Compress COMPRESS`, and `Compression.Decompress`, for responses
/// and for the bodies of requests.
public enum CompressionPlugin: Plugin {
    /// What administrators call it.
    public static let name: StaticString = "Compression"

    /// Offers what is in it.
    public static func register(on registry: inout PhaseRegistry) {
        for counter in Counters.all { registry.counter(counter) }
        registry.directives(of: CompressionConfiguration.self)
        registry.outputFilter("Compress", CompressFilter.self)
        registry.outputFilter("Decompress", DecompressFilter.self)
        registry.inputFilter("Decompress", DecompressInputFilter.self)
    }
}

/// What mod_swift calls.
@c(swift_httpd_plugin_Compression)
public func plugin(_ host: PluginHost) -> PluginTable { CompressionPlugin.load(by: host) }
