// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD

extension Request {
    // SAFETY (for the file): the record and its filters are alive while the request is lent; the brigade that is
    // made here lives in the request's pool and is emptied before each return.

    /// Sends text, UTF-8 encoded. The corresponding C call is `ap_fwrite`.
    ///
    /// - Throws: When the client has gone away.
    public func write(_ text: String) throws(HTTPDError) {
        try write(text.utf8Span.span)
    }

    /// Sends bytes. They are copied, and gathered into larger pieces on their way.
    ///
    /// The corresponding C call is `ap_rwrite`.
    /// - Throws: When the client has gone away.
    public func write(_ bytes: Span<UInt8>) throws(HTTPDError) {
        var offset = 0
        // ap_rwrite counts in int.
        while offset < bytes.count {
            let piece = bytes.extracting(offset..<min(bytes.count, offset + 1 << 20))
            let sent = unsafe piece.withUnsafeBytes { buffer in
                unsafe ap_rwrite(buffer.baseAddress, CInt(truncatingIfNeeded: buffer.count), raw)
            }
            guard sent >= 0 else { throw HTTPDError(.connectionAborted, "sending the response") }
            offset += piece.count
        }
    }

    /// Makes what was sent so far leave at once. The corresponding C call is `ap_rflush`.
    ///
    /// - Throws: When the client has gone away.
    public func flush() throws(HTTPDError) {
        guard unsafe ap_rflush(raw) >= 0 else { throw HTTPDError(.connectionAborted, "flushing the response") }
    }

    /// Reads the body of the request piece by piece, through the input filters.
    ///
    /// - Parameter body: Takes the next bytes, lent for the call.
    /// - Throws: What an input filter threw, what the network failed with, or what `body` throws.
    public func readBody(_ body: (Span<UInt8>) throws(HTTPDError) -> Void) throws(HTTPDError) {
        guard
            let brigade = unsafe apr_brigade_create(raw.pointee.pool, raw.pointee.connection.pointee.bucket_alloc)
        else { throw HTTPDError("no brigade could be made") }
        defer { _ = unsafe apr_brigade_destroy(brigade) }
        var silence = Silence()
        while true {
            let status = Status(
                rawValue: unsafe ap_get_brigade(
                    raw.pointee.input_filters, brigade, AP_MODE_READBYTES, APR_BLOCK_READ, 64 * 1024))
            guard status == .success else {
                // Who refused the body has said why.
                throw HTTPDError(
                    status, "reading the request's body", httpStatus: Self.httpStatus(of: status),
                    isClientsDoing: status == .noSpace || status == .invalid)
            }
            var lent = unsafe Brigade(unsafeBorrowing: brigade)
            var sawEnd = false
            var hasBrought = false
            while let kind = lent.firstKind {
                if case .data = kind {
                    let bytes = try lent.readFirst()
                    if !bytes.isEmpty {
                        hasBrought = true
                        try body(bytes)
                    }
                } else if case .endOfStream = kind {
                    sawEnd = true
                }
                lent.removeFirst()
            }
            if sawEnd { return }
            try silence.note(isSilent: !hasBrought)
        }
    }

    /// What the client gets for a body that could not be read: what an input filter that throws asked for, as far as
    /// a status of APR can tell, else that the request is bad. The corresponding C call is
    /// `ap_map_http_request_error`.
    private static func httpStatus(of status: Status) -> Int {
        if status == .noSpace { return 413 }
        if status == .general { return 500 }
        return status.isTimedOut ? 408 : 400
    }

    /// Reads the whole body of the request.
    ///
    /// - Parameter limit: The most bytes to take; a longer body throws an error that answers with 413.
    public func body(limit: Int) throws(HTTPDError) -> [UInt8] {
        var result: [UInt8] = []
        try readBody { (bytes: Span<UInt8>) throws(HTTPDError) in
            guard bytes.count <= limit - result.count else {
                throw HTTPDError("the request's body is longer than \(limit) bytes", httpStatus: 413)
            }
            result.reserveCapacity(result.count + bytes.count)
            for index in bytes.indices { result.append(bytes[index]) }
        }
        return result
    }
}
