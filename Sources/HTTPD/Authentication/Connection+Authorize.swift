// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD

/// What `Require` and its like say of a client.
public enum Authorization: Equatable, Sendable {
    /// It may go on.
    case granted
    /// That depends on who it is.
    case needsUser
    /// It may not.
    case refused
}

extension Connection {
    /// Asks httpd whether the client may have what is at a location: the rules of the `<Location>` sections of the
    /// connection's virtual host that match it, such as `Require ip 192.0.2.0/24`, or `Require valid-user`. Where no
    /// rule is, everybody may. The corresponding C calls are `ap_run_access_checker_ex` and `ap_run_auth_checker`.
    ///
    /// The rules of `<Directory>` do not count: a connection has no file. Those that look for a name of the client's
    /// address, `Require host`, ask the network while the thread waits.
    ///
    /// - Parameters:
    ///   - user: Who the client is, once that was checked; `nil` before.
    ///   - location: What the paths of sections are compared with; begins with a slash.
    /// - Throws: When no memory is left, or the location is none.
    public func authorize(user: String? = nil, location: String = "/") throws(HTTPDError) -> Authorization {
        guard location.utf8.first == UInt8(ascii: "/") else {
            throw HTTPDError("the location '\(location)' does not begin with a slash")
        }
        // C would end the name there, and ask for another user.
        if let user, user.utf8.contains(0) { return .refused }
        // SAFETY: httpd keeps the connection alive for the call; the request lives in its pool and is destroyed here,
        // after the last use of it; the texts are only read.
        guard let request = unsafe chttpd_request_for(raw, location, user) else {
            throw HTTPDError("no request could be made to ask for authorization with")
        }
        defer { unsafe apr_pool_destroy(request.pointee.pool) }
        switch unsafe chttpd_authorize(request) {
        case CInt(CHTTPD_GRANTED): return .granted
        case CInt(CHTTPD_NEEDS_USER): return .needsUser
        default: return .refused
        }
    }
}
