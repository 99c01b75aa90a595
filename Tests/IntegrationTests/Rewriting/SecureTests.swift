// SPDX-License-Identifier: Apache-2.0
import HTTPDTesting
import Testing

extension RealServer.Rewriting {
    /// The same by TLS and HTTP/2.
    @Suite struct Secure {
        @Test("bodies and fields are rewritten by TLS and HTTP/2, and a failure looks like none of a whole body")
        func secure() throws {
            let directives =
                RewritingServer.preamble + """
                    SetOutputFilter REPLACE
                    Replace s/fox/wolf/n
                    ReplaceHeader Location "s!^http:!https:!"
                    Redirect /old http://the.host/new

                    """
                + RewritingServer.handler(
                    "Flood", at: "/flood", "ReplaceOnLimit fail\nReplaceMaxMatch 1K\nReplace \"s/klm.*uvwxyz0/X/s\"")
                + RewritingServer.handler("Body", at: "/body", "SetInputFilter REPLACE")
            var configuration = Security.configuration(.event, directives)
            let page = String(repeating: "the fox ", count: 20_000)
            configuration.addDocument("a.html", text: page)
            try withHTTPD(configuration, allowing: ["ReplaceMaxMatch"]) { server throws in
                for version in ["--http1.1", "--http2"] {
                    let response = try server.getSecurely("/a.html", version)
                    #expect(response.text == page.replacing("fox", with: "wolf") && response["ETag"] == nil)
                    #expect(try server.getSecurely("/old", version)["Location"] == "https://the.host/new")
                    let posted = try server.getSecurely(
                        "/body", version, "-H", "Content-Type: text/plain", "-d", "a fox")
                    #expect(posted.text == "a wolf")
                    let failed = try server.getSecurely("/flood?bytes=5000000", version)
                    #expect(failed.status == 500 || failed.exit != 0)
                }
            }
        }
    }
}
