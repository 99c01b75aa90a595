// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD

/// Buckets that a filter keeps from one call to the next: the only way to keep any.
///
/// A bucket's bytes may lie in the caller's stack, so a bucket that is kept must first be set aside; ``hold(_:)``
/// does so. What is held is destroyed with the request, whether or not the filter still exists.
public struct Backlog: ~Copyable {
    private let storage: Storage

    /// A backlog that lives as long as `pool`. Not for plugins: what is drained into a brigade must outlive the call, so
    /// the pool has to be a request's or a connection's.
    package init(in pool: borrowing Pool) {
        // SAFETY: the storage forgets the pool and its brigade in a cleanup of that pool.
        storage = unsafe Storage(pool: pool.raw)
    }

    /// Whether nothing is held.
    public var isEmpty: Bool { storage.isEmpty }

    /// Keeps a bucket past this call. The corresponding C call is `apr_bucket_setaside`.
    public mutating func hold(_ bucket: consuming Bucket) throws(HTTPDError) {
        try storage.hold(bucket)
    }

    /// Moves what is held to the end of a brigade, in the order it was held.
    @_lifetime(brigade: copy brigade)
    public mutating func drain(into brigade: inout Brigade) {
        storage.drain(into: &brigade)
    }

    /// Outlived by the pool in every orderly case; when it is not, the cleanup leaves it empty.
    @safe
    private final class Storage {
        private var pool: OpaquePointer?
        private var brigade: UnsafeMutablePointer<apr_bucket_brigade>?

        @unsafe
        init(pool: OpaquePointer) {
            // SAFETY: the pool outlives what it allocates; the object is retained here and released in the cleanup,
            // which APR runs exactly once and which makes the object forget the pool.
            unsafe self.pool = pool
            let reference = unsafe Unmanaged.passRetained(self).toOpaque()
            unsafe apr_pool_cleanup_register(
                pool, reference,
                { data in
                    guard let data = unsafe data else { return 0 }
                    let storage = unsafe Unmanaged<Storage>.fromOpaque(data).takeRetainedValue()
                    unsafe storage.pool = nil
                    unsafe storage.brigade = nil
                    return 0
                }, apr_pool_cleanup_null)
        }

        var isEmpty: Bool {
            // SAFETY: the brigade is alive until the pool's cleanup clears the reference.
            guard let brigade = unsafe brigade else { return true }
            return unsafe chttpd_is_empty(brigade) != 0
        }

        func hold(_ bucket: consuming Bucket) throws(HTTPDError) {
            guard let pool = unsafe pool else { throw HTTPDError("a bucket was held after the end of its request") }
            if unsafe brigade == nil {
                unsafe brigade = apr_brigade_create(pool, bucket.raw.pointee.list)
            }
            guard let brigade = unsafe brigade else { throw HTTPDError("no brigade could be made") }
            // SAFETY: pool, brigade and bucket are alive. A type that cannot be set aside is read, which turns it
            // into one that can, and may leave the rest of its source as a new bucket behind it: hence the loop.
            var next = unsafe bucket.release()
            unsafe chttpd_append(brigade, next)
            while unsafe chttpd_is_sentinel(brigade, next) == 0 {
                var status = unsafe Status(rawValue: chttpd_setaside(next, pool))
                if status.rawValue == chttpd_enotimpl() {
                    var data: UnsafePointer<CChar>?
                    var length: apr_size_t = 0
                    status = unsafe Status(rawValue: chttpd_read(next, &data, &length, 1))
                    if status == .success { status = unsafe Status(rawValue: chttpd_setaside(next, pool)) }
                }
                guard status == .success else { throw HTTPDError(status, "setting a bucket aside") }
                unsafe next = chttpd_next(next)
            }
        }

        @_lifetime(target: copy target)
        func drain(into target: inout Brigade) {
            // SAFETY: both brigades are alive: one by the pool, the other is lent.
            guard let brigade = unsafe brigade else { return }
            unsafe chttpd_concat(target.raw, brigade)
        }
    }
}
