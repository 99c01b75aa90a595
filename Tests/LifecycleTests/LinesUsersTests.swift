// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension Lifecycle {
    @Suite("Lines: users")
    struct LinesUsers {
        /// Tries to publish before and after `AUTH`.
        private func tryAll(_ port: UInt16) throws {
            let client = try LinesClient(port)
            #expect(try client.ask("PUBLISH news x").hasPrefix("530 "))
            for (user, password) in [("jo", "wrong"), ("nobody", "open sesame")] {
                #expect(try client.ask("AUTH \(user)").hasPrefix("334 "))
                #expect(try client.ask("PASS \(password)").hasPrefix("535 "))
            }
            #expect(try client.ask("PUBLISH news x").hasPrefix("530 "))
            #expect(try client.ask("AUTH jo").hasPrefix("334 "))
            #expect(try client.ask("PASS open sesame").hasPrefix("235 "))
            #expect(try client.ask("PUBLISH news x") == "250 0 got it")
            // Another kind of hash, and a password that is not ASCII.
            let other = try LinesClient(port)
            #expect(try other.ask("AUTH ann").hasPrefix("334 "))
            #expect(try other.ask("PASS p\u{e4}ss").hasPrefix("235 "))
            // The third failure is the last.
            let third = try LinesClient(port)
            for number in 0..<3 {
                #expect(try third.ask("AUTH jo").hasPrefix("334 "))
                #expect(try third.ask("PASS \(number)").hasPrefix(number < 2 ? "535 " : "421 "))
            }
            #expect(try third.client.receiveUntilClose().isEmpty)
        }

        @Test("Users of an htpasswd file may publish, when their password is right", arguments: MPM.allCases)
        func file(_ mpm: MPM) throws {
            try withHTTPD(try LinesServer.configuration(mpm)) { server in
                try tryAll(server.ports[2])
                let log = server.errorLog
                for word in ["sesame", "p\u{e4}ss", "wrong"] { #expect(!log.contains(word), "\(log)") }
                #expect(log.contains("'nobody' did not authenticate"))
            }
        }

        @Test("Aliases of providers bring their own file, and are asked in order")
        func aliases() throws {
            let aliases = """
                <AuthnProviderAlias file guests>
                    AuthUserFile "@ROOT@/guests"
                </AuthnProviderAlias>
                <AuthnProviderAlias file staff>
                    AuthUserFile "@ROOT@/users"
                </AuthnProviderAlias>
                """
            var configuration = try LinesServer.configuration(.event, options: "auth=guests,staff", aliases)
            configuration.files["guests"] = try LinesServer.users(["guest": "let me in"])
            try withHTTPD(configuration) { server in
                try tryAll(server.ports[2])
                let client = try LinesClient(server.ports[2])
                _ = try client.ask("AUTH guest")
                #expect(try client.ask("PASS let me in").hasPrefix("235 "))
            }
        }

        @Test("A provider that fails is no verdict, and says in the log what is wrong")
        func failing() throws {
            var configuration = try LinesServer.configuration(.event)
            configuration.files["users"] = nil
            try withHTTPD(configuration, allowing: ["AH01620"]) { server in
                let client = try LinesClient(server.ports[2])
                _ = try client.ask("AUTH jo")
                #expect(try client.ask("PASS open sesame").hasPrefix("454 "))
                #expect(try client.ask("UPPER ok") == "250 OK")
                #expect(server.errorLog.contains("Could not open password file"))
            }
        }

        @Test("configtest refuses a provider that is not loaded")
        func unknownProvider() throws {
            let wrong = try LinesServer.configuration(.event, options: "auth=file,dbm")
            let result = try HTTPDProcess.configtest(wrong)
            #expect(result.status != 0)
            #expect(
                result.output.contains("option 'auth' there is no authentication provider 'dbm'"), "\(result.output)")
        }

        @Test("1,800 wrong passwords on 20 connections that stay open leave nothing behind")
        func memory() throws {
            var configuration = try LinesServer.configuration(.event, options: "auth=file attempts=100")
            // A hash that is quick to compute, of another password.
            configuration.files["users"] = Array("jo:{SHA}EfatxsUuKS94XjPsDwHpdS8R2jM=\n".utf8)
            try withHTTPD(configuration) { server in
                let child = try #require(server.childPIDs.first)
                let clients = try (0..<20).map { _ in try LinesClient(server.ports[2]) }
                func fail(_ count: Int) throws {
                    for client in clients {
                        for _ in 0..<count {
                            try #require(try client.ask("AUTH jo").hasPrefix("334 "))
                            try #require(try client.ask("PASS wrong").hasPrefix("535 "))
                        }
                    }
                }
                try fail(9)
                let before = try server.residentKilobytes(of: child)
                try fail(90)
                let growth = try server.residentKilobytes(of: child) - before
                print("1,800 wrong passwords grew the child by \(growth) kB")
                #expect(growth < 1_024)
            }
        }

        @Test("Over TLS: a session by openssl s_client; without it, no password is asked for where secure=on")
        func secure() throws {
            let certificate = try Command(
                "openssl",
                "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout - -out - -days 2 -subj /CN=localhost"
                    .split(separator: " ").map(String.init) + ["-addext", "basicConstraints=critical,CA:FALSE"]
            ).run().output
            for (mpm, isSecure) in [(MPM.event, true), (.worker, true), (.prefork, true), (.event, false)] {
                let tls = "SSLEngine on\nSSLCertificateFile \"@ROOT@/server.pem\""
                var configuration = try LinesServer.configuration(
                    mpm, modules: ["ssl", "socache_shmcb"], options: "auth=file secure=on", host: isSecure ? tls : "",
                    "SSLSessionCache shmcb:@ROOT@/run/ssl(64000)")
                configuration.files["server.pem"] = certificate
                try withHTTPD(configuration) { server in
                    guard isSecure else {
                        let client = try LinesClient(server.ports[2])
                        #expect(try client.ask("AUTH jo").hasPrefix("538 "))
                        return
                    }
                    // Each line is sent when the answer to the one before is here; in between the connection waits.
                    let script = """
                        coproc openssl s_client -quiet -connect 127.0.0.1:\(server.ports[2]) 2>errors
                        # bash closes its own descriptor when the program has ended, read or not.
                        exec {answers}<&${COPROC[0]}
                        for line in '' 'AUTH jo' 'PASS open sesame' 'SUBSCRIBE news' 'PUBLISH news x' 'UPPER y' QUIT; do
                            [[ -z $line ]] || { sleep 0.1; echo "$line" >&${COPROC[1]}; }
                            read -r -t 5 -u $answers answer || { echo "no answer to '$line'"; break; }
                            echo "$answer"
                        done
                        cat <&$answers
                        """
                    let result = try Command("bash", ["-c", script], directory: server.root).run()
                    let lines = result.text.components(separatedBy: "\r\n")
                    let starts = lines.map { $0.prefix(3) }
                    #expect(starts == ["220", "334", "235", "250", "250", "* n", "250", "221", ""], "\(mpm): \(lines)")
                }
            }
        }
    }
}

extension Lifecycle {
    @Suite("Lines: the configuration that is written down")
    struct LinesConfiguration {
        @Test("The tutorial's pieces, and what conf/swift_lines.conf proposes, pass configtest")
        func pieces() throws {
            func text(_ path: String) throws -> String {
                String(decoding: try Plugins.bytes(of: "\(Plugins.package)/\(path)"), as: UTF8.self)
            }
            let page = try text("Sources/HTTPD/HTTPD.docc/WritingAProtocol.md")
            var pieces = page.components(separatedBy: "```apache\n").dropFirst()
                .map { $0.components(separatedBy: "```")[0] }
            #expect(pieces.count == 3)
            let proposal = try text("conf/swift_lines.conf").split(separator: "\n")
                .filter { $0.hasPrefix("#<") || $0.hasPrefix("#Listen") || $0.hasPrefix("#  ") }.map { $0.dropFirst() }
                .joined(separator: "\n")
            #expect(proposal.contains("SwiftProtocol"))
            pieces.append(proposal.replacing("SSLEngine on", with: ""))
            for piece in pieces {
                let plugin = piece.contains("SwiftPlugin") ? "" : "SwiftPlugin Lines\n"
                // What the test's own server is made of must not be in the way.
                let directives = piece.split(separator: "\n").filter { !$0.contains("ThreadsPerChild") }
                    .joined(separator: "\n")
                let result = try HTTPDProcess.configtest(
                    HTTPDConfiguration(
                        extraModules: ["authn_core", "authn_file"],
                        directives: Plugins.module + plugin + directives + "\n"))
                #expect(result.status == 0, "\(piece)\n\(result.output)")
            }
        }
    }
}
