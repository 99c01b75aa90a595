// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension RESPServer {
    @Suite("RESP: stores and numbers")
    struct Stores {
        private static func ask(_ server: HTTPDProcess, _ arguments: String...) throws -> String {
            let base = ["-h", "127.0.0.1", "-p", "\(server.respPort)"]
            return try Command("redis-cli", base + arguments).run().text.trimmingCharacters(in: .whitespacesAndNewlines)
        }

        /// What `INFO stats` says, by name.
        private static func statistics(_ server: HTTPDProcess) throws -> [String: Int] {
            let lines = try ask(server, "INFO", "stats").split(whereSeparator: \.isNewline)
            return lines.reduce(into: [:]) { found, line in
                let parts = line.split(separator: ":")
                if parts.count == 2, let number = Int(parts[1]) { found[String(parts[0])] = number }
            }
        }

        /// What `swift-status` counts of the plugin, by name.
        private static func status(_ server: HTTPDProcess) throws -> [String: Int] {
            let client = try RawClient(port: server.ports[0])
            try client.send("GET /swift-status?auto HTTP/1.0\r\n\r\n")
            let lines = String(decoding: try client.receiveUntilClose(), as: UTF8.self).split(
                whereSeparator: \.isNewline)
            var names: [Substring: Substring] = [:]
            var found: [String: Int] = [:]
            for line in lines where line.hasPrefix("SwiftCounter[") {
                let row = line.prefix { $0 != "]" }
                let value = line[line.index(after: line.firstIndex(of: ":") ?? line.startIndex)...].dropFirst()
                if line.contains("]Name: ") { names[row] = value }
                if line.contains("]Count: "), let name = names[row], let count = Int(value) {
                    found[String(name)] = count
                }
            }
            return found
        }

        @Test("INFO and swift-status agree, whichever child is asked")
        func numbers() throws {
            let page = "<Location \"/swift-status\">\nSetHandler swift-status\n</Location>"
            try withHTTPD(RESPConfiguration.server(.event, .socache, page, children: 3)) { server in
                for number in 0..<30 {
                    _ = try Self.ask(server, "SET", "key\(number)", "value")
                    _ = try Self.ask(server, "INCR", "key\(number)")
                    _ = try Self.ask(server, "PUBLISH", "channel", "message")
                }
                let info = try Self.statistics(server)
                let status = try Self.status(server)
                // 90 and the question itself, which is counted before it is answered.
                #expect(info["total_commands_processed"] ?? 0 >= 90)
                #expect(info["total_error_replies"] == 30)
                #expect(info["messages_published"] == 30)
                for (name, counter) in [
                    ("total_connections_received", "connections"), ("total_error_replies", "error replies"),
                    ("messages_published", "messages published"), ("rejected_connections", "connections refused"),
                ] { #expect(info[name] == status[counter], "\(name): \(info) \(status)") }
                #expect(info["total_commands_processed"] == status["commands"], "\(info) \(status)")
            }
        }

        @Test("Hosts share keys, messages and clients only if they name one space", arguments: ["", "space=both"])
        func spaces(_ option: String) throws {
            var configuration = RESPConfiguration.server(.event, .socache, options: option, children: 2)
            configuration.directives += """
                Listen 127.0.0.1:@PORT3@ resp
                <VirtualHost 127.0.0.1:@PORT3@>
                    SwiftProtocol RESP.RESP \(option)
                    \(RESPConfiguration.Store.socache.directive)
                </VirtualHost>

                """
            try withHTTPD(configuration) { server in
                let isShared = !option.isEmpty
                let other = "\(server.ports[2])"
                func there(_ arguments: String...) throws -> String {
                    try Command("redis-cli", ["-h", "127.0.0.1", "-p", other] + arguments).run().text
                        .trimmingCharacters(in: .whitespacesAndNewlines)
                }
                #expect(try Self.ask(server, "SET", "key", "value") == "OK")
                #expect(try there("GET", "key") == (isShared ? "value" : ""))
                #expect(try there("DBSIZE") == (isShared ? "1" : "0"))
                let listener = try RawClient(port: server.ports[2])
                try listener.send("SUBSCRIBE news\r\n")
                #expect(try listener.receive(through: ":1\r\n").contains("news"))
                let watcher = try RawClient(port: server.ports[2])
                try watcher.send("MONITOR\r\n")
                #expect(try watcher.receive(through: "\r\n") == "+OK\r\n")
                #expect(try Self.ask(server, "PUBLISH", "news", "hello") == (isShared ? "1" : "0"))
                #expect(try Self.ask(server, "KEYS", "*") == "key")
                if isShared {
                    #expect(try listener.receive(through: "hello\r\n").contains("message"))
                    #expect(try watcher.receive(through: "hello\"\r\n").contains("PUBLISH"))
                } else {
                    #expect(listener.isSilent(for: .milliseconds(300)))
                    #expect(watcher.isSilent(for: .milliseconds(300)))
                    #expect(!(try Self.ask(server, "CLIENT", "LIST")).contains("flags=O"))
                }
                #expect(try there("FLUSHDB") == "OK")
                #expect(try Self.ask(server, "GET", "key") == (isShared ? "" : "value"))
            }
        }

        @Test("Hosts of one name, at several addresses, share nothing")
        func oneName() throws {
            var configuration = RESPConfiguration.server(.event, .socache, children: 1)
            for address in ["127.0.0.2", "127.0.0.3"] {
                configuration.directives += """
                    Listen \(address):@PORT2@ resp
                    <VirtualHost \(address):@PORT2@>
                        ServerName same.example
                        SwiftProtocol RESP.RESP
                        \(RESPConfiguration.Store.socache.directive)
                    </VirtualHost>

                    """
            }
            try withHTTPD(configuration) { (server) throws in
                func ask(_ address: String, _ arguments: String...) throws -> String {
                    try Command("redis-cli", ["-h", address, "-p", "\(server.respPort)"] + arguments).run().text
                        .trimmingCharacters(in: .whitespacesAndNewlines)
                }
                #expect(try ask("127.0.0.3", "SET", "guarded", "value") == "OK")
                #expect(try ask("127.0.0.3", "GET", "guarded") == "value")
                #expect(try ask("127.0.0.2", "GET", "guarded").isEmpty)
                #expect(try ask("127.0.0.1", "KEYS", "*").isEmpty)
            }
        }

        @Test("Two commands cannot get one name")
        func names() throws {
            func test(_ lines: String) throws -> (status: Int32, output: String) {
                try HTTPDProcess.configtest(RESPConfiguration.server(.event, host: lines))
            }
            let wrong = try test("RESPCommand GET fetch\nRESPCommand SET Fetch")
            #expect(wrong.status == 1)
            #expect(wrong.output.contains("another command is called 'fetch' already"), "\(wrong.output)")
            let right = try test("RESPCommand GET fetch\nRESPCommand GET other\nRESPCommand SET fetch")
            #expect(right.status == 0, "\(right.output)")
        }

        @Test("What conf/swift.conf and conf/swift_resp.conf propose passes configtest")
        func proposals() throws {
            let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent()
            func lines(_ name: String) throws -> [Substring] {
                try String(contentsOf: package.appending(path: "conf/\(name)"), encoding: .utf8).split(separator: "\n")
            }
            let proposal = try lines("swift_resp.conf")
                .filter { $0.hasPrefix("#<") || $0.hasPrefix("#Listen") || $0.hasPrefix("#  ") }.map { $0.dropFirst() }
            #expect(proposal.contains { $0.contains("RESPStore socache") })
            let module = "LoadModule swift_module \"@MODULES@/libmod_swift.so\"\n"
            let directives = try lines("swift.conf") + proposal.filter { !$0.contains("SSLEngine") }
            let result = try HTTPDProcess.configtest(
                HTTPDConfiguration(
                    extraModules: ["authn_core", "authn_file", "authz_host", "authz_user", "socache_shmcb"],
                    directives: module + "SwiftPlugin RESP\n" + directives.joined(separator: "\n") + "\n"))
            #expect(result.status == 0, "\(result.output)")
        }

        /// Two children with their store in another server.
        private static func configuration(_ provider: String, _ companion: CompanionServer) -> HTTPDConfiguration {
            var configuration = RESPConfiguration.server(
                .event, .memory, modules: ["socache_\(provider)"], children: 2)
            configuration.directives = configuration.directives.replacing(
                "RESPStore memory", with: "RESPStore socache:\(provider):127.0.0.1:\(companion.port)")
            return configuration
        }

        @Test(
            "A server elsewhere that does not answer holds up no other host, and soon not even those who need it",
            arguments: [(CompanionServer.Kind.redis, "redis"), (.memcached, "memcache")])
        func hung(_ kind: CompanionServer.Kind, _ provider: String) throws {
            let companion = try CompanionServer(kind)
            let configuration = Self.configuration(provider, companion)
            try withHTTPD(configuration, allowing: ["the cache \(provider)", "AH0347", "AH0348", "MaxRequestWorkers"]) {
                (server) throws in
                #expect(try Self.ask(server, "SET", "a", "1") == "OK")
                companion.stop()
                defer { companion.go() }
                // More than there are threads in both children.
                let clients = try (0..<40).map { _ in try RawClient(port: server.respPort, timeout: .seconds(30)) }
                for client in clients { try client.send("GET a\r\n") }
                let began = ContinuousClock.now
                #expect(try server.curl(path: "/page.html").text == "hello\n")
                // Two seconds for those that were the first to wait.
                #expect(ContinuousClock.now - began < .seconds(8))
                var refused = 0
                for client in clients.reversed() where !client.isSilent(for: .milliseconds(300)) {
                    #expect(try client.receive(through: "\r\n").hasPrefix("-ERR"))
                    refused += 1
                }
                // One thread of each child may be with the server elsewhere, or next in line.
                #expect(refused >= 36)
                companion.go()
                try server.waitUntil("the store") { try Self.ask(server, "GET", "a") == "1" }
            }
        }

        @Test(
            "The store may be in another server, which several children and other machines share",
            arguments: [(CompanionServer.Kind.redis, "redis"), (.memcached, "memcache")])
        func remote(_ kind: CompanionServer.Kind, _ provider: String) throws {
            let companion = try CompanionServer(kind)
            let configuration = Self.configuration(provider, companion)
            try withHTTPD(configuration) { server in
                for number in 1...20 { #expect(try Self.ask(server, "INCR", "n") == "\(number)") }
                #expect(try Self.ask(server, "SET", "short", "x", "PX", "300") == "OK")
                #expect(try Self.ask(server, "GET", "short") == "x")
                try server.waitUntil("the key to go") { try Self.ask(server, "EXISTS", "short") == "0" }
                // Ten years are more seconds than memcached takes for a time from now on.
                #expect(try Self.ask(server, "SET", "long", "y", "EX", "315360000") == "OK")
                #expect(try Self.ask(server, "GET", "long") == "y")
                #expect(Int(try Self.ask(server, "TTL", "long")) ?? 0 > 315_359_000)
                #expect(try Self.ask(server, "MSET", "a", "1", "b", "") == "OK")
                #expect(try Self.ask(server, "MGET", "a", "b", "none") == "1")
                #expect(try Self.ask(server, "STRLEN", "b") == "0")
                #expect(try Self.ask(server, "EXISTS", "a", "b", "none") == "2")
                let large = String(repeating: "v", count: 100_000)
                #expect(try Self.ask(server, "APPEND", "large", large) == "100000")
                #expect(try Self.ask(server, "GET", "large").utf8.count == 100_000)
                #expect(try Self.ask(server, "SETRANGE", "large", "400000", "w") == "400001")
                #expect(try Self.ask(server, "SET", String(repeating: "k", count: 104), "x").contains("ERR"))
                #expect(try Self.ask(server, "GETDEL", "n") == "20")
                #expect(try Self.ask(server, "GET", "n").isEmpty)
                for command in [["KEYS", "*"], ["SCAN", "0"], ["DBSIZE"], ["FLUSHDB"]] {
                    let answer = try Command(
                        "redis-cli", ["-h", "127.0.0.1", "-p", "\(server.respPort)"] + command
                    ).run().text
                    #expect(answer.contains("ERR the store cannot list its keys"), "\(command): \(answer)")
                }
            }
        }

        @Test("Keys are in memory no longer than there is room, and the server is not the larger for it")
        func room() throws {
            let memory = RESPConfiguration.server(.event, .memory, host: "RESPMemory 4M", children: 1)
            try withHTTPD(memory) { server in
                let load = [
                    "-h", "127.0.0.1", "-p", "\(server.respPort)", "-t", "set", "-n", "300000", "-r", "10000000", "-d",
                    "100", "-P", "64", "-q",
                ]
                _ = try Command("redis-benchmark", ["-p", "\(server.respPort)", "-t", "set", "-n", "1000", "-q"]).run()
                let pid = try #require(server.childPIDs.first)
                let before = try server.residentKilobytes(of: pid)
                #expect(try Command("redis-benchmark", load, timeout: .seconds(60)).run().status == 0)
                let grown = try server.residentKilobytes(of: pid) - before
                #expect(grown < 12_000, "\(grown) kB")
                let info = try Self.statistics(server)
                #expect(info["evicted_keys"] ?? 0 > 200_000, "\(info)")
            }
        }
    }
}
