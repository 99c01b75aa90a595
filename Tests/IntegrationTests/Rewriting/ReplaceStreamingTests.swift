// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension RealServer.Rewriting {
    /// Nobody waits for what is decided.
    @Suite struct Streaming {
        private static let directives = """
            ScriptAlias /slow "@ROOT@/cgi/slow"
            <Location /slow>
                SetOutputFilter REPLACE
                Replace s/second/X/n
                Replace "s/a+b/Y/"
            </Location>

            """

        @Test("what cannot be a match leaves at once, and what may be one is held at a flush", arguments: MPM.allCases)
        func slow(_ mpm: MPM) throws {
            let configuration = RewritingServer.configuration(mpm, modules: [RewritingServer.cgi(mpm)], Self.directives)
            try withHTTPD(configuration) { server throws in
                try server.addScript(
                    "cgi/slow",
                    """
                    #!/bin/sh
                    printf 'Content-Type: text/plain\\n\\nfirst, sec'; sleep 0.7
                    printf 'ond, aaa'; sleep 0.7
                    printf 'ab, sec'; sleep 0.7
                    printf 'ret'

                    """)
                let client = try RawClient(port: server.port)
                let sent = ContinuousClock.now
                try client.send("GET /slow HTTP/1.0\r\nHost: x\r\n\r\n")
                _ = try client.receive(through: "\r\n\r\nfirst, ")
                #expect(ContinuousClock.now - sent < .milliseconds(600))
                #expect(client.isSilent(for: .milliseconds(100)))
                #expect(try client.receive(through: "X, ") == "X, ")
                #expect(ContinuousClock.now - sent < .milliseconds(1_300))
                #expect(client.isSilent(for: .milliseconds(100)))
                #expect(try client.receive(through: "Y, ") == "Y, ")
                #expect(client.isSilent(for: .milliseconds(100)))
                #expect(try client.receive(through: "secret") == "secret")
            }
        }

        @Test("FLUSH of a handler goes through, behind all that is decided") func flush() throws {
            let directives = """
                SwiftOutputFilter Fixtures.Chop CHOP4 size=4 flush=On
                SetOutputFilter CHOP4;REPLACE;RECORD
                Replace s/wxyz/-/n

                """
            try withHTTPD(RewritingServer.configuration(directives, documents: ["a.txt": "abcdefwxyz"])) {
                server throws in
                #expect(try server.get("/a.txt").text == "abcdef-")
                // "wx" waits for what comes behind it.
                try server.waitUntil("what was recorded") {
                    server.logged("recorded: data(4) FLUSH data(2) FLUSH data(1) FLUSH EOS")
                        + server.logged("recorded: data(4) FLUSH data(2) FLUSH data(1) EOS") == 1
                }
            }
        }

        @Test("the bytes of a file in which nothing matches, or little, stay in its pages") func untouchedPages() throws
        {
            let directives = """
                DumpIOOutput On
                LogLevel dumpio:trace7
                SetOutputFilter REPLACE
                Replace s/nowhere/X/n
                Replace "s/n[o]where at all/X/"
                Replace s/just-once/here/n

                """
            let line = String(repeating: "some words of a large file\n", count: 20_000)
            let documents = ["none.txt": line + line, "once.txt": line + "just-once" + line]
            try withHTTPD(RewritingServer.configuration(modules: ["dumpio"], directives, documents: documents)) {
                server throws in
                for (name, expected) in [("none", line + line), ("once", line + "here" + line)] {
                    let seen = server.errorLog.utf8.count
                    let text = try server.get("/\(name).txt").text
                    #expect(text == expected)
                    var bytes: [String: Int] = [:]
                    for entry in String(server.errorLog.utf8.dropFirst(seen))?.split(separator: "\n") ?? [] {
                        // dumpio_out (data-MMAP): 65536 bytes
                        let parts = entry.split(separator: "data-")
                        guard entry.contains("dumpio_out"), parts.count == 2 else { continue }
                        let words = parts[1].split { "): ".contains($0) }
                        guard words.count > 2, words[2] == "bytes" else { continue }
                        bytes[String(words[0]), default: 0] += Int(words[1]) ?? 0
                    }
                    // What stands where two looks of the filter meet is copied.
                    #expect((bytes["MMAP"] ?? 0) > expected.utf8.count / 100 * 96, "\(name): \(bytes)")
                }
            }
        }
    }
}
