// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD
internal import CPlugin

/// An input filter at work on one request: what `f->ctx` refers to.
class InputFilterState {
    let label: String
    private var failure: Status?

    init(label: String) {
        self.label = label
    }

    /// Whether filtered bytes wait that a reader in another mode must get before it may go past this filter.
    var holdsBytes: Bool { false }

    /// Answers a read of at most `read.byteLimit` bytes.
    @unsafe
    func fill(
        _ f: UnsafeMutablePointer<ap_filter_t>, _ bb: UnsafeMutablePointer<apr_bucket_brigade>, _ read: InputRead
    ) throws(HTTPDError) {}

    /// Answers a read of one line out of what waits.
    @unsafe
    func fillLine(_ bb: UnsafeMutablePointer<apr_bucket_brigade>) -> apr_status_t { 0 }

    // SAFETY (for the whole type): httpd keeps the filter, its request and the brigade alive for the call; the state
    // is retained by `f->ctx` until the request's pool ends.

    /// One call of the filter: `ap_in_filter_func`.
    @unsafe
    final func run(
        _ f: UnsafeMutablePointer<ap_filter_t>, _ bb: UnsafeMutablePointer<apr_bucket_brigade>, _ mode: ap_input_mode_t,
        _ block: apr_read_type_e, _ count: apr_off_t
    ) -> apr_status_t {
        if let failure { return failure.rawValue }
        guard mode == AP_MODE_READBYTES else {
            if holdsBytes, mode == AP_MODE_GETLINE { return unsafe fillLine(bb) }
            return unsafe ap_get_brigade(f.pointee.next, bb, mode, block, count)
        }
        do throws(HTTPDError) {
            let limit = Int(clamping: max(1, count))
            try unsafe fill(f, bb, InputRead(byteLimit: limit, isBlocking: block == APR_BLOCK_READ))
            return 0
        } catch {
            if !error.status.isTryAgain {
                failure = error.status
                unsafe FilterFailure.log(f, label, error)
            }
            return error.status.rawValue
        }
    }
}

/// Runs a filter on bytes over the body's brigades, by httpd's rules for input filters.
@safe
final class InputAdapter: InputFilterState {
    private let engine: ByteEngine
    private let effect: ContentEffect
    private let incoming: UnsafeMutablePointer<apr_bucket_brigade>
    private let waiting: UnsafeMutablePointer<apr_bucket_brigade>
    private var storage = OutputStorage()
    private var hasEnded = false
    private var hasRead = false

    @unsafe
    init(
        _ engine: ByteEngine, label: String, _ effect: ContentEffect, for r: UnsafeMutablePointer<request_rec>
    )
        throws(HTTPDError)
    {
        guard let incoming = unsafe apr_brigade_create(r.pointee.pool, r.pointee.connection.pointee.bucket_alloc),
            let waiting = unsafe apr_brigade_create(r.pointee.pool, r.pointee.connection.pointee.bucket_alloc)
        else { throw HTTPDError("no brigade could be made") }
        self.engine = engine
        self.effect = effect
        unsafe self.incoming = incoming
        unsafe self.waiting = waiting
        super.init(label: label)
    }

    // SAFETY (for the whole type): both brigades live in the request's pool, which also owns the reference to this
    // object; filter and brigade are alive for the call.

    override var holdsBytes: Bool { unsafe chttpd_is_empty(waiting) == 0 }

    override func fill(
        _ f: UnsafeMutablePointer<ap_filter_t>, _ bb: UnsafeMutablePointer<apr_bucket_brigade>, _ read: InputRead
    ) throws(HTTPDError) {
        // A blocking read must bring data, the end, or an error, however little the filter lets through.
        while unsafe chttpd_is_empty(waiting) != 0 {
            if hasEnded {
                unsafe chttpd_append(bb, apr_bucket_eos_create(bb.pointee.bucket_alloc))
                return
            }
            try unsafe fetch(f, read)
            if !read.isBlocking, unsafe chttpd_is_empty(waiting) != 0 {
                throw HTTPDError(.tryAgain, "reading the request's body")
            }
        }
        try unsafe deliver(bb, limit: read.byteLimit)
    }

    override func fillLine(_ bb: UnsafeMutablePointer<apr_bucket_brigade>) -> apr_status_t {
        unsafe apr_brigade_split_line(bb, waiting, APR_BLOCK_READ, apr_off_t(HUGE_STRING_LEN))
    }

    /// Reads once from the filter in front and feeds what came.
    @unsafe
    private func fetch(_ f: UnsafeMutablePointer<ap_filter_t>, _ read: InputRead) throws(HTTPDError) {
        let block = read.isBlocking ? APR_BLOCK_READ : APR_NONBLOCK_READ
        let status = unsafe Status(
            rawValue: ap_get_brigade(
                f.pointee.next, incoming, AP_MODE_READBYTES, block, apr_off_t(OutputAdapter.pieceSize)))
        guard status == .success else { throw HTTPDError(status, "reading the request's body") }
        if !hasRead {
            hasRead = true
            // Not before the first read: the HTTP filter learns the body's length from this header then.
            effect.applyToBody(of: unsafe Request(unsafeBorrowing: f.pointee.r))
        }
        defer { _ = unsafe apr_brigade_cleanup(incoming) }
        while unsafe chttpd_is_empty(incoming) == 0 {
            let first = unsafe chttpd_first(incoming)
            switch unsafe Bucket.Kind(of: first) {
            case .data:
                try unsafe feed(first)
            case .flush:
                try take(.flush, Span())
                unsafe keep(first)
            case .endOfStream:
                try take(.finish, Span())
                hasEnded = true
                unsafe keep(first)
                return
            case .error, .endOfConnection, .metadata:
                unsafe keep(first)
            }
        }
    }

    @unsafe
    private func feed(_ bucket: UnsafeMutablePointer<apr_bucket>) throws(HTTPDError) {
        var data: UnsafePointer<CChar>?
        var length: apr_size_t = 0
        let status = unsafe Status(rawValue: chttpd_read(bucket, &data, &length, 1))
        guard status == .success else { throw HTTPDError(status, "reading the request's body") }
        if let data = unsafe data, length > 0, let count = Int(exactly: length) {
            let bytes = unsafe Span<UInt8>(
                _unsafeStart: UnsafeRawPointer(data).assumingMemoryBound(to: UInt8.self), count: count)
            try take(.write, bytes)
        }
        unsafe chttpd_delete(bucket)
    }

    /// Makes one call of the filter; what it puts out waits for the reader.
    private func take(_ step: ByteStep, _ bytes: Span<UInt8>) throws(HTTPDError) {
        try engine.run(step, bytes, storage: &storage, keepsInPlace: false)
        if storage.count > 0 {
            storage.withWritten(0..<storage.count) { span in
                var brigade = unsafe Brigade(unsafeBorrowing: waiting)
                brigade.append(bytes: span)
            }
        }
        storage.removeAll(keepingCapacityUpTo: OutputAdapter.bufferLimit)
    }

    @unsafe
    private func keep(_ bucket: UnsafeMutablePointer<apr_bucket>) {
        unsafe chttpd_remove(bucket)
        unsafe chttpd_append(waiting, bucket)
    }

    /// Moves at most `limit` bytes, and the metadata among them, to the reader.
    @unsafe
    private func deliver(_ bb: UnsafeMutablePointer<apr_bucket_brigade>, limit: Int) throws(HTTPDError) {
        var left = limit
        while left > 0, unsafe chttpd_is_empty(waiting) == 0 {
            let first = unsafe chttpd_first(waiting)
            if unsafe chttpd_is_metadata(first) == 0 {
                let length = unsafe Int(clamping: first.pointee.length)
                if length > left {
                    let status = unsafe Status(rawValue: chttpd_split(first, apr_size_t(left)))
                    guard status == .success else { throw HTTPDError(status, "splitting a bucket") }
                }
                left -= min(length, left)
            }
            unsafe chttpd_remove(first)
            unsafe chttpd_append(bb, first)
        }
        // The end goes with the last bytes.
        while unsafe chttpd_is_empty(waiting) == 0, unsafe chttpd_is_metadata(chttpd_first(waiting)) != 0 {
            let first = unsafe chttpd_first(waiting)
            unsafe chttpd_remove(first)
            unsafe chttpd_append(bb, first)
        }
    }
}
