// SPDX-License-Identifier: Apache-2.0
package import CHTTPD
internal import CPlugin

/// The request that is being served: `request_rec`.
///
/// Lent for one call: it cannot be stored, captured by an escaping closure or handed to a task. What must
/// outlive the call is copied out of it. Setting a property acts on httpd's record at once.
@safe
public struct Request: ~Copyable, ~Escapable {
    package let raw: UnsafeMutablePointer<request_rec>

    /// Borrows httpd's record for one call.
    @_lifetime(borrow raw)
    @unsafe
    package init(unsafeBorrowing raw: UnsafeMutablePointer<request_rec>) {
        unsafe self.raw = raw
    }

    // SAFETY (for the whole type): httpd keeps the record, its pool and its tables alive for the call that it was
    // lent to, and the type cannot outlive that call. Strings are copied out when read, and into the request's
    // pool when set.

    /// The method: `GET`, `POST` and so on. The corresponding C field is `method`. RFC 9110 §9.
    public var method: String { unsafe Self.text(raw.pointee.method) ?? "" }
    /// The path after httpd's decoding and rewriting, without the query. The corresponding C field is `uri`.
    public var uri: String { unsafe Self.text(raw.pointee.uri) ?? "" }
    /// The request target as the client sent it. The corresponding C field is `unparsed_uri`.
    public var unparsedURI: String { unsafe Self.text(raw.pointee.unparsed_uri) ?? "" }
    /// The query, without its question mark. The corresponding C field is `args`.
    public var queryString: String? { unsafe Self.text(raw.pointee.args) }
    /// The part of the path behind the file that was found. The corresponding C field is `path_info`.
    public var pathInfo: String? { unsafe Self.text(raw.pointee.path_info) }
    /// The file that the request was mapped to. The corresponding C field is `filename`.
    public var filename: String? { unsafe Self.text(raw.pointee.filename) }
    /// The name of the content handler, as `SetHandler` gave it. The corresponding C field is `handler`.
    public var handlerName: String? { unsafe Self.text(raw.pointee.handler) }
    /// The host that the client asked for. The corresponding C field is `hostname`.
    public var hostname: String? { unsafe Self.text(raw.pointee.hostname) }
    /// The protocol: `HTTP/1.1` or `HTTP/2.0`. The corresponding C field is `protocol`.
    public var `protocol`: String { unsafe Self.text(raw.pointee.protocol) ?? "" }
    /// The client's address. The corresponding C field is `useragent_ip`.
    public var clientAddress: String { unsafe Self.text(raw.pointee.useragent_ip) ?? "" }
    /// The name of the user who was authenticated. The corresponding C field is `user`.
    public var user: String? { unsafe Self.text(raw.pointee.user) }
    /// The number of bytes that were sent of the response's body so far. The corresponding C field is `bytes_sent`.
    public var bytesSent: Int64 { Int64(unsafe raw.pointee.bytes_sent) }

    /// The most bytes of a body that `LimitRequestBody` allows; `nil` for any number. The corresponding C call is
    /// `ap_get_limit_req_body`.
    public var bodyLimit: Int? {
        let limit = Int(clamping: unsafe ap_get_limit_req_body(raw))
        return limit > 0 ? limit : nil
    }

    /// Whether only the header of the response is wanted: a HEAD request. RFC 9110 §9.3.2.
    public var isHeaderOnly: Bool { unsafe raw.pointee.header_only != 0 }
    /// Whether another request asked for this one, as a server-side include does: it has a `main`.
    public var isSubrequest: Bool { unsafe raw.pointee.main != nil }
    /// Whether httpd redirected to this request inside the server, as for an ErrorDocument: it has a `prev`.
    public var isInternalRedirect: Bool { unsafe raw.pointee.prev != nil }
    /// Whether it is the request that the client sent, no sub-request and none that httpd redirected to.
    public var isInitial: Bool { !isSubrequest && !isInternalRedirect }
    /// Whether httpd answers itself, in place of a response, and has put filters in front of that which ask for it.
    ///
    /// For those filters: see ``OutputFilter/filtersErrorPages``. It makes no page for HEAD, and says no length.
    public var isErrorPage: Bool { notes.contains(SWIFT_HTTPD_NOTE_ERROR_PAGE) }
    /// Whether the response is one part of the resource. RFC 9110 §14.4.
    public var isPartial: Bool { status == .partialContent || outputHeaders.contains(field: "Content-Range") }
    /// Whether the client has gone away. The corresponding C field is the connection's `aborted`.
    public var isAborted: Bool { unsafe chttpd_is_aborted(raw.pointee.connection) != 0 }

    /// The status of the response. What no response can end with, setting makes 500. RFC 9110 §15.
    public var status: HTTPStatus {
        get { HTTPStatus(rawValue: Int(unsafe raw.pointee.status)) }
        nonmutating set {
            unsafe raw.pointee.status = newValue.isFinal ? CInt(truncatingIfNeeded: newValue.rawValue) : 500
        }
    }

    /// The media type of the response. The corresponding C call is `ap_set_content_type`.
    public var contentType: MediaType? {
        get { unsafe Self.text(raw.pointee.content_type).map { MediaType(rawValue: $0) } }
        nonmutating set {
            // SAFETY: httpd keeps the pointer, so the text goes into the request's pool.
            let text = unsafe newValue.map { unsafe Pool.duplicate($0.rawValue, in: raw.pointee.pool) }
            unsafe ap_set_content_type(raw, text)
        }
    }

    /// The media type of the response as it was written, lent without a copy; `nil` for none. The corresponding C field is
    /// `content_type`.
    public var contentTypeBytes: Span<UInt8>? {
        @_lifetime(borrow self)
        get {
            // SAFETY: what httpd's record points to lives in the request's pool, or for good.
            guard let text = unsafe raw.pointee.content_type else { return nil }
            let bytes = unsafe Span<UInt8>(
                _unsafeStart: UnsafeRawPointer(text).assumingMemoryBound(to: UInt8.self), count: strlen(text))
            return unsafe _overrideLifetime(bytes, borrowing: self)
        }
    }

    /// Whether there is a coding of the response's content that is not known to be none. See ``contentEncoding``.
    public var hasContentEncoding: Bool {
        unsafe raw.pointee.content_encoding != nil || outputHeaders.contains(field: "Content-Encoding")
            || errorHeaders.contains(field: "Content-Encoding")
    }

    /// The coding of the response's content, such as `gzip`, wherever httpd keeps it. RFC 9110 §8.4.
    ///
    /// The corresponding C field is `content_encoding`; it stands in for the header field of that name. Setting it sets
    /// both, and `nil` removes both.
    public var contentEncoding: String? {
        get {
            unsafe Self.text(raw.pointee.content_encoding) ?? outputHeaders["Content-Encoding"]
                ?? errorHeaders["Content-Encoding"]
        }
        nonmutating set {
            // SAFETY: httpd keeps the pointer, so the text goes into the request's pool.
            unsafe raw.pointee.content_encoding = newValue.map { unsafe Pool.duplicate($0, in: raw.pointee.pool) }
            outputHeaders["Content-Encoding"] = newValue
            errorHeaders.remove(field: "Content-Encoding")
        }
    }

    /// Sets ``contentEncoding`` to a coding that stands in the program, which costs no copy.
    public func setContentEncoding(_ coding: StaticString) {
        // SAFETY: httpd keeps the pointer, and the text is immortal.
        unsafe raw.pointee.content_encoding = coding.cString
        outputHeaders.set(field: "Content-Encoding", to: coding)
        errorHeaders.remove(field: "Content-Encoding")
    }

    /// The header fields of the request. The corresponding C field is `headers_in`.
    public var inputHeaders: Table {
        @_lifetime(borrow self)
        get { unsafe _overrideLifetime(Table(unsafeBorrowing: raw.pointee.headers_in), borrowing: self) }
    }

    /// The header fields of a successful response. The corresponding C field is `headers_out`.
    public var outputHeaders: Table {
        @_lifetime(borrow self)
        get { unsafe _overrideLifetime(Table(unsafeBorrowing: raw.pointee.headers_out), borrowing: self) }
    }

    /// The header fields that are sent with errors and across internal redirects too.
    ///
    /// The corresponding C field is `err_headers_out`.
    public var errorHeaders: Table {
        @_lifetime(borrow self)
        get { unsafe _overrideLifetime(Table(unsafeBorrowing: raw.pointee.err_headers_out), borrowing: self) }
    }

    /// The environment variables of the request, as `SetEnvIf` sets and CGI sees them.
    ///
    /// The corresponding C field is `subprocess_env`.
    public var environment: Table {
        @_lifetime(borrow self)
        get { unsafe _overrideLifetime(Table(unsafeBorrowing: raw.pointee.subprocess_env), borrowing: self) }
    }

    /// Notes from module to module, which `%{name}n` of a `LogFormat` shows. The corresponding C field is `notes`.
    public var notes: Table {
        @_lifetime(borrow self)
        get { unsafe _overrideLifetime(Table(unsafeBorrowing: raw.pointee.notes), borrowing: self) }
    }

    /// The note of a request that httpd redirected to this one inside the server, of the last one that has it. Notes do not
    /// go along. The corresponding C field is `prev`.
    public func noteBeforeRedirect(_ name: String) -> String? {
        var previous = unsafe raw.pointee.prev
        while let request = unsafe previous {
            if let text = unsafe Self.text(apr_table_get(request.pointee.notes, name)) { return text }
            unsafe previous = request.pointee.prev
        }
        return nil
    }

    /// The pool that lives as long as the request. The corresponding C field is `pool`.
    public var pool: Pool {
        @_lifetime(borrow self)
        get { unsafe _overrideLifetime(Pool(unsafeBorrowing: raw.pointee.pool), borrowing: self) }
    }

    /// The connection that the request came on. Over HTTP/2 it is the request's own stream. The corresponding C field is
    /// `connection`.
    public var connection: Connection {
        @_lifetime(borrow self)
        get { unsafe _overrideLifetime(Connection(unsafeBorrowing: raw.pointee.connection), borrowing: self) }
    }

    /// The virtual host that serves the request. The corresponding C field is `server`.
    public var server: Server {
        @_lifetime(borrow self)
        get { unsafe _overrideLifetime(Server(unsafeBorrowing: raw.pointee.server), borrowing: self) }
    }

    /// The error log, under the plugin's own module name and `LogLevel`. The corresponding C call is `ap_log_rerror`.
    public var log: Log {
        @_lifetime(borrow self)
        get { unsafe _overrideLifetime(Log(unsafeRequest: raw), borrowing: self) }
    }

    /// The value of `SwiftOption key value` in force for this request, or `nil`.
    public func option(_ key: String) -> String? {
        HostServices.option(key, of: self)
    }

    /// The plugin's own directives in force for this request. The corresponding C field is `per_dir_config`.
    public func configuration<Configuration: ModuleConfiguration>(
        _ type: Configuration.Type = Configuration.self
    ) -> Configuration {
        ConfigurationStore.configuration(type, of: self)
    }

    /// What was worked out of the plugin's directives in force for this request: the same object for all requests of a
    /// section. The corresponding C field is `per_dir_config`.
    public func compiled<Compiled: CompiledConfiguration>(_ type: Compiled.Type) -> Compiled {
        ConfigurationStore.compiled(type, of: self)
    }

    @unsafe
    static func text(_ pointer: UnsafePointer<CChar>?) -> String? {
        // SAFETY: the caller's field is NULL or a C string that lives as long as the request.
        unsafe pointer.map { unsafe String(cString: $0) }
    }

    @unsafe
    static func text(_ pointer: UnsafeMutablePointer<CChar>?) -> String? {
        // SAFETY: as above.
        unsafe pointer.map { unsafe String(cString: $0) }
    }
}
