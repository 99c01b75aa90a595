// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD
internal import CHTTPDEmbedded
public import HTTPD

/// A request without a server, over real APR: for unit tests of handlers and filters.
///
/// What the code under test sends, logs and sets can be read afterwards. The request's pool, with all that lives
/// in it, is destroyed with this object.
///
/// ```swift
/// let request = EmbeddedRequest("POST", "/greet?name=x", headers: ["Accept": "text/plain"], body: "hello")
/// let decision = try EmbeddedPlugin(MyPlugin.self).handle("Greet", request)
/// #expect(request.responseText == "hello x")
/// ```
@safe
public final class EmbeddedRequest {
    let world = EmbeddedWorld()

    // SAFETY (for the whole type): the records live as long as `world`; strings are copied into the request's pool.

    /// Makes a request.
    ///
    /// - Parameters:
    ///   - method: The method; `HEAD` makes it one that wants the header only.
    ///   - target: The path, and a query behind a question mark.
    ///   - headers: The header fields of the request.
    ///   - contentType: The media type of the response so far, or `nil`.
    ///   - body: What a reader of the request's body gets.
    public init(
        _ method: String = "GET", _ target: String = "/", headers: KeyValuePairs<String, String> = [:],
        contentType: MediaType? = nil, body: String = ""
    ) {
        let r = unsafe world.request
        guard let pool = unsafe r.pointee.pool else { return }
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        unsafe r.pointee.method = Pool.duplicate(method, in: pool)
        unsafe r.pointee.header_only = method == "HEAD" ? 1 : 0
        unsafe r.pointee.unparsed_uri = UnsafeMutablePointer(mutating: Pool.duplicate(target, in: pool))
        unsafe r.pointee.uri = UnsafeMutablePointer(
            mutating: Pool.duplicate(parts.first.map { String($0) } ?? "/", in: pool))
        if parts.count > 1, let query = parts.last {
            unsafe r.pointee.args = UnsafeMutablePointer(mutating: Pool.duplicate(String(query), in: pool))
        }
        withRequest { request in
            for (name, value) in headers { request.inputHeaders.add(name, value) }
            if let contentType { request.contentType = contentType }
        }
        let bytes = Array(body.utf8)
        guard !bytes.isEmpty else { return }
        unsafe world.lend(bytes, 0..<bytes.count) { start, count in
            unsafe chttpd_embedded_source_data(world.raw, start, count)
        }
    }

    /// Lends the request, as httpd lends it to a handler.
    public func withRequest<Result: ~Copyable, Failure: Error>(
        _ body: (borrowing Request) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(unsafe Request(unsafeBorrowing: world.request))
    }

    /// Ends the response: what filters hold back comes out. httpd does so when the handler has returned.
    public func finish() {
        unsafe chttpd_embedded_eos(world.raw)
        _ = unsafe chttpd_embedded_pass(world.raw)
    }

    /// The body of the response so far, behind all filters.
    public var response: [UInt8] { world.bytes }

    /// The body of the response so far; invalid UTF-8 is repaired.
    public var responseText: String { String(decoding: world.bytes, as: UTF8.self) }

    /// How often the response was flushed.
    public var flushCount: Int { world.events.count { $0.mark == .flush } }

    /// The lines that were written to the error log, of any level.
    public var log: [LogLine] { world.log }

    /// Whether the connection was given up.
    public var isAborted: Bool { unsafe chttpd_is_aborted(world.connection) != 0 }

    /// Makes the client go away when it got so many bytes of the response.
    public func breakConnection(after count: Int) {
        unsafe chttpd_embedded_break_after(world.raw, max(0, count))
    }

    /// How many embedded requests exist: 0 when a test destroyed all that it made.
    public static var liveCount: Int { Int(chttpd_embedded_live()) }
    /// How many embedded requests' pools ran their cleanups since the process started.
    public static var cleanupCount: Int { Int(chttpd_embedded_cleanups()) }
}
