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

        /// What a client gets that names a host and offers protocols, and sends commands, or a request.
        private static func ask(
            _ server: HTTPDProcess, _ name: String, _ offer: String, _ commands: String, request: String = ""
        ) throws -> String {
            let options = "-servername \(name) \(offer.isEmpty ? "" : "-alpn \(offer)")"
            let script = "request=$'\(request)' talk \(options) < <(printf '\(commands)')"
            return try TLSClient.run(script, server, port: server.ports[2]).text
        }

        private static func file(_ name: String, _ server: HTTPDProcess) -> String {
            String(decoding: FileManager.default.contents(atPath: "\(server.root)/\(name)") ?? Data(), as: UTF8.self)
        }

        @Test("SNI and ALPN: each host has its protocol, options, limits, log and sections", arguments: MPM.allCases)
        func hosts(_ mpm: MPM) throws {
            try withHTTPD(try Self.configuration(mpm)) { server in
                let hello = #"ECHO hello\n"#
                #expect(try Self.ask(server, "a.test", "desk,http/1.1", hello) == "220 a\r\nhello\r\n")
                #expect(try Self.ask(server, "b.test", "http/1.1,desk", hello) == "220 b\r\nhello\r\n")
                // A protocol that the host does not name, and no offer at all.
                for (name, offer) in [("a.test", "lines,http/1.1"), ("c.test", ""), ("first.test", "desk,http/1.1")] {
                    let get = #"GET /page.html HTTP/1.0\r\nHost: \#(name)\r\n\r\n"#
                    let page = try Self.ask(server, name, offer, "", request: get)
                    #expect(page.hasPrefix("HTTP/1.1 200 "), "\(name) \(offer)")
                }
                // The section of that host has the file with the users.
                let login = #"AUTH jo\nPASS open sesame\n"#
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
                // The client is still there when the connection ends: the log tells when that was.
                for (name, time) in [("a", 0.8...1.9), ("b", 1.9...5)] {
                    let start = Date()
                    let crew = Crew()
                    crew.start { _ in _ = try Self.ask(server, "\(name).test", "desk", #"!sleep 4\n"#) }
                    try server.waitUntil("the idle connection of \(name) to end", timeout: .seconds(5)) {
                        Self.file("\(name).test.log", server).contains("the deadline 'idle' passed")
                    }
                    let took = Date().timeIntervalSince(start)
                    #expect(time.contains(took), "\(name): \(took)")
                    try crew.wait()
                }
                // While one from an address is open at b, no other is let in there, and any number at a.
                for (name, refused) in [("b", 2), ("a", 0)] {
                    let script = """
                        further() {
                            openssl s_client -quiet -no_ign_eof -connect 127.0.0.1:\(server.ports[2]) \
                                -servername \(name).test -alpn desk </dev/null >/dev/null 2>&1
                        }
                        talk -servername \(name).test -alpn desk <<<$'ECHO well\n!further; further\nECHO still'
                        """
                    let result = try TLSClient.run(script, server, port: server.ports[2])
                    #expect(result.text == "220 \(name)\r\nwell\r\nstill\r\n", "\(result.text)")
                    let place = "127.0.0.1:\(server.ports[2]) \(name).test"
                    try server.waitUntil("those that \(name) refuses to be counted") {
                        try server.status("Fixtures.Desk", at: place).refused == refused
                    }
                }
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
