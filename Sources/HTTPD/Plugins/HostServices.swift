// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD
internal import CPlugin

/// What mod_swift does for plugins, reached over the plugin ABI.
enum HostServices {
    /// The value of `SwiftOption key`, or `nil`; always `nil` without a host, as in embedded tests.
    static func option(_ key: String, of request: borrowing Request) -> String? {
        // SAFETY: the host's table is immortal; the value lives as long as the request and is copied.
        guard let services = unsafe PluginImage.services, let option = unsafe services.pointee.option else {
            return nil
        }
        return unsafe option(request.raw, key).map { unsafe String(cString: $0) }
    }
}
