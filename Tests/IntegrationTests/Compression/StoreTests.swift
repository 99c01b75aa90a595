// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension RealServer.Compression {
    /// Variants of static files that are kept.
    @Suite struct Store {
        static let page = CompressionServer.page(100_000)

        /// Runs a server whose folder for variants can be written.
        static func withServer(
            _ mpm: MPM = .event, _ more: String = "", cache: String = "cache 10M",
            documents: [String: String] = ["page.html": page], children: Int? = nil,
            allowing: [String] = [], _ body: (HTTPDProcess) throws -> Void
        ) throws {
            let directives = """
                EnableSendfile On
                SetOutputFilter COMPRESS
                CompressCache \(cache)
                LogLevel Compression:debug
                \(more)

                """
            let configuration = CompressionServer.configuration(
                mpm, directives, documents: documents, children: children)
            try withHTTPD(configuration, allowing: allowing) { server throws in
                try server.shell("mkdir -m 0777 cache")
                try body(server)
            }
        }

        @Test("the first response is made, the next is a file", arguments: MPM.allCases, CompressionServer.codings)
        func storing(_ mpm: MPM, _ coding: String) throws {
            try Self.withServer(mpm, "CompressCodings \(coding)") { server throws in
                let first = try server.get("/page.html", "-H", "Accept-Encoding: \(coding)")
                #expect(first["Content-Encoding"] == coding && first["ETag"]?.contains("~") == false)
                let stored = try server.stored("/page.html", coding)
                #expect(try stored.decoded == Self.page)
                #expect(stored.body.count < first.body.count)
                #expect(stored["Content-Encoding"] == coding && stored["Vary"] == "Accept-Encoding")
                #expect(stored["Content-Length"] == "\(stored.body.count)" && stored["Transfer-Encoding"] == nil)
                #expect(stored["Accept-Ranges"] == "bytes")
                let tag = try #require(stored["ETag"])
                #expect(tag.hasPrefix("\"") && tag.hasSuffix("-\(coding)\""))
                let head = try server.head("/page.html", "-H", "Accept-Encoding: \(coding)")
                #expect(head.stableHeaders == stored.stableHeaders)
                // Nobody else gets it.
                #expect(try server.get("/page.html").text == Self.page)
                try #expect(server.shell("ls cache").split(separator: "\n").count == 1)
            }
        }

        @Test("ranges are cut out of a stored variant, if it is the one that the client has") func ranges() throws {
            try Self.withServer { server throws in
                let whole = try server.stored("/page.html", "br")
                let tag = try #require(whole["ETag"])
                func get(_ range: String, _ more: String...) throws -> Response {
                    var arguments = ["-i", "-H", "Accept-Encoding: br", "-H", "Range: bytes=\(range)"]
                    for field in more { arguments += ["-H", field] }
                    return try Response(server.curl(arguments, path: "/page.html"))
                }
                let count = whole.body.count
                for (range, part) in [
                    ("0-99", whole.body[0..<100]), ("100-", whole.body[100...]), ("-7", whole.body.suffix(7)),
                ] {
                    for conditions in [[], ["If-Range: \(tag)"]] {
                        let response =
                            conditions.isEmpty ? try get(range) : try get(range, conditions[0])
                        #expect(response.status == 206 && response.body == Array(part), "\(range)")
                        #expect(response["Content-Encoding"] == "br" && response["ETag"] == tag)
                        #expect(response["Content-Range"]?.hasSuffix("/\(count)") == true)
                    }
                }
                let plain = try #require(try server.get("/page.html")["ETag"])
                for other in [plain, plain.dropLast() + "-br\"", plain.dropLast() + "~00000000-br\"", "W/" + tag] {
                    let response = try get("0-99", "If-Range: \(other)")
                    #expect(response.status == 200 && response.body == whole.body, "\(other)")
                }
                #expect(try get("\(count)-").status == 416)
            }
        }

        @Test("a client revalidates what was stored, and what was made, with either tag") func revalidation() throws {
            try Self.withServer { server throws in
                let made = try #require(try server.get("/page.html", "-H", "Accept-Encoding: br")["ETag"])
                let stored = try #require(try server.stored("/page.html", "br")["ETag"])
                let plain = try #require(try server.get("/page.html")["ETag"])
                #expect(Set([made, stored, plain]).count == 3)
                for tag in [made, stored, plain, "\"x\", \(stored)", "W/" + stored] {
                    let response = try server.get(
                        "/page.html", "-H", "Accept-Encoding: br", "-H", "If-None-Match: \(tag)")
                    #expect(response.status == 304 && response["Vary"] == "Accept-Encoding", "\(tag)")
                    if tag == made || tag == stored || tag.hasPrefix("W/") { #expect(response["ETag"] == tag) }
                }
                let other = try server.get(
                    "/page.html", "-H", "Accept-Encoding: gzip", "-H", "If-None-Match: \(stored)")
                #expect(other.status == 200)
                let matching = try server.get("/page.html", "-H", "Accept-Encoding: br", "-H", "If-Match: \(stored)")
                #expect(matching.status == 200)
                let failing = try server.get(
                    "/page.html", "-H", "Accept-Encoding: br", "-H", "If-Match: \"no~00000000-br\"")
                #expect(failing.status == 412)
            }
        }

        @Test("a stored variant leaves by sendfile, and not where that is switched off") func sendfile() throws {
            // A shorter one leaves from memory.
            let documents = ["page.html": CompressionServer.page(2_000_000)]
            for isOn in [true, false] {
                try Self.withServer(.event, isOn ? "" : "EnableSendfile Off", documents: documents) { server throws in
                    let stored = try server.stored("/page.html", "gzip")
                    let child = try server.onlyChild()
                    let trace = try server.shell(
                        """
                        strace -f -e trace=sendfile,sendfile64 -p \(child) -o trace & tracer=$!
                        for i in $(seq 100); do grep -q "^TracerPid:.*[1-9]" /proc/\(child)/status && break; sleep 0.05; done
                        for i in 1 2 3; do curl -sS --noproxy '*' -H 'Accept-Encoding: gzip' -o /dev/null $URL/page.html; done
                        kill -INT $tracer; wait $tracer; cat trace
                        """)
                    let calls = trace.split(separator: "\n").filter {
                        $0.contains("sendfile(") && $0.contains("[4096]") && $0.contains(", \(stored.body.count)) =")
                    }
                    #expect(calls.count == (isOn ? 3 : 0), "\(trace)")
                }
            }
        }

        @Test("a short variant leaves from memory, and not when its file has changed") func memory() throws {
            try Self.withServer(children: 1) { server throws in
                let stored = try server.stored("/page.html", "gzip")
                #expect(stored.body.count <= 64 * 1024)
                try server.shell("rm cache/*.gzip")
                let again = try server.stored("/page.html", "gzip")
                #expect(again.body == stored.body && again["ETag"] == stored["ETag"])
                let range = try Response(
                    server.curl(
                        ["-i", "-H", "Accept-Encoding: gzip", "-H", "Range: bytes=10-99"], path: "/page.html"))
                #expect(range.status == 206 && range.body == Array(stored.body[10..<100]))
                try #expect(!server.shell("ls cache").contains("gzip"))
                let other = CompressionServer.page(50_000) + "changed"
                try other.write(toFile: server.documentRoot + "/page.html", atomically: false, encoding: .utf8)
                let fresh = try server.get("/page.html", "-H", "Accept-Encoding: gzip")
                #expect(try fresh.decoded == other && fresh["ETag"]?.contains("~") == false)
            }
        }

        @Test("a changed file gets a variant of its own, and the old one goes") func changing() throws {
            try Self.withServer { server throws in
                let first = try server.stored("/page.html", "gzip")
                let other = CompressionServer.page(50_000) + "changed"
                try other.write(toFile: server.documentRoot + "/page.html", atomically: false, encoding: .utf8)
                // Just changed: it is made for each response.
                let fresh = try server.get("/page.html", "-H", "Accept-Encoding: gzip")
                #expect(try fresh.decoded == other && fresh["ETag"]?.contains("~") == false)
                try server.shell("touch -d '1 minute ago' htdocs/page.html")
                let second = try server.stored("/page.html", "gzip")
                #expect(try second.decoded == other && second["ETag"] != first["ETag"])
                try #expect(server.shell("ls cache").split(separator: "\n").count == 1)
            }
        }

        @Test(
            "a corrupt, cut or half-written entry is never sent, and made anew",
            arguments: [
                "f.seek(5000); b = f.read(1); f.seek(5000); f.write(bytes([b[0] ^ 1]))",
                "f.seek(20); f.write(b'x')",
                "f.truncate(6000)",
                "f.truncate(0)",
                "f.seek(0); f.write(bytes(4096))",
                "f.seek(0, 2); f.write(b'more')",
            ])
        func corruption(_ damage: String) throws {
            try Self.withServer { server throws in
                let sound = try server.stored("/page.html", "gzip")
                try server.shell("python3 -c \"import glob; f = open(glob.glob('cache/*.gzip')[0], 'r+b'); \(damage)\"")
                // A child that has seen it may believe it as long as nothing about it has changed.
                try server.restart()
                let response = try server.get("/page.html", "-H", "Accept-Encoding: gzip")
                #expect(try response.decoded == Self.page && response["ETag"]?.contains("~") == false)
                let again = try server.stored("/page.html", "gzip")
                #expect(again.body == sound.body)
            }
        }

        @Test(
            "without a folder that can be used everything is sent, and said once",
            arguments: [
                ("rmdir cache", ""), ("chmod 0555 cache", ""), ("rmdir cache; touch cache", ""),
                ("mount -t tmpfs -o size=12k,mode=0777 tmpfs cache; head -c 12k /dev/zero > cache/x", "umount cache"),
            ])
        func trouble(_ before: String, _ after: String) throws {
            let documents = ["page.html": Self.page, "other.html": Self.page]
            try Self.withServer(documents: documents, allowing: ["CompressCache fails"]) { server throws in
                try server.shell(before)
                defer { if !after.isEmpty { _ = try? server.shell(after) } }
                for _ in 0..<3 {
                    for path in ["/page.html", "/other.html"] {
                        let response = try server.get(path, "-H", "Accept-Encoding: gzip")
                        #expect(try response.status == 200 && response.decoded == Self.page)
                    }
                    usleep(200_000)
                }
                let said = server.errorLog.split(separator: "\n").filter { $0.contains("CompressCache fails") }
                #expect(said.count == 1, "\(server.errorLog)")
                #expect(said.first?.contains(":error]") == true)
                try #expect(!server.shell("ls cache; true").contains(".part"))
            }
        }

        @Test("many children make one variant, and all send it", arguments: MPM.allCases) func children(
            _ mpm: MPM
        ) throws {
            try Self.withServer(mpm, children: 4) { server throws in
                try server.shell(
                    """
                    for i in $(seq 60); do
                        curl -sS --noproxy '*' -H 'Accept-Encoding: br' -o out.$i $URL/page.html &
                        [ $((i % 15)) = 0 ] && wait
                    done; wait
                    for i in $(seq 60); do brotli -dc < out.$i | cmp - htdocs/page.html || exit 1; done
                    """)
                let stored = try server.stored("/page.html", "br")
                #expect(try stored.decoded == Self.page)
                try #expect(server.shell("ls cache").split(separator: "\n").count == 1)
                #expect(!server.errorLog.contains("fails") && !server.errorLog.contains("signal"))
            }
        }

        @Test("the folder keeps within its size while many files are asked for") func bound() throws {
            let documents = Dictionary(
                uniqueKeysWithValues: (0..<20).map { ("\($0).html", CompressionServer.page(40_000 + $0)) })
            try Self.withServer(cache: "cache 64K", documents: documents, children: 2) { server throws in
                for _ in 0..<3 {
                    for index in 0..<20 {
                        let response = try server.get("/\(index).html", "-H", "Accept-Encoding: gzip")
                        #expect(try response.decoded == documents["\(index).html"])
                        let size = try server.shell("cat cache/*.gzip 2>/dev/null | wc -c; true")
                        #expect(Int(size.trimmingCharacters(in: .whitespacesAndNewlines)) ?? .max <= 65_536)
                    }
                }
                try #expect(server.shell("ls cache | wc -l").trimmingCharacters(in: .whitespacesAndNewlines) != "0")
            }
        }

        @Test(
            "what other filters have changed, and what hides its length, is not stored",
            arguments: [
                "SetOutputFilter UPPER;COMPRESS", "CompressPadding 100",
            ])
        func notStored(_ directive: String) throws {
            try Self.withServer(.event, "<Location />\n\(directive)\n</Location>") { server throws in
                for _ in 0..<5 {
                    let response = try server.get("/page.html", "-H", "Accept-Encoding: gzip")
                    let expected = directive.contains("UPPER") ? Self.page.uppercased() : Self.page
                    #expect(try response.decoded == expected)
                    usleep(100_000)
                }
                try #expect(server.shell("ls cache") == "")
            }
        }

        @Test("neither a graceful restart nor a stop waits for a variant that is being made", arguments: MPM.allCases)
        func ending(_ mpm: MPM) throws {
            // Brotli at its strongest takes seconds for it.
            let documents = ["large.html": CompressionServer.page(4_000_000)]
            try Self.withServer(mpm, documents: documents, children: 1) { server throws in
                func begin() throws {
                    try server.shell("rm -f cache/*.part")
                    _ = try server.get("/large.html", "-H", "Accept-Encoding: br")
                    try server.waitUntil("a variant is being made") {
                        (try? server.shell("ls cache"))?.contains(".part") == true
                    }
                }
                try begin()
                let children = Set(server.childPIDs)
                let clock = ContinuousClock()
                let restart = try clock.measure {
                    try server.gracefulRestart()
                    try server.waitUntil("the old child has gone") { children.isDisjoint(with: server.childPIDs) }
                }
                #expect(restart < .seconds(8))
                try begin()
                let stop = clock.measure { _ = server.stop() }
                #expect(stop < .seconds(8))
                #expect(!server.errorLog.contains("signal"), "\(server.errorLog)")
                #expect(!server.errorLog.contains("still did not exit"), "\(server.errorLog)")
            }
        }

        @Test("servers of one machine share a folder") func sharing() throws {
            try Self.withServer { first throws in
                let stored = try first.stored("/page.html", "zstd")
                let other = CompressionServer.configuration(
                    """
                    SetOutputFilter COMPRESS
                    CompressCache "\(first.root)/cache"
                    Alias /page.html "\(first.documentRoot)/page.html"

                    """)
                try withHTTPD(other) { second throws in
                    let response = try second.get("/page.html", "-H", "Accept-Encoding: zstd")
                    #expect(response.body == stored.body && response["ETag"] == stored["ETag"])
                }
            }
        }
    }
}

extension HTTPDProcess {
    /// Asks until the response is a stored variant.
    func stored(_ path: String, _ coding: String) throws -> Response {
        for _ in 0..<200 {
            let response = try get(path, "-H", "Accept-Encoding: \(coding)")
            if response["ETag"]?.contains("~") == true { return response }
            usleep(50_000)
        }
        throw HTTPDTestError(.timeout, "no stored variant of \(path)")
    }
}
