// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD

/// Where httpd's calls of an output filter arrive.
@safe
enum OutputFilterEntry {
    /// One call: `ap_out_filter_func`.
    @unsafe
    static func run(
        _ instance: UnsafeMutableRawPointer, _ f: UnsafeMutablePointer<ap_filter_t>,
        _ bb: UnsafeMutablePointer<apr_bucket_brigade>
    ) -> apr_status_t {
        // SAFETY: httpd keeps filter and brigade alive for the call; `ctx` is what `start` put there, retained until
        // the request's pool ends; `instance` is retained by the configuration's pool.
        if unsafe chttpd_is_empty(bb) != 0 { return 0 }
        if let state = unsafe f.pointee.ctx {
            if unsafe state == UnsafeMutableRawPointer(f) { return unsafe refuse(instance, f, bb) }
            return unsafe Unmanaged<OutputFilterState>.fromOpaque(state)._withUnsafeGuaranteedRef {
                unsafe $0.run(f, bb)
            }
        }
        return unsafe Unmanaged<Instance>.fromOpaque(instance)._withUnsafeGuaranteedRef {
            unsafe start($0, f, bb)
        }
    }

    /// The first call that brings anything: the filter decides whether it takes part.
    @unsafe
    private static func start(
        _ instance: Instance, _ f: UnsafeMutablePointer<ap_filter_t>, _ bb: UnsafeMutablePointer<apr_bucket_brigade>
    ) -> apr_status_t {
        // SAFETY: as in `run`.
        guard let r = unsafe f.pointee.r else { return unsafe standAside(f, bb) }
        let first = unsafe chttpd_first(bb)
        if unsafe chttpd_is_error(first) != 0 || chttpd_is_eoc(first) != 0 { return unsafe standAside(f, bb) }
        if let reason = unsafe instance.effect.reasonToDecline(Request(unsafeBorrowing: r), at: instance.stage) {
            unsafe noteDecline(f, r, instance, reason)
            return unsafe standAside(f, bb)
        }
        // Refers to itself while the filter is made: what its initializer writes comes in here again.
        unsafe f.pointee.ctx = UnsafeMutableRawPointer(f)
        do throws(HTTPDError) {
            guard let state = try instance.makeOutput(for: unsafe Request(unsafeBorrowing: r)) else {
                unsafe f.pointee.ctx = nil
                return unsafe standAside(f, bb)
            }
            let decidesLate = state.decidesLate
            unsafe f.pointee.ctx = StateOwner.own(consume state, by: r.pointee.pool)
            if !decidesLate { instance.effect.apply(to: unsafe Request(unsafeBorrowing: r)) }
            return unsafe run(Unmanaged.passUnretained(instance).toOpaque(), f, bb)
        } catch {
            unsafe f.pointee.ctx = nil
            unsafe FilterFailure.log(f, instance.label, error)
            let committed = unsafe r.pointee.sent_bodyct != 0
            let status = unsafe FilterFailure.answer(f, bb, error, committed: committed)
            unsafe ap_remove_output_filter(f)
            return status.rawValue
        }
    }

    /// Just before the handler looks at the request's header: `ap_init_filter_func`.
    ///
    /// - Returns: httpd's return code: what a filter throws is the response.
    @unsafe
    static func prepare(_ instance: UnsafeMutableRawPointer, _ f: UnsafeMutablePointer<ap_filter_t>) -> CInt {
        // SAFETY: as in `run`.
        guard let r = unsafe f.pointee.r else { return 0 }
        let instance = unsafe Unmanaged<Instance>.fromOpaque(instance).takeUnretainedValue()
        do throws(HTTPDError) {
            try instance.prepareOutput(for: unsafe Request(unsafeBorrowing: r))
            return 0
        } catch {
            unsafe FilterFailure.log(f, instance.label, error)
            return FilterFailure.responseStatus(of: error)
        }
    }

    /// A call that comes while the filter is made, from its own initializer.
    @unsafe
    @inline(never)
    private static func refuse(
        _ instance: UnsafeMutableRawPointer, _ f: UnsafeMutablePointer<ap_filter_t>,
        _ bb: UnsafeMutablePointer<apr_bucket_brigade>
    ) -> apr_status_t {
        // SAFETY: as in `run`.
        let instance = unsafe Unmanaged<Instance>.fromOpaque(instance).takeUnretainedValue()
        _ = unsafe apr_brigade_cleanup(bb)
        unsafe FilterFailure.log(f, instance.label, FilterFailure.writesToItself)
        return Status.general.rawValue
    }

    /// Leaves a line in the log, and a note that has the filter's name: `NAME-reason`, in small letters.
    ///
    /// A function of its own: a lent request that is captured to make a message costs an allocation.
    @unsafe
    @inline(never)
    private static func noteDecline(
        _ f: UnsafeMutablePointer<ap_filter_t>, _ r: UnsafeMutablePointer<request_rec>, _ instance: Instance,
        _ reason: String
    ) {
        // SAFETY: as in `run`; httpd's record of a filter has its name.
        let request = unsafe Request(unsafeBorrowing: r)
        if let name = unsafe f.pointee.frec.pointee.name {
            request.notes["\(unsafe String(cString: name).lowercased())-reason"] = reason
        }
        request.log.info("\(instance.label) leaves the response as it is: \(reason)")
    }

    @unsafe
    private static func standAside(
        _ f: UnsafeMutablePointer<ap_filter_t>, _ bb: UnsafeMutablePointer<apr_bucket_brigade>
    ) -> apr_status_t {
        // SAFETY: httpd allows a filter to be removed while it runs, and keeps `next` valid.
        unsafe ap_remove_output_filter(f)
        return unsafe ap_pass_brigade(f.pointee.next, bb)
    }
}

/// Gives Swift objects to httpd's pools.
@safe
enum StateOwner {
    /// Retains an object for as long as a pool lives, and returns the reference for httpd's `ctx`.
    @unsafe
    static func own(_ object: consuming AnyObject, by pool: OpaquePointer) -> UnsafeMutableRawPointer {
        // SAFETY: released exactly once, by the pool's cleanup. The reference is taken out of the variable, which is left
        // as if it never held one: `Unmanaged` would retain the object, only for this function to release it.
        var owner: AnyObject? = consume object
        let reference = unsafe withUnsafeMutablePointer(to: &owner) { owner in
            let reference = unsafe UnsafeRawPointer(owner).load(as: UnsafeMutableRawPointer.self)
            unsafe owner.initialize(to: nil)
            return unsafe reference
        }
        unsafe apr_pool_cleanup_register(pool, reference, release, apr_pool_cleanup_null)
        return unsafe reference
    }

    private static let release: @convention(c) (UnsafeMutableRawPointer?) -> apr_status_t = { data in
        // SAFETY: balances the retain of `own`; APR runs a cleanup once.
        if let data = unsafe data { unsafe Unmanaged<AnyObject>.fromOpaque(data).release() }
        return 0
    }
}

/// Makes buckets that refer to Swift's memory.
@safe
enum BucketMaker {
    /// Puts a bucket at the end of a brigade that refers to `bytes`, which must not change before it is passed on.
    @unsafe
    static func appendTransient(_ bytes: Span<UInt8>, to brigade: UnsafeMutablePointer<apr_bucket_brigade>) {
        // SAFETY: the caller keeps the bytes as they are until the brigade was passed and emptied.
        unsafe bytes.withUnsafeBytes { buffer in
            guard let start = buffer.baseAddress else { return }
            unsafe chttpd_append(
                brigade, chttpd_transient(start, apr_size_t(buffer.count), brigade.pointee.bucket_alloc))
        }
    }
}
