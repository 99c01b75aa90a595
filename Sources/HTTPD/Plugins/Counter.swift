// SPDX-License-Identifier: Apache-2.0
internal import CPlugin

/// A number of a plugin that only grows, for the server's `swift-status` page: responses, bytes, refusals.
///
/// Children add to the same number, and it outlives them: it counts since the server was started. A plugin makes its
/// counters once and names them in its registry; one that is not named there counts nothing.
///
/// ```swift
/// enum Counters { static let pages = Counter("pages with a footer") }
///
/// static func register(on registry: inout PhaseRegistry) { registry.counter(Counters.pages) }
/// ```
///
/// Embedded tests have no server, and count nothing.
public final class Counter: Sendable {
    /// What the page calls it, beside the plugin's name; at most 95 bytes count.
    public let name: StaticString
    // SAFETY: written while httpd reads its configuration, on one thread and before any request.
    nonisolated(unsafe) private var place: UInt32 = 0

    /// A counter of a name, which is one of its plugin's.
    public init(_ name: StaticString) {
        self.name = name
    }

    /// Adds to the number; a negative `count` adds nothing. An atomic addition, from any thread.
    public func add(_ count: Int = 1) {
        // SAFETY: the host's table is immortal.
        guard unsafe place > 0, count > 0, let services = unsafe PluginImage.services else { return }
        unsafe services.pointee.add(place, UInt64(count))
    }

    /// The number by now, of all children together, since the server was started; 0 where nothing is counted. What others
    /// add at the same time may be in it or not.
    public var value: Int {
        // SAFETY: the host's table is immortal.
        guard let services = unsafe PluginImage.services, unsafe swift_httpd_has_channels(services) != 0 else {
            return 0
        }
        return unsafe Int(clamping: services.pointee.counted(place))
    }

    /// Gets its place from the host that loads the plugin.
    func register(for plugin: String) {
        // SAFETY: the host's table is immortal; the strings are copied.
        guard let services = unsafe PluginImage.services, unsafe swift_httpd_has_counters(services) != 0 else { return }
        unsafe place = services.pointee.counter(plugin, "\(name)")
    }
}
