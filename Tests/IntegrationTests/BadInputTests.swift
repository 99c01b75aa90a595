// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension RealServer {
    /// Sources that fail and clients that leave.
    @Suite struct BadInput {
        private static let directives = """
            Replace s/needle/pin/n
            Timeout 5
            <Location /endless>
                SetHandler swift
                SwiftHandler Fixtures.Endless
                SetOutputFilter REPLACE;UPPER;PASSBRIGADE
            </Location>
            <Location /files>
                SetOutputFilter UPPER;REPLACE
            </Location>
            <Location /cgi>
                SetOutputFilter UPPER;REPLACE
            </Location>
            """

        @Test("work ends when the client leaves, again and again, and nothing is left behind", arguments: MPM.allCases)
        func disconnects(_ mpm: MPM) throws {
            let configuration = Fixtures.configuration(
                mpm, Self.directives, children: 1, threads: 2, maxClients: mpm.isThreaded ? 2 : 1)
            try withHTTPD(configuration) { server throws in
                let child = try server.onlyChild()
                func leave(_ count: Int, byReset: Bool) throws {
                    let before = ends()
                    for _ in 0..<count {
                        let client = try RawClient(port: server.port)
                        try client.send("GET /endless HTTP/1.1\r\nHost: x\r\n\r\n")
                        _ = try client.receive(exactly: 100_000)
                        if byReset { client.reset() } else { client.close() }
                    }
                    try server.waitUntil("the handlers' end") { ends() == before + count }
                }
                func ends() -> Int {
                    server.errorLog.split(separator: "\n").count { $0.contains("the endless response ended") }
                }
                try leave(10, byReset: false)
                try leave(10, byReset: true)
                let before = try server.residentKilobytes(of: child)
                try leave(25, byReset: false)
                try leave(25, byReset: true)
                let growth = try server.residentKilobytes(of: child) - before
                #expect(growth < 512, "grew by \(growth) kB")
                #expect(try server.onlyChild() == child)
            }
        }

        @Test("a file that is cut while it is read breaks the response off") func shortenedFile() throws {
            // EnableMMAP would end the child with SIGBUS: httpd's own manual warns of it.
            var configuration = Fixtures.configuration(Self.directives + "\nEnableMMAP Off")
            configuration.documents["files/large.txt"] = [UInt8](repeating: UInt8(ascii: "x"), count: 20_000_000)
            try withHTTPD(configuration, allowing: ["reading the response", "AH00043"]) { server throws in
                let client = try RawClient(port: server.port, receiveBuffer: 8_192)
                try client.send("GET /files/large.txt HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                _ = try client.receive(exactly: 10_000)
                try server.shell("truncate -s 1000 htdocs/files/large.txt")
                var rest = 0
                do {
                    rest = try client.receiveUntilClose().count
                    #expect(rest < 20_000_000)
                } catch let error as HTTPDTestError {
                    #expect(error.kind == .connectionReset)
                }
                #expect(server.errorLog.contains("reading the response") || server.errorLog.contains("AH0"))
                #expect(try server.get("/files/large.txt").text == String(repeating: "X", count: 1000))
            }
        }

        @Test("a CGI that dies half-way ends its response, and no other", arguments: MPM.allCases)
        func dyingScript(_ mpm: MPM) throws {
            let configuration = Fixtures.configuration(
                mpm, modules: [mpm.isThreaded ? "cgid" : "cgi"],
                """
                <IfModule cgid_module>
                    ScriptSock cgisock
                </IfModule>
                CGIDScriptTimeout 1
                ScriptAlias /cgi "@ROOT@/cgi"
                """.replacing(
                    "CGIDScriptTimeout 1", with: mpm.isThreaded ? "CGIDScriptTimeout 1" : "CGIScriptTimeout 1")
                    + "\n" + Self.directives)
            let expected = ["reading the response", "AH01265", "AH01220", "AH10215", "AH02651", "AH10235", "AH02550"]
            try withHTTPD(configuration, allowing: expected) { server throws in
                let start = "#!/bin/sh\nprintf 'Content-Type: text/plain\\n\\nfirst'\n"
                try server.addScript("cgi/dies", start + "kill -9 $$\n")
                try server.addScript("cgi/hangs", start + "exec sleep 4\n")
                let died = try server.get("/cgi/dies")
                #expect(died.text == "FIRST")
                // The script's silence is longer than the server waits: a read that fails.
                let hung = try server.get("/cgi/hangs")
                #expect(hung.text == "FIRST")
                #expect(hung.exit != 0, "the client cannot tell that the response broke off")
                #expect(server.errorLog.contains("reading the response"))
            }
        }
    }
}
