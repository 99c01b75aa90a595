// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD

/// One connection that speaks a plugin's protocol: reads, calls the handler, writes, and waits.
///
/// On an asynchronous MPM the session never blocks: with nothing to read, or with output that the client does not
/// take, it hands the connection back and is run again when that changed. On the others the same loop blocks.
@safe
final class ProtocolSession {
    /// The most bytes to write at once: below httpd's `FlushMaxThreshold`, above which it would block.
    private static let writeSize = 32 * 1024
    /// The most bytes to read at once.
    private static let readSize = 16 * 1024
    /// Reads before another connection gets the thread.
    private static let fairShare = 64

    private let engine: ProtocolEngine
    private let label: String
    private var storage = OutputStorage()
    private var written = 0
    private var isOpen = false
    private var isClosing = false
    private var brigade: UnsafeMutablePointer<apr_bucket_brigade>?

    init(_ engine: ProtocolEngine, label: String) {
        self.engine = engine
        self.label = label
    }

    // SAFETY (for the whole type): httpd keeps the connection alive for the call, and the session is owned by the
    // connection's pool, in which the brigade lives too.

    /// What one turn of the loop found.
    private enum Turn {
        case goOn, waitToRead, waitToWrite, done
    }

    /// Runs the connection until it is done or waits in the MPM.
    @unsafe
    func drive(_ c: UnsafeMutablePointer<conn_rec>) {
        let canWait = unsafe chttpd_can_wait(c) != 0
        if unsafe brigade == nil { unsafe brigade = apr_brigade_create(c.pointee.pool, c.pointee.bucket_alloc) }
        do throws(HTTPDError) {
            if !isOpen { try unsafe open(c) }
            var turns = 0
            var triedTwice = false
            while true {
                switch try unsafe turn(c, canWait: canWait) {
                case .goOn:
                    triedTwice = false
                    turns += 1
                    if canWait, turns >= Self.fairShare {
                        // Writable at once: the MPM runs the hook again after the others had their turn.
                        return unsafe chttpd_wait(c, 1)
                    }
                case .waitToRead:
                    // The core filter hides the end of the stream once behind an empty read.
                    if !triedTwice {
                        triedTwice = true
                        continue
                    }
                    if storage.count == 0 { storage.removeAll(keepingCapacityUpTo: 0) }
                    return unsafe chttpd_wait(c, 0)
                case .waitToWrite:
                    return unsafe chttpd_wait(c, 1)
                case .done:
                    return unsafe chttpd_close(c)
                }
            }
        } catch {
            let connection = unsafe Connection(unsafeBorrowing: c)
            let status = error.status
            let hasLeft = status.isEndOfFile || status.isTimedOut || status.isConnectionLost || connection.isAborted
            // When it stops, the worker MPM closes the sockets that its threads read from.
            if hasLeft || chttpd_mpm_is_stopping() != 0 {
                connection.log.debug("\(label): \(error.description)")
            } else {
                connection.log.error("\(label): \(error.description)")
            }
            unsafe chttpd_close(c)
        }
    }

    @unsafe
    private func open(_ c: UnsafeMutablePointer<conn_rec>) throws(HTTPDError) {
        isOpen = true
        try unsafe call(c) { (engine, context) throws(HTTPDError) in
            try engine.opened(&context)
            return .continue
        }
    }

    @unsafe
    private func turn(_ c: UnsafeMutablePointer<conn_rec>, canWait: Bool) throws(HTTPDError) -> Turn {
        while true {
            try unsafe write(c, blocking: !canWait)
            if canWait, unsafe chttpd_output_is_pending(c) != 0 { return .waitToWrite }
            if written == storage.count { break }
        }
        if storage.count > 0 { storage.removeAll(keepingCapacityUpTo: 128 * 1024) }
        written = 0
        if isClosing { return .done }
        return try unsafe read(c, blocking: !canWait)
    }

    /// Sends the next part of what the handler wrote.
    @unsafe
    private func write(_ c: UnsafeMutablePointer<conn_rec>, blocking: Bool) throws(HTTPDError) {
        guard let brigade = unsafe brigade else { throw HTTPDError("no brigade could be made") }
        let pending = unsafe chttpd_output_is_pending(c) != 0
        guard written < storage.count || pending else { return }
        var status = Status.success
        if written < storage.count, !pending {
            let end = min(storage.count, written + Self.writeSize)
            // SAFETY: the bucket refers to the buffer; the core filter copies what it cannot write before it returns,
            // and the brigade is emptied here.
            storage.withWritten(written..<end) { span in
                unsafe BucketMaker.appendTransient(span, to: brigade)
            }
            written = end
            // FLUSH would block the thread until the client took everything; the nudge only moves the bytes through
            // mod_ssl's buffer.
            unsafe chttpd_append(
                brigade,
                blocking
                    ? apr_bucket_flush_create(brigade.pointee.bucket_alloc)
                    : chttpd_nudge_create(brigade.pointee.bucket_alloc))
            status = unsafe Status(rawValue: ap_pass_brigade(c.pointee.output_filters, brigade))
            _ = unsafe apr_brigade_cleanup(brigade)
        }
        if status == .success, !blocking { status = unsafe Status(rawValue: chttpd_write_pending(c)) }
        guard status == .success else { throw HTTPDError(status, "writing to the client") }
    }

    @unsafe
    private func read(_ c: UnsafeMutablePointer<conn_rec>, blocking: Bool) throws(HTTPDError) -> Turn {
        guard let brigade = unsafe brigade else { throw HTTPDError("no brigade could be made") }
        let status = unsafe Status(
            rawValue: ap_get_brigade(
                c.pointee.input_filters, brigade, AP_MODE_READBYTES, blocking ? APR_BLOCK_READ : APR_NONBLOCK_READ,
                apr_off_t(Self.readSize)))
        defer { _ = unsafe apr_brigade_cleanup(brigade) }
        if status.isTryAgain { return .waitToRead }
        if status.isEndOfFile { return try unsafe end(c) }
        guard status == .success else { throw HTTPDError(status, "reading from the client") }
        if unsafe chttpd_is_empty(brigade) != 0 { return .waitToRead }
        var gotBytes = false
        while unsafe chttpd_is_empty(brigade) == 0 {
            let first = unsafe chttpd_first(brigade)
            if unsafe chttpd_is_eos(first) != 0 { return try unsafe end(c) }
            if unsafe chttpd_is_metadata(first) == 0 { gotBytes = try unsafe receive(c, first) || gotBytes }
            unsafe chttpd_delete(first)
            if isClosing { break }
        }
        return gotBytes ? .goOn : .waitToRead
    }

    @unsafe
    private func receive(
        _ c: UnsafeMutablePointer<conn_rec>, _ bucket: UnsafeMutablePointer<apr_bucket>
    ) throws(HTTPDError) -> Bool {
        var data: UnsafePointer<CChar>?
        var length: apr_size_t = 0
        let status = unsafe Status(rawValue: chttpd_read(bucket, &data, &length, 1))
        guard status == .success else { throw HTTPDError(status, "reading from the client") }
        guard let data = unsafe data, length > 0, let count = Int(exactly: length) else { return false }
        let bytes = unsafe Span<UInt8>(
            _unsafeStart: UnsafeRawPointer(data).assumingMemoryBound(to: UInt8.self), count: count)
        var context = unsafe ProtocolContext(
            Connection(unsafeBorrowing: c), exchange(&storage, with: OutputStorage()))
        var failure: HTTPDError?
        do throws(HTTPDError) {
            if case .close = try engine.received(bytes, &context) { isClosing = true }
        } catch {
            failure = error
        }
        storage = context.finish()
        if let failure { throw failure }
        return true
    }

    @unsafe
    private func end(_ c: UnsafeMutablePointer<conn_rec>) throws(HTTPDError) -> Turn {
        isClosing = true
        try unsafe call(c) { (engine, context) throws(HTTPDError) in
            try engine.ended(&context)
            return .close
        }
        return .goOn
    }

    /// Makes a call of the handler that takes no bytes.
    @unsafe
    private func call(
        _ c: UnsafeMutablePointer<conn_rec>,
        _ body: (ProtocolEngine, inout ProtocolContext) throws(HTTPDError) -> Next
    ) throws(HTTPDError) {
        var context = unsafe ProtocolContext(
            Connection(unsafeBorrowing: c), exchange(&storage, with: OutputStorage()))
        var failure: HTTPDError?
        do throws(HTTPDError) {
            if case .close = try body(engine, &context) { isClosing = true }
        } catch {
            failure = error
        }
        storage = context.finish()
        if let failure { throw failure }
    }
}
