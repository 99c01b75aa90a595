// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

/// A server whose plugin runs for every request, and marks the headers of all responses with `m`.
enum AlwaysServer {
    static func configuration(
        _ mpm: MPM, _ directives: String, _ files: [String: String] = [:], modules: [String] = []
    ) -> HTTPDConfiguration {
        var all = HTTPDConfiguration(
            mpm: mpm, extraModules: ["headers"] + modules,
            directives: """
                \(Plugins.module)SwiftPlugin "\(Plugins.always)"
                LogLevel Always:notice
                AlwaysMark m
                \(directives)

                """)
        all.addDocument("page.txt", text: "page\n")
        for (name, text) in files { all.addFile(name, text: text + "\n") }
        return all
    }
}

/// The header of a response, as curl prints it.
struct Header {
    let status: String
    private let fields: [(name: String, value: String)]

    /// The last header of curl's output.
    init(_ text: String) {
        let blocks = text.replacingOccurrences(of: "\r\n", with: "\n").components(separatedBy: "\n\n")
        let lines = (blocks.last { $0.hasPrefix("HTTP/") } ?? "").split(separator: "\n").map(String.init)
        status = lines.first?.split(separator: " ").dropFirst().first.map(String.init) ?? ""
        fields = lines.dropFirst().compactMap { line in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            return (line[..<colon].lowercased(), value)
        }
    }

    subscript(name: String) -> [String] { fields.filter { $0.name == name.lowercased() }.map(\.value) }
}

extension HTTPDProcess {
    /// The header that a path is answered with.
    func header(_ arguments: String..., path: String) throws -> Header {
        Header(try curl(["-o", "/dev/null", "-D", "-"] + arguments, path: path).text)
    }

    /// The lines of the error log that plugin Always wrote.
    fileprivate func told(_ text: String) -> Int {
        errorLog.split(separator: "\n").count { $0.contains("[Always:notice]") && $0.contains(text) }
    }
}

extension Lifecycle {
    @Suite("Handlers that run for every request, without a directive")
    struct EveryRequest {
        private static let kinds = """
            Header add Set-Cookie "h=1"
            Header always add Set-Cookie "w=1"
            Header set X-Late "late"
            Redirect 302 /away http://elsewhere.example/x
            Redirect gone /old
            ErrorDocument 410 /gone.txt
            AddOutputFilter INCLUDES .shtml
            <Directory "@DOCROOT@">
                Options +Includes
                RewriteEngine on
                RewriteRule "^inside$" "/page.txt"
            </Directory>
            <IfModule cgid_module>
                ScriptSock cgisock
            </IfModule>
            ScriptAlias /cgi "@ROOT@/cgi"
            <Directory "@ROOT@/cgi">
                Require all granted
            </Directory>
            SwiftPlugin "\(Plugins.fixtures)"
            SwiftOutputFilter Fixtures.ErrorBucket ERRORS status=503
            <Location "/own/late">
                SetOutputFilter ERRORS
            </Location>
            ProxyPass /back http://127.0.0.1:@PORT2@
            Listen 127.0.0.1:@PORT2@
            <VirtualHost 127.0.0.1:@PORT2@>
                DocumentRoot "@DOCROOT@"
                AlwaysMark ""
                Header unset Set-Cookie
                Header always unset Set-Cookie
                Header unset X-Late
                Redirect 302 /go http://back.example/y
            </VirtualHost>
            """

        @Test(
            "Each response's header is seen once, behind mod_headers, whoever made the response",
            arguments: MPM.allCases)
        func responseHeaders(_ mpm: MPM) throws {
            var configuration = AlwaysServer.configuration(
                mpm, Self.kinds,
                modules: ["rewrite", "include", "proxy", "proxy_http", mpm.isThreaded ? "cgid" : "cgi"])
            configuration.addDocument("gone.txt", text: "gone\n")
            configuration.addDocument("index.shtml", text: "[<!--#include virtual=\"/page.txt\" -->]")
            try withHTTPD(configuration) { server in
                try server.addScript(
                    "cgi/tell",
                    "#!/bin/sh\ncat >/dev/null\necho 'Set-Cookie: c=1'\necho 'Set-Cookie: d=2'\necho 'Content-Type: text/plain'\necho\n"
                        + "echo \"in $HTTP_X_IN\"\n")
                let both = ["w=1;m", "h=1;m"]
                for (path, cookies, status) in [
                    ("/page.txt", both, "200"), ("/inside", both, "200"), ("/index.shtml", both, "200"),
                    ("/back/page.txt", both, "200"), ("/cgi/tell", ["c=1;m", "d=2;m"] + both, "200"),
                    ("/own", ["e=1;m", "w=1;m", "a=1;m", "b=2;m", "h=1;m"], "200"),
                    ("/none", ["w=1;m"], "404"), ("/own/late", ["w=1;m"], "503"), ("/away", ["w=1;m"], "302"),
                    ("/back/go", both, "302"),
                    ("/old", both, "410"),
                ] {
                    for arguments in [[], ["-I"]] {
                        let header = Header(
                            try server.curl(["-o", "/dev/null", "-D", "-"] + arguments, path: path).text)
                        #expect(header.status == status, "\(path)")
                        #expect(header["Set-Cookie"] == cookies, "\(path) \(arguments)")
                        #expect(header["X-Run"].count == 1, "\(path) \(arguments): \(header["X-Run"])")
                        let late = ["404", "503"].contains(status) || path == "/away" ? [] : ["late;m"]
                        #expect(header["X-Late"] == late, "\(path)")
                    }
                }
                #expect(try server.header(path: "/away")["Location"] == ["http://elsewhere.example/x;m"])
                #expect(try server.header(path: "/back/go")["Location"] == ["http://back.example/y;m"])
                // A 304 sends few fields, this among them: of a file, and of a handler that leaves it to httpd.
                let tag = try #require(server.header(path: "/page.txt")["ETag"].first)
                let unchanged = try server.header("-H", "If-None-Match: \(tag)", path: "/page.txt")
                #expect(unchanged.status == "304")
                #expect(unchanged["Set-Cookie"] == both)
                let own = try server.header(path: "/own?304")
                #expect(own.status == "304" && own["Set-Cookie"] == ["e=1;m", "w=1;m", "a=1;m", "b=2;m"])
                let bodies = [("/page.txt", "page\n"), ("/index.shtml", "[page\n]"), ("/old", "gone\n")]
                for (path, body) in bodies { #expect(try server.curl(path: path).text == body) }
                // An interim response is not ours.
                let text = try server.curl("-i", "-H", "Expect: 100-continue", "-d", "x", path: "/cgi/tell").text
                let blocks = text.components(separatedBy: "\r\n\r\n")
                #expect(blocks.first == "HTTP/1.1 100 Continue", "\(text)")
                #expect(Header(text)["X-Run"] == ["200"])
                #expect(try server.curl("-H", "X-In: one", path: "/cgi/tell").text == "in [one]\n")
            }
        }

        @Test("Headers are seen once over HTTP/2 too")
        func http2() throws {
            let directives = """
                Protocols h2c http/1.1
                Header add Set-Cookie "h=1"
                Header always add Set-Cookie "w=1"
                Redirect 302 /away http://elsewhere.example/x
                """
            try withHTTPD(AlwaysServer.configuration(.event, directives, modules: ["http2"])) { server in
                for (path, cookies) in [
                    ("/page.txt", ["w=1;m", "h=1;m"]), ("/none", ["w=1;m"]), ("/away", ["w=1;m"]),
                    ("/own", ["e=1;m", "w=1;m", "a=1;m", "b=2;m", "h=1;m"]),
                ] {
                    let header = try server.header("--http2-prior-knowledge", path: path)
                    #expect(header["Set-Cookie"] == cookies, "\(path)")
                    #expect(header["X-Run"] == [header.status], "\(path)")
                }
                #expect(try server.curl("--http2-prior-knowledge", path: "/page.txt").text == "page\n")
            }
        }

        @Test("What mod_cache stores has been seen, and a hit is not seen again", arguments: MPM.allCases)
        func cached(_ mpm: MPM) throws {
            let directives = """
                Header add Set-Cookie "h=1"
                CacheRoot "@ROOT@/cache"
                CacheDirLevels 1
                CacheEnable disk /
                CacheHeader on
                CacheDefaultExpire 3600
                """
            var configuration = AlwaysServer.configuration(mpm, directives, modules: ["cache", "cache_disk"])
            configuration.addFile("cache/empty", text: "")
            try withHTTPD(configuration) { server in
                try FileManager.default.setAttributes(
                    [.posixPermissions: 0o777], ofItemAtPath: server.root + "/cache")
                for hit in [false, true, true] {
                    let header = try server.header(path: "/page.txt")
                    #expect(header["Set-Cookie"] == ["h=1;m"] && header["X-Run"] == ["200"])
                    #expect(header["X-Cache"].contains { $0.hasPrefix("HIT") } == hit, "\(header["X-Cache"])")
                }
            }
        }

        @Test(
            "A handler that throws at a response's header leaves it as it was, and is logged", arguments: MPM.allCases)
        func throwing(_ mpm: MPM) throws {
            let directives = """
                Header always set Set-Cookie "w=1"
                <Location /page.txt>
                    AlwaysFail On
                </Location>
                """
            let sentence = "Always.Mark: thrown at the header by the test"
            try withHTTPD(AlwaysServer.configuration(mpm, directives), allowing: [sentence]) { server in
                for _ in 0..<3 {
                    let header = try server.header(path: "/page.txt")
                    #expect(header.status == "200" && header["Set-Cookie"] == ["w=1"])
                    #expect(header["X-Run"].isEmpty && header["X-Error"].isEmpty)
                    #expect(header["Content-Type"] == ["text/plain"])
                }
                #expect(try server.curl(path: "/page.txt").text == "page\n")
                #expect(server.errorLog.components(separatedBy: sentence).count == 5)
            }
        }

        /// Says of a plugin in C what configtest says of it.
        private func refusal(of name: String, _ source: String) throws -> String {
            let (status, output) = try HTTPDProcess.configtest(
                HTTPDConfiguration(
                    directives: "\(Plugins.module)SwiftPlugin plugins/lib\(name).so\n",
                    files: ["plugins/lib\(name).so": try Plugins.tinyPlugin(named: name, source)]))
            #expect(status == 1, "\(output)")
            return output
        }

        @Test("A mod_swift that would pass over such handlers refuses their plugin")
        func olderHost() throws {
            let source = """
                #include <dlfcn.h>
                swift_httpd_table_reference swift_httpd_plugin_Older(swift_httpd_host_reference host) {
                    static swift_httpd_host_services services;
                    services = *(swift_httpd_host_services *)(uintptr_t)host.token;
                    services.size = offsetof(swift_httpd_host_services, features);
                    void *dso = dlopen("\(Plugins.always)", RTLD_NOW);
                    swift_httpd_table_reference (*entry)(swift_httpd_host_reference) =
                        dso ? dlsym(dso, "swift_httpd_plugin_Always") : 0;
                    if (!entry) return (swift_httpd_table_reference){0};
                    return entry((swift_httpd_host_reference){(uint64_t)(uintptr_t)&services});
                }
                """
            let output = try refusal(of: "Older", source)
            #expect(output.contains("speaks plugin ABI 2 and this mod_swift ABI 1"), "\(output)")
        }

        @Test("A plugin with handlers of a phase that mod_swift does not know is refused")
        func unknownPhase() throws {
            let source = """
                static swift_httpd_registration all[] = {{SWIFT_HTTPD_EVERY_REQUEST, 77, "Later"}};
                static swift_httpd_plugin_table table = {
                    SWIFT_HTTPD_PLUGIN_ABI, sizeof table, "Later", "9", 0, 1, all};
                swift_httpd_table_reference swift_httpd_plugin_Later(swift_httpd_host_reference host) {
                    return (swift_httpd_table_reference){(uint64_t)(uintptr_t)&table};
                }
                """
            let output = try refusal(of: "Later", source)
            let sentence = "libLater.so runs in a phase 77, which this mod_swift does not know"
            #expect(output.contains(sentence), "\(output)")
        }

        @Test("Handlers of all phases run for each request, and after restarts once still", arguments: MPM.allCases)
        func phases(_ mpm: MPM) throws {
            let directives = """
                AddOutputFilter INCLUDES .shtml
                DirectoryIndex none
                <Directory "@DOCROOT@">
                    Options +Includes
                </Directory>
                <Location "/index.shtml">
                    AlwaysTell On
                </Location>
                <Location "/page.txt">
                    AlwaysTell On
                </Location>
                <Location "/swift-status">
                    SetHandler swift-status
                </Location>
                """
            var configuration = AlwaysServer.configuration(mpm, directives, modules: ["include"])
            configuration.addDocument("index.shtml", text: "[<!--#include virtual=\"/page.txt\" -->]")
            try withHTTPD(configuration) { server in
                for round in 1...3 {
                    if round == 2 { try server.gracefulRestart() }
                    if round == 3 { try server.restart() }
                    #expect(try server.curl(path: "/index.shtml").text == "[page\n]")
                    try server.waitUntil("the log handler") { server.told("done with /index.shtml") == round }
                    #expect(server.told("fixup of /index.shtml, whole") == round)
                    #expect(server.told("fixup of /page.txt, a part") == round)
                    #expect(server.told("done with /page.txt") == 0)
                }
                let own = try server.curl("-H", "X-In: one", "-H", "X-In: two", path: "/own").text
                #expect(own == "own [one, two]\n")
                #expect(try server.header("-H", "X-Forbid: 1", path: "/page.txt").status == "403")
                let page = try server.statusPage("?auto")
                #expect(page.contains("SwiftEveryRequests: 5\n"), "\(page)")
                #expect(
                    page.contains(
                        "SwiftEveryRequest[4]Plugin: Always\nSwiftEveryRequest[4]Name: Mark\n"
                            + "SwiftEveryRequest[4]Phase: response header\n"))
                #expect(try server.statusPage().contains("<td>Always</td><td>Door</td><td>access</td>"))
            }
        }
    }
}

extension HTTPDProcess {
    /// Adds a program to the server root.
    fileprivate func addScript(_ name: String, _ text: String) throws {
        let path = root + "/" + name
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let open = [FileAttributeKey.posixPermissions: 0o755]
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true, attributes: open)
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes(open, ofItemAtPath: path)
    }
}
