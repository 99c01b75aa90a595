// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

/// A server with the echo protocol on its second port by `Listen`, and on its third by `SwiftProtocol`.
enum EchoServer {
    static func configuration(
        _ mpm: MPM, modules: [String] = [], host: String = "", _ directives: String = "", threads: Int = 8,
        children: Int? = nil, maxClients: Int? = nil
    ) -> HTTPDConfiguration {
        let text = """
            \(Plugins.module)SwiftPlugin Echo
            LogLevel Echo:debug
            Listen 127.0.0.1:@PORT2@ echo
            Listen 127.0.0.1:@PORT3@
            <VirtualHost 127.0.0.1:@PORT3@>
                SwiftProtocol Echo.Echo
            \(host)
            </VirtualHost>
            \(directives)

            """
        return HTTPDConfiguration(
            mpm: mpm, extraModules: modules, directives: text, documents: ["page.html": numberedLines(100)],
            children: children, threadsPerChild: threads, maxClients: maxClients)
    }
}

extension RawClient {
    /// Sends text and expects it back.
    func expectEcho(_ text: String, timeout: Duration = .seconds(10)) throws {
        try send(text)
        let back = try receive(exactly: text.utf8.count, timeout: timeout)
        try #require(String(decoding: back, as: UTF8.self) == text)
    }
}

extension HTTPDProcess {
    /// Lines that Echo wrote, whatever their level.
    var echoLines: [Substring] { errorLog.split(separator: "\n").filter { $0.contains("[Echo:") } }
}

extension Lifecycle {
    @Suite("Echo: bytes")
    struct EchoBytes {
        @Test(
            "By Listen and by SwiftProtocol, HTTP beside it; the log stays silent when clients leave",
            arguments: MPM.allCases)
        func bothWays(_ mpm: MPM) throws {
            try withHTTPD(EchoServer.configuration(mpm)) { server in
                for port in server.ports.dropFirst() {
                    let client = try RawClient(port: port)
                    for number in 0..<20 { try client.expectEcho("hello \(number)\n") }
                    client.shutdownWrite()
                    #expect(try client.receiveUntilClose().isEmpty)
                    let other = try RawClient(port: port)
                    try other.expectEcho("and away")
                    other.close()
                }
                #expect(try server.curl(path: "/page.html").output == numberedLines(100))
                usleep(200_000)
                #expect(server.echoLines.isEmpty)
            }
        }

        /// The client that writes 10 MB while it reads slowly would stop for ever if the server only wrote, or only
        /// read, until it is done; and the server would hold 10 MB if it did not stop reading.
        @Test("10 MB through a slow reader with a writer beside it, byte for byte", arguments: MPM.allCases)
        func slowReader(_ mpm: MPM) throws {
            let sent = numberedLines(260_000)
            try #require(sent.count > 10_000_000)
            try withHTTPD(EchoServer.configuration(mpm, children: 1)) { server in
                let client = try RawClient(port: server.ports[1], timeout: .seconds(60), receiveBuffer: 16_384)
                try client.expectEcho("warm")
                let child = try #require(server.childPIDs.first)
                let before = try server.residentKilobytes(of: child)
                let crew = Crew()
                crew.start { _ in
                    try client.send(sent)
                    client.shutdownWrite()
                }
                usleep(500_000)
                var received: [UInt8] = []
                received.reserveCapacity(sent.count)
                while true {
                    let part = try client.receive(upTo: 65_536)
                    if part.isEmpty { break }
                    received += part
                    if received.count < 1_000_000 { usleep(2_000) }
                }
                try crew.wait()
                #expect(crew.findings.problems.isEmpty, "\(crew.findings.problems)")
                #expect(received == sent)
                if mpm != .prefork {
                    let growth = try server.residentKilobytes(of: child) - before
                    print("\(mpm): the child grew by \(growth) kB with 10 MB under way")
                    #expect(growth < 2_048)
                }
                #expect(server.echoLines.isEmpty)
            }
        }

        @Test("Half-close: what was sent before comes back, then the end", arguments: MPM.allCases)
        func halfClose(_ mpm: MPM) throws {
            try withHTTPD(EchoServer.configuration(mpm)) { server in
                for size in [0, 1, 7_999, 8_000, 8_001, 100_000] {
                    let client = try RawClient(port: server.ports[1])
                    let bytes = [UInt8](numberedLines(size / 30 + 1).prefix(size))
                    try client.send(bytes)
                    client.shutdownWrite()
                    #expect(try client.receiveUntilClose() == bytes, "\(size) bytes")
                }
                #expect(server.echoLines.isEmpty)
            }
        }

        @Test("A reset in the middle ends that connection alone, at debug", arguments: MPM.allCases)
        func reset(_ mpm: MPM) throws {
            try withHTTPD(EchoServer.configuration(mpm, maxClients: 16)) { server in
                let children = server.childPIDs
                let other = try RawClient(port: server.ports[1])
                try other.expectEcho("one\n")
                for round in 0..<10 {
                    let client = try RawClient(port: server.ports[1], receiveBuffer: 8_192)
                    // Some are reset while the server reads, some while it has to write.
                    try? client.send([UInt8](repeating: 65, count: 1 << (2 * round)), timeout: .milliseconds(300))
                    client.reset()
                }
                try other.expectEcho("two\n")
                for line in server.echoLines { #expect(line.contains("[Echo:debug]"), "\(line)") }
                #expect(try server.curl(path: "/page.html").status == 0)
                #expect(Set(children).isSubset(of: server.childPIDs))
            }
        }

        @Test("One byte at a time", arguments: MPM.allCases) func drip(_ mpm: MPM) throws {
            try withHTTPD(EchoServer.configuration(mpm)) { server in
                let client = try RawClient(port: server.ports[1])
                for byte in numberedLines(8) {
                    try client.send([byte])
                    #expect(try client.receive(exactly: 1) == [byte])
                }
                for byte in numberedLines(3) {
                    try client.send([byte])
                    usleep(500)
                }
                #expect(try client.receive(exactly: numberedLines(3).count) == numberedLines(3))
                #expect(client.isSilent(for: .milliseconds(50)))
            }
        }

        @Test("100,000 lines on one connection grow the child by less than 1 MB", arguments: MPM.allCases)
        func manyLines(_ mpm: MPM) throws {
            try withHTTPD(EchoServer.configuration(mpm, children: 1)) { server in
                let client = try RawClient(port: server.ports[1], timeout: .seconds(30))
                let child = try Self.child(of: client, server)
                func lines(_ range: Range<Int>) throws {
                    // One line at a time at first, then in pieces that are cut anywhere.
                    for start in stride(from: range.lowerBound, to: range.upperBound, by: 500) {
                        let text = (start..<start + 500).map { "this is line \($0)\n" }.joined()
                        try client.expectEcho(text)
                    }
                }
                for number in 0..<2_000 { try client.expectEcho("line \(number)\n") }
                try lines(0..<5_000)
                let before = try server.residentKilobytes(of: child)
                for number in 0..<10_000 { try client.expectEcho("line \(number)\n") }
                try lines(0..<100_000)
                let growth = try server.residentKilobytes(of: child) - before
                print("\(mpm): 110,000 lines on one connection grew the child by \(growth) kB")
                #expect(growth < 1_024)
            }
        }

        /// The child that serves a connection: under prefork, one of several.
        private static func child(of client: RawClient, _ server: HTTPDProcess) throws -> Int32 {
            try client.expectEcho("who is there\n")
            let children = server.childPIDs
            guard children.count > 1 else { return try #require(children.first) }
            for child in children {
                let numbers = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(child)/fd")
                let links = numbers.compactMap {
                    try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(child)/fd/\($0)")
                }
                let sockets = links.filter { $0.hasPrefix("socket:") }
                // Listeners are everybody's; the connection is one more.
                if sockets.count > 3 { return child }
            }
            return try #require(children.first)
        }
    }
}
