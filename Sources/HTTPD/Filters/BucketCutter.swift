// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD

/// Cuts buckets where a filter treats their bytes differently. Nothing is copied: the parts share the memory.
@safe
enum BucketCutter {
    // SAFETY (for all): the caller's brigade and buckets are alive, and a bucket was read, so that it knows its length.

    /// Splits the first bucket of a brigade, which was read, so that it holds `count` bytes.
    @unsafe
    static func splitFirst(
        _ bb: UnsafeMutablePointer<apr_bucket_brigade>, at count: Int
    ) throws(HTTPDError) {
        let status = unsafe Status(rawValue: chttpd_split(chttpd_first(bb), apr_size_t(count)))
        guard status == .success else { throw HTTPDError(status, "splitting a bucket") }
    }

    /// Splits `count` of `available` bytes off the front of a bucket that is in no brigade.
    @unsafe
    static func takeFront(
        of rest: inout UnsafeMutablePointer<apr_bucket>?, _ count: Int, of available: Int
    ) throws(HTTPDError) -> UnsafeMutablePointer<apr_bucket> {
        guard let bucket = unsafe rest, count > 0, count <= available else { throw HTTPDError(.editBeyondInput) }
        if count == available {
            unsafe rest = nil
            return unsafe bucket
        }
        let status = unsafe Status(rawValue: chttpd_split(bucket, apr_size_t(count)))
        guard status == .success else { throw HTTPDError(status, "splitting a bucket") }
        let behind = unsafe chttpd_next(bucket)
        unsafe chttpd_remove(behind)
        unsafe chttpd_isolate(bucket)
        unsafe rest = behind
        return unsafe bucket
    }

    /// Destroys `count` bytes at the front of a bucket that is in no brigade, and is longer than that.
    @unsafe
    static func dropFront(
        of rest: inout UnsafeMutablePointer<apr_bucket>?, _ count: Int
    ) throws(HTTPDError) {
        // Something is kept behind what is dropped, so the bucket is longer than that.
        let dropped = try unsafe takeFront(of: &rest, count, of: count + 1)
        unsafe chttpd_destroy(dropped)
    }
}
