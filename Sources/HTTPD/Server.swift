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
    /// Whether this is a virtual host and not the main server. The corresponding C field is `is_virtual`.
    public var isVirtual: Bool { unsafe raw.pointee.is_virtual != 0 }

    /// How long the host waits for a client: `Timeout`; `nil` for ever. The corresponding C field is `timeout`.
    public var timeout: Duration? {
        let microseconds = unsafe raw.pointee.timeout
        return microseconds > 0 ? .microseconds(microseconds) : nil
    }

    /// The error log, under the plugin's own module name and `LogLevel`. The corresponding C call is `ap_log_error`.
    public var log: Log {
        @_lifetime(borrow self)
        get { unsafe _overrideLifetime(Log(unsafeServer: raw), borrowing: self) }
    }
}
