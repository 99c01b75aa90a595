// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD
internal import CPlugin

/// What this copy of the toolkit knows of the plugin that it is linked into and of the host that loaded it.
///
/// Each plugin has its own copy. All of it is set while httpd reads its configuration, on one thread and before
/// any request, and stays: the DSO is never unmapped, so statics outlive a restart.
@safe
enum PluginImage {
    // SAFETY (for all): written only by `Plugin.load` in the single-threaded configuration phase.
    nonisolated(unsafe) static var services: UnsafePointer<swift_httpd_host_services>?
    nonisolated(unsafe) static var table: UnsafeMutablePointer<swift_httpd_plugin_table>?
    nonisolated(unsafe) static var module: UnsafeMutablePointer<module>?
    nonisolated(unsafe) private static var storedName = "swift"
    nonisolated(unsafe) private static var storedConfiguration: (any AnyConfigurationKind)?
    nonisolated(unsafe) private static var storedCounters: [Counter] = []
    nonisolated(unsafe) private static var storedCaches: [SharedCache] = []
    nonisolated(unsafe) private static var storedChannels: [ChannelReceiver] = []

    nonisolated(unsafe) private static var storedReading = 0

    /// The number of times that httpd has read its configuration.
    static var reading: Int {
        get { unsafe storedReading }
        set { unsafe storedReading = newValue }
    }

    nonisolated(unsafe) private static var storedNeed = false

    /// Whether the plugin has handlers that are to run for every request.
    static var needsEveryRequest: Bool {
        get { unsafe storedNeed }
        set { unsafe storedNeed = newValue }
    }

    /// Whether the host does all that the plugin relies on.
    static var isServed: Bool {
        // SAFETY: the host's table is immortal.
        guard needsEveryRequest else { return true }
        return unsafe services.map { unsafe swift_httpd_runs_every_request($0) != 0 } ?? false
    }

    /// The plugin's name.
    static var name: String {
        get { unsafe storedName }
        set { unsafe storedName = newValue }
    }

    /// The type of the plugin's configuration.
    static var configuration: (any AnyConfigurationKind)? {
        get { unsafe storedConfiguration }
        set { unsafe storedConfiguration = newValue }
    }

    /// The numbers that the plugin counts.
    static var counters: [Counter] {
        get { unsafe storedCounters }
        set { unsafe storedCounters = newValue }
    }

    /// The caches that the plugin itself names.
    static var caches: [SharedCache] {
        get { unsafe storedCaches }
        set { unsafe storedCaches = newValue }
    }

    /// The channels that the plugin receives at: kept for good.
    static var channels: [ChannelReceiver] {
        get { unsafe storedChannels }
        set { unsafe storedChannels = newValue }
    }

    /// The plugin's number among httpd's modules, for the log; -1 (`APLOG_NO_MODULE`) without a server.
    static var moduleIndex: CInt {
        // SAFETY: the record is immortal.
        unsafe module.map { unsafe $0.pointee.module_index } ?? -1
    }
}
