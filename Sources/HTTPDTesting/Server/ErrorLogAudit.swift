// SPDX-License-Identifier: Apache-2.0

/// Looks through an error log for lines that should not be there.
///
/// Unexpected is every line of level `warn` or worse, and every line that shows a crash, whatever its level.
public struct ErrorLogAudit: Sendable {
    /// The offending lines, in the log's order.
    public let unexpected: [String]

    /// Lines that never matter: httpd's remarks about a small, local server.
    static let harmless = [
        "AH00558",  // cannot determine the server's name
        "AH00094",  // the command line
        "AH00163", "AH00292", "AH00489",  // resuming normal operations
        "AH00171", "AH00297", "AH00493",  // graceful restart
        "AH00169", "AH00295", "AH00491",  // caught SIGTERM
        "server reached MaxRequestWorkers setting",
        "server is within MinSpareThreads of MaxRequestWorkers",
        "AH01882",  // mod_ssl is newer than the OpenSSL beside it: a system that was updated in part
    ]

    /// Texts that show a crash or a broken heap, from httpd, Swift, glibc and the sanitizers.
    static let crashes = [
        "AH00052", "exit signal", "Segmentation", "Fatal error:", "Precondition failed", "Assertion failed",
        "Program crashed", "Sanitizer:", "runtime error:", "terminate called", "double free", "corrupted",
        "stack smashing", "free(): ", "malloc(): ", "symbol lookup error", "Fatal access conflict",
    ]

    /// Looks through a log; lines that contain an allowed text are passed over.
    public init(_ log: String, allowing: [String] = []) {
        unexpected = log.split(whereSeparator: \.isNewline).map(String.init).filter { line in
            guard Self.isSuspicious(line[...]) else { return false }
            return !(Self.harmless + allowing).contains { !$0.isEmpty && line.contains($0) }
        }
    }

    /// Throws if there are unexpected lines, naming each.
    public func check() throws(HTTPDTestError) {
        guard !unexpected.isEmpty else { return }
        throw HTTPDTestError(.audit, Self.report(unexpected))
    }

    static func report(_ lines: [String]) -> String {
        let noun = lines.count == 1 ? "1 unexpected line" : "\(lines.count) unexpected lines"
        return "\(noun) in the error log:\n" + lines.map { "  " + $0 }.joined(separator: "\n")
    }

    private static func isSuspicious(_ line: Substring) -> Bool {
        if let level = level(of: line), ["warn", "error", "crit", "alert", "emerg"].contains(level) { return true }
        if line.contains("Swift/"), line.contains(".swift:") { return true }
        return crashes.contains { line.contains($0) }
    }

    /// The level in `[time] [module:level] ...`; `nil` for a line that httpd did not write.
    private static func level(of line: Substring) -> Substring? {
        guard line.first == "[", let timeEnd = line.firstIndex(of: "]") else { return nil }
        let rest = line[line.index(after: timeEnd)...].drop { $0 == " " }
        guard rest.first == "[", let end = rest.firstIndex(of: "]") else { return nil }
        return rest.dropFirst()[..<end].split(separator: ":").last
    }
}
