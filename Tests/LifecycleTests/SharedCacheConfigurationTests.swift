// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension Lifecycle {
    @Suite("Providers and configuration of objects that all children share")
    struct SharedCacheConfiguration {
        @Test("dbm: small objects in a file")
        func dbm() throws {
            try withHTTPD(CacheServer.configuration(.event, "dbm:@ROOT@/run/objects")) { (server) throws in
                #expect(try server.cache("op=store&key=big&size=800").text == "stored")
                #expect(try server.cache("op=get&key=big").text == "800 bytes")
                #expect(try server.cache("op=store&key=big&size=1000").text == "too large")
                #expect(try server.cache("op=store&key=none&size=0").text == "too large")
                #expect(try server.cache("op=store&key=a&value=1").text == "stored")
                #expect(try server.cache("op=count&key=n&times=3").text == "at 3")
                #expect(try server.cache("op=list").text == "a=1,n=3")
            }
        }

        private static let redisServer = "/usr/bin/redis-server"

        @Test(
            "redis: objects in another server; long keys and lists are refused, and its end is an error",
            .enabled(if: FileManager.default.isExecutableFile(atPath: redisServer)))
        func redis() throws {
            var configuration = CacheServer.configuration(.event, "redis:127.0.0.1:@PORT2@")
            configuration.modules.append("socache_redis")
            try withHTTPD(configuration, allowing: ["AH0347", "AH0348", "the cache redis:127.0.0.1"]) {
                (server) throws in
                let words = "--port \(server.ports[1]) --bind 127.0.0.1 --daemonize yes --dir \(server.root)"
                let started = try Command(
                    Self.redisServer, words.split(separator: " ").map(String.init) + ["--save", ""]
                ).run()
                try #require(started.status == 0)
                func end() throws {
                    let client = try RawClient(port: server.ports[1])
                    try client.send("SHUTDOWN NOSAVE\r\n")
                    _ = try? client.receiveUntilClose()
                }
                defer { try? end() }
                try server.waitUntil("redis to answer") {
                    (try? RawClient(port: server.ports[1])) != nil
                }
                #expect(try server.cache("op=store&key=tea&value=green").text == "stored")
                #expect(try server.cache("op=get&key=tea").text == "is green")
                #expect(try server.cache("op=get&key=none").text == "404")
                #expect(try server.cache("op=remove&key=none").text == "removed")
                #expect(try server.cache("op=count&key=n&times=20").text == "at 20")
                let long = String(repeating: "k", count: 112)
                #expect(try server.cache("op=store&key=\(long)&value=1").text == "stored")
                #expect(try server.cache("op=get&key=\(long)").text == "is 1")
                #expect(try server.cache("op=store&key=\(long)k&value=1").text == "too large")
                #expect(try server.cache("op=get&key=\(long)k").text == "404")
                #expect(try server.cache("op=store&key=gone&value=1&life=0").text == "stored")
                #expect(try server.cache("op=get&key=gone").text == "404")
                #expect(try server.cache("op=store&key=brief&value=1&life=200").text == "stored")
                #expect(try server.cache("op=get&key=brief").text == "is 1")
                #expect(try server.cache("op=list").text == "500")
                #expect(server.errorLog.contains("cannot list what it has"))
                try server.waitUntil("brief to expire") { try server.cache("op=get&key=brief").text == "404" }
                try end()
                #expect(try server.cache("op=get&key=tea").text == "500")
                #expect(server.errorLog.contains("reading from the cache redis:127.0.0.1"))
            }
        }

        private static let memcached = "/usr/bin/memcached"

        @Test(
            "memcached: a life of more than 30 days is cut, and not taken for a date that is long past",
            .enabled(if: FileManager.default.isExecutableFile(atPath: memcached)))
        func memcachedLife() throws {
            var configuration = CacheServer.configuration(.event, "memcache:127.0.0.1:@PORT2@")
            configuration.modules.append("socache_memcache")
            try withHTTPD(configuration) { (server) throws in
                // -A: it ends if it is told to.
                let words = "-p \(server.ports[1]) -l 127.0.0.1 -U 0 -u root -d -A"
                let started = try Command(Self.memcached, words.split(separator: " ").map(String.init)).run()
                try #require(started.status == 0)
                defer {
                    let client = try? RawClient(port: server.ports[1])
                    try? client?.send("shutdown\r\n")
                    _ = try? client?.receiveUntilClose()
                }
                try server.waitUntil("memcached to answer") { (try? RawClient(port: server.ports[1])) != nil }
                for days in [1, 29, 30, 31, 3650] {
                    let life = days * 86_400_000
                    #expect(try server.cache("op=store&key=tea&value=\(days)&life=\(life)").text == "stored")
                    #expect(try server.cache("op=get&key=tea").text == "is \(days)", "\(days) days")
                }
            }
        }

        @Test("Other arguments make another cache beside it, and a notice")
        func otherArguments() throws {
            var configuration = CacheServer.configuration(.event, "${CACHE}")
            configuration.addFile("cache.conf", text: "Define CACHE shmcb:(2000000)\n")
            try withHTTPD(configuration) { (server) throws in
                #expect(try server.cache("op=store&key=tea&value=green").text == "stored")
                func use(_ cache: String) throws {
                    try replaceFile(at: "\(server.root)/cache.conf", with: Array("Define CACHE \(cache)\n".utf8))
                    try server.gracefulRestart()
                }
                try use("shmcb:(3000000)")
                #expect(try server.cache("op=get&key=tea").text == "404")
                #expect(
                    server.errorLog.contains(
                        "has a new, empty cache shmcb:(3000000); its cache shmcb:(2000000) is kept"))
                try use("shmcb:(2000000)")
                #expect(try server.cache("op=get&key=tea").text == "is green")
            }
        }

        @Test("At a restart, a cache that cannot be made fails alone: the others, and the server, are kept")
        func impossible() throws {
            var configuration = CacheServer.configuration(.event, "${CACHE}", more: "Include more.conf")
            configuration.addFile("cache.conf", text: "Define CACHE shmcb:(2000000)\n")
            configuration.addFile("more.conf", text: "")
            try withHTTPD(configuration, allowing: ["cannot be made", "AH00804", "AH00805", "is not there"]) {
                (server) throws in
                #expect(try server.cache("op=store&key=tea&value=green").text == "stored")
                let more = "<Location /cache/other>\nSharingCache dbm:/nonexistent/objects\n</Location>\n"
                try replaceFile(at: "\(server.root)/more.conf", with: Array(more.utf8))
                try server.gracefulRestart()
                #expect(try server.cache("op=get&key=tea").text == "is green")
                #expect(try server.cache("op=get&key=tea", below: "/other").text == "500")
                #expect(
                    server.errorLog.contains("the cache dbm:/nonexistent/objects of the plugin Sharing cannot be made"))
                try replaceFile(at: "\(server.root)/more.conf", with: [])
                try server.gracefulRestart()
                #expect(try server.cache("op=get&key=tea").text == "is green")
            }
        }

        @Test("At the start, a cache that cannot be made ends the server, and the log says which")
        func impossibleAtStart() throws {
            let configuration = CacheServer.configuration(.event, "dbm:/nonexistent/objects")
            do {
                let server = try HTTPDProcess.start(configuration)
                server.stop()
                Issue.record("the server started without its cache")
            } catch {
                #expect(
                    "\(error)".contains("the cache dbm:/nonexistent/objects of the plugin Sharing cannot be made"),
                    "\(error)")
            }
        }

        @Test("Directives that say the same share one cache; others have their own")
        func sameArguments() throws {
            let more = """
                <Location /cache/same>
                    SharingCache shmcb:(2000000)
                </Location>
                <Location /cache/other>
                    SharingCache shmcb:(1999999)
                </Location>
                """
            try withHTTPD(CacheServer.configuration(.event, more: more)) { (server) throws in
                #expect(try server.cache("op=store&key=a&value=one").text == "stored")
                #expect(try server.cache("op=get&key=a", below: "/same").text == "is one")
                #expect(try server.cache("op=get&key=a", below: "/other").text == "404")
            }
        }

        @Test("A cache that only an .htaccess file names is an error; one that the server has as well is not")
        func htaccess() throws {
            var configuration = CacheServer.configuration(
                .event,
                more: """
                    <Directory "@DOCROOT@">
                        AllowOverride All
                    </Directory>
                    <Location /page>
                        SharingCache shmcb:(1999999)
                    </Location>
                    """)
            configuration.addDocument("good/.htaccess", text: "SharingCache shmcb:(1999999)\n")
            configuration.addDocument("good/page", text: "tea")
            configuration.addDocument("bad/.htaccess", text: "SharingCache shmcb:(1999998)\n")
            configuration.addDocument("bad/page", text: "tea")
            try withHTTPD(configuration, allowing: ["a cache has to be named in the server's own configuration"]) {
                (server) throws in
                #expect(try server.curl(path: "/good/page").text == "tea")
                #expect(try server.curl("-w", "%{http_code}", "-o", "/dev/null", path: "/bad/page").text == "500")
            }
        }

        private static let wrong = [
            WrongLine(
                "unknown provider", "SharingCache nonesuch:there",
                "SharingCache: no module provides caches called 'nonesuch': load mod_socache_nonesuch with LoadModule, or "
                    + "choose from shmcb"),
            WrongLine(
                "no number", "SharingCache shmcb:(many)",
                "SharingCache: mod_socache_shmcb does not take the arguments '(many)': Invalid argument: cache size not "
                    + "numerical"),
            WrongLine(
                "too small", "<Location />\nSharingCache shmcb:(10)\n</Location>",
                "does not take the arguments '(10)': Invalid argument: size has to be >= 8192 bytes"
            ).at(line: 2),
            WrongLine(
                "no name", "SharingCache :there",
                "must be provider or provider:arguments, as in shmcb:(512000), not ':there'"),
            WrongLine(
                "a path", "SharingCache ../there", "must be provider or provider:arguments, as in shmcb:(512000)"),
        ]

        @Test("Wrong caches stop configtest with file, line and a sentence", arguments: wrong)
        func wrongLine(_ line: WrongLine) throws {
            let directives = "SwiftPlugin \"\(Plugins.sharing)\""
            try WrongLine(line.name, line: line.line + 1, directives + "\n" + line.directives, line.sentence)
                .check(modules: ["socache_shmcb"])
        }

        @Test("A plugin's own cache without its module stops configtest, and says which module")
        func ownWithoutModule() throws {
            let configuration = HTTPDConfiguration(
                directives: "\(Plugins.module)SwiftPlugin \"\(Plugins.sharing)\"\n")
            let (status, output) = try HTTPDProcess.configtest(configuration)
            #expect(status == 1)
            #expect(
                output.contains(
                    "the plugin Sharing shares objects in a cache: no module provides caches called 'shmcb': load "
                        + "mod_socache_shmcb with LoadModule"), "\(output)")
        }

        @Test("httpd lists the lock among its mutexes, and refuses to do without it")
        func mutex() throws {
            let (status, output) = try HTTPDProcess.configtest(
                CacheServer.configuration(.event, more: "Mutex none swift-cache"))
            #expect(status == 1 && output.contains("None is not allowed for mutex type swift-cache"), "\(output)")
        }
    }
}
