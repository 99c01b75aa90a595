// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD

/// Where httpd's calls of an input filter arrive.
@safe
enum InputFilterEntry {
    // SAFETY (for all): httpd keeps filter and brigade alive for the call; `ctx` is what `start` put there, retained
    // until the request's pool ends; `instance` is retained by the configuration's pool.

    /// One call: `ap_in_filter_func`.
    @unsafe
    static func run(
        _ instance: UnsafeMutableRawPointer, _ f: UnsafeMutablePointer<ap_filter_t>,
        _ bb: UnsafeMutablePointer<apr_bucket_brigade>, _ mode: ap_input_mode_t, _ block: apr_read_type_e,
        _ count: apr_off_t
    ) -> apr_status_t {
        if let context = unsafe f.pointee.ctx {
            if unsafe context == UnsafeMutableRawPointer(f) {
                if InputMode(mode, count: count) == nil {
                    return unsafe ap_get_brigade(f.pointee.next, bb, mode, block, count)
                }
                let instance = unsafe Unmanaged<Instance>.fromOpaque(instance).takeUnretainedValue()
                let error = HTTPDError("a filter that is being made cannot read the body that it filters")
                unsafe FilterFailure.log(f, instance.label, error)
                return error.status.rawValue
            }
            return unsafe Unmanaged<InputContext>.fromOpaque(context)._withUnsafeGuaranteedRef {
                unsafe $0.run(f, bb, mode, block, count)
            }
        }
        guard InputMode(mode, count: count) != nil, let r = unsafe f.pointee.r else {
            return unsafe ap_get_brigade(f.pointee.next, bb, mode, block, count)
        }
        let instance = unsafe Unmanaged<Instance>.fromOpaque(instance).takeUnretainedValue()
        return unsafe start(instance, f, r).run(f, bb, mode, block, count)
    }

    /// Just before the handler looks at the request's header: `ap_init_filter_func`.
    ///
    /// A filter that changes a body must say so in the header now. So it is made now if there is a body, and decides now
    /// whether it takes part.
    ///
    /// - Returns: httpd's return code.
    @unsafe
    static func prepare(_ instance: UnsafeMutableRawPointer, _ f: UnsafeMutablePointer<ap_filter_t>) -> CInt {
        guard unsafe f.pointee.ctx == nil, let r = unsafe f.pointee.r, unsafe r.pointee.main == nil else { return 0 }
        let request = unsafe Request(unsafeBorrowing: r)
        guard BodyLength.announcesBody(request) else { return 0 }
        let instance = unsafe Unmanaged<Instance>.fromOpaque(instance).takeUnretainedValue()
        let context = unsafe start(instance, f, r)
        if let refusal = (context as? RefusedInput)?.refusal {
            // The rest of the body is read as it comes, so that the connection can go on.
            unsafe ap_remove_input_filter(f)
            return refusal
        }
        guard context is InputFilterState else { return 0 }
        if instance.effect.changesLength, unsafe !BodyLength.note(f, r) { return 0 }
        instance.effect.applyToBody(of: request)
        return 0
    }

    /// Makes the filter, which may decline.
    @unsafe
    private static func start(
        _ instance: Instance, _ f: UnsafeMutablePointer<ap_filter_t>, _ r: UnsafeMutablePointer<request_rec>
    ) -> InputContext {
        let context: InputContext
        // Refers to itself while the filter is made: what its initializer reads would come in here again.
        unsafe f.pointee.ctx = UnsafeMutableRawPointer(f)
        do throws(HTTPDError) {
            context = try instance.makeInput(for: unsafe Request(unsafeBorrowing: r)) ?? DeclinedInput()
        } catch {
            unsafe FilterFailure.log(f, instance.label, error)
            context = RefusedInput(error)
        }
        unsafe f.pointee.ctx = StateOwner.own(context, by: r.pointee.pool)
        return context
    }
}
