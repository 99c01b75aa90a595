// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension RealServer.Rewriting {
    /// What rules may cost.
    @Suite struct Limits {
        private static let directives =
            RewritingServer.handler("Body", at: "/pass", "ReplaceMaxMatch 1K\nReplace \"s/b[^e]*e/X/\"")
            + RewritingServer.handler(
                "Body", at: "/fail", "ReplaceMaxMatch 1K\nReplaceOnLimit fail\nReplace \"s/b[^e]*e/X/\"")
            + RewritingServer.handler("Body", at: "/redos", "Replace \"s/(a+)+$/X/\"\nReplace s/fox/wolf/n")
            + RewritingServer.handler(
                "Body", at: "/redos/fail", "ReplaceOnLimit fail\nReplaceLimit match=100000 heap=64K")
            + RewritingServer.handler("Flood", at: "/flood", "Replace s/xyzabd/X/n\nReplace \"s/[xyz]+Q/X/\"")
            + RewritingServer.handler("Flood", at: "/open", "Replace \"s/b[^\\n]*\\n/X/\"")
            + "SetOutputFilter REPLACE\n"

        private static func withServer(allowing: [String] = [], _ body: (HTTPDProcess, Int32) throws -> Void) throws {
            let configuration = RewritingServer.configuration(directives, children: 1, threads: 1, maxClients: 1)
            try withHTTPD(configuration, allowing: allowing + ["ReplaceMaxMatch", "ReplaceLimit"]) { server throws in
                let child = try server.onlyChild()
                try body(server, child)
                #expect(try server.onlyChild() == child)
            }
        }

        private static func post(_ server: HTTPDProcess, _ path: String, _ body: String) throws -> Response {
            try server.get(path, "-H", "Expect:", "--data-binary", "@-", input: Array(body.utf8))
        }

        @Test("a match that is too long passes, and the log says so once") func pass() throws {
            try Self.withServer { server, _ throws in
                let long = "b" + String(repeating: "-", count: 2_000) + "e"
                let body = "be " + long + " be " + long + " be"
                #expect(try Self.post(server, "/pass", body).text == "X " + long + " X " + long + " X")
                #expect(try Self.post(server, "/pass", "b" + String(repeating: "-", count: 900) + "e").text == "X")
                #expect(try server.notes(2) == ["/pass 3 match length -", "/pass 1 - -"])
                #expect(server.logged("what may match s/b[^e]*e/X/ is longer than ReplaceMaxMatch: it passed") == 1)
            }
        }

        @Test("it fails the response: with 500 while it can, and else what left never looks whole") func fail() throws {
            try Self.withServer { server, _ throws in
                let long = "b" + String(repeating: "-", count: 2_000) + "e"
                let early = try Self.post(server, "/fail", "a " + long)
                #expect(early.status == 500 && !early.text.contains("a b"))
                let late = try Self.post(server, "/fail", String(repeating: "-", count: 3_000_000) + long)
                #expect(late.status == 200 && late.exit != 0)
                #expect(late.body.count <= 3_000_000)
                #expect(try Self.post(server, "/fail", "a be").text == "a X")
                #expect(server.logged("what may match s/b[^e]*e/X/ is longer than ReplaceMaxMatch") == 2)
                #expect(try server.notes(3)[0] == "/fail 0 match length -")
            }
        }

        @Test("a pattern that would take for ever is given up, and the other rules go on") func redos() throws {
            try Self.withServer { server, _ throws in
                let body = String(repeating: "a", count: 5_000) + "! the fox"
                let start = ContinuousClock.now
                #expect(try Self.post(server, "/redos", body).text == body.replacing("fox", with: "wolf"))
                #expect(ContinuousClock.now - start < .seconds(3))
                let failed = ContinuousClock.now
                #expect(try Self.post(server, "/redos/fail", body).status == 500)
                #expect(ContinuousClock.now - failed < .milliseconds(500))
                #expect(server.logged("looking for s/(a+)+$/X/ took more than ReplaceLimit: it passed") == 1)
                #expect(server.logged("looking for s/(a+)+$/X/ took more than ReplaceLimit") == 2)
                #expect(try server.notes(2) == ["/redos 1 effort -", "/redos/fail 0 effort -"])
                // A body without the trap is rewritten as before.
                #expect(try Self.post(server, "/redos", "fox aaa").text == "wolf X")
            }
        }

        @Test("a line of 200 MB needs no more memory than a short one", arguments: ["flood", "open"])
        func memory(_ place: String) throws {
            try Self.withServer { server, child throws in
                func fetch(_ bytes: Int) throws -> Int? {
                    let output = try server.shell(
                        """
                        curl -q -sS --noproxy '*' -o /dev/null -w '%{size_download}' \
                        "$URL/\(place)?chunk=63&bytes=\(bytes)"
                        """)
                    return Int(output)
                }
                // Pieces that are shorter than the fixture's lines make one line of all.
                for _ in 0..<3 { _ = try fetch(5_000_000) }
                try server.shell("echo 5 > /proc/\(child)/clear_refs")
                let before = try server.residentKilobytes(of: child)
                let count = try #require(try fetch(200_000_000))
                #expect(count == 200_000_000)
                let highest = try server.shell("awk '/^VmHWM:/ { print $2 }' /proc/\(child)/status")
                let peak = try #require(Int(highest.trimmingCharacters(in: .whitespacesAndNewlines))) - before
                #expect(peak < 8 * 1024, "grew by \(peak) kB while it served")
                #expect(try server.residentKilobytes(of: child) - before < 2_048)
            }
        }

        @Test("a body that ends inside a candidate is whole, and so are lines that mod_substitute refuses") func ends()
            throws
        {
            try Self.withServer { server, _ throws in
                for body in [
                    "the fo", "x b", "b--", String(repeating: "b", count: 1_000),
                    "bbb" + String(repeating: "e", count: 2),
                ] {
                    let expected = body.hasSuffix("ee") ? "Xe" : body
                    #expect(try Self.post(server, "/pass", body).text == expected)
                    #expect(try Self.post(server, "/redos", body).text == body)
                }
                let line = String(repeating: "a fox ", count: 400_000)
                #expect(try Self.post(server, "/redos", line).text == line.replacing("fox", with: "wolf"))
            }
        }
    }
}
