// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension RealServer {
    /// Swift handlers of other phases leave stock content alone.
    @Suite struct StaticFiles {
        @Test("a file under a section with access, fixup and log handlers still serves", arguments: MPM.allCases)
        func underHandlers(_ mpm: MPM) throws {
            let configuration = Fixtures.configuration(
                mpm,
                """
                <Location /pages>
                    SwiftAccessHandler Fixtures.Agree
                    SwiftFixupHandler Fixtures.Mark
                    SwiftLogHandler Fixtures.Tell
                </Location>
                """,
                documents: ["pages/a.html": "a page", "pages/index.html": "the index", "b.html": "outside"])
            try withHTTPD(configuration) { server throws in
                let page = try server.get("/pages/a.html")
                #expect(page.status == 200)
                #expect(page.text == "a page")
                #expect(page["Content-Type"] == "text/html")
                #expect(page["X-Fixup"] == "yes", "both handlers ran, the access handler first")
                #expect(try server.get("/pages/").text == "the index")
                #expect(try server.get("/pages/none.html").status == 404)
                #expect(try server.get("/b.html")["X-Fixup"] == nil)
                try server.waitUntil("the log handler's line") { server.errorLog.contains("of /pages/a.html") }
                #expect(server.errorLog.contains("sent 6 bytes of /pages/a.html"))
                #expect(!server.errorLog.contains("bytes of /b.html"))
            }
        }

        @Test("a filter that declines leaves sendfile in place, one that takes part does not") func sendfile() throws {
            let configuration = Fixtures.configuration(
                """
                EnableSendfile On
                <Location /declined>
                    SetOutputFilter DECLINE;REPLACE
                </Location>
                <Location /changed>
                    SetOutputFilter UPPER
                </Location>
                """,
                documents: [
                    "declined/a.txt": String(repeating: "plain ", count: 50_000),
                    "changed/a.txt": String(repeating: "plain ", count: 50_000),
                ],
                children: 1, threads: 1, maxClients: 1)
            try withHTTPD(configuration) { server throws in
                let child = try server.onlyChild()
                for (path, sendsFiles) in [("/declined/a.txt", true), ("/changed/a.txt", false)] {
                    let calls = try server.shell(
                        """
                        strace -f -qq -e trace=sendfile,sendfile64 -o trace -p \(child) & tracer=$!
                        for i in $(seq 100); do
                            grep -q "^TracerPid:.*[1-9]" /proc/\(child)/task/*/status && break; sleep 0.05
                        done
                        sleep 0.3
                        test $(curl -q -sS --noproxy '*' -o /dev/null -w '%{size_download}' "$URL\(path)") = 300000
                        kill -INT $tracer; wait $tracer || true
                        grep -c 'sendfile(.*= [1-9]' trace || true
                        """)
                    let count = Int(calls.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
                    #expect((count > 0) == sendsFiles, "\(path): \(count) calls of sendfile")
                }
            }
        }
    }
}
