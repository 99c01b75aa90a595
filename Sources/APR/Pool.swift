// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD

/// A pool of memory whose life is that of a request, a connection or a configuration: `apr_pool_t`.
///
/// Lent: it cannot be kept, so nothing can be allocated from it after its end.
@safe
public struct Pool: ~Copyable, ~Escapable {
    package let raw: OpaquePointer

    /// Borrows a pool of httpd for one call.
    @_lifetime(borrow raw)
    @unsafe
    package init(unsafeBorrowing raw: OpaquePointer) {
        // SAFETY: the caller keeps what it lends alive.
        unsafe self.raw = raw
    }

    /// A copy of `text` that lives as long as the pool. The corresponding C call is `apr_pstrmemdup`.
    @_lifetime(borrow self)
    public func string(_ text: String) -> PoolString {
        // SAFETY: the copy lives as long as the pool, which is borrowed.
        unsafe _overrideLifetime(PoolString(unsafeBorrowing: duplicate(text)), borrowing: self)
    }

    /// The C string behind ``string(_:)``. A NUL inside the text ends it early.
    @unsafe
    package func duplicate(_ text: String) -> UnsafePointer<CChar> {
        unsafe Self.duplicate(text, in: raw)
    }

    /// Copies `text` into a pool of httpd, NUL-terminated.
    @unsafe
    package static func duplicate(_ text: String, in pool: OpaquePointer) -> UnsafePointer<CChar> {
        var text = text
        // SAFETY: apr_pstrmemdup copies `count` bytes out of the buffer and adds a NUL; it does not return NULL
        // (httpd's pools abort when memory is out), and an empty buffer may have no address.
        return text.withUTF8 { buffer in
            guard let start = buffer.baseAddress else { return unsafe UnsafePointer(apr_pstrdup(pool, "")) }
            return unsafe UnsafePointer(
                start.withMemoryRebound(to: CChar.self, capacity: buffer.count) {
                    unsafe apr_pstrmemdup(pool, $0, apr_size_t(buffer.count))
                })
        }
    }

    /// Runs `body` with a pool that is destroyed when it returns.
    ///
    /// The corresponding C calls are `apr_pool_create` and `apr_pool_destroy`.
    package static func withTemporary<Result: ~Copyable, Failure: Error>(
        _ body: (borrowing Pool) throws(Failure) -> Result
    ) throws(Failure) -> Result? {
        var raw: OpaquePointer?
        // SAFETY: the pool is ours and is destroyed after the last use of the lent view.
        guard unsafe apr_pool_create_ex(&raw, nil, nil, nil) == 0, let raw = unsafe raw else { return nil }
        defer { unsafe apr_pool_destroy(raw) }
        return try body(unsafe Pool(unsafeBorrowing: raw))
    }
}

/// A C string that lives in a pool: the only way to hand httpd a string that it keeps.
@safe
public struct PoolString: ~Copyable, ~Escapable {
    package let raw: UnsafePointer<CChar>

    @_lifetime(borrow raw)
    @unsafe
    package init(unsafeBorrowing raw: UnsafePointer<CChar>) {
        // SAFETY: the caller keeps what it lends alive.
        unsafe self.raw = raw
    }

    /// The text; invalid UTF-8 is repaired.
    public var text: String {
        // SAFETY: `raw` is NUL-terminated and lives as long as the pool that lent it.
        unsafe String(cString: raw)
    }
}
