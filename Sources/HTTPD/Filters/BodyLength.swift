// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD

/// Takes `Content-Length` from the header of a request before its handler sees it, without losing the body's end.
@safe
enum BodyLength {
    /// Whether the header announces a body, be it an empty one.
    static func announcesBody(_ request: borrowing Request) -> Bool {
        request.inputHeaders.contains("Content-Length") || request.inputHeaders.contains("Transfer-Encoding")
    }

    /// Makes httpd's own filter for bodies, HTTP_IN, note what the header says of the body's length.
    ///
    /// It does so when it is first read, and a read of no bytes that does not wait takes nothing from the connection.
    /// Nor does it ask the client to go on (100), in which older versions do not wait for one that blocks.
    ///
    /// - Returns: Whether the header is needed no more.
    @unsafe
    static func note(_ f: UnsafeMutablePointer<ap_filter_t>, _ r: UnsafeMutablePointer<request_rec>) -> Bool {
        // SAFETY: httpd keeps the request with its chain of filters alive for the call; the brigade is destroyed here.
        let request = unsafe Request(unsafeBorrowing: r)
        guard let announced = request.inputHeaders["Content-Length"] else { return true }
        guard let reader = unsafe find(f) else { return false }
        if unsafe reader.pointee.ctx != nil { return true }
        // What HTTP_IN refuses is answered at once, and so is left to the first read.
        let limit = unsafe ap_get_limit_req_body(r)
        guard !announced.isEmpty, announced.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }),
            let length = Int64(announced), limit <= 0 || length <= limit,
            !request.inputHeaders.contains("Transfer-Encoding"),
            let brigade = unsafe apr_brigade_create(r.pointee.pool, r.pointee.connection.pointee.bucket_alloc)
        else { return false }
        let expects = unsafe r.pointee.expecting_100
        unsafe r.pointee.expecting_100 = 0
        let status = unsafe ap_get_brigade(reader, brigade, AP_MODE_READBYTES, APR_NONBLOCK_READ, 0)
        unsafe r.pointee.expecting_100 = expects
        // Bytes have no way back into the filter; the end comes again.
        let isUntouched = unsafe chttpd_is_empty(brigade) != 0 || chttpd_is_eos(chttpd_first(brigade)) != 0
        _ = unsafe apr_brigade_destroy(brigade)
        return unsafe isUntouched && status == 0 && reader.pointee.ctx != nil
    }

    /// HTTP_IN, in front of a filter.
    @unsafe
    private static func find(_ f: UnsafeMutablePointer<ap_filter_t>) -> UnsafeMutablePointer<ap_filter_t>? {
        // SAFETY: httpd keeps the chain alive for the call; a filter's name is as immortal as its record.
        var next = unsafe f.pointee.next
        while let filter = unsafe next, unsafe filter.pointee.r != nil {
            if unsafe String(cString: filter.pointee.frec.pointee.name).lowercased() == "http_in" {
                return unsafe filter
            }
            unsafe next = filter.pointee.next
        }
        return nil
    }
}
