// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension Lifecycle {
    @Suite("Objects that all children share")
    struct SharedCaches {
        @Test("What one child stores, every other reads", arguments: MPM.allCases)
        func shared(_ mpm: MPM) throws {
            try withHTTPD(CacheServer.configuration(mpm)) { (server) throws in
                let writer = try server.cache("op=store&key=tea&value=green")
                #expect(writer.text == "stored")
                var readers: Set<Int> = []
                try server.waitUntil("another child to read") {
                    // Several at once, so that one child is not enough.
                    let crew = Crew()
                    let found = Found()
                    for _ in 0..<6 { crew.start { _ in found.add(try server.cache("op=get&key=tea")) } }
                    try crew.wait()
                    #expect(crew.findings.problems.isEmpty)
                    for answer in found.answers {
                        #expect(answer.text == "is green")
                        readers.insert(answer.pid)
                    }
                    return readers.subtracting([writer.pid]).count > 0
                }
                #expect(try server.cache("op=remove&key=tea").text == "removed")
                #expect(try server.cache("op=get&key=tea").text == "404")
                #expect(try server.cache("op=remove&key=tea").text == "removed")
            }
        }

        @Test("2000 increments by several children at once are 2000", arguments: MPM.allCases)
        func counted(_ mpm: MPM) throws {
            try withHTTPD(CacheServer.configuration(mpm)) { (server) throws in
                let crew = Crew()
                let found = Found()
                for _ in 0..<4 {
                    crew.start { _ in
                        for _ in 0..<20 { found.add(try server.cache("op=count&key=n&times=25")) }
                    }
                }
                try crew.wait()
                #expect(crew.findings.problems.isEmpty, "\(crew.findings.problems)")
                #expect(try server.cache("op=get&key=n").text == "is 2000")
                let children = Set(found.answers.map(\.pid))
                #expect(children.count > 1, "only \(children) counted")
            }
        }

        @Test("An error that is thrown with the lock leaves the lock", arguments: MPM.allCases)
        func thrown(_ mpm: MPM) throws {
            try withHTTPD(
                CacheServer.configuration(mpm), allowing: ["thrown with the lock", "thrown while listing"]
            ) { (server) throws in
                for _ in 0..<5 { #expect(try server.cache("op=throw&key=t").text == "503") }
                #expect(try server.cache("op=get&key=t").text == "is thrown")
                for _ in 0..<5 { #expect(try server.cache("op=throwlist").text == "503") }
                #expect(try server.cache("op=count&key=n").text == "at 1")
            }
        }

        @Test(
            "A child that is killed with the lock holds up nobody",
            arguments: MPM.allCases, ["default", "pthread", "fcntl:@ROOT@/run", "flock:@ROOT@/run", "sysvsem"])
        func killed(_ mpm: MPM, _ mechanism: String) throws {
            let mutex = "Mutex \(mechanism) swift-cache"
            try withHTTPD(CacheServer.configuration(mpm, more: mutex), allowing: ["AH00052"]) { (server) throws in
                #expect(try server.cache("op=count&key=n").text == "at 1")
                let crew = Crew()
                crew.start { _ in _ = try server.curl(path: "/cache?op=hold&ms=30000", timeout: .seconds(20)) }
                var holder: Int32?
                try server.waitUntil("the lock to be held") {
                    holder = server.errorLog.split(separator: "\n").first { $0.contains("is going to hold the lock") }
                        .flatMap { $0.split(separator: " ").drop { $0 != "is" }.isEmpty ? nil : Self.pid(in: $0) }
                    return holder != nil
                }
                usleep(200_000)
                let pid = try #require(holder)
                // While the lock is held, somebody who wants it has to wait.
                let waiting = try server.curl("-m", "1", path: "/cache?op=count&key=n")
                #expect(waiting.status == 28, "the lock was not held: \(waiting.text)")
                // SAFETY: a child of the server that this test started.
                #expect(kill(pid, SIGKILL) == 0)
                try crew.wait()
                // The one who waited may have been killed as well, or have counted, though its client has left.
                let counts = try (0..<3).map { _ in try server.cache("op=count&key=n", timeout: 10).text }
                #expect(counts == ["at 2", "at 3", "at 4"] || counts == ["at 3", "at 4", "at 5"], "\(counts)")
            }
        }

        private static func pid(in line: Substring) -> Int32? {
            guard let end = line.range(of: " is going to hold the lock") else { return nil }
            return line[..<end.lowerBound].split(separator: " ").last.flatMap { Int32($0) }
        }

        @Test("Objects and lock outlive graceful and hard restarts", arguments: MPM.allCases)
        func restarted(_ mpm: MPM) throws {
            // A hard restart closes what event's threads are about to wait for.
            try withHTTPD(CacheServer.configuration(mpm), allowing: ["AH03093"]) { (server) throws in
                #expect(try server.cache("op=store&key=tea&value=green").text == "stored")
                #expect(try server.cache("op=store&key=own&value=mine&own").text == "stored")
                for round in 1...4 {
                    if round.isMultiple(of: 2) { try server.restart() } else { try server.gracefulRestart() }
                    #expect(try server.cache("op=get&key=tea").text == "is green")
                    #expect(try server.cache("op=get&key=own&own").text == "is mine")
                    #expect(try server.cache("op=count&key=n").text == "at \(round)")
                }
                #expect(!server.errorLog.contains("new, empty cache"))
            }
        }

        @Test("Under load through graceful restarts, no increment is lost", arguments: MPM.allCases)
        func restartedUnderLoad(_ mpm: MPM) throws {
            try withHTTPD(CacheServer.configuration(mpm)) { (server) throws in
                let crew = Crew()
                for _ in 0..<3 {
                    crew.start { crew in
                        while crew.goesOn {
                            let answer = try server.cache("op=count&key=n&times=10")
                            #expect(answer.text.hasPrefix("at "), "\(answer)")
                            crew.findings.count("requests")
                        }
                    }
                }
                for _ in 0..<3 {
                    usleep(300_000)
                    try server.gracefulRestart()
                }
                crew.stop()
                try crew.wait()
                #expect(crew.findings.problems.isEmpty, "\(crew.findings.problems)")
                let requests = crew.findings.count(of: "requests")
                #expect(try server.cache("op=get&key=n").text == "is \(requests * 10)")
            }
        }

        @Test("An object that is too large is refused, and so is its predecessor; the log says nothing")
        func tooLarge() throws {
            try withHTTPD(CacheServer.configuration(.event, "shmcb:(200000)")) { (server) throws in
                #expect(try server.cache("op=store&key=big&size=100").text == "stored")
                for size in [100_000, 1 << 20, (1 << 20) + 1] {
                    #expect(try server.cache("op=store&key=big&size=\(size)").text == "too large")
                    #expect(try server.cache("op=get&key=big").text == "404")
                }
                // The plugin's own cache was told that objects are large; the hint does not go beyond what there is room for.
                #expect(try server.cache("op=store&key=big&size=10000&own").text == "stored")
                #expect(try server.cache("op=get&key=big&own").text == "10000 bytes")
            }
        }

        @Test("Keys of any length are told apart, objects expire, and all can be listed")
        func keys() throws {
            try withHTTPD(CacheServer.configuration(.event)) { (server) throws in
                let keys = ["", "a", "ab", "abc", "abcd", "abcde"]
                for (index, key) in keys.enumerated() {
                    #expect(try server.cache("op=store&key=\(key)&value=v\(index)").text == "stored")
                }
                for (index, key) in keys.enumerated() {
                    #expect(try server.cache("op=get&key=\(key)").text == "is v\(index)")
                }
                let all = keys.enumerated().map { "\($0.element)=v\($0.offset)" }.sorted().joined(separator: ",")
                #expect(try server.cache("op=list").text == all)
                #expect(try server.cache("op=store&key=gone&value=1&life=0").text == "stored")
                #expect(try server.cache("op=store&key=brief&value=1&life=300").text == "stored")
                #expect(try server.cache("op=get&key=gone").text == "404")
                usleep(400_000)
                #expect(try server.cache("op=get&key=brief").text == "404")
                #expect(try server.cache("op=list").text == all)
                #expect(try server.cache("op=store&key=empty&value=").text == "stored")
                #expect(try server.cache("op=get&key=empty").text == "is ")
            }
        }

        @Test("The lock is not taken twice: that is an error and no standstill; another cache's is")
        func nested() throws {
            try withHTTPD(CacheServer.configuration(.prefork)) { (server) throws in
                #expect(
                    try server.cache("op=nest").text
                        == "the lock of the cache shmcb:(2000000) was asked for by whoever holds it")
                #expect(try server.cache("op=store&key=a&value=one").text == "stored")
                #expect(try server.cache("op=nestother&key=a").text == "one and other")
            }
        }

        /// Collects answers of several threads.
        private final class Found: @unchecked Sendable {
            private let lock = NSLock()
            private var stored: [CacheAnswer] = []
            var answers: [CacheAnswer] { lock.withLock { stored } }
            func add(_ answer: CacheAnswer) { lock.withLock { stored.append(answer) } }
        }
    }
}
