// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD
public import CPlugin

/// The host that loads a plugin, as its entry function sees it.
public typealias PluginHost = swift_httpd_host_reference
/// What a plugin's entry function returns.
public typealias PluginTable = swift_httpd_table_reference

/// A plugin: what it offers, under one name.
///
/// A plugin is a dynamic library `libNAME.so` with one exported function, which is all the C there is:
///
/// ```swift
/// @c(swift_httpd_plugin_Shout)
/// public func plugin(_ host: PluginHost) -> PluginTable { Shout.load(by: host) }
/// ```
public protocol Plugin {
    /// The plugin's name: what stands before the dot in `SwiftOutputFilter Shout.Upper SHOUT`, in `<IfModule>` and
    /// in `LogLevel Shout:debug`.
    static var name: StaticString { get }

    /// Fills the registry with what the plugin offers.
    static func register(on registry: inout PhaseRegistry)
}

extension Plugin {
    /// Answers the host's call of the entry function.
    ///
    /// Runs once per reading of the configuration; the table is made the first time and stays, as the DSO does.
    public static func load(by host: PluginHost) -> PluginTable {
        // SAFETY: the token is the address of the host's immortal table; a host of another ABI is refused by the
        // version in our table, before it uses anything else.
        if let address = UInt(exactly: host.token),
            let services = unsafe UnsafePointer<swift_httpd_host_services>(bitPattern: address),
            unsafe services.pointee.abi == SWIFT_HTTPD_PLUGIN_ABI
        {
            unsafe PluginImage.services = unsafe services
        }
        if unsafe PluginImage.table == nil { unsafe PluginImage.table = makeTable() }
        PluginImage.reading &+= 1
        // A host that would pass such handlers over says what is to be done about a plugin of another ABI.
        let abi = PluginImage.isServed ? SWIFT_HTTPD_PLUGIN_ABI : SWIFT_HTTPD_PLUGIN_ABI + 1
        unsafe PluginImage.table?.pointee.abi = abi
        for counter in PluginImage.counters { counter.register(for: PluginImage.name) }
        // What is wrong with one, the host says when it has read the whole configuration; an old host, when it is used.
        for cache in PluginImage.caches { try? cache.register(for: PluginImage.name, isDeferred: true) }
        for receiver in PluginImage.channels { receiver.channel.register(receiver, for: PluginImage.name) }
        return PluginTable(token: unsafe PluginImage.table.map { UInt64(UInt(bitPattern: $0)) } ?? 0)
    }

    @unsafe
    private static func makeTable() -> UnsafeMutablePointer<swift_httpd_plugin_table> {
        PluginImage.name = "\(name)"
        var registry = PhaseRegistry()
        register(on: &registry)
        PluginImage.configuration = registry.configuration
        PluginImage.counters = registry.counters
        PluginImage.caches = registry.caches
        PluginImage.channels = registry.channels
        PluginImage.needsEveryRequest = registry.registrations.contains { $0.kind == SWIFT_HTTPD_EVERY_REQUEST }

        // SAFETY: everything that is allocated here is filled before it is used and never freed, as the DSO is never
        // unmapped; names are StaticStrings, hence immortal.
        let record = UnsafeMutablePointer<module>.allocate(capacity: 1)
        unsafe chttpd_module_init(record, name.cString)
        if let configuration = registry.configuration {
            unsafe ConfigurationStore.install(configuration, in: record)
        }
        unsafe PluginImage.module = unsafe record

        let count = registry.registrations.count
        let list = UnsafeMutablePointer<swift_httpd_registration>.allocate(capacity: max(1, count))
        for (index, registration) in registry.registrations.enumerated() {
            unsafe (list + index).initialize(
                to: swift_httpd_registration(
                    kind: UInt32(truncatingIfNeeded: registration.kind), phase: registration.phaseNumber,
                    name: registration.name.cString, token: registration.token?.name.cString,
                    filter_type: registration.stage.rawValue, filter_flags: registration.filterFlags,
                    context: Unmanaged.passRetained(registration).toOpaque()))
        }
        let table = UnsafeMutablePointer<swift_httpd_plugin_table>.allocate(capacity: 1)
        unsafe table.initialize(
            to: swift_httpd_plugin_table(
                abi: SWIFT_HTTPD_PLUGIN_ABI, size: UInt32(MemoryLayout<swift_httpd_plugin_table>.size),
                name: name.cString, toolkit_version: Toolkit.version.cString, module: record, count: UInt64(count),
                registrations: list, configure: PluginEntry.configure, request: PluginEntry.request,
                output: PluginEntry.output, input: PluginEntry.input, connection: PluginEntry.connection,
                attend: PluginEntry.attend, end: PluginEntry.end, setting: PluginEntry.setting,
                begin: PluginEntry.begin, prepare_input: PluginEntry.prepareInput, serve: PluginEntry.serve,
                prepare_output: PluginEntry.prepareOutput))
        unsafe chttpd_pin(record.pointee.name)
        return unsafe table
    }
}

/// The toolkit itself.
public enum Toolkit {
    /// The version of the toolkit that a plugin was built with.
    public static let version: StaticString = "0.1.0"
}
