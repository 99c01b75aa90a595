// SPDX-License-Identifier: Apache-2.0

/// Starts a server, runs the body, ends the server, and looks through its error log.
///
/// Throws what the body threw (as the `underlying` error of a ``HTTPDTestError``, with the end of the log), or
/// else a list of the log's unexpected lines; see ``ErrorLogAudit``. A parent that crashed, or had to be
/// killed, counts as such a line.
/// - Parameter allowing: texts; a line of the log that contains one of them is expected.
@discardableResult
public func withHTTPD<R>(
    _ configuration: HTTPDConfiguration, allowing: [String] = [], _ body: (HTTPDProcess) throws -> R
) throws -> R {
    let server = try HTTPDProcess.start(configuration)
    let result: R
    do {
        result = try body(server)
    } catch {
        server.stop()
        let tail = server.errorLog.split(separator: "\n").suffix(40).joined(separator: "\n")
        let message = "\(error)\n--- the end of the error log (\(configuration.mpm)) ---\n\(tail)"
        throw HTTPDTestError((error as? HTTPDTestError)?.kind ?? .body, message, underlying: error)
    }
    let exit = server.stop()
    var lines = ErrorLogAudit(server.errorLog, allowing: allowing).unexpected
    if exit != .status(0) {
        let line = "httpd's parent process \(exit)"
        if !allowing.contains(where: { !$0.isEmpty && line.contains($0) }) { lines.append(line) }
    }
    guard lines.isEmpty else {
        throw HTTPDTestError(.audit, "httpd (\(configuration.mpm)): " + ErrorLogAudit.report(lines))
    }
    return result
}
