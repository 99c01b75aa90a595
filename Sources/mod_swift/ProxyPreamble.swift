// SPDX-License-Identifier: Apache-2.0
internal import APR
internal import CModSwift
internal import HTTPD

/// The header with which a load balancer begins a connection: PROXY protocol, versions 1 and 2.
///
/// It comes before TLS, so it is taken from the socket before any filter reads. It is looked at first, and taken as
/// far as it goes: what follows belongs to others.
@safe
enum ProxyPreamble {
    /// How far it is.
    enum Progress {
        case read, isAwaited, failed
    }

    private static let longest = 4096

    // SAFETY (for all): httpd keeps the connection alive for the call; buffers are as long as C is told.

    /// Reads the header, or more of it; where the MPM cannot wait for it, this call does.
    @unsafe
    static func read(
        _ c: UnsafeMutablePointer<conn_rec>, _ connection: UnsafeMutablePointer<modswift_connection>
    ) -> Progress {
        let time = unsafe ProtocolBinder.timeToPrepare(c, connection)
        let end = time > 0 ? Moment(nanoseconds: chttpd_now()).advanced(by: .nanoseconds(time)) : .never
        while true {
            do throws(StreamError) {
                if try unsafe step(c, connection) { return .read }
            } catch {
                unsafe chttpd_log_connection(
                    c, modswift_module().pointee.module_index, CInt(APLOG_INFO), 0, "refused: \(error.message)")
                return .failed
            }
            if unsafe chttpd_can_wait(c) != 0 { return .isAwaited }
            if chttpd_now() >= end.nanoseconds {
                unsafe modswift_tally_settle(connection, CInt(TALLY_TIMED_OUT))
                return .failed
            }
            unsafe chttpd_poll(c, CInt(CHTTPD_FOR_READING), -1, end.nanoseconds)
        }
    }

    /// Looks at what came; true if that was all of the header.
    @unsafe
    private static func step(
        _ c: UnsafeMutablePointer<conn_rec>, _ connection: UnsafeMutablePointer<modswift_connection>
    ) throws(StreamError) -> Bool {
        if unsafe connection.pointee.preamble == nil {
            unsafe connection.pointee.preamble = unsafe apr_palloc(c.pointee.pool, apr_size_t(longest))?
                .assumingMemoryBound(to: UInt8.self)
        }
        guard let buffer = unsafe connection.pointee.preamble else { throw StreamError("there is no memory") }
        let before = unsafe connection.pointee.preamble_count
        let count = unsafe modswift_peek(c, buffer + Int(before), UInt32(longest) - min(before, UInt32(longest)))
        if count == -1 { return false }
        guard count > 0, let fresh = UInt32(exactly: count) else {
            throw StreamError("the connection ended before its PROXY header")
        }
        let total = before + fresh
        let span = unsafe Span<UInt8>(_unsafeStart: UnsafePointer(buffer), count: Int(total))
        switch try ProxyHeader.parse(span, maximumLength: longest) {
        case .incomplete:
            // All of it belongs to the header. Left where it is, it would wake the connection again and again.
            guard unsafe modswift_take(c, fresh) != 0 else { throw StreamError("the PROXY header cannot be read") }
            unsafe connection.pointee.preamble_count = total
            return false
        case .header(let header, let length):
            guard let end = UInt32(exactly: length), end >= before, unsafe modswift_take(c, end - before) != 0 else {
                throw StreamError("the PROXY header cannot be read")
            }
            try unsafe apply(header, c)
            return true
        }
    }

    /// Makes the client that the header names the connection's.
    @unsafe
    private static func apply(_ header: ProxyHeader, _ c: UnsafeMutablePointer<conn_rec>) throws(StreamError) {
        guard header.command == .proxy else { return }
        switch header.source {
        case .ipv4(let address, let port), .ipv6(let address, let port):
            guard unsafe modswift_set_client(c, address, port) != 0 else {
                throw StreamError("the PROXY header names the address '\(address)', which is none")
            }
        case .unspecified, .unix: break
        }
    }
}
