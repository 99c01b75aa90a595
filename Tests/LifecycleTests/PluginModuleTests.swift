// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension Lifecycle {
    @Suite("A plugin is found by name and by path, and is a module of its own")
    struct PluginModules {
        private func configtest(
            _ directives: String, files: [String: [UInt8]] = [:]
        ) throws -> (status: Int32, output: String) {
            try HTTPDProcess.configtest(HTTPDConfiguration(directives: directives, files: files))
        }

        private func accepts(_ directives: String, files: [String: [UInt8]] = [:]) throws {
            let (status, output) = try configtest(directives, files: files)
            #expect(status == 0, "\(output)")
        }

        static let bind = "SwiftOutputFilter Shout.Upper LOUD\n"

        @Test("By name, from the folder of libmod_swift.so") func byName() throws {
            try accepts(Plugins.module + "SwiftPlugin Rewriting\nSwiftOutputFilter Rewriting.Replace R\n")
        }

        @Test("By absolute path") func byPath() throws {
            try accepts(Plugins.module + "SwiftPlugin \"\(Plugins.shout)\"\n" + Self.bind)
        }

        @Test("By a path relative to ServerRoot") func byRelativePath() throws {
            let shout = try Plugins.bytes(of: Plugins.shout)
            try accepts(Plugins.module + "SwiftPlugin my/libShout.so\n" + Self.bind, files: ["my/libShout.so": shout])
        }

        @Test("From SwiftPluginPath, relative folders and several of them") func byPluginPath() throws {
            let shout = try Plugins.bytes(of: Plugins.shout)
            try accepts(
                Plugins.module + "SwiftPluginPath none mine \"@MODULES@\"\nSwiftPlugin Shout\nSwiftPlugin Echo\n"
                    + Self.bind, files: ["mine/libShout.so": shout, "none/else": []])
            try accepts(
                Plugins.module + "SwiftPluginPath none\nSwiftPluginPath mine\nSwiftPlugin Shout\n" + Self.bind,
                files: ["mine/libShout.so": shout, "none/else": []])
        }

        @Test("The folder of libmod_swift.so is searched last, and a message names every folder")
        func defaultFolderIsLast() throws {
            try accepts(Plugins.module + "SwiftPluginPath mine\nSwiftPlugin Echo\n", files: ["mine/else": []])
            let (status, output) = try configtest(
                Plugins.module + "SwiftPluginPath mine\nSwiftPlugin Echo\n", files: ["mine/libEcho.so": [0]])
            #expect(status == 1)
            #expect(output.contains("/mine/libEcho.so is not a shared library"), "\(output)")
            let (_, missing) = try configtest(
                Plugins.module + "SwiftPluginPath mine\nSwiftPlugin None\n", files: ["mine/else": []])
            #expect(missing.contains("there is no libNone.so in "), "\(missing)")
            #expect(missing.contains("/mine, \(ProjectModules.folder): check the name"), "\(missing)")
        }

        @Test("The first folder that has the plugin wins") func firstFolder() throws {
            let (status, output) = try configtest(
                Plugins.module + "SwiftPluginPath a b\nSwiftPlugin Shout\n",
                files: ["a/libShout.so": [0], "b/libShout.so": try Plugins.bytes(of: Plugins.shout)])
            #expect(status == 1)
            #expect(output.contains("/a/libShout.so is not a shared library"), "\(output)")
        }

        @Test("The same plugin twice, and LoadModule twice, do no harm") func twice() throws {
            let twice = Plugins.module + "SwiftPlugin Rewriting\n"
            let (status, output) = try configtest(twice + twice + "SwiftOutputFilter Rewriting.Replace R\n")
            #expect(status == 0, "\(output)")
            #expect(output.contains("already loaded, skipping"), "\(output)")
        }

        @Test("SwiftPlugin in a virtual host holds for the whole server, as LoadModule does") func inVirtualHost()
            throws
        {
            try accepts(
                Plugins.module + "<VirtualHost *:1>\nSwiftPlugin Rewriting\n</VirtualHost>\n"
                    + "SwiftOutputFilter Rewriting.Replace R\nReplace s/a/b/n\n")
        }

        @Test("<IfModule> knows a plugin by its name, before and behind the line that loads it") func ifModule() throws
        {
            let text = """
                <IfModule Rewriting>
                    NoSuchDirective
                </IfModule>
                SwiftPlugin Rewriting
                <IfModule !Rewriting>
                    NoSuchDirective
                </IfModule>
                <IfModule !swift_module>
                    NoSuchDirective
                </IfModule>
                <IfModule Rewriting>
                    SwiftOutputFilter Rewriting.Replace R
                    Replace s/a/b/n
                </IfModule>
                """
            try accepts(Plugins.module + text)
            let (status, output) = try configtest(
                Plugins.module + "SwiftPlugin Rewriting\n<IfModule Rewriting>\nNoSuchDirective\n</IfModule>\n")
            #expect(status == 1)
            #expect(output.contains("NoSuchDirective"), "\(output)")
        }

        @Test("<IfModule !Rewriting> without the plugin") func withoutPlugin() throws {
            try accepts(Plugins.module + "<IfModule Rewriting>\nReplace s/a/b/n\n</IfModule>\n")
        }

        @Test("LogLevel Plugin:level takes effect for that plugin alone, and lines carry its name")
        func logLevel() throws {
            // Rewriting says at info why it stands aside, Echo tells at debug that a client went away.
            let common = """
                SetOutputFilter REPLACE
                Replace s/a/b/n
                Header set Content-Encoding gzip early
                Listen 127.0.0.1:@PORT2@ echo
                <Location /quiet>
                    LogLevel Rewriting:warn
                </Location>

                """
            for (levels, rewriting, echo) in [
                ("LogLevel warn", 0, 0),
                ("LogLevel Rewriting:info", 1, 0),
                ("LogLevel warn Rewriting:debug Shout:trace1", 1, 0),
                ("LogLevel Shout:trace1 Echo:debug", 0, 1),
                ("LogLevel debug Rewriting:warn", 0, 1),
                ("LogLevel debug", 1, 1),
            ] {
                let configuration = HTTPDConfiguration(
                    extraModules: ["headers"], directives: Plugins.all + common + levels + "\n",
                    documents: ["a.html": numberedLines(10), "quiet/a.html": numberedLines(10)])
                try withHTTPD(configuration) { server in
                    let client = try RawClient(port: server.ports[1])
                    try client.send("hello")
                    #expect(try client.receive(exactly: 5) == Array("hello".utf8))
                    client.reset()
                    #expect(try server.curl(path: "/a.html").status == 0)
                    #expect(try server.curl(path: "/quiet/a.html").status == 0)
                    try server.waitUntil("the access log") { server.accessLog.contains("/quiet/a.html") }
                    func lines(_ tag: String) -> Int {
                        server.errorLog.split(separator: "\n").count { $0.contains(tag) }
                    }
                    try server.waitUntil("Echo's line", timeout: .seconds(3)) { lines("[Echo:debug]") >= echo }
                    #expect(lines("[Echo:") == echo, "\(levels)")
                    #expect(lines("[Rewriting:info]") == rewriting, "\(levels)")
                    #expect(lines("[Rewriting:") == rewriting, "\(levels)")
                }
            }
        }
    }
}
