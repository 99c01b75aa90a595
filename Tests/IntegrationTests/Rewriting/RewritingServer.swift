// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension RealServer {
    /// REPLACE.
    @Suite struct Rewriting {}
}

/// What servers of these tests have loaded.
enum RewritingServer {
    /// Pages as they are written.
    static let manual = "/usr/share/doc/apache2-doc/manual/en/mod"

    static let preamble = """
        SwiftPlugin Compression
        SwiftOutputFilter Compression.Compress COMPRESS
        SwiftOutputFilter Compression.Decompress DECOMPRESS
        SwiftInputFilter Compression.Decompress DECOMPRESS
        SwiftInputFilter Rewriting.Replace REPLACE
        <IfModule cgid_module>
            ScriptSock cgisock
        </IfModule>
        LogFormat "%U%q %{replace-count}n %{replace-limit}n %{replace-reason}n" rewriting
        CustomLog "@ROOT@/rewriting.log" rewriting
        AddType text/html .html
        AddType text/plain .txt
        AddType application/json .json
        AddType application/javascript .js
        AddType application/xml .xml
        AddType image/svg+xml .svg
        AddType image/png .png
        LogLevel Rewriting:info

        """

    static func configuration(
        _ mpm: MPM, modules: [String] = [], _ directives: String, documents: [String: String] = [:],
        children: Int? = nil, threads: Int = 8, maxClients: Int? = nil
    ) -> HTTPDConfiguration {
        Fixtures.configuration(
            mpm, modules: modules, preamble + directives, documents: documents, children: children, threads: threads,
            maxClients: maxClients)
    }

    /// The same, under event.
    static func configuration(
        modules: [String] = [], _ directives: String, documents: [String: String] = [:], children: Int? = nil,
        threads: Int = 8, maxClients: Int? = nil
    ) -> HTTPDConfiguration {
        configuration(
            .event, modules: modules, directives, documents: documents, children: children, threads: threads,
            maxClients: maxClients)
    }

    /// The name of the module that runs CGI programs.
    static func cgi(_ mpm: MPM) -> String { mpm.isThreaded ? "cgid" : "cgi" }

    /// A handler of the fixtures at a place of its own.
    static func handler(_ name: String, at place: String, _ more: String = "") -> String {
        "<Location \(place)>\nSetHandler swift\nSwiftHandler Fixtures.\(name)\n\(more)\n</Location>\n"
    }
}

extension HTTPDProcess {
    /// The lines of the log of notes, once there are so many.
    func notes(_ count: Int) throws -> [String] {
        var lines: [String] = []
        try waitUntil("\(count) lines of notes") {
            let text = (try? String(contentsOfFile: root + "/rewriting.log", encoding: .utf8)) ?? ""
            lines = text.split(separator: "\n").map(String.init)
            return lines.count >= count
        }
        return lines
    }

    /// How often the error log says something.
    func logged(_ text: String) -> Int {
        errorLog.split(separator: "\n").count { $0.contains(text) }
    }
}
