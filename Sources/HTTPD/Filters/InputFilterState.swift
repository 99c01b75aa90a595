// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD

/// What `f->ctx` of an input filter refers to.
class InputContext {
    /// One call of the filter: `ap_in_filter_func`.
    @unsafe
    func run(
        _ f: UnsafeMutablePointer<ap_filter_t>, _ bb: UnsafeMutablePointer<apr_bucket_brigade>, _ mode: ap_input_mode_t,
        _ block: apr_read_type_e, _ count: apr_off_t
    ) -> apr_status_t {
        // SAFETY: httpd keeps filter and brigade alive for the call.
        unsafe ap_get_brigade(f.pointee.next, bb, mode, block, count)
    }
}

/// An input filter that declined before the first read.
final class DeclinedInput: InputContext {
    override func run(
        _ f: UnsafeMutablePointer<ap_filter_t>, _ bb: UnsafeMutablePointer<apr_bucket_brigade>, _ mode: ap_input_mode_t,
        _ block: apr_read_type_e, _ count: apr_off_t
    ) -> apr_status_t {
        // SAFETY: httpd allows a filter to be removed while it runs, and keeps `next` valid.
        unsafe ap_remove_input_filter(f)
        return unsafe super.run(f, bb, mode, block, count)
    }
}

/// An input filter that could not be made: each read fails.
final class RefusedInput: InputContext {
    private let status: Status
    /// What to end the request with before its handler runs, if that is known to be the client's doing.
    let refusal: CInt?

    init(_ error: HTTPDError) {
        status = error.asFailure.status
        refusal = error.isClientsDoing ? FilterFailure.responseStatus(of: error) : nil
    }

    override func run(
        _ f: UnsafeMutablePointer<ap_filter_t>, _ bb: UnsafeMutablePointer<apr_bucket_brigade>, _ mode: ap_input_mode_t,
        _ block: apr_read_type_e, _ count: apr_off_t
    ) -> apr_status_t {
        // SAFETY: httpd keeps filter and brigade alive for the call.
        InputMode(mode, count: count) == nil ? unsafe super.run(f, bb, mode, block, count) : status.rawValue
    }
}

/// An input filter at work on one request. Answers readers of every mode out of what the filter made of the body.
@safe
class InputFilterState: InputContext {
    let label: String
    /// What came out of the filter and was not read yet.
    let waiting: UnsafeMutablePointer<apr_bucket_brigade>
    private let effect: ContentEffect
    private var failure: Status?
    private var isBusy = false
    private var hasRead = false

    @unsafe
    init(label: String, _ effect: ContentEffect, for r: UnsafeMutablePointer<request_rec>) throws(HTTPDError) {
        self.label = label
        self.effect = effect
        unsafe waiting = try unsafe Self.makeBrigade(for: r)
    }

    // SAFETY (for the whole type): httpd keeps the filter, its request and the brigade alive for the call; `waiting`
    // lives in the request's pool, which also owns the reference to this object.

    @unsafe
    static func makeBrigade(
        for r: UnsafeMutablePointer<request_rec>
    ) throws(HTTPDError) -> UnsafeMutablePointer<apr_bucket_brigade> {
        guard let brigade = unsafe apr_brigade_create(r.pointee.pool, r.pointee.connection.pointee.bucket_alloc) else {
            throw HTTPDError("no brigade could be made")
        }
        return unsafe brigade
    }

    /// Puts more at the end of `waiting`: some `read.byteLimit` bytes, unless one step of the filter makes more.
    ///
    /// - Returns: Whether anything came. Subclasses that can wait for it return `true`, or throw.
    /// - Throws: ``Status/tryAgain`` when nothing is there and `read` does not block; anything else is for good.
    @unsafe
    func refill(_ f: UnsafeMutablePointer<ap_filter_t>, _ read: InputRead) throws(HTTPDError) -> Bool { false }

    /// Makes what stays behind outlive the call that brought it.
    @unsafe
    func settle(_ pool: OpaquePointer) throws(HTTPDError) {
        try unsafe Self.setAside(waiting, pool)
    }

    /// Destroys what stays behind.
    func discard() {
        _ = unsafe apr_brigade_cleanup(waiting)
    }

    final override func run(
        _ f: UnsafeMutablePointer<ap_filter_t>, _ bb: UnsafeMutablePointer<apr_bucket_brigade>, _ mode: ap_input_mode_t,
        _ block: apr_read_type_e, _ count: apr_off_t
    ) -> apr_status_t {
        // A read that comes while one is under way is httpd's own, for the trailers of a chunked body.
        guard let wanted = InputMode(mode, count: count), !isBusy else {
            return unsafe super.run(f, bb, mode, block, count)
        }
        if let failure { return failure.rawValue }
        isBusy = true
        defer { isBusy = false }
        do throws(HTTPDError) {
            try unsafe answer(f, bb, wanted, isBlocking: block == APR_BLOCK_READ)
            try unsafe settle(f.pointee.r.pointee.pool)
        } catch {
            _ = unsafe apr_brigade_cleanup(bb)
            guard !error.status.isTryAgain else { return error.status.rawValue }
            failure = error.status
            discard()
            // What broke off in front of the filter is the reader's to report, who gets the status.
            if error.status.isBrokenOff || error.status.isFilterError {
                let request = unsafe Request(unsafeBorrowing: f.pointee.r)
                request.log.debug("\(label): \(error.description)")
            } else {
                unsafe FilterFailure.log(f, label, error)
                // Handlers that write while they read would end a response well that lacks what is not there.
                if unsafe f.pointee.r.pointee.sent_bodyct != 0 { unsafe chttpd_break_off(f.pointee.r) }
            }
            return error.status.rawValue
        }
        if !hasRead {
            hasRead = true
            // Not before the first read: the HTTP filter learns the body's length from this header then.
            effect.applyToBody(of: unsafe Request(unsafeBorrowing: f.pointee.r))
        }
        return 0
    }

    @unsafe
    private func answer(
        _ f: UnsafeMutablePointer<ap_filter_t>, _ bb: UnsafeMutablePointer<apr_bucket_brigade>, _ wanted: InputMode,
        isBlocking: Bool
    ) throws(HTTPDError) {
        switch wanted {
        case .bytes(let limit):
            _ = try unsafe gather(f, limit, isBlocking) { () throws(HTTPDError) in unsafe chttpd_is_empty(waiting) == 0
            }
            try unsafe deliver(bb, limit: limit, isBlocking)
        case .peek(let limit):
            _ = try unsafe gather(f, limit, isBlocking) { () throws(HTTPDError) in holdsDataOrEnd }
            try unsafe settle(f.pointee.r.pointee.pool)
            try unsafe copy(to: bb, limit: limit, isBlocking)
        case .line:
            var line = (count: 0, isWhole: false)
            try unsafe gather(f, InputMode.lineLimit, isBlocking) { () throws(HTTPDError) in
                line = try measureLine(isBlocking)
                return line.isWhole
            }
            try unsafe deliver(bb, limit: line.count, isBlocking)
        case .all:
            try unsafe gather(f, OutputAdapter.pieceSize, isBlocking) { () throws(HTTPDError) in holdsEnd }
            unsafe chttpd_concat(bb, waiting)
        case .skipLineEnds:
            try unsafe gather(f, 1, isBlocking) { () throws(HTTPDError) in try skipLineEnds(isBlocking) }
        }
    }

    /// Refills until what waits will do, or until nothing more comes without waiting.
    ///
    /// - Throws: ``Status/tryAgain`` when nothing waits at all.
    @unsafe
    private func gather(
        _ f: UnsafeMutablePointer<ap_filter_t>, _ count: Int, _ isBlocking: Bool,
        until willDo: () throws(HTTPDError) -> Bool
    ) throws(HTTPDError) {
        let read = InputRead(byteLimit: count, isBlocking: isBlocking)
        while try !willDo() {
            do throws(HTTPDError) {
                guard try unsafe refill(f, read) else { return }
            } catch {
                guard error.status.isTryAgain, unsafe chttpd_is_empty(waiting) == 0 else { throw error }
                return
            }
        }
    }
}
