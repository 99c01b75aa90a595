// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD

extension Connection {
    /// Asks httpd's authentication providers whether a password is a user's, one after the other until one knows the
    /// user, as mod_auth_basic does. The corresponding C call is `check_password` of `authn_provider`.
    ///
    /// Providers take their files and the like from directives that stand in sections, such as `AuthUserFile`. Those of
    /// the `<Location>` sections of the connection's virtual host hold that match `location`; a provider that
    /// `<AuthnProviderAlias>` made has its own.
    ///
    /// The call blocks for as long as the providers take. A file with hashes takes up to some milliseconds of
    /// computing; a database or a directory that does not answer holds the thread.
    ///
    /// - Parameters:
    ///   - user: The name.
    ///   - password: The password. It is not logged.
    ///   - providers: The providers.
    ///   - location: What the paths of `<Location>` sections are compared with; begins with a slash.
    /// - Throws: When no provider is named, one is not there, or no memory is left.
    public func authenticate(
        user: String, password: String, providers: AuthenticationProviders, location: String = "/"
    ) throws(HTTPDError) -> AuthenticationResult {
        guard !providers.isEmpty else { throw HTTPDError("there is no authentication provider to ask") }
        guard location.utf8.first == UInt8(ascii: "/") else {
            throw HTTPDError("the location '\(location)' does not begin with a slash")
        }
        // C ends a text at its first NUL: what is behind it would not be checked.
        guard !user.utf8.contains(0), !password.utf8.contains(0) else { return .denied }
        // SAFETY: httpd keeps the connection alive for the call; the request lives in its pool and is destroyed here,
        // after the last use of it; the texts are only read.
        guard let request = unsafe chttpd_request_for(raw, location, user) else {
            throw HTTPDError("no request could be made to ask authentication providers with")
        }
        defer { unsafe apr_pool_destroy(request.pointee.pool) }
        for name in providers.names {
            guard unsafe chttpd_has_authn_provider(name) != 0 else {
                throw HTTPDError("there is no authentication provider '\(name)'")
            }
            switch unsafe chttpd_check_password(request, name, user, password) {
            case AUTH_GRANTED: return .granted
            case AUTH_USER_NOT_FOUND: continue
            case AUTH_DENIED: return .denied
            default: return .error
            }
        }
        return .userNotFound
    }
}
