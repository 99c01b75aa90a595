// SPDX-License-Identifier: Apache-2.0
internal import APR
internal import CModSwift

/// What one reading of the configuration has brought so far: plugins, the folders they come from, bound names.
///
/// httpd reads its configuration again and again in one process, while the module stays mapped: the state belongs
/// to the configuration's pool and goes with it, so nothing of an earlier reading is ever added to.
@safe
final class HostState {
    /// A plugin that `SwiftPlugin` loaded.
    @safe
    struct Loaded {
        let path: String
        let table: UnsafePointer<swift_httpd_plugin_table>
    }

    /// A kind of registration, which needs hooks of its own.
    struct Hook: Hashable {
        let kind: UInt32
        let phase: UInt32
    }

    /// A host that `SwiftProtocol` stands in.
    @safe
    struct ProtocolHost {
        let server: UnsafeMutablePointer<server_rec>
        let place: ConfigurationPlace
    }

    /// A NAME that `SwiftOutputFilter` or `SwiftInputFilter` bound.
    struct BoundName {
        let name: String
        let isOutput: Bool
        /// `Plugin.implementation`.
        let reference: String
        let slot: CInt
        let place: ConfigurationPlace?
    }

    /// Folders in which plugins are looked for.
    var pluginPath: [String] = []
    /// The plugins by name.
    var plugins: [String: Loaded] = [:]
    /// What hooks are registered for.
    var hooks: Set<Hook> = []
    /// Where each `SwiftProtocol` stands.
    var protocolHosts: [ProtocolHost] = []
    /// Filter slots in use.
    var slotCount: CInt = 0
    /// What each NAME is bound to, by direction and lower-case name.
    var boundNames: [String: BoundName] = [:]
    // SAFETY: the records live in the configuration's pool, as this state does.
    /// The protocols by the token of a `Listen` line.
    var protocolsByToken: [String: UnsafePointer<modswift_protocol>] = unsafe [:]
    /// How long connections may go on when their child ends.
    var drainTime = Duration.seconds(30)
    /// How many protocols are bound.
    var protocolCount: UInt32 = 0
    /// Whether any connection may speak a protocol of a plugin.
    var hasProtocols = false

    private init() {}

    // SAFETY: written while httpd reads its configuration, on one thread; only read once children serve requests.
    nonisolated(unsafe) private static var state: HostState?

    /// The state of the current reading, for callers that only look.
    static var current: HostState? { unsafe state }

    /// The state of the current reading, made if this is its first directive.
    ///
    /// - Parameter pool: The configuration's pool, with which the state ends.
    @unsafe
    static func inConfiguration(_ pool: OpaquePointer) -> HostState {
        // SAFETY: on the one thread that reads the configuration; the cleanup touches statics only.
        if let state = unsafe state { return state }
        let made = HostState()
        unsafe state = made
        unsafe apr_pool_cleanup_register(
            pool, nil,
            { _ in
                unsafe HostState.state = nil
                return 0
            }, apr_pool_cleanup_null)
        return made
    }
}
