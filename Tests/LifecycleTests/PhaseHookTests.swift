// SPDX-License-Identifier: Apache-2.0
import HTTPDTesting
import Testing

extension Lifecycle {
    @Suite("Handlers of phases run when they should, once each")
    struct PhaseHooks {
        private static func configuration(_ directives: String, modules: [String] = []) -> HTTPDConfiguration {
            var all = HTTPDConfiguration(
                extraModules: modules,
                directives: """
                    \(Plugins.module)SwiftPlugin "\(Plugins.shout)"
                    SwiftPlugin "\(Plugins.fixtures)"
                    LogLevel Fixtures:notice
                    \(directives)

                    """)
            all.addDocument("page.txt", text: "page\n")
            all.addDocument("LOUD", text: "loud\n")
            all.addDocument("index.shtml", text: "[<!--#include virtual=\"/LOUD\" -->]")
            return all
        }

        /// One section holds for all URLs, so that httpd's shortcut for requests with one configuration would apply.
        @Test("An access handler is asked about each URL that a redirect or an SSI include leads to")
        func access() throws {
            let directives = """
                AddOutputFilter INCLUDES .shtml
                DirectoryIndex index.shtml
                <Location "/">
                    SwiftAccessHandler Shout.Whisperers
                    Options +Includes
                </Location>
                <Directory "@DOCROOT@">
                    RewriteEngine on
                    RewriteRule "^inside$" "/LOUD"
                    RewriteRule "^harmless$" "/page.txt"
                </Directory>
                """
            let configuration = Self.configuration(directives, modules: ["include", "rewrite"])
            try withHTTPD(configuration, allowing: ["unable to include"]) { server in
                #expect(try server.curl("-i", path: "/LOUD").text.hasPrefix("HTTP/1.1 403"))
                #expect(try server.curl("-i", path: "/inside").text.hasPrefix("HTTP/1.1 403"))
                #expect(try server.curl(path: "/harmless").text == "page\n")
                let included = try server.curl(path: "/").text
                #expect(included.hasPrefix("[") && !included.contains("loud"), "\(included)")
            }
        }

        /// To httpd -3 is SUSPENDED: it would wait for somebody to go on with the request.
        @Test("A handler that answers with a number that is no status gives 500, and the connection goes on")
        func noStatus() throws {
            let directives = "<Location /decide>\nSetHandler swift\nSwiftHandler Fixtures.Decide\n</Location>"
            try withHTTPD(Self.configuration(directives), allowing: ["which is no status of a response"]) { server in
                for code in ["-3", "-1", "100", "600"] {
                    let answer = try server.curl("-i", "--max-time", "10", path: "/decide?status=\(code)").text
                    #expect(answer.hasPrefix("HTTP/1.1 500"), "\(code): \(answer)")
                    #expect(server.errorLog.contains("Fixtures.Decide: answered with \(code), which is no status"))
                }
                #expect(try server.curl("-i", path: "/decide?status=404").text.hasPrefix("HTTP/1.1 404"))
                #expect(try server.curl(path: "/page.txt").text == "page\n")
            }
        }

        @Test("A log handler runs once per request, after restarts too, and so does one in an .htaccess file")
        func once() throws {
            let directives = """
                <Location "/page.txt">
                    SwiftLogHandler Fixtures.Tell
                </Location>
                <Directory "@DOCROOT@">
                    AllowOverride FileInfo
                </Directory>
                """
            var configuration = Self.configuration(directives)
            configuration.addDocument("deep/.htaccess", text: "SwiftLogHandler Fixtures.Tell\n")
            configuration.addDocument("deep/page.txt", text: "deep\n")
            try withHTTPD(configuration) { server in
                for round in 1...3 {
                    if round == 2 { try server.gracefulRestart() }
                    if round == 3 { try server.restart() }
                    for path in ["/page.txt", "/deep/page.txt", "/LOUD"] { _ = try server.curl(path: path) }
                    try server.waitUntil("the log handlers") { Self.count("of /deep/page.txt", server) == round }
                    #expect(Self.count("of /page.txt", server) == round)
                    #expect(Self.count("of /LOUD", server) == 0)
                }
            }
        }

        @Test("SetHandler swift where no SwiftHandler is in force answers 500, sends no file, and says what to do")
        func noHandler() throws {
            let directives = """
                <Location "/page.txt">
                    SetHandler swift
                </Location>
                <Location "/hello">
                    SetHandler swift
                    SwiftHandler Shout.Hello
                </Location>
                """
            let sentence =
                "SetHandler (or AddHandler) swift is in force for /page.txt, but no SwiftHandler: add "
                + "'SwiftHandler Plugin.name' to the section, or take the handler out"
            try withHTTPD(Self.configuration(directives), allowing: [sentence]) { server in
                let answer = try server.curl("-i", path: "/page.txt").text
                #expect(answer.hasPrefix("HTTP/1.1 500"))
                #expect(!answer.contains("page\n"))
                #expect(server.errorLog.contains("[swift:error]"))
                #expect(server.errorLog.contains(sentence))
                #expect(try server.curl(path: "/hello").text == "hello world\n")
            }
        }

        private static func count(_ text: String, _ server: HTTPDProcess) -> Int {
            server.errorLog.split(separator: "\n").count { $0.contains("[Fixtures:notice]") && $0.contains(text) }
        }
    }
}
