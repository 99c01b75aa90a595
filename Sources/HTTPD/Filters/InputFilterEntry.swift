// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD

/// Where httpd's calls of an input filter arrive.
@safe
enum InputFilterEntry {
    /// One call: `ap_in_filter_func`.
    @unsafe
    static func run(
        _ instance: UnsafeMutableRawPointer, _ f: UnsafeMutablePointer<ap_filter_t>,
        _ bb: UnsafeMutablePointer<apr_bucket_brigade>, _ mode: ap_input_mode_t, _ block: apr_read_type_e,
        _ count: apr_off_t
    ) -> apr_status_t {
        // SAFETY: httpd keeps filter and brigade alive for the call; `ctx` is what is put there below, retained until
        // the request's pool ends; `instance` is retained by the configuration's pool.
        if let state = unsafe f.pointee.ctx {
            return unsafe Unmanaged<InputFilterState>.fromOpaque(state)._withUnsafeGuaranteedRef {
                unsafe $0.run(f, bb, mode, block, count)
            }
        }
        // Only a read of bytes is a read of the body: lines may be chunk headers, INIT is the connection's.
        guard mode == AP_MODE_READBYTES, let r = unsafe f.pointee.r else {
            return unsafe ap_get_brigade(f.pointee.next, bb, mode, block, count)
        }
        let instance = unsafe Unmanaged<Instance>.fromOpaque(instance).takeUnretainedValue()
        do throws(HTTPDError) {
            guard let state = try instance.makeInput(for: unsafe Request(unsafeBorrowing: r)) else {
                unsafe ap_remove_input_filter(f)
                return unsafe ap_get_brigade(f.pointee.next, bb, mode, block, count)
            }
            unsafe f.pointee.ctx = StateOwner.own(state, by: r.pointee.pool)
            return unsafe state.run(f, bb, mode, block, count)
        } catch {
            unsafe FilterFailure.log(f, instance.label, error)
            return error.status.rawValue
        }
    }
}
