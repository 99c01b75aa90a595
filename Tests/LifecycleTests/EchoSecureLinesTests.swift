// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension Lifecycle {
    @Suite("Echo: bytes through TLS")
    struct EchoSecureBytes {
        /// A client that sends one file, waits to be told, sends another one, and stays until it is told to leave.
        private static let client = """
            {
                cat first; until [ -e go ]; do sleep 0.05; done
                cat second; until [ -e leave ]; do sleep 0.05; done
            } | openssl s_client -quiet -no_ign_eof -connect 127.0.0.1:$1 >answers 2>errors
            """

        private static func text(_ range: Range<Int>) -> [UInt8] {
            range.flatMap { Array("this is line \($0)\n".utf8) }
        }

        @Test("100,000 lines on one TLS connection grow the child by less than 1 MB", arguments: MPM.allCases)
        func manyLines(_ mpm: MPM) throws {
            let host = """
                SSLEngine on
                SSLCertificateFile "@ROOT@/server.pem"
                """
            var configuration = StatusServer.configuration(
                mpm, third: "Echo.Echo mode=line", host: host, "SSLSessionCache shmcb:@ROOT@/run/ssl(64000)")
            configuration.modules += ["ssl", "socache_shmcb"]
            configuration.files["server.pem"] = try DeskServer.certificate()
            configuration.files["first"] = Self.text(0..<20_000)
            configuration.files["second"] = Self.text(20_000..<120_000)
            try withHTTPD(configuration) { server in
                let (root, port) = (server.root, server.ports[2])
                func answered(_ count: Int) -> Bool {
                    let size = try? FileManager.default.attributesOfItem(atPath: "\(root)/answers")[.size] as? Int
                    return size == count
                }
                func sizes() throws -> [Int32: Int] {
                    var sizes: [Int32: Int] = [:]
                    for child in server.childPIDs { sizes[child] = try server.residentKilobytes(of: child) }
                    return sizes
                }
                func tell(_ file: String) {
                    _ = FileManager.default.createFile(atPath: "\(root)/\(file)", contents: nil)
                }
                let crew = Crew()
                crew.start { _ in
                    _ = try Command(
                        "bash", ["-c", Self.client, "client", "\(port)"], directory: root, timeout: .seconds(60)
                    ).run()
                }
                let (first, all) = (Self.text(0..<20_000), Self.text(0..<120_000))
                try server.waitUntil("the first lines", timeout: .seconds(30)) { answered(first.count) }
                let before = try sizes()
                tell("go")
                try server.waitUntil("the other lines", timeout: .seconds(30)) { answered(all.count) }
                let after = try sizes()
                tell("leave")
                try crew.wait()
                #expect(crew.findings.problems.isEmpty, "\(crew.findings.problems)")
                #expect(try Plugins.bytes(of: "\(root)/answers") == all)
                let growth = before.compactMap { child, size in after[child].map { $0 - size } }.max()
                print("\(mpm): 100,000 lines on one TLS connection grew the child by \(growth ?? -1) kB")
                #expect(try #require(growth) < 1_024)
                let row = try server.status("Echo.Echo", at: "127.0.0.1:\(port) localhost")
                #expect(row.frames == 120_000 && row.bytesOut == all.count, "\(row)")
                #expect(server.echoLines.isEmpty)
            }
        }
    }
}
