// SPDX-License-Identifier: Apache-2.0
internal import CModSwift

/// `Upgrade: token`: a request of HTTP/1.1 whose connection goes on in a plugin's protocol.
@safe
enum ProtocolUpgrade {
    // SAFETY (for all): httpd keeps connection and request alive for the call; tables are immortal.

    /// Whether the protocol can take over the connection of a request.
    @unsafe
    static func isPossible(_ r: UnsafeMutablePointer<request_rec>, _ found: UnsafePointer<modswift_protocol>) -> Bool {
        guard let table = unsafe found.pointee.table, let c = unsafe r.pointee.connection else { return false }
        return unsafe c.pointee.master == nil && swift_httpd_can_attend(table) != 0 && modswift_may_leave_http(r) != 0
    }

    /// Takes over the connection of a request; httpd has sent the response 101.
    ///
    /// Where the MPM is asynchronous the request ends first, and the MPM brings the connection back when the client
    /// sends something; what the protocol says at first is sent while it waits. Elsewhere all of it happens here.
    @unsafe
    static func run(
        _ c: UnsafeMutablePointer<conn_rec>, _ r: UnsafeMutablePointer<request_rec>,
        _ found: UnsafePointer<modswift_protocol>
    ) -> CInt {
        guard unsafe isPossible(r, found), let table = unsafe found.pointee.table,
            let connection = unsafe ProtocolBinder.makeConnection(c, found)
        else { return DECLINED }
        unsafe connection.pointee.is_switched = 1
        unsafe connection.pointee.is_started = 1
        unsafe ProtocolBinder.enter(c, connection)
        unsafe ProtocolBinder.admit(c, connection)
        if unsafe connection.pointee.is_refused != 0 { return OK }
        unsafe modswift_live_start(connection)
        if let host = unsafe r.pointee.server { unsafe modswift_adopt_host(c, host) }
        guard unsafe table.pointee.begin(found.pointee.instance, c, &connection.pointee.session) != 0 else {
            unsafe modswift_tally_settle(connection, CInt(TALLY_REFUSED))
            return OK
        }
        unsafe modswift_tally_settle(connection, CInt(TALLY_ACCEPTED))
        unsafe modswift_leave_http(r)
        if unsafe chttpd_can_wait(c) != 0 {
            unsafe modswift_return_when_readable(connection, c)
        } else {
            _ = unsafe table.pointee.connection(found.pointee.instance, c, &connection.pointee.session)
        }
        return OK
    }
}
