// SPDX-License-Identifier: Apache-2.0
package import CHTTPD

/// A virtual host: `server_rec`. Lent for one call.
@safe
public struct Server: ~Copyable, ~Escapable {
    package let raw: UnsafeMutablePointer<server_rec>

    /// Borrows httpd's record for one call.
    @_lifetime(borrow raw)
    @unsafe
    package init(unsafeBorrowing raw: UnsafeMutablePointer<server_rec>) {
        unsafe self.raw = raw
    }

    // SAFETY (for the whole type): httpd keeps the record alive for as long as its configuration, which outlives
    // every request and connection, and the type cannot outlive the call that it was lent to.

    /// The name: `ServerName`. The corresponding C field is `server_hostname`.
    public var hostname: String { unsafe Request.text(raw.pointee.server_hostname) ?? "" }
    /// The port of `ServerName`, or 0 if it names none; the one that a client connected to is
    /// ``Connection/localPort``. The corresponding C field is `port`.
    public var port: Int { Int(unsafe raw.pointee.port) }
    /// Whether this is a virtual host and not the main server. The corresponding C field is `is_virtual`.
    public var isVirtual: Bool { unsafe raw.pointee.is_virtual != 0 }

    /// The addresses that select the virtual host, as `<VirtualHost>` has them, with their ports, which are 0 where any is
    /// meant; none of the main server. The corresponding C field is `addrs`.
    public var addresses: [String] {
        var found: [String] = []
        var next = unsafe raw.pointee.addrs
        while let address = unsafe next {
            found.append("\(unsafe Request.text(address.pointee.virthost) ?? ""):\(unsafe address.pointee.host_port)")
            unsafe next = address.pointee.next
        }
        return found
    }

    /// How long the host waits for a client: `Timeout`; `nil` for ever. The corresponding C field is `timeout`.
    public var timeout: Duration? {
        let microseconds = unsafe raw.pointee.timeout
        return microseconds > 0 ? .microseconds(microseconds) : nil
    }

    /// The plugin's own directives that stand outside of sections, for this host. The corresponding C field is
    /// `lookup_defaults`.
    public func configuration<Configuration: ModuleConfiguration>(
        _ type: Configuration.Type = Configuration.self
    ) -> Configuration {
        ConfigurationStore.configuration(type, of: self)
    }

    /// What was worked out of those directives: the same object for all connections of the host. The corresponding C
    /// field is `lookup_defaults`.
    public func compiled<Compiled: CompiledConfiguration>(_ type: Compiled.Type) -> Compiled {
        ConfigurationStore.compiled(type, of: self)
    }

    /// The error log, under the plugin's own module name and `LogLevel`. The corresponding C call is `ap_log_error`.
    public var log: Log {
        @_lifetime(borrow self)
        get { unsafe _overrideLifetime(Log(unsafeServer: raw), borrowing: self) }
    }
}
