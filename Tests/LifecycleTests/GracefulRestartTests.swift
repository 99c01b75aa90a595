// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension Lifecycle {
    @Suite("Graceful restarts")
    struct GracefulRestarts {
        private static let page = numberedLines(3000)

        private static func configuration(_ mpm: MPM) -> HTTPDConfiguration {
            let directives = """
                SetOutputFilter REPLACE;SHOUT;CHOP
                Replace "s/TEA/coffee/n"
                Replace "s/tea/time/n"
                KeepAliveTimeout 5
                MaxKeepAliveRequests 0
                <Location /hello>
                    SetHandler swift
                    SwiftHandler Shout.Hello
                    SetInputFilter SHOUT_BODY
                </Location>

                """
            return HTTPDConfiguration(
                mpm: mpm, directives: Plugins.all + directives, documents: ["page.html": page],
                children: mpm == .prefork ? 18 : 2, threadsPerChild: 10, maxClients: mpm == .prefork ? 40 : 40)
        }

        /// Puts 16 clients to work during so many restarts.
        static func load(_ mpm: MPM, restarts: Int) throws {
            let text = String(decoding: page, as: UTF8.self).replacingOccurrences(of: "tea", with: "time")
            let body = Array(String(repeating: "a body, ", count: 2000).utf8)
            // SIGUSR1 to prefork's children may interrupt what they write to the log; nothing else is expected.
            try withHTTPD(configuration(mpm)) { server in
                let crew = Crew()
                for number in 0..<16 {
                    let client =
                        number % 4 == 3
                        ? KeepAliveClient(
                            port: server.port, path: "/hello", sending: body,
                            expecting: recased(Array("hello world\n".utf8) + recased(body, smallLetters), smallLetters))
                        : KeepAliveClient(
                            port: server.port, path: "/page.html", expecting: recased(Array(text.utf8), smallLetters))
                    crew.start { client.run($0) }
                }
                for _ in 0..<restarts {
                    usleep(150_000)
                    try server.gracefulRestart()
                }
                usleep(150_000)
                crew.stop()
                try crew.wait()
                let findings = crew.findings
                let responses = findings.count(of: "responses")
                let closes = findings.count(of: "closes")
                print(
                    "\(mpm): \(restarts) restarts, \(responses) responses, \(findings.count(of: "connections"))",
                    "connections, \(closes) closed by the server between responses")
                #expect(findings.problems.isEmpty, "\(findings.problems.prefix(5))")
                #expect(responses > 16 * restarts, "the load was too small to mean anything")
                #expect(closes > 0, "no connection felt the restarts")
            }
        }

        @Test("Under load, no response is wrong, cut or refused; connections close only between responses")
        func event() throws { try Self.load(.event, restarts: 10) }

        @Test("Under load, worker") func worker() throws { try Self.load(.worker, restarts: 5) }

        @Test("Under load, prefork") func prefork() throws { try Self.load(.prefork, restarts: 5) }

        /// What each of `count` restarts adds to the parent, in kB; a few come first, in which httpd itself settles.
        private static func growth(_ directives: String, restarts count: Int) throws -> Double {
            let configuration = HTTPDConfiguration(directives: directives, documents: ["page.html": page])
            return try withHTTPD(configuration) { server in
                for _ in 0..<3 { try server.gracefulRestart() }
                let before = try server.residentKilobytes(of: server.parentPID)
                for _ in 0..<count {
                    try server.gracefulRestart()
                    try server.waitUntil("old children to end") { server.childPIDs.count <= 2 }
                }
                #expect(try server.curl(path: "/page.html").status == 0)
                return Double(try server.residentKilobytes(of: server.parentPID) - before) / Double(count)
            }
        }

        static func compareGrowth(restarts: Int) throws {
            let bindings = (0..<40).map { "SwiftOutputFilter Fixtures.Chop C\($0) size=\($0 + 1) batch=7\n" }.joined()
            let everything =
                Plugins.all + bindings + """
                    Listen 127.0.0.1:@PORT2@ echo
                    <Location />
                        SetOutputFilter REPLACE;SHOUT
                        SwiftAccessHandler Fixtures.Agree
                        SwiftOption a b
                        Replace "s/tea/time/n"
                    </Location>

                    """
            let baseline = try growth("", restarts: restarts)
            let with = try growth(everything, restarts: restarts)
            print("parent's growth per graceful restart: \(baseline) kB without mod_swift, \(with) kB with all plugins")
            #expect(with < 100)
        }

        @Test("30 graceful restarts grow the parent by less than 100 kB each")
        func parentStaysSmall() throws { try Self.compareGrowth(restarts: 30) }
    }
}
