// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD

/// An output filter at work on one request: what `f->ctx` refers to.
///
/// The rules that hold for every filter, whatever its level: nothing after a failure or the end, and an error
/// that the client can see.
class OutputFilterState: OutputProgress {
    /// One object less per request.
    final var progress: OutputProgress { self }
    // SAFETY: the configuration's pool holds the instance, and lives longer than any request that it configures.
    private unowned(unsafe) let instance: Instance
    // SAFETY: `run` lets one call in at a time, and httpd makes them on one thread at a time: no access overlaps.
    @safe @exclusivity(unchecked)
    private var mode = Mode.running
    /// Whether a call is under way: a filter that writes to the response which it filters would come in here again.
    @safe @exclusivity(unchecked)
    private var isBusy = false

    enum Mode {
        /// The filter is fed.
        case running
        /// The filter is done; metadata goes on, data does not.
        case ended
        /// The filter stands aside; all goes on as it is.
        case standingAside
        /// The response failed; nothing goes on.
        case failed(Status)
    }

    init(for instance: borrowing Instance) {
        unsafe self.instance = copy instance
    }

    /// `Plugin.implementation (NAME)`, for the log.
    private final var label: String { unsafe instance.label }

    /// Filters a brigade that is not empty. Subclasses do the work.
    @unsafe
    func process(
        _ f: UnsafeMutablePointer<ap_filter_t>, _ bb: UnsafeMutablePointer<apr_bucket_brigade>
    ) throws(HTTPDError) -> Mode {
        .standingAside
    }

    /// Whether the filter has still to decide, when it is made, whether it takes part: see ``HeaderOutputFilter``.
    var decidesLate: Bool { false }

    /// The stream is over. Subclasses tell the filter, once.
    @unsafe
    func conclude(_ f: UnsafeMutablePointer<ap_filter_t>) {}

    // SAFETY (for the whole type): httpd keeps the filter, its request and connection, and the brigade alive for
    // the call; the state is retained by `f->ctx` until the request's pool ends.

    /// One call of the filter: `ap_out_filter_func`.
    @unsafe
    final func run(
        _ f: UnsafeMutablePointer<ap_filter_t>, _ bb: UnsafeMutablePointer<apr_bucket_brigade>
    ) -> apr_status_t {
        if unsafe chttpd_is_aborted(f.pointee.c) != 0 {
            _ = unsafe apr_brigade_cleanup(bb)
            return Status.connectionAborted.rawValue
        }
        guard !isBusy else {
            _ = unsafe apr_brigade_cleanup(bb)
            unsafe FilterFailure.log(f, label, FilterFailure.writesToItself)
            return Status.general.rawValue
        }
        isBusy = true
        defer { isBusy = false }
        switch mode {
        case .running:
            do throws(HTTPDError) {
                mode = try unsafe process(f, bb)
                return 0
            } catch {
                _ = unsafe apr_brigade_cleanup(bb)
                unsafe conclude(f)
                return unsafe fail(f, bb, error)
            }
        case .ended:
            unsafe Self.removeData(bb)
            return unsafe pass(f, bb)
        case .standingAside:
            return unsafe pass(f, bb)
        case .failed(let status):
            _ = unsafe apr_brigade_cleanup(bb)
            return status.rawValue
        }
    }

    @unsafe
    private final func pass(
        _ f: UnsafeMutablePointer<ap_filter_t>, _ bb: UnsafeMutablePointer<apr_bucket_brigade>
    ) -> apr_status_t {
        unsafe chttpd_is_empty(bb) != 0 ? 0 : ap_pass_brigade(f.pointee.next, bb)
    }

    /// Destroys data buckets and leaves metadata.
    @unsafe
    static func removeData(_ bb: UnsafeMutablePointer<apr_bucket_brigade>) {
        var bucket = unsafe chttpd_first(bb)
        while unsafe chttpd_is_sentinel(bb, bucket) == 0 {
            let next = unsafe chttpd_next(bucket)
            if unsafe chttpd_is_metadata(bucket) == 0 { unsafe chttpd_delete(bucket) }
            unsafe bucket = next
        }
    }

    /// Ends a response whose filter failed: an error response while the header has not left, an aborted
    /// connection after that, so that no client can take what it got for the whole.
    @unsafe
    private final func fail(
        _ f: UnsafeMutablePointer<ap_filter_t>, _ bb: UnsafeMutablePointer<apr_bucket_brigade>, _ error: HTTPDError
    ) -> apr_status_t {
        if let status = progress.nextFailed {
            // Not ours: whoever failed has said so, or the client left.
            mode = .failed(status)
            return status.rawValue
        }
        unsafe FilterFailure.log(f, label, error)
        if progress.hasPassed, let status = unsafe FilterFailure.answerWhatIsHeld(f, bb, error) {
            mode = .failed(status)
            return status.rawValue
        }
        let committed = unsafe progress.hasPassed || f.pointee.r.pointee.sent_bodyct != 0
        let status = unsafe FilterFailure.answer(f, bb, error, committed: committed)
        mode = .failed(status)
        return status.rawValue
    }
}

/// What happens when a filter throws.
@safe
enum FilterFailure {
    /// A filter's own output would come in where it came from.
    static var writesToItself: HTTPDError { HTTPDError("a filter cannot write to the response that it filters") }

    /// The status that a client gets for an error, while it can.
    static func responseStatus(of error: HTTPDError) -> CInt {
        CInt(exactly: error.httpStatus).flatMap { (400...599).contains($0) ? $0 : nil } ?? 500
    }

    /// Writes the log's line: plugin, filter and error.
    @unsafe
    static func log(_ f: UnsafeMutablePointer<ap_filter_t>, _ label: String, _ error: HTTPDError) {
        // SAFETY: httpd keeps the filter's request alive for the call.
        let request = unsafe Request(unsafeBorrowing: f.pointee.r)
        if error.isClientsDoing {
            request.log.info("\(label): \(error.description)")
        } else {
            request.log.error("\(label): \(error.description)")
        }
    }

    /// Answers with an error where all that was passed on is held by a filter behind, as one does that waits for the whole of
    /// a body: the filter that writes the header then sees the error before any of it.
    ///
    /// - Returns: What the filter is to return, or `nil` if the header has left. No end was passed on then.
    @unsafe
    static func answerWhatIsHeld(
        _ f: UnsafeMutablePointer<ap_filter_t>, _ bb: UnsafeMutablePointer<apr_bucket_brigade>, _ error: HTTPDError
    ) -> Status? {
        // SAFETY: as in `answer`.
        guard let r = unsafe f.pointee.r, unsafe r.pointee.main == nil && r.pointee.sent_bodyct == 0 else { return nil }
        _ = unsafe apr_brigade_cleanup(bb)
        let status = responseStatus(of: error)
        unsafe chttpd_append(bb, ap_bucket_error_create(status, nil, r.pointee.pool, bb.pointee.bucket_alloc))
        let passed = unsafe Status(rawValue: ap_pass_brigade(f.pointee.next, bb))
        _ = unsafe apr_brigade_cleanup(bb)
        return passed.isFilterError ? passed : nil
    }

    /// Tells the client.
    @unsafe
    static func answer(
        _ f: UnsafeMutablePointer<ap_filter_t>, _ bb: UnsafeMutablePointer<apr_bucket_brigade>, _ error: HTTPDError,
        committed: Bool
    ) -> Status {
        // SAFETY: httpd keeps filter, request, connection and brigade alive for the call.
        guard let r = unsafe f.pointee.r else { return error.status }
        unsafe chttpd_set_no_cache(r)
        _ = unsafe apr_brigade_cleanup(bb)
        if committed {
            guard unsafe chttpd_needs_reset(r) == 0 else {
                unsafe chttpd_break_off(r)
                return .connectionAborted
            }
            // A chunked body must not get its last chunk, nor an HTTP/2 stream its end: the CHUNK filter knows this
            // error bucket, and an aborted connection takes nothing more.
            unsafe chttpd_append(bb, ap_bucket_error_create(502, nil, r.pointee.pool, bb.pointee.bucket_alloc))
            unsafe chttpd_append(bb, ap_bucket_eoc_create(bb.pointee.bucket_alloc))
            _ = unsafe ap_pass_brigade(f.pointee.next, bb)
            unsafe chttpd_break_off(r)
            return .connectionAborted
        }
        let status = responseStatus(of: error)
        unsafe chttpd_append(bb, ap_bucket_error_create(status, nil, r.pointee.pool, bb.pointee.bucket_alloc))
        unsafe chttpd_append(bb, apr_bucket_eos_create(bb.pointee.bucket_alloc))
        let passed = unsafe ap_pass_brigade(f.pointee.next, bb)
        return passed == 0 ? .general : Status(rawValue: passed)
    }
}
