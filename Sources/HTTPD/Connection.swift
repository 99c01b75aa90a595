// SPDX-License-Identifier: Apache-2.0
package import CHTTPD

/// A client's connection: `conn_rec`. Lent for one call.
@safe
public struct Connection: ~Copyable, ~Escapable {
    package let raw: UnsafeMutablePointer<conn_rec>

    /// Borrows httpd's record for one call.
    @_lifetime(borrow raw)
    @unsafe
    package init(unsafeBorrowing raw: UnsafeMutablePointer<conn_rec>) {
        unsafe self.raw = raw
    }

    // SAFETY (for the whole type): httpd keeps the record alive for the call that it was lent to, and the type
    // cannot outlive that call.

    /// The client's address. The corresponding C field is `client_ip`.
    public var clientAddress: String { unsafe Request.text(raw.pointee.client_ip) ?? "" }
    /// The port that the client connects from. The corresponding C field is `client_addr->port`.
    public var clientPort: Int { unsafe raw.pointee.client_addr.map { Int(unsafe $0.pointee.port) } ?? 0 }
    /// The address that the client connected to. The corresponding C field is `local_ip`.
    public var localAddress: String { unsafe Request.text(raw.pointee.local_ip) ?? "" }
    /// The port that the client connected to. The corresponding C field is `local_addr->port`.
    public var localPort: Int { unsafe raw.pointee.local_addr.map { Int(unsafe $0.pointee.port) } ?? 0 }
    /// httpd's number of the connection, unique among those that are open. The corresponding C field is `id`.
    public var id: Int { unsafe raw.pointee.id }
    /// Whether the client has gone away. The corresponding C field is `aborted`.
    public var isAborted: Bool { unsafe chttpd_is_aborted(raw) != 0 }
    /// Whether the connection is encrypted. The corresponding C call is `ap_ssl_conn_is_ssl`.
    public var isEncrypted: Bool { unsafe ap_ssl_conn_is_ssl(raw) != 0 }

    /// Notes from module to module. The corresponding C field is `notes`.
    public var notes: Table {
        @_lifetime(borrow self)
        get { unsafe _overrideLifetime(Table(unsafeBorrowing: raw.pointee.notes), borrowing: self) }
    }

    /// The pool that lives as long as the connection. The corresponding C field is `pool`.
    public var pool: Pool {
        @_lifetime(borrow self)
        get { unsafe _overrideLifetime(Pool(unsafeBorrowing: raw.pointee.pool), borrowing: self) }
    }

    /// The virtual host of the address that the client connected to. The corresponding C field is `base_server`.
    public var server: Server {
        @_lifetime(borrow self)
        get { unsafe _overrideLifetime(Server(unsafeBorrowing: raw.pointee.base_server), borrowing: self) }
    }

    /// The error log, under the plugin's own module name and `LogLevel`. The corresponding C call is `ap_log_cerror`.
    public var log: Log {
        @_lifetime(borrow self)
        get { unsafe _overrideLifetime(Log(unsafeConnection: raw), borrowing: self) }
    }
}
