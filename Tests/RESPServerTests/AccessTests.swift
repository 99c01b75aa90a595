// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension RESPServer {
    @Suite("RESP: who may")
    struct Access {
        private static func ask(_ client: RawClient, _ command: String) throws -> String {
            try client.send(command + "\r\n")
            return try client.receive(through: "\r\n")
        }

        /// redis-cli with these arguments.
        private static func client(_ server: HTTPDProcess, _ arguments: [String]) throws -> Command.Result {
            try Command("redis-cli", ["-h", "127.0.0.1", "-p", "\(server.respPort)"] + arguments).run()
        }

        private static func withUsers(
            _ mpm: MPM, options: String = "", modules: [String] = [], host: String = ""
        ) throws -> HTTPDConfiguration {
            var configuration = RESPConfiguration.server(
                mpm, .socache, modules: modules, options: "\(RESPConfiguration.authentication) \(options)",
                host: RESPConfiguration.userFile + "\n" + host)
            configuration.files["users"] = try RESPConfiguration.users()
            return configuration
        }

        @Test("A stranger has Redis's answers until AUTH or HELLO tell who it is")
        func stranger() throws {
            let (name, password) = RESPConfiguration.user
            let redis = try CompanionServer(
                .redis,
                [
                    "--user", "default", "off", "--user", name, "on", ">\(password)", "~*", "&*", "+@all",
                ])
            try withHTTPD(try Self.withUsers(.event)) { server in
                try ClientProgram.run(
                    "protocol",
                    ["\(redis.port)", "\(server.respPort)", "--auth", name, password, "--known", ClientProgram.known])
                #expect(!server.errorLog.contains(password), "no password is written down")
            }
        }

        @Test("A user's name cannot hide what follows it in the log")
        func nameWithZero() throws {
            try withHTTPD(try Self.withUsers(.event)) { server in
                let client = try RawClient(port: server.respPort)
                try client.send("*3\r\n$4\r\nAUTH\r\n$9\r\nno\u{0}body\r\n\r\n$1\r\nx\r\n")
                #expect(try client.receive(through: "\r\n").hasPrefix("-WRONGPASS"))
                #expect(server.errorLog.contains(#"'no\\x00body\r\n' did not authenticate"#), "\(server.errorLog)")
            }
        }

        @Test("redis-py with a user of the htpasswd file")
        func userOfFile() throws {
            let redis = try CompanionServer(.redis)
            let (name, password) = RESPConfiguration.user
            try withHTTPD(try Self.withUsers(.event)) { server in
                try ClientProgram.run(
                    "client_redispy",
                    ["\(redis.port)", "\(server.respPort)", "--protocol", "3", "--user", name, password])
            }
        }

        @Test("Who does not authenticate in time is closed; who did may stay", arguments: MPM.allCases)
        func deadline(_ mpm: MPM) throws {
            let options = RESPConfiguration.authenticationTime(2)
            try withHTTPD(try Self.withUsers(mpm, options: options)) { server in
                let (name, password) = RESPConfiguration.user
                let known = try RawClient(port: server.respPort)
                #expect(try Self.ask(known, "AUTH \(name) \(password)") == "+OK\r\n")
                let silent = try RawClient(port: server.respPort)
                let busy = try RawClient(port: server.respPort)
                let start = ContinuousClock.now
                // To go on asking does not help, nor to begin anew.
                #expect(try Self.ask(busy, "GET x").hasPrefix("-NOAUTH "))
                usleep(1_500_000)
                #expect(try Self.ask(busy, "RESET") == "+RESET\r\n")
                for client in [silent, busy] { _ = try client.receiveUntilClose(timeout: .seconds(8)) }
                let time = ContinuousClock.now - start
                #expect(time > .milliseconds(1_700) && time < .milliseconds(3_200), "closed after \(time)")
                #expect(try Self.ask(known, "PING") == "+PONG\r\n")
                // Who was known, and is no more, has the time again.
                #expect(try Self.ask(known, "RESET") == "+RESET\r\n")
                _ = try known.receiveUntilClose(timeout: .seconds(8))
            }
        }

        @Test("Where secure=on, no password is taken without TLS")
        func onlySecure() throws {
            try withHTTPD(try Self.withUsers(.event, options: RESPConfiguration.secure)) { server in
                let (name, password) = RESPConfiguration.user
                let client = try RawClient(port: server.respPort)
                #expect(try Self.ask(client, "AUTH \(name) \(password)").hasPrefix("-"))
                #expect(try Self.ask(client, "GET x").hasPrefix("-NOAUTH "))
            }
        }

        @Test("redis-cli --tls, with and without the certificate that the host asks for", arguments: MPM.allCases)
        func certificates(_ mpm: MPM) throws {
            let host = """
                ServerName localhost
                SSLEngine on
                SSLCertificateFile "@ROOT@/server.pem"
                SSLCACertificateFile "@ROOT@/client.pem"
                SSLVerifyClient require
                """
            var configuration = RESPConfiguration.server(mpm, .socache, modules: ["ssl"], host: host)
            configuration.files["server.pem"] = try RESPConfiguration.certificate("localhost")
            configuration.files["client.pem"] = try RESPConfiguration.certificate("client")
            let redis = try CompanionServer(.redis)
            // What mod_ssl says of a client without a certificate is not the test's matter.
            try withHTTPD(configuration, allowing: ["[ssl:"]) { server in
                let (ca, own) = ("\(server.root)/server.pem", "\(server.root)/client.pem")
                let trusting = ["--tls", "--cacert", ca]
                let known = trusting + ["--cert", own, "--key", own]
                #expect(try Self.client(server, known + ["PING"]).text == "PONG\n")
                let stranger = try Self.client(server, trusting + ["PING"])
                #expect(stranger.status != 0 && !stranger.text.contains("PONG"), "\(stranger.text)")
                let plain = try RawClient(port: server.respPort)
                try plain.send("PING\r\n")
                let answer = String(decoding: (try? plain.receiveUntilClose()) ?? [], as: UTF8.self)
                #expect(!answer.contains("PONG"))
                try ClientProgram.run(
                    "command_line", ["\(redis.port)", "\(server.respPort)", "--tls", ca, own, own])
                try ClientProgram.run(
                    "client_redispy", ["\(redis.port)", "\(server.respPort)", "--tls", ca, own, own])
                let benchmark = try Command(
                    "redis-benchmark",
                    ["-h", "127.0.0.1", "-p", "\(server.respPort)"] + known
                        + ["-t", "set,get", "-n", "2000", "-c", "4", "-P", "16", "--csv"]
                ).run()
                #expect(benchmark.status == 0 && benchmark.text.contains("\"GET\""), "\(benchmark.errorText)")
            }
        }

        @Test("Require tells by the address who may connect")
        func addresses() throws {
            for (address, isLetIn) in [("127.0.0.1", true), ("127.0.0.9", false)] {
                let host = "<Location \"/\">\nRequire ip \(address)\n</Location>"
                // A refused client may be worth a line of the log.
                try withHTTPD(
                    RESPConfiguration.server(.event, host: host), allowing: ["denied", "AH01630"],
                    { server in
                        let client = try RawClient(port: server.respPort)
                        try? client.send("PING\r\nQUIT\r\n")
                        let answer = (try? client.receiveUntilClose()) ?? []
                        #expect(String(decoding: answer, as: UTF8.self).contains("PONG") == isLetIn, "\(address)")
                    })
            }
        }

        @Test("A command that is taken away is unknown; one with another name has only that")
        func renamed() throws {
            let host =
                RESPConfiguration.rename("FLUSHDB", to: nil) + "\n" + RESPConfiguration.rename("KEYS", to: "LISTKEYS")
            try withHTTPD(RESPConfiguration.server(.event, host: host)) { server in
                let client = try RawClient(port: server.respPort)
                #expect(try Self.ask(client, "SET k v") == "+OK\r\n")
                #expect(try Self.ask(client, "flushdb").hasPrefix("-ERR unknown command 'flushdb'"))
                #expect(try Self.ask(client, "keys *").hasPrefix("-ERR unknown command 'keys'"))
                #expect(try Self.ask(client, "listkeys *") == "*1\r\n")
                #expect(try client.receive(exactly: 7) == Array("$1\r\nk\r\n".utf8))
            }
        }

        @Test("With log=on each command is a line of the access log, without its values")
        func accessLog() throws {
            try withHTTPD(try Self.withUsers(.event, options: RESPConfiguration.logging)) { server in
                let (name, password) = RESPConfiguration.user
                let client = try RawClient(port: server.respPort)
                for (command, reply) in [
                    ("AUTH \(name) \(password)", "+OK"), ("SET key confidential", "+OK"), ("GETDEL key", "$12"),
                ] { #expect(try Self.ask(client, command).hasPrefix(reply)) }
                #expect(try client.receive(through: "\r\n") as String == "confidential\r\n")
                #expect(try Self.ask(client, "QUIT") == "+OK\r\n")
                try server.waitUntil("the commands to be logged") {
                    ["AUTH", "SET", "GETDEL", "QUIT"].allSatisfy { server.accessLog.contains($0) }
                }
                #expect(!server.accessLog.contains("confidential") && !server.accessLog.contains(password))
                #expect(server.accessLog.contains(" \(name) "), "the user's name is in its column")
            }
        }

        @Test("The limits of the configuration have Redis's errors")
        func limits() throws {
            try withHTTPD(RESPConfiguration.server(.event, options: RESPConfiguration.limits)) { server in
                for (input, error) in [
                    (String(repeating: "x", count: 200), "-ERR Protocol error: too big inline request"),
                    ("*2\r\n$4\r\nECHO\r\n$129\r\n", "-ERR Protocol error: invalid bulk length"),
                    ("*5\r\n$4\r\nPING\r\n", "-ERR Protocol error: invalid multibulk length"),
                ] {
                    let client = try RawClient(port: server.respPort)
                    try client.send(input)
                    let answer = try client.receiveUntilClose(timeout: .seconds(5))
                    #expect(String(decoding: answer, as: UTF8.self) == error + "\r\n")
                }
            }
        }
    }
}
