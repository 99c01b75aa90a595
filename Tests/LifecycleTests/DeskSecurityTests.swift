// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension Lifecycle {
    @Suite("Protocols: TLS")
    struct DeskSecurity {
        /// Runs a shell script in the server's folder, in which `client` talks TLS to the third port.
        private func run(_ script: String, _ server: HTTPDProcess) throws -> Command.Result {
            let client = "client() { openssl s_client -quiet -no_ign_eof -connect 127.0.0.1:\(server.ports[2]); }\n"
            return try Command("bash", ["-c", client + script], directory: server.root).run()
        }

        @Test("Plain HTTP to a TLS port gets no banner in the clear", arguments: MPM.allCases)
        func plainHTTP(_ mpm: MPM) throws {
            try withHTTPD(try DeskServer.secure(mpm)) { server in
                for text in ["GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "ECHO hello\r\n", "\u{0}\u{1}\u{2}"] {
                    let client = try RawClient(port: server.ports[2])
                    try client.send(text)
                    client.shutdownWrite()
                    let answer = (try? client.receiveUntilClose()) ?? []
                    let shown = String(decoding: answer, as: UTF8.self)
                    #expect(!shown.contains("220") && !shown.contains("HTTP") && !shown.contains("hello"), "\(shown)")
                }
                #expect(server.deskReasons.isEmpty, "no handler was made")
                let result = try TLSClient.run("talk <<<'ECHO hi'", server, port: server.ports[2])
                #expect(result.text == "220 desk\r\nhi\r\n", "\(result.text)")
            }
        }

        @Test("A client that does not begin its handshake is closed in time", arguments: MPM.allCases)
        func slowHandshake(_ mpm: MPM) throws {
            try withHTTPD(try DeskServer.secure(mpm, options: "handshake=1")) { server in
                // Under event, more of them than there are threads: none of them holds one.
                let silent = try (0..<(mpm == .event ? 20 : 2)).map { _ in try RawClient(port: server.ports[2]) }
                // One that begins and does not go on holds a thread for as long.
                let halting = try RawClient(port: server.ports[2])
                let start = ContinuousClock.now
                try halting.send([0x16, 0x03, 0x01, 0x02])
                #expect(try server.curl(path: "/page.html").output == numberedLines(100))
                for client in silent + [halting] {
                    _ = try? client.receiveUntilClose(timeout: .seconds(5))
                    let time = ContinuousClock.now - start
                    #expect(time > .milliseconds(800) && time < .seconds(3), "\(time)")
                }
                let result = try TLSClient.run("talk <<<'ECHO hi'", server, port: server.ports[2])
                #expect(result.text == "220 desk\r\nhi\r\n", "\(result.text)")
            }
        }

        @Test("Deadlines and the end of the child reach TLS connections that wait", arguments: MPM.allCases)
        func farewells(_ mpm: MPM) throws {
            try withHTTPD(try DeskServer.secure(mpm, options: "idle=1")) { server in
                let result = try run("sleep 3 | client 2>errors", server)
                #expect(result.text == "220 desk\r\n421 idle\r\n", "\(result.text)")
                let script = "talk <<<'!kill -USR1 \(server.parentPID); sleep 0.4'"
                let text = try TLSClient.run(script, server, port: server.ports[2]).text
                #expect(text == "220 desk\r\n421 closing\r\n", "\(text)")
            }
        }

        @Test(
            "100,000 messages from another thread to a TLS connection that talks too: no gap and nothing garbled",
            arguments: [MPM.event, .worker])
        func push(_ mpm: MPM) throws {
            try withHTTPD(try DeskServer.secure(mpm)) { server in
                // The listener's own lines come every few milliseconds; the speaker asks until all numbers were taken.
                let script = """
                    { echo "JOIN news"; for i in {1..100000}; do [[ -e done ]] && break; echo "ECHO mine"; sleep 0.005
                      done; echo QUIT; sleep 0.3; } | client >heard 2>errors &
                    listener=$!
                    for i in {1..100}; do grep -q joined heard && break; sleep 0.05; done
                    coproc client 2>errors2
                    read -r -u ${COPROC[0]} banner
                    next=0
                    while (( next < 100000 )); do
                        echo "NUMBERS $next news" >&${COPROC[1]}
                        read -r -t 10 -u ${COPROC[0]} code next || break
                        next=${next%$'\\r'}
                    done
                    sleep 0.5; touch done; wait $listener
                    kill $COPROC_PID
                    tr -d '\\r' <heard | grep -x -v -e mine -e '220 desk' -e '250 joined' -e '221 bye' >numbers
                    seq 0 99999 | cmp - <(head -n 100000 numbers) && echo same
                    grep -c mine heard
                    """
                let result = try run(script, server)
                let lines = result.text.split(separator: "\n")
                #expect(lines.first == "same", "\(result.text) \(result.errorText)")
                #expect(lines.count == 2 && (Int(lines[1]) ?? 0) > 10, "\(result.text)")
                print("\(mpm): 100,000 pushes through TLS with \(lines.last ?? "") answers between them")
            }
        }
    }
}
