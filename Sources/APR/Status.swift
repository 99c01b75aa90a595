// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD

/// A result code of APR: `apr_status_t`.
public struct Status: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The `apr_status_t`.
    public let rawValue: Int32

    /// Wraps an `apr_status_t`.
    public init(rawValue: Int32) {
        self.rawValue = rawValue
    }

    /// The call succeeded. The corresponding C constant is `APR_SUCCESS`.
    public static var success: Status { Status(rawValue: 0) }
    /// An error with no better name. The corresponding C constant is `APR_EGENERAL`.
    public static var general: Status { Status(rawValue: chttpd_egeneral()) }
    /// Nothing to read at the moment. The corresponding C constant is `APR_EAGAIN`.
    public static var tryAgain: Status { Status(rawValue: chttpd_eagain()) }
    /// The end was reached. The corresponding C constant is `APR_EOF`.
    public static var endOfFile: Status { Status(rawValue: chttpd_eof()) }
    /// What was given is wrong. The corresponding C constant is `APR_EINVAL`.
    public static var invalid: Status { Status(rawValue: chttpd_einval()) }
    /// A limit was reached. The corresponding C constant is `APR_ENOSPC`.
    public static var noSpace: Status { Status(rawValue: chttpd_enospc()) }
    /// It cannot be done here. The corresponding C constant is `APR_ENOTIMPL`.
    public static var notImplemented: Status { Status(rawValue: chttpd_enotimpl()) }
    /// The peer took too long. The corresponding C constant is `APR_TIMEUP`.
    public static var timedOut: Status { Status(rawValue: chttpd_timeup()) }
    /// The peer has gone away. The corresponding C constant is `APR_ECONNABORTED`.
    public static var connectionAborted: Status { Status(rawValue: chttpd_econnaborted()) }

    /// Whether nothing can be read without waiting. The corresponding C macro is `APR_STATUS_IS_EAGAIN`.
    public var isTryAgain: Bool { chttpd_is_eagain(rawValue) != 0 }
    /// Whether the end was reached. The corresponding C macro is `APR_STATUS_IS_EOF`.
    public var isEndOfFile: Bool { chttpd_is_eof(rawValue) != 0 }
    /// Whether the peer took too long. The corresponding C macro is `APR_STATUS_IS_TIMEUP`.
    public var isTimedOut: Bool { chttpd_is_timeup(rawValue) != 0 }
    /// Whether the peer has gone away. The corresponding C macros are `APR_STATUS_IS_ECONNABORTED`,
    /// `APR_STATUS_IS_ECONNRESET` and `APR_STATUS_IS_EPIPE`.
    public var isConnectionLost: Bool { chttpd_is_gone(rawValue) != 0 }

    /// Whether what was read ended before it was complete, or with the connection: what a client does that goes away.
    package var isBrokenOff: Bool { isEndOfFile || isConnectionLost || chttpd_is_incomplete(rawValue) != 0 }
    /// Whether httpd has answered the client with an error already. The corresponding C constant is `AP_FILTER_ERROR`.
    package var isFilterError: Bool { chttpd_is_filter_error(rawValue) != 0 }

    /// APR's text for the code, or a sentence for one of httpd's own. The corresponding C call is `apr_strerror`.
    public var description: String {
        switch rawValue {
        case AP_NOBODY_WROTE: return "no filter wrote it"
        case AP_NOBODY_READ: return "no filter read it"
        case AP_FILTER_ERROR: return "httpd has refused it and answered the client"
        default: break
        }
        // SAFETY: apr_strerror writes at most `count` bytes into the buffer, NUL included.
        return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            guard let start = buffer.baseAddress else { return "status \(rawValue)" }
            return unsafe String(cString: apr_strerror(rawValue, start, buffer.count))
        }
    }
}
