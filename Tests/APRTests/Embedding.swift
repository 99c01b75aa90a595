// SPDX-License-Identifier: Apache-2.0
import APR
import CHTTPDEmbedded

/// APR's objects without a server, for the tests of their views.
@safe
final class Fixture {
    private let raw: OpaquePointer

    init?() {
        guard let raw = unsafe chttpd_embedded_create() else { return nil }
        unsafe self.raw = raw
    }

    // SAFETY (for the whole type): everything lives in the embedded request, which lives as long as this object, and
    // the views are lent to closures only.

    deinit {
        unsafe chttpd_embedded_destroy(raw)
    }

    var liveBuckets: Int { Int(unsafe chttpd_embedded_live_buckets(raw)) }

    func withPool(_ body: (borrowing Pool) throws -> Void) rethrows {
        try body(unsafe Pool(unsafeBorrowing: chttpd_embedded_pool(raw)))
    }

    func withTable(_ body: (borrowing Table) throws -> Void) rethrows {
        try body(unsafe Table(unsafeBorrowing: chttpd_embedded_request(raw).pointee.headers_in))
    }

    /// Lends a brigade that is destroyed afterwards.
    func withBrigade(_ body: (inout Brigade) throws -> Void) throws {
        let pool = unsafe chttpd_embedded_pool(raw)
        let list = unsafe chttpd_embedded_connection(raw).pointee.bucket_alloc
        guard let made = unsafe apr_brigade_create(pool, list) else { throw HTTPDError("no brigade") }
        var brigade = unsafe Brigade(unsafeBorrowing: made)
        defer { brigade.removeAll() }
        try body(&brigade)
    }

    /// Lends memory as a transient bucket, and overwrites it.
    func withTransient(
        _ text: String, in brigade: inout Brigade, _ body: (inout Brigade) throws -> Void
    ) rethrows {
        let bytes = Array(text.utf8)
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
        defer { unsafe memory.deallocate() }
        unsafe memory.copyBytes(from: bytes)
        if let start = memory.baseAddress {
            unsafe chttpd_append(
                brigade.raw, chttpd_transient(start, bytes.count, brigade.raw.pointee.bucket_alloc))
        }
        try body(&brigade)
        for index in bytes.indices { unsafe memory[index] = UInt8(ascii: "#") }
    }

    /// Puts the reading end of a pipe into a brigade; `body` gets the writing end.
    func withPipe(in brigade: inout Brigade, _ body: (inout Brigade, PipeEnd) throws -> Void) throws {
        var (reading, writing): (OpaquePointer?, OpaquePointer?) = (nil, nil)
        let status = unsafe apr_file_pipe_create_ex(
            &reading, &writing, apr_int32_t(APR_READ_BLOCK), chttpd_embedded_pool(raw))
        guard status == 0, let reading = unsafe reading, let writing = unsafe writing else {
            throw HTTPDError(Status(rawValue: status), "making a pipe")
        }
        unsafe chttpd_append(brigade.raw, apr_bucket_pipe_create(reading, brigade.raw.pointee.bucket_alloc))
        try body(&brigade, unsafe PipeEnd(raw: writing))
    }

    /// A bucket of unknown length whose memory is counted.
    func appendUnknown(_ text: String, piece: Int, to brigade: inout Brigade) {
        let bytes = Array(text.utf8)
        unsafe bytes.withUnsafeBytes { buffer in
            unsafe chttpd_embedded_unknown(raw, buffer.baseAddress, buffer.count, piece, 0)
        }
        takeOutgoing(into: &brigade)
    }

    /// A bucket that cannot be read.
    func appendFailing(to brigade: inout Brigade) {
        unsafe chttpd_embedded_failing(raw, Status.timedOut.rawValue)
        takeOutgoing(into: &brigade)
    }

    private func takeOutgoing(into brigade: inout Brigade) {
        unsafe chttpd_concat(brigade.raw, chttpd_embedded_outgoing(raw))
    }
}

/// The end of a pipe that is written to.
@safe
struct PipeEnd {
    let raw: OpaquePointer

    func write(_ text: String) {
        var count = text.utf8.count
        // SAFETY: the file lives as long as the request's pool; the text is only read.
        unsafe apr_file_write(raw, text, &count)
    }

    func close() {
        // SAFETY: as above.
        unsafe apr_file_close(raw)
    }
}

extension Brigade {
    /// All that is left, read and destroyed; metadata in angle brackets.
    mutating func drainText() throws -> String {
        var text = ""
        while let kind = firstKind {
            switch kind {
            case .data:
                let span = try readFirst()
                text += String(decoding: span.indices.map { span[$0] }, as: UTF8.self)
            case .flush: text += "<flush>"
            case .endOfStream: text += "<end>"
            case .error(let status): text += "<error \(status)>"
            case .endOfConnection: text += "<eoc>"
            case .metadata: text += "<metadata>"
            }
            removeFirst()
        }
        return text
    }
}
