// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension RealServer {
    /// HTMLREWRITE.
    @Suite struct HTMLRewriting {}
}

/// What servers of these tests have loaded.
enum HTMLRewritingServer {
    static let preamble = """
        SwiftPlugin HTMLRewriting
        SwiftOutputFilter HTMLRewriting.HTMLRewrite HTMLREWRITE
        LogFormat "%U%q %{htmlrewrite-count}n %{htmlrewrite-limit}n %{htmlrewrite-reason}n" html
        CustomLog "@ROOT@/html.log" html
        AddType application/xhtml+xml .xhtml
        AddCharset utf-16le .utf16
        LogLevel HTMLRewriting:info

        """

    static func configuration(
        _ mpm: MPM, modules: [String] = [], _ directives: String, documents: [String: String] = [:]
    ) -> HTTPDConfiguration {
        RewritingServer.configuration(mpm, modules: modules, preamble + directives, documents: documents)
    }

    /// The same, under event.
    static func configuration(_ directives: String, documents: [String: String] = [:]) -> HTTPDConfiguration {
        configuration(.event, directives, documents: documents)
    }
}

extension HTTPDProcess {
    /// The lines of the log of HTMLREWRITE's notes, once there are so many.
    func htmlNotes(_ count: Int) throws -> [String] {
        var lines: [String] = []
        try waitUntil("\(count) lines of notes") {
            let text = (try? String(contentsOfFile: root + "/html.log", encoding: .utf8)) ?? ""
            lines = text.split(separator: "\n").map(String.init)
            return lines.count >= count
        }
        return lines
    }
}
