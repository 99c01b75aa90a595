// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD

/// What readers of each mode get out of the brigade that waits.
extension InputFilterState {
    // SAFETY (for the whole type): as in the class. A bucket that is taken out of one brigade is put into the other at
    // once.

    /// Whether there is a byte for the reader, or the end.
    var holdsDataOrEnd: Bool {
        var bucket = unsafe chttpd_first(waiting)
        while unsafe chttpd_is_sentinel(waiting, bucket) == 0 {
            if unsafe chttpd_is_metadata(bucket) == 0 || chttpd_is_eos(bucket) != 0 { return true }
            unsafe bucket = chttpd_next(bucket)
        }
        return false
    }

    /// Whether the end waits.
    var holdsEnd: Bool {
        unsafe chttpd_is_empty(waiting) == 0 && chttpd_is_eos(chttpd_last(waiting)) != 0
    }

    /// Moves at most `limit` bytes, and the metadata among and behind them, to the reader.
    @unsafe
    func deliver(
        _ bb: UnsafeMutablePointer<apr_bucket_brigade>, limit: Int, _ isBlocking: Bool
    ) throws(HTTPDError) {
        var left = limit
        while unsafe chttpd_is_empty(waiting) == 0 {
            let first = unsafe chttpd_first(waiting)
            if unsafe chttpd_is_metadata(first) == 0 {
                guard left > 0, let count = try unsafe cut(first, to: left, isBlocking) else { break }
                left -= count
            }
            unsafe chttpd_remove(first)
            unsafe chttpd_append(bb, first)
        }
        if unsafe chttpd_is_empty(bb) != 0, !isBlocking { throw HTTPDError(.tryAgain, "reading the request's body") }
    }

    /// Puts copies of at most `limit` bytes, and of the metadata among and behind them, before the reader.
    @unsafe
    func copy(
        to bb: UnsafeMutablePointer<apr_bucket_brigade>, limit: Int, _ isBlocking: Bool
    ) throws(HTTPDError) {
        var left = limit
        var bucket = unsafe chttpd_first(waiting)
        while unsafe chttpd_is_sentinel(waiting, bucket) == 0 {
            let isData = unsafe chttpd_is_metadata(bucket) == 0
            if isData {
                guard left > 0, let count = try unsafe cut(bucket, to: left, isBlocking) else { break }
                left -= count
            }
            var copy: UnsafeMutablePointer<apr_bucket>?
            let status = unsafe Status(rawValue: chttpd_copy(bucket, &copy))
            if let copy = unsafe copy, status == .success {
                unsafe chttpd_append(bb, copy)
            } else if isData {
                throw HTTPDError(status, "copying a bucket")
            }
            unsafe bucket = chttpd_next(bucket)
        }
        if unsafe chttpd_is_empty(bb) != 0, !isBlocking { throw HTTPDError(.tryAgain, "reading the request's body") }
    }

    /// The number of bytes of the first line, and whether there is no need of more: it has its LF, is as long as a line
    /// may be, or ends with the body.
    func measureLine(_ isBlocking: Bool) throws(HTTPDError) -> (count: Int, isWhole: Bool) {
        var count = 0
        var bucket = unsafe chttpd_first(waiting)
        while unsafe chttpd_is_sentinel(waiting, bucket) == 0 {
            if unsafe chttpd_is_eos(bucket) != 0 { return (count, true) }
            if unsafe chttpd_is_metadata(bucket) == 0 {
                guard let bytes = try unsafe read(bucket, isBlocking) else { return (count, false) }
                let line = bytes.extracting(first: InputMode.lineLimit - count)
                if let end = line.firstOffset(of: UInt8(ascii: "\n")) { return (count + end + 1, true) }
                count += line.count
                if count >= InputMode.lineLimit { return (count, true) }
            }
            unsafe bucket = chttpd_next(bucket)
        }
        return (count, false)
    }

    /// Destroys LF and CR LF at the front.
    ///
    /// - Returns: Whether something else is there.
    func skipLineEnds(_ isBlocking: Bool) throws(HTTPDError) -> Bool {
        while unsafe chttpd_is_empty(waiting) == 0 {
            let first = unsafe chttpd_first(waiting)
            guard unsafe chttpd_is_metadata(first) == 0, let bytes = try unsafe read(first, isBlocking) else {
                return true
            }
            var end = 0
            while end < bytes.count {
                if bytes[end] == UInt8(ascii: "\n") {
                    end += 1
                } else if bytes[end] == UInt8(ascii: "\r"), end + 1 < bytes.count, bytes[end + 1] == UInt8(ascii: "\n")
                {
                    end += 2
                } else {
                    break
                }
            }
            let rest = bytes.count - end
            // A CR LF may be cut in two.
            let mayBeCut = rest == 1 && bytes[end] == UInt8(ascii: "\r")
            if rest > 0, end > 0 { try unsafe split(first, at: end) }
            if rest == 0 || end > 0 { unsafe chttpd_delete(first) }
            if rest == 0 { continue }
            guard mayBeCut else { return true }
            guard let isLineEnd = try unsafe startsWithLF(behind: chttpd_first(waiting), isBlocking) else {
                return false
            }
            guard isLineEnd else { return true }
            unsafe chttpd_delete(chttpd_first(waiting))
        }
        return false
    }

    /// Whether the data behind a bucket starts with LF; `nil` if nothing is there yet.
    @unsafe
    private func startsWithLF(
        behind bucket: UnsafeMutablePointer<apr_bucket>, _ isBlocking: Bool
    ) throws(HTTPDError) -> Bool? {
        while true {
            let next = unsafe chttpd_next(bucket)
            if unsafe chttpd_is_sentinel(waiting, next) != 0 { return nil }
            guard unsafe chttpd_is_metadata(next) == 0, let bytes = try unsafe read(next, isBlocking) else {
                return false
            }
            if !bytes.isEmpty { return bytes[0] == UInt8(ascii: "\n") }
            unsafe chttpd_delete(next)
        }
    }

    /// Sees to it that a bucket holds at most `limit` bytes.
    ///
    /// - Returns: How many it holds; `nil` if nobody knows yet and the reader does not wait.
    @unsafe
    private func cut(
        _ bucket: UnsafeMutablePointer<apr_bucket>, to limit: Int, _ isBlocking: Bool
    ) throws(HTTPDError) -> Int? {
        // An unknown length is negative: apr_size_t is Swift's Int.
        if unsafe bucket.pointee.length < 0 {
            guard try unsafe read(bucket, isBlocking) != nil else { return nil }
        }
        guard unsafe bucket.pointee.length > limit else { return unsafe bucket.pointee.length }
        try unsafe split(bucket, at: limit)
        return limit
    }

    @unsafe
    private func split(_ bucket: UnsafeMutablePointer<apr_bucket>, at point: Int) throws(HTTPDError) {
        let status = unsafe Status(rawValue: chttpd_split(bucket, apr_size_t(point)))
        guard status == .success else { throw HTTPDError(status, "splitting a bucket") }
    }

    /// The bytes of a bucket, valid until it changes; `nil` if there are none yet and the reader does not wait.
    @unsafe
    @_lifetime(borrow bucket)
    func read(
        _ bucket: UnsafeMutablePointer<apr_bucket>, _ isBlocking: Bool
    ) throws(HTTPDError) -> Span<UInt8>? {
        var data: UnsafePointer<CChar>?
        var length: apr_size_t = 0
        let status = unsafe Status(rawValue: chttpd_read(bucket, &data, &length, isBlocking ? 1 : 0))
        if status.isTryAgain, !isBlocking { return nil }
        guard status == .success else { throw HTTPDError(status, "reading the request's body") }
        guard let data = unsafe data, length > 0, let count = Int(exactly: length) else { return Span() }
        let bytes = unsafe Span<UInt8>(
            _unsafeStart: UnsafeRawPointer(data).assumingMemoryBound(to: UInt8.self), count: count)
        return unsafe _overrideLifetime(bytes, borrowing: bucket)
    }

    /// Makes what a brigade holds outlive the call that brought it.
    @unsafe
    static func setAside(
        _ brigade: UnsafeMutablePointer<apr_bucket_brigade>, _ pool: OpaquePointer
    ) throws(HTTPDError) {
        var bucket = unsafe chttpd_first(brigade)
        while unsafe chttpd_is_sentinel(brigade, bucket) == 0 {
            let status = unsafe Status(rawValue: chttpd_setaside(bucket, pool))
            // One that cannot refers to a source that is nobody's buffer: a pipe, a socket.
            guard status == .success || status.rawValue == chttpd_enotimpl() else {
                throw HTTPDError(status, "keeping a bucket")
            }
            unsafe bucket = chttpd_next(bucket)
        }
    }
}

extension HTTPDError {
    /// The error as a reader gets it: what httpd takes for "ask again", or for the end, is a filter's to say no more
    /// than success is.
    var asFailure: HTTPDError {
        guard status.isTryAgain || status.isEndOfFile else { return self }
        return HTTPDError(.general, description, httpStatus: httpStatus)
    }
}
