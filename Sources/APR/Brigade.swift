// SPDX-License-Identifier: Apache-2.0
package import CHTTPD

/// A sequence of buckets on its way through the filters: `apr_bucket_brigade`.
///
/// Lent for one call of a filter. Buckets are taken from its front with ``popFirst()`` and put at its end with
/// `append`; passing it on with a ``NextFilter`` empties it.
@safe
public struct Brigade: ~Copyable, ~Escapable {
    package let raw: UnsafeMutablePointer<apr_bucket_brigade>

    /// Borrows a brigade of httpd for one call.
    @_lifetime(borrow raw)
    @unsafe
    package init(unsafeBorrowing raw: UnsafeMutablePointer<apr_bucket_brigade>) {
        unsafe self.raw = raw
    }

    // SAFETY (for the whole type): httpd keeps the brigade alive for the call that it was lent to, and the type
    // cannot outlive that call. Every bucket in it is alive; one that leaves is owned by the Bucket returned.

    /// Whether there is no bucket. The corresponding C macro is `APR_BRIGADE_EMPTY`.
    public var isEmpty: Bool { unsafe chttpd_is_empty(raw) != 0 }

    /// Whether the last bucket is the end of the stream.
    public var endsStream: Bool { unsafe !isEmpty && chttpd_is_eos(chttpd_last(raw)) != 0 }

    /// What the first bucket is, or `nil` when there is none.
    public var firstKind: Bucket.Kind? { unsafe isEmpty ? nil : Bucket.Kind(of: chttpd_first(raw)) }

    /// Reads the bytes of the first bucket where it stands.
    ///
    /// Reading may change the bucket: one that knew no length becomes one that does, and what is left of its
    /// source becomes a new bucket behind it. So bytes are read before a bucket is taken out, never after.
    /// The corresponding C call is `apr_bucket_read`.
    ///
    /// - Parameter blocking: Whether to wait for bytes; if not, and there are none yet, throws
    ///   ``Status/tryAgain``.
    /// - Returns: The bytes, maybe none; lent until the brigade is used again.
    @_lifetime(&self)
    public mutating func readFirst(blocking: Bool = true) throws(HTTPDError) -> Span<UInt8> {
        guard !isEmpty else { return Span() }
        var data: UnsafePointer<CChar>?
        var length: apr_size_t = 0
        let status = unsafe Status(rawValue: chttpd_read(chttpd_first(raw), &data, &length, blocking ? 1 : 0))
        guard status == .success else { throw HTTPDError(status, "reading a bucket") }
        guard let data = unsafe data, length > 0, let count = Int(exactly: length) else { return Span() }
        // SAFETY: the bytes stay until the bucket is read again, taken out or destroyed, each of which needs
        // exclusive access to the brigade that the span depends on.
        let bytes = unsafe Span<UInt8>(
            _unsafeStart: UnsafeRawPointer(data).assumingMemoryBound(to: UInt8.self), count: count)
        return unsafe _overrideLifetime(bytes, mutating: &self)
    }

    /// Destroys the first bucket. The corresponding C call is `apr_bucket_delete`.
    @_lifetime(self: copy self)
    public mutating func removeFirst() {
        guard !isEmpty else { return }
        unsafe chttpd_delete(chttpd_first(raw))
    }

    /// Moves the first bucket to the end of another brigade.
    @_lifetime(self: copy self)
    @_lifetime(other: copy other)
    public mutating func moveFirst(to other: inout Brigade) {
        guard !isEmpty else { return }
        let first = unsafe chttpd_first(raw)
        unsafe chttpd_remove(first)
        unsafe chttpd_append(other.raw, first)
    }

    /// Splits the first bucket so that it holds `count` bytes and what is left stands behind it.
    ///
    /// The bucket must have been read. The corresponding C call is `apr_bucket_split`.
    @_lifetime(self: copy self)
    public mutating func splitFirst(at count: Int) throws(HTTPDError) {
        guard !isEmpty, let point = apr_size_t(exactly: count) else {
            throw HTTPDError("a bucket cannot be split at \(count)")
        }
        let status = unsafe Status(rawValue: chttpd_split(chttpd_first(raw), point))
        guard status == .success else { throw HTTPDError(status, "splitting a bucket") }
    }

    /// Takes the first bucket out. The corresponding C macro is `APR_BUCKET_REMOVE`.
    @_lifetime(copy self)
    public mutating func popFirst() -> Bucket? {
        guard !isEmpty else { return nil }
        let first = unsafe chttpd_first(raw)
        unsafe chttpd_remove(first)
        return unsafe _overrideLifetime(Bucket(unsafeOwning: first), copying: self)
    }

    /// Puts a bucket at the end. The corresponding C macro is `APR_BRIGADE_INSERT_TAIL`.
    @_lifetime(self: copy self)
    public mutating func append(_ bucket: consuming Bucket) {
        unsafe chttpd_append(raw, bucket.release())
    }

    /// Puts a bucket at the front. The corresponding C macro is `APR_BRIGADE_INSERT_HEAD`.
    @_lifetime(self: copy self)
    public mutating func prepend(_ bucket: consuming Bucket) {
        unsafe chttpd_prepend(raw, bucket.release())
    }

    /// Moves all buckets of `other` to the end. The corresponding C macro is `APR_BRIGADE_CONCAT`.
    @_lifetime(self: copy self)
    public mutating func append(contentsOf other: inout Brigade) {
        unsafe chttpd_concat(raw, other.raw)
    }

    /// Puts a copy of `bytes` at the end. The corresponding C call is `apr_bucket_heap_create`.
    @_lifetime(self: copy self)
    public mutating func append(bytes: Span<UInt8>) {
        guard !bytes.isEmpty else { return }
        unsafe bytes.withUnsafeBufferPointer { buffer in
            unsafe chttpd_append(
                raw, chttpd_heap_copy(buffer.baseAddress, apr_size_t(buffer.count), raw.pointee.bucket_alloc))
        }
    }

    /// Puts the UTF-8 bytes of `text` at the end.
    @_lifetime(self: copy self)
    public mutating func append(_ text: String) {
        append(bytes: text.utf8Span.span)
    }

    /// Asks for what came before to leave at once. The corresponding C call is `apr_bucket_flush_create`.
    @_lifetime(self: copy self)
    public mutating func appendFlush() {
        unsafe chttpd_append(raw, apr_bucket_flush_create(raw.pointee.bucket_alloc))
    }

    /// Marks the end of the stream. The corresponding C call is `apr_bucket_eos_create`.
    @_lifetime(self: copy self)
    public mutating func appendEndOfStream() {
        unsafe chttpd_append(raw, apr_bucket_eos_create(raw.pointee.bucket_alloc))
    }

    /// Makes the response fail with an HTTP status, as httpd's own filters do: its page for the status is sent if
    /// nothing was sent yet. What is no status of an error, from 400 to 599, becomes 500. The corresponding C call is `ap_bucket_error_create`.
    @_lifetime(self: copy self)
    public mutating func appendError(httpStatus: Int) {
        let status = CInt(exactly: httpStatus).flatMap { (400...599).contains($0) ? $0 : nil } ?? 500
        unsafe chttpd_append(raw, ap_bucket_error_create(status, nil, raw.pointee.p, raw.pointee.bucket_alloc))
    }

    /// Destroys all buckets. The corresponding C call is `apr_brigade_cleanup`.
    @_lifetime(self: copy self)
    public mutating func removeAll() {
        guard !isEmpty else { return }
        _ = unsafe apr_brigade_cleanup(raw)
    }
}
