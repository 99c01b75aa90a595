// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension Lifecycle {
    @Suite("Protocols: several hosts on one port")
    struct NamedHosts {
        private static func host(_ name: String, _ lines: String, isSecure: Bool) -> String {
            let secure = """
                SSLEngine on
                SSLCertificateFile "@ROOT@/server.pem"

                """
            return """
                <VirtualHost 127.0.0.1:@PORT3@>
                    ServerName \(name)
                \(isSecure ? secure : "")\(lines)
                    CustomLog "@ROOT@/\(name).log" "%v \\"%r\\" %>s %{reason}n"
                    ErrorLog "@ROOT@/\(name).errors"
                </VirtualHost>

                """
        }

        /// A port that four hosts share; the first one speaks HTTP only.
        private static func configuration(_ mpm: MPM, isSecure: Bool = true) throws -> HTTPDConfiguration {
            let hosts = [
                host("first.test", "", isSecure: isSecure),
                host(
                    "a.test",
                    """
                    Protocols desk http/1.1
                    SwiftProtocol Fixtures.Desk banner="220 a" idle=1
                    """, isSecure: isSecure),
                host(
                    "b.test",
                    """
                    Protocols desk http/1.1
                    SwiftProtocol Fixtures.Desk banner="220 b" peraddress=1
                    Timeout 2
                    """, isSecure: isSecure),
                host(
                    "c.test",
                    """
                    Protocols lines http/1.1
                    SwiftProtocol Lines.Lines auth=file
                    <Location "/">
                        AuthUserFile "@ROOT@/users"
                    </Location>
                    """, isSecure: isSecure),
            ]
            let text = """
                \(Plugins.module)SwiftPlugin Lines
                SwiftPlugin "\(Plugins.fixtures)"
                LogLevel Fixtures:info
                Listen 127.0.0.1:@PORT3@ https
                \(isSecure ? "SSLSessionCache shmcb:@ROOT@/run/ssl(64000)" : "AcceptFilter https none")
                \(hosts.joined())
                <Location "/swift-status">
                    SetHandler swift-status
                </Location>

                """
            var configuration = HTTPDConfiguration(
                mpm: mpm, extraModules: ["authn_core", "authn_file"] + (isSecure ? ["ssl", "socache_shmcb"] : []),
                directives: text, documents: ["page.html": numberedLines(100)],
                children: mpm == .prefork ? nil : 1, maxClients: 16)
            configuration.files["users"] = try LinesServer.users(["jo": "open sesame"])
            if isSecure { configuration.files["server.pem"] = try DeskServer.certificate() }
            return configuration
        }

        /// What a client gets that names a host and offers protocols; `input` is a command of the shell.
        private static func ask(
            _ server: HTTPDProcess, _ name: String, _ offer: String, _ input: String
        ) throws -> String {
            let script = """
                (\(input)) | openssl s_client -quiet -no_ign_eof -connect 127.0.0.1:\(server.ports[2]) \
                    -servername \(name) \(offer.isEmpty ? "" : "-alpn \(offer)") 2>errors-\(name)
                """
            return try Command("bash", ["-c", script], directory: server.root).run().text
        }

        private static func file(_ name: String, _ server: HTTPDProcess) -> String {
            String(decoding: FileManager.default.contents(atPath: "\(server.root)/\(name)") ?? Data(), as: UTF8.self)
        }

        @Test("SNI and ALPN: each host has its protocol, options, limits, log and sections", arguments: MPM.allCases)
        func hosts(_ mpm: MPM) throws {
            try withHTTPD(try Self.configuration(mpm)) { server in
                let hello = "sleep 0.3; echo ECHO hello; sleep 0.3"
                #expect(try Self.ask(server, "a.test", "desk,http/1.1", hello) == "220 a\r\nhello\r\n")
                #expect(try Self.ask(server, "b.test", "http/1.1,desk", hello) == "220 b\r\nhello\r\n")
                // A protocol that the host does not name, and no offer at all.
                for (name, offer) in [("a.test", "lines,http/1.1"), ("c.test", ""), ("first.test", "desk,http/1.1")] {
                    let get = #"printf 'GET /page.html HTTP/1.0\r\nHost: \#(name)\r\n\r\n'; sleep 0.4"#
                    #expect(try Self.ask(server, name, offer, get).hasPrefix("HTTP/1.1 200 "), "\(name) \(offer)")
                }
                // The section of that host has the file with the users.
                let login = "sleep 0.3; echo AUTH jo; sleep 0.2; echo PASS open sesame; sleep 0.4"
                let lines = try Self.ask(server, "c.test", "lines", login).components(separatedBy: "\r\n")
                #expect(lines.map { $0.prefix(3) } == ["220", "334", "235", ""], "\(lines)")

                let place = "127.0.0.1:\(server.ports[2])"
                #expect(try server.status("Fixtures.Desk", at: "\(place) a.test").accepted == 1)
                #expect(try server.status("Fixtures.Desk", at: "\(place) b.test").frames == 1)
                #expect(try server.status("Lines.Lines", at: "\(place) c.test").accepted == 1)
                try server.waitUntil("the logs") { Self.file("c.test.log", server).contains("SESSION") }
                #expect(Self.file("a.test.log", server).contains("a.test \"SESSION Fixtures.Desk\" 200"))
                #expect(Self.file("a.test.errors", server).contains("desk closed:"))
                #expect(Self.file("c.test.log", server).contains("c.test \"SESSION Lines.Lines\" 200"))
                #expect(!Self.file("first.test.log", server).contains("SESSION"))
            }
        }

        @Test("SNI and ALPN: the time and the number of connections are the host's own", arguments: MPM.allCases)
        func limits(_ mpm: MPM) throws {
            try withHTTPD(try Self.configuration(mpm)) { server in
                // The pipe's sleep is over after the connection is: the log tells when that was.
                for (name, time) in [("a", 0.8...1.7), ("b", 1.7...3.4)] {
                    let start = Date()
                    let crew = Crew()
                    crew.start { _ in _ = try Self.ask(server, "\(name).test", "desk", "sleep 4") }
                    try server.waitUntil("the idle connection of \(name) to end", timeout: .seconds(5)) {
                        Self.file("\(name).test.log", server).contains("the deadline 'idle' passed")
                    }
                    let took = Date().timeIntervalSince(start)
                    #expect(time.contains(took), "\(name): \(took)")
                    try crew.wait()
                }
                // One from each address is let in at b, any number at a.
                let script = """
                    client() {
                        (sleep 0.4; echo "ECHO well"; sleep 0.4) | openssl s_client -quiet -no_ign_eof \
                            -connect 127.0.0.1:\(server.ports[2]) -servername $1 -alpn desk 2>errors-$2 >out-$2
                    }
                    for i in 1 2 3; do client b.test b$i & client a.test a$i & done
                    wait
                    cat out-b?; echo; cat out-a?
                    """
                let result = try Command("bash", ["-c", script], directory: server.root).run()
                let a = "220 a\r\nwell\r\n"
                #expect(result.text == "220 b\r\nwell\r\n\n\(a)\(a)\(a)", "\(result.text)")
                #expect(try server.status("Fixtures.Desk", at: "127.0.0.1:\(server.ports[2]) b.test").refused == 2)
            }
        }

        @Test("An upgrade: the host that the request names is the connection's", arguments: MPM.allCases)
        func upgrade(_ mpm: MPM) throws {
            try withHTTPD(try Self.configuration(mpm, isSecure: false)) { server in
                let client = try RawClient(port: server.ports[2])
                try client.send(
                    "GET / HTTP/1.1\r\nHost: b.test\r\nConnection: Upgrade\r\nUpgrade: desk\r\n\r\n")
                #expect(try client.receive(through: "\r\n\r\n").hasPrefix("HTTP/1.1 101 "))
                try client.expectLine("220 b")
                let start = ContinuousClock.now
                try client.expectLine("421 idle")
                let time = ContinuousClock.now - start
                #expect(time > .milliseconds(1_700) && time < .milliseconds(3_400), "\(time)")
                try server.waitUntil("the log") { Self.file("b.test.log", server).contains("SESSION") }
                #expect(!Self.file("first.test.log", server).contains("SESSION"))
            }
        }
    }
}
