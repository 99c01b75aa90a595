// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension RealServer.HTMLRewriting {
    /// Nobody waits for what is decided, and what is held is little.
    @Suite struct Streaming {
        private static let directives = """
            SetOutputFilter HTMLREWRITE
            HTMLRewrite b set-attribute id 1
            HTMLRewrite i append-html <u>
            ScriptAlias /slow "@ROOT@/cgi/slow"

            """

        @Test("what is decided leaves at once, and a tag that has not ended waits", arguments: MPM.allCases)
        func slow(_ mpm: MPM) throws {
            let configuration = HTMLRewritingServer.configuration(
                mpm, modules: [RewritingServer.cgi(mpm)], Self.directives)
            try withHTTPD(configuration) { server throws in
                try server.addScript(
                    "cgi/slow",
                    """
                    #!/bin/sh
                    printf 'Content-Type: text/html\\n\\n<p>first<b cla'; sleep 0.7
                    printf 'ss=x>second<i>'; sleep 0.7
                    printf 'third</i>'

                    """)
                let client = try RawClient(port: server.port)
                try client.send("GET /slow HTTP/1.0\r\nHost: x\r\n\r\n")
                _ = try client.receive(through: "\r\n\r\n<p>first")
                #expect(client.isSilent(for: .milliseconds(100)))
                #expect(try client.receive(through: "<i>") == "<b class=x id=\"1\">second<i>")
                #expect(client.isSilent(for: .milliseconds(100)))
                #expect(try client.receive(through: "</i>") == "third<u></i>")
            }
        }

        @Test("a page of 100 MB needs no more memory than a short one") func memory() throws {
            let directives =
                Self.directives
                + RewritingServer.handler("Flood", at: "/flood", "HTMLRewriteTypes */*\nHTMLRewrite b remove")
            let configuration = RewritingServer.configuration(
                HTMLRewritingServer.preamble + directives, children: 1, threads: 1, maxClients: 1)
            try withHTTPD(configuration) { server throws in
                let child = try server.onlyChild()
                func fetch(_ bytes: Int) throws -> Int? {
                    let output = try server.shell(
                        """
                        curl -q -sS --noproxy '*' -o /dev/null -w '%{size_download}' "$URL/flood?chunk=63&bytes=\(bytes)"
                        """)
                    return Int(output)
                }
                for _ in 0..<3 { _ = try fetch(5_000_000) }
                try server.shell("echo 5 > /proc/\(child)/clear_refs")
                let before = try server.residentKilobytes(of: child)
                #expect(try fetch(100_000_000) == 100_000_000)
                let highest = try server.shell("awk '/^VmHWM:/ { print $2 }' /proc/\(child)/status")
                let peak = try #require(Int(highest.trimmingCharacters(in: .whitespacesAndNewlines))) - before
                #expect(peak < 8 * 1024, "grew by \(peak) kB while it served")
                #expect(try server.htmlNotes(4).last == "/flood?chunk=63&bytes=100000000 0 - -")
            }
        }
    }
}
