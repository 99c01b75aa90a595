// SPDX-License-Identifier: Apache-2.0
import HTTPDTesting
import Testing

extension RealServer {
    /// A filter does not make the client wait for what is there.
    @Suite struct SlowSources {
        @Test(
            "a CGI that writes, sleeps 2 s and writes again delivers its first byte at once",
            arguments: MPM.allCases)
        func cgi(_ mpm: MPM) throws {
            let configuration = Fixtures.configuration(
                mpm, modules: [mpm.isThreaded ? "cgid" : "cgi"],
                """
                <IfModule cgid_module>
                    ScriptSock cgisock
                </IfModule>
                ScriptAlias /bytes "@ROOT@/cgi/slow"
                ScriptAlias /replace "@ROOT@/cgi/slow"
                Replace s/second/2nd/n
                <Location /bytes>
                    SetOutputFilter UPPER;PASS
                </Location>
                <Location /replace>
                    SetOutputFilter REPLACE;UPPER
                </Location>
                """)
            try withHTTPD(configuration) { server throws in
                try server.addScript(
                    "cgi/slow",
                    """
                    #!/bin/sh
                    printf 'Content-Type: text/plain\\n\\nfirst part, '
                    [ "$QUERY_STRING" = quick ] || sleep 2
                    printf 'second part'
                    """)
                for (path, end) in [("/bytes", "SECOND PART"), ("/replace", "2ND PART")] {
                    // What it takes to start a script on this machine is not what is measured.
                    let quick = try server.get(path + "?quick")
                    #expect(quick.text == "FIRST PART, " + end)
                    let start = try Command("sh", ["-c", "true"]).run().duration
                    let client = try RawClient(port: server.port)
                    let sent = ContinuousClock.now
                    try client.send("GET \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                    _ = try client.receive(through: "FIRST PART, ")
                    let first = ContinuousClock.now - sent
                    _ = try client.receive(through: "\r\n")
                    #expect(first < .milliseconds(100) + start, "\(path) took \(first)")
                    #expect(client.isSilent(for: .seconds(1)))
                    let rest = String(decoding: try client.receiveUntilClose(), as: UTF8.self)
                    #expect(rest.contains(end))
                    #expect(ContinuousClock.now - sent > .milliseconds(1900))
                }
            }
        }
    }
}
