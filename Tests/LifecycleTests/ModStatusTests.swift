// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension Lifecycle {
    @Suite("mod_status")
    struct ModStatus {
        private static let page = """
            ExtendedStatus On
            <Location "/server-status">
                SetHandler server-status
            </Location>
            """

        /// The rows of mod_status about a port: client, protocol, virtual host, and what it does.
        private static func rows(_ server: HTTPDProcess, _ port: UInt16) throws -> [[String]] {
            let page = try server.statusPage(path: "/server-status")
            let rows = page.components(separatedBy: "<tr").filter { $0.contains(":\(port)<") }
            return rows.map { row in
                row.components(separatedBy: "<td").suffix(4).map { cell in
                    let text = cell.drop { $0 != ">" }.dropFirst()
                    return String(text.prefix { $0 != "<" })
                }
            }
        }

        @Test("A connection is shown with its protocol, host and present command", arguments: MPM.allCases)
        func commands(_ mpm: MPM) throws {
            let configuration = try LinesServer.configuration(
                mpm, modules: ["status"], options: "log=on", Self.page)
            try withHTTPD(configuration) { server in
                let port = server.ports[2]
                let host = "localhost:\(port)"
                let client = try LinesClient(port)
                if mpm != .event {
                    // It holds a thread, and says so before its first command.
                    let rows = try Self.rows(server, port)
                    #expect(rows.contains(["127.0.0.1", "lines", host, ""]), "\(rows)")
                }
                for (command, shown) in [("UPPER secret", "UPPER"), ("PUBLISH news secret", "PUBLISH news")] {
                    let crew = Crew()
                    crew.start { crew in
                        while crew.goesOn { _ = try client.ask(command) }
                    }
                    var rows: [[String]] = []
                    try server.waitUntil("the command \(shown) to be shown") {
                        rows = try Self.rows(server, port)
                        return rows.contains(["127.0.0.1", "lines", host, shown])
                    }
                    crew.stop()
                    try crew.wait()
                    #expect(crew.findings.problems.isEmpty, "\(crew.findings.problems)")
                    #expect(!rows.joined().contains { $0.contains("secret") })
                }
            }
        }
    }
}
