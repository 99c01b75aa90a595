// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

/// Whether the servers run with AddressSanitizer: `make sanitize` sets the variable.
private let isSanitized = ProcessInfo.processInfo.environment["SWIFT_HTTPD_PRELOAD"]?.isEmpty == false

extension Lifecycle {
    @Suite(
        "AddressSanitizer works inside httpd, or make sanitize would prove nothing",
        .enabled(if: isSanitized, "make sanitize runs it"))
    struct Sanitizer {
        private static let configuration = HTTPDConfiguration(
            directives: """
                \(Plugins.module)SwiftPlugin "\(Plugins.fixtures)"
                SwiftPlugin "\(Plugins.shout)"
                SwiftPlugin Rewriting
                SwiftPlugin Echo
                <Location "/overrun">
                    SetHandler swift
                    SwiftHandler Fixtures.Overrun
                </Location>

                """)

        @Test("Its runtime is in the children, and the module and all plugins were built for it")
        func isThere() throws {
            try withHTTPD(Self.configuration) { server in
                let child = try #require(server.childPIDs.first)
                let maps = try Command("cat", ["/proc/\(child)/maps"]).run().text
                let lines = maps.split(separator: "\n")
                let files = Set(lines.compactMap { $0.split(separator: " ").last.map(String.init) })
                #expect(files.contains { $0.contains("libclang_rt.asan") })
                for name in ["mod_swift", "Rewriting", "Echo", "Shout", "Fixtures"] {
                    let file = try #require(files.first { $0.hasSuffix("/lib\(name).so") }, "\(name) is not loaded")
                    let symbols = try Command("nm", ["--dynamic", "--undefined-only", file]).run().text
                    #expect(symbols.contains("__asan_report_"), "\(file) was built without it")
                }
            }
        }

        @Test("A plugin that reads behind its memory ends the child, with a report in the log that fails the audit")
        func reports() throws {
            let error = try #require(throws: HTTPDTestError.self) {
                try withHTTPD(Self.configuration) { server in
                    #expect(try server.curl(path: "/overrun").text == "one\n")
                    let broken = try server.curl(path: "/overrun?past=1")
                    #expect(broken.status != 0 && broken.output.isEmpty, "\(broken.text)")
                    try server.waitUntil("the report") { server.errorLog.contains("SUMMARY: AddressSanitizer") }
                    #expect(server.errorLog.contains("ERROR: AddressSanitizer: heap-buffer-overflow"))
                    #expect(server.errorLog.contains("Fixtures"))
                }
            }
            #expect(error.kind == .audit && "\(error)".contains("AddressSanitizer: heap-buffer-overflow"), "\(error)")
        }
    }
}
