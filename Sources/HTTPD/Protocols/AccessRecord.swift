// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD

/// A line of the access log for a connection, or for one command of it.
///
/// Whatever `CustomLog` can say of a request it says of these: `%r` is the line, `%>s` a status like HTTP's, `%D` the
/// time, `%u` the user, `%I` and `%O` the bytes, and `%{reason}n`, `%{frames}n`, `%{bytes-in}n` and `%{bytes-out}n` are notes.
struct AccessRecord {
    var line: String
    var status: Int
    var time = Duration.zero
    var bytesIn = 0
    var bytesOut = 0
    var frames = 0
    var reason = ""
    var user: String?

    /// Writes the line.
    @unsafe
    func write(_ c: UnsafeMutablePointer<conn_rec>) {
        // SAFETY: httpd keeps the connection alive for the call, and the texts are copied.
        let line = line.withVisibleZeros
        let words = line.split(separator: " ", maxSplits: 2)
        let method = words.first.map(String.init) ?? "-"
        let target = words.count > 1 ? String(words[1]) : "-"
        let named = unsafe ap_get_protocol(c).map { unsafe String(cString: $0) } ?? "-"
        unsafe line.withCString { line in
            unsafe method.withCString { method in
                unsafe target.withCString { target in
                    unsafe named.withCString { named in
                        unsafe reason.withCString { reason in
                            var access = unsafe chttpd_access(
                                line: line, method: method, uri: target, protocol: named,
                                status: CInt(clamping: status), time: time.clampedNanoseconds / 1_000,
                                bytes_in: Int64(bytesIn), bytes_out: Int64(bytesOut), frames: Int64(frames),
                                reason: reason, user: nil)
                            guard let user else { return unsafe chttpd_log_access(c, &access) }
                            unsafe user.withCString { user in
                                unsafe access.user = user
                                unsafe chttpd_log_access(c, &access)
                            }
                        }
                    }
                }
            }
        }
    }
}

extension CloseReason {
    /// The status in the access log: that which HTTP gives to the like.
    var logStatus: Int {
        switch self {
        case .finished, .clientEnded: 200
        case .timedOut(.drain), .serverEnded: 503
        case .timedOut: 408
        // As nginx has it, and by now everybody.
        case .clientGone: 499
        case .failed: 500
        }
    }
}
