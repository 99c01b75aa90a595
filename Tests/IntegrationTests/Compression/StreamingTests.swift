// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension RealServer.Compression {
    /// Nobody waits for what is there.
    @Suite struct Streaming {
        /// Takes a chunked body apart as it comes.
        private static func receive(_ client: RawClient, _ count: Int) throws -> [UInt8] {
            var body: [UInt8] = []
            for _ in 0..<count {
                let size = try client.receive(through: "\r\n")
                let length = try #require(Int(size.dropLast(), radix: 16))
                body += try client.receive(exactly: length)
                _ = try client.receive(exactly: 2)
            }
            return body
        }

        /// Decodes what is there of a stream that is not over.
        private static func decodeBeginning(_ coding: String, _ body: [UInt8]) throws -> String {
            let python =
                "import sys, zlib; sys.stdout.buffer.write(zlib.decompressobj(%d).decompress(sys.stdin.buffer.read()))"
            let command =
                switch coding {
                case "gzip": Command("python3", ["-c", String(format: python, 31)], input: body)
                case "deflate": Command("python3", ["-c", String(format: python, 15)], input: body)
                case "zstd": Command("zstd", ["-dcq"], input: body)
                default: Command("brotli", ["-dc"], input: body)
                }
            // The programs say that the end is missing, and put out what there is.
            return String(decoding: try command.run().output, as: UTF8.self)
        }

        private static let directives = """
            SetOutputFilter COMPRESS
            ScriptAlias /slow "@ROOT@/cgi/slow"
            ScriptAlias /events "@ROOT@/cgi/events"
            <Location /flood>
                SetHandler swift
                SwiftHandler Fixtures.Flood
            </Location>

            """

        @Test(
            "a CGI that writes, sleeps 2 s and writes again delivers its first words at once, in each coding",
            arguments: ["gzip", "deflate", "zstd", "br"])
        func cgi(_ coding: String) throws {
            let configuration = CompressionServer.configuration(
                modules: ["cgid"], Self.directives + "CompressCodings zstd br gzip deflate\n")
            try withHTTPD(configuration) { server throws in
                try server.addScript(
                    "cgi/slow",
                    """
                    #!/bin/sh
                    printf 'Content-Type: text/plain\\n\\nfirst part, '
                    [ "$QUERY_STRING" = quick ] || sleep 2
                    printf 'second part'

                    """)
                let quick = try server.get("/slow?quick", "-H", "Accept-Encoding: \(coding)")
                #expect(try quick.decoded == "first part, second part")
                let start = try Command("sh", ["-c", "true"]).run().duration
                let client = try RawClient(port: server.port)
                let sent = ContinuousClock.now
                try client.send("GET /slow HTTP/1.1\r\nHost: x\r\nAccept-Encoding: \(coding)\r\n\r\n")
                let head = try client.receive(through: "\r\n\r\n")
                #expect(head.contains("Content-Encoding: \(coding)") && head.contains("chunked"))
                var body = try Self.receive(client, 1)
                let first = ContinuousClock.now - sent
                #expect(first < .milliseconds(200) + start, "\(coding) took \(first)")
                if coding != "br" {
                    // What is there can be read: the program for br keeps it to itself.
                    #expect(try Self.decodeBeginning(coding, body) == "first part, ")
                }
                #expect(client.isSilent(for: .seconds(1)))
                while true {
                    let size = try client.receive(through: "\r\n")
                    let length = try #require(Int(size.dropLast(), radix: 16))
                    body += try client.receive(exactly: length)
                    _ = try client.receive(exactly: 2)
                    if length == 0 { break }
                }
                #expect(try String(decoding: Decoders.decode(coding, body), as: UTF8.self) == "first part, second part")
            }
        }

        @Test("the same under worker and prefork", arguments: [MPM.worker, .prefork])
        func otherMPMs(_ mpm: MPM) throws {
            let configuration = CompressionServer.configuration(
                mpm, modules: [mpm.isThreaded ? "cgid" : "cgi"], Self.directives)
            try withHTTPD(configuration) { server throws in
                try server.addScript(
                    "cgi/slow",
                    "#!/bin/sh\nprintf 'Content-Type: text/plain\\n\\nfirst part, '\nsleep 2\nprintf 'second part'\n")
                let client = try RawClient(port: server.port)
                try client.send("GET /slow HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n")
                _ = try client.receive(through: "\r\n\r\n")
                let sent = ContinuousClock.now
                #expect(try Self.decodeBeginning("gzip", Self.receive(client, 1)) == "first part, ")
                #expect(ContinuousClock.now - sent < .milliseconds(1_000))
                _ = try client.receive(through: "0\r\n\r\n")
            }
        }

        @Test("each event of a stream of events can be read when it is sent") func events() throws {
            try withHTTPD(CompressionServer.configuration(modules: ["cgid"], Self.directives)) { server throws in
                try server.addScript(
                    "cgi/events",
                    """
                    #!/bin/sh
                    printf 'Content-Type: text/event-stream\\n\\n'
                    for n in 1 2 3; do printf 'data: event %s\\n\\n' $n; sleep 0.5; done

                    """)
                let client = try RawClient(port: server.port)
                try client.send("GET /events HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n")
                let head = try client.receive(through: "\r\n\r\n")
                #expect(head.contains("Content-Encoding: gzip"))
                var body: [UInt8] = []
                var expected = ""
                for number in 1...3 {
                    let before = ContinuousClock.now
                    while try Self.decodeBeginning("gzip", body) == expected { body += try Self.receive(client, 1) }
                    expected += "data: event \(number)\n\n"
                    #expect(try Self.decodeBeginning("gzip", body) == expected)
                    #expect(ContinuousClock.now - before < .milliseconds(1_500))
                }
            }
        }

        @Test("FLUSH of a handler reaches the client as bytes that can be decoded") func flush() throws {
            try withHTTPD(CompressionServer.configuration(Self.directives)) { server throws in
                let response = try server.get("/flood?bytes=2000&chunk=500&flush=1", "-H", "Accept-Encoding: gzip")
                #expect(response["Transfer-Encoding"] == "chunked" && response["Content-Encoding"] == "gzip")
                #expect(try response.decoded.utf8.count == 2_000)
                // The sync marks that flushes leave: 00 00 ff ff.
                let marks = zip(response.body, response.body.dropFirst(3)).enumerated().filter { index, pair in
                    pair.0 == 0 && pair.1 == 0xFF && response.body[index + 1] == 0 && response.body[index + 2] == 0xFF
                }
                #expect(marks.count == 4)
            }
        }

        @Test(
            "a body of 1 GB leaves no memory behind, and needs little while it is coded",
            arguments: ["gzip", "zstd", "br"])
        func memory(_ coding: String) throws {
            var configuration = Fixtures.configuration(
                .event, CompressionServer.preamble + Self.directives + "CompressProfile fast\n", children: 1,
                threads: 1,
                maxClients: 1)
            configuration.startTimeout = .seconds(30)
            try withHTTPD(configuration) { server throws in
                let child = try server.onlyChild()
                let fetch =
                    "curl -q -sS --noproxy '*' -o /dev/null -H 'Accept-Encoding: \(coding)' \"$URL/flood?chunk=65536&bytes="
                for _ in 0..<3 { try server.shell(fetch + "20000000\"") }
                try server.shell("echo 5 > /proc/\(child)/clear_refs")
                let before = try server.residentKilobytes(of: child)
                try server.shell(fetch + "1073741824\"")
                let after = try server.residentKilobytes(of: child)
                let highest = try server.shell("awk '/^VmHWM:/ { print $2 }' /proc/\(child)/status")
                let peak = try #require(Int(highest.trimmingCharacters(in: .whitespacesAndNewlines))) - before
                #expect(after - before < 2_048, "grew by \(after - before) kB")
                #expect(peak < 16 * 1024, "grew by \(peak) kB while it served")
            }
        }

        @Test("a client that goes away ends the work") func goesAway() throws {
            let directives =
                Self.directives + """
                    <Location /endless>
                        SetHandler swift
                        SwiftHandler Fixtures.Endless
                    </Location>

                    """
            try withHTTPD(CompressionServer.configuration(directives), allowing: ["Fixtures.Endless"]) {
                server throws in
                let client = try RawClient(port: server.port)
                try client.send("GET /endless HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n")
                _ = try client.receive(through: "\r\n\r\n")
                client.reset()
                var ended = false
                for _ in 0..<50 where !ended {
                    try server.shell("sleep 0.1")
                    ended = try server.shell("cat error.log").contains("the endless response ended")
                }
                #expect(ended)
            }
        }
    }
}
