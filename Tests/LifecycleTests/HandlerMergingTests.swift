// SPDX-License-Identifier: Apache-2.0
import HTTPDTesting
import Testing

extension Lifecycle {
    @Suite("Handlers of phases stack in one section, are replaced by an inner one, and are allowed by AllowOverride")
    struct HandlerMerging {
        private static let directives = """
            SwiftPlugin "\(Plugins.fixtures)"
            SwiftPlugin "\(Plugins.shout)"
            SwiftLogHandler Fixtures.Tell
            LogLevel Fixtures:notice
            <Location /stacked>
                SetHandler swift
                SwiftHandler Shout.Hello
                SwiftAccessHandler Shout.Whisperers
                SwiftAccessHandler Fixtures.Agree
                SwiftFixupHandler Fixtures.Mark
                SwiftOption shout.name outer
            </Location>
            <Location /stacked/replaced>
                SwiftAccessHandler Shout.Whisperers
            </Location>
            <Location /stacked/body>
                SwiftHandler Fixtures.Body Shout.Hello
            </Location>
            <Location /stacked/inner>
                SwiftOption shout.name inner
            </Location>
            <Location /stacked/without>
                SwiftOption shout.name
            </Location>
            <Location /NOT>
                SwiftAccessHandler Shout.Whisperers Fixtures.Agree
            </Location>
            <Directory "@DOCROOT@">
                AllowOverride AuthConfig FileInfo
            </Directory>
            <Directory "@DOCROOT@/auth">
                AllowOverride AuthConfig
            </Directory>
            <Directory "@DOCROOT@/none">
                AllowOverride Limit
            </Directory>

            """

        private static var configuration: HTTPDConfiguration {
            var all = HTTPDConfiguration(directives: Plugins.module + directives)
            all.addDocument("plain.txt", text: "plain\n")
            all.addDocument("NOT", text: "loud\n")
            for folder in ["both", "auth", "none", "unknown", "handler", "badoption"] {
                all.addDocument("\(folder)/page.txt", text: "page\n")
            }
            all.addDocument(
                "both/.htaccess", text: "SwiftAccessHandler Fixtures.Agree\nSwiftFixupHandler Fixtures.Mark\n")
            all.addDocument("auth/.htaccess", text: "SwiftAccessHandler Fixtures.Agree\n")
            all.addDocument("auth/deeper/.htaccess", text: "SwiftFixupHandler Fixtures.Mark\n")
            all.addDocument("auth/deeper/page.txt", text: "page\n")
            all.addDocument("none/.htaccess", text: "SwiftAccessHandler Fixtures.Agree\n")
            all.addDocument(
                "handler/.htaccess",
                text: "SetHandler swift\nSwiftHandler Shout.Hello\nSwiftOption shout.name \"the file\"\n")
            all.addDocument("unknown/.htaccess", text: "SwiftHandler Shout.Hallo\n")
            all.addDocument("badoption/.htaccess", text: "\n\nSwiftOption \"shout.name\n")
            return all
        }

        @Test(arguments: [MPM.event, .prefork]) func sections(_ mpm: MPM) throws {
            var configuration = Self.configuration
            configuration.mpm = mpm
            try withHTTPD(configuration) { server in
                let stacked = try server.answer("/stacked")
                #expect(stacked.contains("X-Fixup: yes"), "both access handlers of the section ran: \(stacked)")
                #expect(stacked.hasSuffix("hello outer\n"))
                let replaced = try server.answer("/stacked/replaced")
                #expect(replaced.contains("X-Fixup: no"), "the inner section's access handler replaced both")
                #expect(replaced.hasSuffix("hello outer\n"), "other phases are those of the outer section")
                #expect(
                    try server.curl("-d", "sent", path: "/stacked/body").text == "sent", "the first handler answers")
                #expect(try server.curl(path: "/stacked/inner").text == "hello inner\n")
                #expect(try server.curl(path: "/stacked/without").text == "hello world\n")
                #expect(try server.answer("/NOT").hasPrefix("HTTP/1.1 403"), "the first access handler refused")
                #expect(try server.curl(path: "/plain.txt").text == "plain\n")
                try server.waitUntil("the log handler") {
                    server.errorLog.contains("[Fixtures:notice]") && server.errorLog.contains("of /plain.txt")
                }
            }
        }

        @Test func htaccess() throws {
            let expected = ["/unknown/.htaccess", "/none/.htaccess", "/deeper/.htaccess", "/badoption/.htaccess"]
            try withHTTPD(Self.configuration, allowing: expected) { server in
                let both = try server.answer("/both/page.txt")
                #expect(both.contains("X-Fixup: yes"))
                #expect(try server.curl(path: "/auth/page.txt").text == "page\n")
                #expect(try server.curl(path: "/handler/page.txt").text == "hello the file\n")
                for (path, sentence) in [
                    ("/auth/deeper", "SwiftFixupHandler not allowed here"),
                    ("/none", "SwiftAccessHandler not allowed here"),
                    ("/unknown", "SwiftHandler: plugin Shout has no handler 'Hallo': choose from Hello"),
                    ("/badoption", "SwiftOption: a quote is not closed"),
                ] {
                    #expect(try server.answer(path + "/page.txt").hasPrefix("HTTP/1.1 500"), "\(path)")
                    #expect(try server.curl(path: "/both/page.txt").text == "page\n", "others go on")
                    let line = server.errorLog.split(separator: "\n").last { $0.contains("\(path)/.htaccess") }
                    #expect(line?.contains(sentence) == true, "\(line ?? "no line for \(path)")")
                }
            }
        }

        @Test("A static file under a section with Swift handlers serves") func staticFile() throws {
            let section = """
                <Location />
                    SwiftAccessHandler Fixtures.Agree
                    SwiftFixupHandler Fixtures.Mark
                    SwiftHandler Shout.Hello
                </Location>

                """
            var configuration = Self.configuration
            configuration.directives += section
            try withHTTPD(configuration) { server in
                let missing = try server.answer("/none.txt")
                #expect(missing.hasPrefix("HTTP/1.1 404"))
                #expect(try server.curl(path: "/plain.txt").text == "plain\n")
            }
        }
    }
}

extension HTTPDProcess {
    /// The whole response to a GET, header and body.
    fileprivate func answer(_ path: String) throws -> String {
        try curl("-i", path: path).text
    }
}
