// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD
internal import Streaming

/// Reading and writing of a connection through httpd's filters, never blocking.
@safe
enum SessionTransport {
    /// The most bytes to write at once: below httpd's `FlushMaxThreshold`, above which it would block.
    private static let writeSize = 32 * 1024
    /// The most bytes to read at once.
    private static let readSize = 16 * 1024

    /// The most bytes that httpd takes from a socket at once. The C macro is `APR_BUCKET_BUFF_SIZE`.
    static let socketRead = Int(APR_BUCKET_BUFF_SIZE)

    /// httpd's core filter writes less than this at once only if it is flushed: its `THRESHOLD_MIN_WRITE`.
    private static let setAsideLimit = 4096

    /// What there was to read.
    enum Read {
        case bytes(Int), nothing, end
    }

    // SAFETY (for all): httpd keeps the connection alive for the call; the brigade lives in its pool.

    /// Reads what there is, and hands it on.
    @unsafe
    static func read(
        _ c: UnsafeMutablePointer<conn_rec>, _ brigade: inout UnsafeMutablePointer<apr_bucket_brigade>?,
        _ body: (Span<UInt8>) throws(HTTPDError) -> Void
    ) throws(HTTPDError) -> Read {
        let brigade = try unsafe make(&brigade, c)
        let status = unsafe Status(
            rawValue: ap_get_brigade(
                c.pointee.input_filters, brigade, AP_MODE_READBYTES, APR_NONBLOCK_READ, apr_off_t(readSize)))
        defer { _ = unsafe apr_brigade_cleanup(brigade) }
        if status.isTryAgain { return .nothing }
        if status.isEndOfFile { return .end }
        guard status == .success else { throw HTTPDError(status, "reading from the client") }
        var total = 0
        while unsafe chttpd_is_empty(brigade) == 0 {
            let first = unsafe chttpd_first(brigade)
            if unsafe chttpd_is_eos(first) != 0 { return .end }
            if unsafe chttpd_is_metadata(first) == 0 { total += try unsafe read(first, body) }
            unsafe chttpd_delete(first)
        }
        return total > 0 ? .bytes(total) : .nothing
    }

    @unsafe
    private static func read(
        _ bucket: UnsafeMutablePointer<apr_bucket>, _ body: (Span<UInt8>) throws(HTTPDError) -> Void
    ) throws(HTTPDError) -> Int {
        var data: UnsafePointer<CChar>?
        var length: apr_size_t = 0
        let status = unsafe Status(rawValue: chttpd_read(bucket, &data, &length, 1))
        guard status == .success else { throw HTTPDError(status, "reading from the client") }
        guard let data = unsafe data, length > 0, let count = Int(exactly: length) else { return 0 }
        try body(
            unsafe Span<UInt8>(
                _unsafeStart: UnsafeRawPointer(data).assumingMemoryBound(to: UInt8.self), count: count))
        return count
    }

    /// Writes the first part of `output` unless the filters still hold what they were given before, and moves on what
    /// they hold; returns the number of bytes that they took.
    @unsafe
    static func write(
        _ c: UnsafeMutablePointer<conn_rec>, _ brigade: inout UnsafeMutablePointer<apr_bucket_brigade>?,
        _ output: borrowing ByteQueue
    ) throws(HTTPDError) -> Int {
        let brigade = try unsafe make(&brigade, c)
        var count = 0
        var leavesAtOnce = false
        var status = Status.success
        if unsafe chttpd_output_is_pending(c) == 0, !output.isEmpty {
            count = min(output.count, writeSize)
            // The bucket refers to the queue; the core filter copies what it cannot write before it returns, and the
            // brigade is emptied here. FLUSH would block the thread until the client took everything, so it is only for
            // what the socket has room for: without it the core filter sets little aside, in a pool that it keeps for
            // the connection. The nudge moves the bytes through mod_ssl's buffer.
            output.withFirst(count) { span in unsafe BucketMaker.appendTransient(span, to: brigade) }
            leavesAtOnce = unsafe count < setAsideLimit && ap_ssl_conn_is_ssl(c) == 0 && chttpd_is_writable(c) != 0
            unsafe chttpd_append(
                brigade,
                leavesAtOnce
                    ? apr_bucket_flush_create(brigade.pointee.bucket_alloc)
                    : chttpd_nudge_create(brigade.pointee.bucket_alloc))
            status = unsafe Status(rawValue: ap_pass_brigade(c.pointee.output_filters, brigade))
            _ = unsafe apr_brigade_cleanup(brigade)
        }
        if status == .success, !leavesAtOnce { status = unsafe Status(rawValue: chttpd_write_pending(c)) }
        guard status == .success else { throw HTTPDError(status, "writing to the client") }
        return count
    }

    @unsafe
    private static func make(
        _ brigade: inout UnsafeMutablePointer<apr_bucket_brigade>?, _ c: UnsafeMutablePointer<conn_rec>
    ) throws(HTTPDError) -> UnsafeMutablePointer<apr_bucket_brigade> {
        if let brigade = unsafe brigade { return unsafe brigade }
        guard let made = unsafe apr_brigade_create(c.pointee.pool, c.pointee.bucket_alloc) else {
            throw HTTPDError("no brigade could be made")
        }
        unsafe brigade = made
        return unsafe made
    }
}
