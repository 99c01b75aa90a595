// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD

/// What a failure in a sub-request means to the page that asked for it, such as one with server-side includes.
///
/// An error bucket of a part becomes an error response while the page's header has not left. After that there is nobody
/// to act on it: filters of the page stand aside when they see it, and the page would go on without them, and end well.
@safe
enum PageFailure {
    // SAFETY (for all): httpd keeps the filter, its request and those that asked for it alive for the call.

    /// The page that a filter works on a part of, if its header has left.
    @unsafe
    static func begunPage(of f: UnsafeMutablePointer<ap_filter_t>) -> UnsafeMutablePointer<request_rec>? {
        guard var page = unsafe f.pointee.r?.pointee.main else { return nil }
        while let outer = unsafe page.pointee.main { unsafe page = outer }
        return unsafe page.pointee.sent_bodyct != 0 ? page : nil
    }

    /// Breaks a page off, unless whoever failed did.
    @unsafe
    static func breakOff(_ page: UnsafeMutablePointer<request_rec>, _ f: UnsafeMutablePointer<ap_filter_t>) {
        guard unsafe chttpd_is_aborted(page.pointee.connection) == 0 else { return }
        if unsafe chttpd_needs_reset(page) == 0, let list = unsafe page.pointee.connection.pointee.bucket_alloc,
            let brigade = unsafe apr_brigade_create(page.pointee.pool, list)
        {
            // The CHUNK filter knows this error bucket and leaves the last chunk out.
            unsafe chttpd_append(brigade, ap_bucket_error_create(502, nil, page.pointee.pool, list))
            unsafe chttpd_append(brigade, ap_bucket_eoc_create(list))
            _ = unsafe ap_pass_brigade(f.pointee.next, brigade)
            _ = unsafe apr_brigade_destroy(brigade)
        }
        unsafe chttpd_break_off(page)
    }
}
