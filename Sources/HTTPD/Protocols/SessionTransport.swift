// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD
internal import Streaming

/// Reading and writing of a connection, never blocking: through httpd's filters, or past them where they would only
/// hand the bytes on. For small messages they cost more than all else.
@safe
enum SessionTransport {
    /// The most bytes to write at once: below httpd's `FlushMaxThreshold`, above which it would block.
    private static let writeSize = 32 * 1024
    /// The most bytes to read at once.
    private static let readSize = 16 * 1024

    /// The most bytes that httpd takes from a socket at once. The C macro is `APR_BUCKET_BUFF_SIZE`.
    static let socketRead = Int(APR_BUCKET_BUFF_SIZE)

    /// What there was to read.
    enum Read {
        /// So many bytes; `isAll` if there are no more for certain.
        case bytes(Int, isAll: Bool)
        /// Nothing; `isSure` if it is not the end either.
        case nothing(isSure: Bool)
        case end
    }

    // SAFETY (for all): httpd keeps the connection alive for the call; the brigade lives in its pool; `socket` is the
    // connection's own.

    /// The socket of a connection whose filters would only hand bytes on, or `nil`: while the connection waits, no filter
    /// comes or goes, and what their records say need not be looked up for each message.
    @unsafe
    static func socket(_ c: UnsafeMutablePointer<conn_rec>) -> CInt? {
        let descriptor = unsafe chttpd_direct(c)
        return descriptor < 0 ? nil : descriptor
    }

    /// Reads what there is, and hands it on; from `socket` if there is one.
    @unsafe
    static func read(
        _ c: UnsafeMutablePointer<conn_rec>, _ socket: CInt?,
        _ brigade: inout UnsafeMutablePointer<apr_bucket_brigade>?,
        _ body: (Span<UInt8>) throws(HTTPDError) -> Void
    ) throws(HTTPDError) -> Read {
        if let socket { return try unsafe receive(c, socket, body) }
        let brigade = try unsafe make(&brigade, c)
        let status = unsafe Status(
            rawValue: ap_get_brigade(
                c.pointee.input_filters, brigade, AP_MODE_READBYTES, APR_NONBLOCK_READ, apr_off_t(readSize)))
        defer { _ = unsafe apr_brigade_cleanup(brigade) }
        if status.isTryAgain { return .nothing(isSure: false) }
        if status.isEndOfFile { return .end }
        guard status == .success else { throw HTTPDError(status, "reading from the client") }
        var total = 0
        while unsafe chttpd_is_empty(brigade) == 0 {
            let first = unsafe chttpd_first(brigade)
            if unsafe chttpd_is_eos(first) != 0 { return .end }
            if unsafe chttpd_is_metadata(first) == 0 { total += try unsafe read(first, body) }
            unsafe chttpd_delete(first)
        }
        return total > 0 ? .bytes(total, isAll: false) : .nothing(isSure: false)
    }

    @unsafe
    private static func receive(
        _ c: UnsafeMutablePointer<conn_rec>, _ socket: CInt, _ body: (Span<UInt8>) throws(HTTPDError) -> Void
    ) throws(HTTPDError) -> Read {
        var status: apr_status_t = 0
        let buffer = unsafe chttpd_receive_buffer()
        let size = Int(CHTTPD_RECEIVE_SIZE)
        let result = unsafe chttpd_receive(c, socket, buffer, size, &status)
        guard let count = Int(exactly: result), count >= 0 else {
            if result == -1 { return .nothing(isSure: true) }
            throw HTTPDError(Status(rawValue: status), "reading from the client")
        }
        if count == 0 { return .end }
        // SAFETY: the buffer is the thread's, which receives again only after this call.
        try body(
            unsafe Span<UInt8>(_unsafeStart: UnsafeRawPointer(buffer).assumingMemoryBound(to: UInt8.self), count: count)
        )
        return .bytes(count, isAll: count < size)
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

    /// What became of bytes to write.
    struct Written {
        /// How many were taken.
        var count = 0
        /// Whether some wait for the socket, here or in the filters.
        var isPending = false
    }

    /// Writes the first part of `output`, to `socket` if there is one, unless the filters still hold what they were given
    /// before, and moves on what they hold.
    @unsafe
    static func write(
        _ c: UnsafeMutablePointer<conn_rec>, _ socket: CInt?,
        _ brigade: inout UnsafeMutablePointer<apr_bucket_brigade>?,
        _ output: borrowing ByteQueue
    ) throws(HTTPDError) -> Written {
        if let socket { return try unsafe send(c, socket, output) }
        let brigade = try unsafe make(&brigade, c)
        var count = 0
        var status = Status.success
        if unsafe chttpd_output_is_pending(c) == 0, !output.isEmpty {
            count = min(output.count, writeSize)
            // The bucket refers to the queue; the core filter copies what it cannot write before it returns, and the
            // brigade is emptied here. FLUSH would block the thread until the client took everything; the nudge moves
            // the bytes through mod_ssl's buffer.
            output.withFirst(count) { span in unsafe BucketMaker.appendTransient(span, to: brigade) }
            unsafe chttpd_append(brigade, chttpd_nudge_create(brigade.pointee.bucket_alloc))
            status = unsafe Status(rawValue: ap_pass_brigade(c.pointee.output_filters, brigade))
            _ = unsafe apr_brigade_cleanup(brigade)
        }
        if status == .success { status = unsafe Status(rawValue: chttpd_write_pending(c)) }
        guard status == .success else { throw HTTPDError(status, "writing to the client") }
        return Written(count: count, isPending: unsafe chttpd_output_is_pending(c) != 0)
    }

    @unsafe
    private static func send(
        _ c: UnsafeMutablePointer<conn_rec>, _ socket: CInt, _ output: borrowing ByteQueue
    ) throws(HTTPDError) -> Written {
        var status: apr_status_t = 0
        var result: Int64 = 0
        output.withFirst(output.count) { span in
            unsafe span.withUnsafeBytes { bytes in
                guard let start = bytes.baseAddress else { return }
                result = unsafe chttpd_send(c, socket, start, bytes.count, &status)
            }
        }
        if result == -2 { throw HTTPDError(Status(rawValue: status), "writing to the client") }
        let count = Int(clamping: max(0, result))
        return Written(count: count, isPending: count < output.count)
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
