// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension Lifecycle {
    @Suite("Echo: TLS")
    struct EchoSecurity {
        private static func configuration(_ mpm: MPM, host: String = "") throws -> HTTPDConfiguration {
            let secure = """
                    ServerName localhost
                    SSLEngine on
                    SSLCertificateFile "@ROOT@/server.pem"
                \(host)
                """
            var configuration = EchoServer.configuration(
                mpm, modules: ["ssl", "socache_shmcb"], host: secure, "SSLSessionCache shmcb:@ROOT@/run/ssl(64000)")
            configuration.files["server.pem"] = try DeskServer.certificate()
            return configuration
        }

        /// Runs a shell script in the server's folder, in which `client` talks TLS to the third port.
        private func run(_ script: String, _ server: HTTPDProcess, input: [UInt8] = []) throws -> Command.Result {
            let client = "client() { openssl s_client -quiet -no_ign_eof -connect 127.0.0.1:\(server.ports[2]); }\n"
            return try Command("bash", ["-c", client + script], input: input, directory: server.root).run()
        }

        @Test("Bytes through TLS come back exactly: a short one, and megabytes", arguments: MPM.allCases)
        func bytes(_ mpm: MPM) throws {
            try withHTTPD(try Self.configuration(mpm)) { server in
                for lines in [1, 1_000, 100_000] {
                    let text = numberedLines(lines)
                    // s_client ends with its input, so the input stays open until everything came back.
                    let script = """
                        cat >sent; size=$(stat -c %s sent)
                        { cat sent
                          for i in {1..600}; do [[ $(stat -c %s back) -ge $size ]] && break; sleep 0.05; done
                        } | client >back 2>errors
                        cat back
                        """
                    let result = try run(script, server, input: text)
                    #expect(result.output == text, "\(result.output.count) of \(text.count) bytes: \(result.errorText)")
                }
                #expect(server.echoLines.isEmpty, "\(server.echoLines)")
                #expect(try server.curl(path: "/page.html").output == numberedLines(100))
            }
        }

        @Test(
            "Parked TLS connections answer at once, when there is something to answer", arguments: [MPM.event, .worker])
        func parked(_ mpm: MPM) throws {
            try withHTTPD(try Self.configuration(mpm)) { server in
                // Each line is sent when the one before is back, with a pause in which the connection waits.
                let script = """
                    coproc client 2>errors
                    for i in {1..8}; do
                        sleep 0.1
                        echo "line $i" >&${COPROC[1]}
                        read -r -t 5 -u ${COPROC[0]} line || { echo "no answer to line $i"; break; }
                        echo "$line"
                    done
                    kill $COPROC_PID
                    """
                let result = try run(script, server)
                #expect(result.text == (1...8).map { "line \($0)\n" }.joined(), "\(result.text) \(result.errorText)")
            }
        }

        @Test("A TLS client that dies, and one that never speaks TLS, leave the others alone", arguments: MPM.allCases)
        func brutal(_ mpm: MPM) throws {
            // mod_ssl itself says at info what it thinks of such clients; nothing of it is worse than that.
            try withHTTPD(try Self.configuration(mpm, host: "Timeout 5")) { server in
                let script = """
                    for i in 1 2 3; do
                        coproc client 2>errors
                        head -c 3000000 /dev/zero >&${COPROC[1]} &
                        sleep 0.2
                        kill -9 $(pgrep -P $COPROC_PID openssl) 2>/dev/null; kill -9 $COPROC_PID
                        wait
                    done 2>/dev/null
                    """
                _ = try run(script, server)
                let plain = try RawClient(port: server.ports[2])
                try plain.send("this is not TLS\n")
                _ = try? plain.receiveUntilClose()
                let silent = try RawClient(port: server.ports[2])
                silent.reset()
                #expect(try server.curl(path: "/page.html").output == numberedLines(100))
                for line in server.echoLines { #expect(line.contains("[Echo:debug]"), "\(line)") }
            }
        }

        @Test("The Timeout of the virtual host ends an idle TLS connection", arguments: [MPM.event, .worker])
        func timeout(_ mpm: MPM) throws {
            try withHTTPD(try Self.configuration(mpm, host: "Timeout 1")) { server in
                let start = ContinuousClock.now
                let result = try Command(
                    "bash",
                    [
                        "-c",
                        "coproc openssl s_client -quiet -connect 127.0.0.1:\(server.ports[2]); "
                            // bash closes its own descriptor when the program has ended, read or not.
                            + "exec {answers}<&${COPROC[0]}; echo hello >&${COPROC[1]}; cat <&$answers",
                    ]
                ).run()
                let time = ContinuousClock.now - start
                #expect(result.text == "hello\n", "\(result.errorText)")
                #expect(time > .milliseconds(900) && time < .seconds(6), "ended after \(time)")
            }
        }
    }
}
