// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD

/// httpd's error log, seen from a request, a connection or a server. Lent for one call.
///
/// Lines carry the plugin's own module name, so `LogLevel MyPlugin:debug` sets what is written. A message is
/// only made when its level is on. The corresponding C calls are `ap_log_rerror`, `ap_log_cerror` and
/// `ap_log_error`.
@safe
public struct Log: ~Copyable, ~Escapable {
    @safe
    private enum Target {
        case request(UnsafeMutablePointer<request_rec>)
        case connection(UnsafeMutablePointer<conn_rec>)
        case server(UnsafeMutablePointer<server_rec>)
    }

    private let target: Target

    // SAFETY (for the whole type): httpd keeps the record alive for the call that it was lent to, and the type
    // cannot outlive that call. Texts are formatted with "%s" and only read.

    @_lifetime(borrow raw)
    @unsafe
    init(unsafeRequest raw: UnsafeMutablePointer<request_rec>) {
        unsafe target = .request(raw)
    }

    @_lifetime(borrow raw)
    @unsafe
    init(unsafeConnection raw: UnsafeMutablePointer<conn_rec>) {
        unsafe target = .connection(raw)
    }

    @_lifetime(borrow raw)
    @unsafe
    init(unsafeServer raw: UnsafeMutablePointer<server_rec>) {
        unsafe target = .server(raw)
    }

    /// The severity of a line, from the worst to the most talkative: the words of `LogLevel`.
    public enum Level: CInt, Sendable {
        /// The server cannot go on.
        case emergency = 0
        /// Somebody must act at once.
        case alert
        /// Something important does not work.
        case critical
        /// A request or a connection failed.
        case error
        /// Something that should not be.
        case warning
        /// Something that is fine but rare.
        case notice
        /// Something that may be useful to know.
        case info
        /// For whoever looks for a fault.
        case debug
        /// For whoever looks for a fault, in detail; more of it with each level that follows.
        case trace1
        /// More than `trace1`.
        case trace2
        /// More than `trace2`.
        case trace3
        /// More than `trace3`.
        case trace4
        /// More than `trace4`.
        case trace5
        /// More than `trace5`.
        case trace6
        /// More than `trace6`.
        case trace7
        /// All there is.
        case trace8
    }

    /// Whether lines of this level are written.
    public func isEnabled(_ level: Level) -> Bool {
        let index = PluginImage.moduleIndex
        return switch target {
        case .request(let r): unsafe chttpd_request_logs(r, index, level.rawValue) != 0
        case .connection(let c): unsafe chttpd_connection_logs(c, index, level.rawValue) != 0
        case .server(let s): unsafe chttpd_server_logs(s, index, level.rawValue) != 0
        }
    }

    /// Writes a line.
    ///
    /// - Parameters:
    ///   - level: Its severity.
    ///   - message: Its text; line ends and control bytes are escaped by httpd.
    ///   - status: What failed, whose text httpd puts before the message.
    public func log(_ level: Level, _ message: @autoclosure () -> String, status: Status = .success) {
        guard isEnabled(level) else { return }
        let index = PluginImage.moduleIndex
        let text = message().withVisibleZeros
        switch target {
        case .request(let r): unsafe chttpd_log_request(r, index, level.rawValue, status.rawValue, text)
        case .connection(let c): unsafe chttpd_log_connection(c, index, level.rawValue, status.rawValue, text)
        case .server(let s): unsafe chttpd_log_server(s, index, level.rawValue, status.rawValue, text)
        }
    }

    /// Writes a line of level `error`.
    public func error(_ message: @autoclosure () -> String) { log(.error, message()) }
    /// Writes a line of level `warn`.
    public func warning(_ message: @autoclosure () -> String) { log(.warning, message()) }
    /// Writes a line of level `notice`.
    public func notice(_ message: @autoclosure () -> String) { log(.notice, message()) }
    /// Writes a line of level `info`.
    public func info(_ message: @autoclosure () -> String) { log(.info, message()) }
    /// Writes a line of level `debug`.
    public func debug(_ message: @autoclosure () -> String) { log(.debug, message()) }
}

extension String {
    /// The text as C can have it, which ends at the first zero: what is behind it must not be hidden from logs.
    var withVisibleZeros: String {
        guard utf8.contains(0) else { return self }
        var text = ""
        for scalar in unicodeScalars {
            if scalar.value == 0 { text += "\\x00" } else { text.unicodeScalars.append(scalar) }
        }
        return text
    }
}
