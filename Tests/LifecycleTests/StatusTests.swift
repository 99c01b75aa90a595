// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension Lifecycle {
    @Suite("swift-status")
    struct Status {
        @Test("Connections, frames and bytes of each protocol, to the byte, open and closed", arguments: MPM.allCases)
        func counts(_ mpm: MPM) throws {
            let configuration = StatusServer.configuration(mpm, third: "Fixtures.Desk maximum=100", maxClients: 16)
            try withHTTPD(configuration) { server in
                #expect(try server.status("Echo.Echo").place == "127.0.0.1:\(server.ports[1]) localhost")
                try server.expectStatus("Echo.Echo", StatusRow())
                let echoes = try (0..<5).map { _ in try RawClient(port: server.ports[1]) }
                for client in echoes {
                    for number in 10..<30 { try client.expectEcho("hello \(number)\n") }
                }
                let desks = try (0..<3).map { _ in try RawClient(port: server.ports[2]) }
                for client in desks {
                    try client.expectLine("220 desk")
                    try client.expectLine("well", to: "ECHO well")
                }
                let waits = mpm == .event
                try server.expectStatus(
                    "Echo.Echo",
                    StatusRow(
                        open: 5, waiting: waits ? 5 : 0, accepted: 5, frames: 100, bytesIn: 900, bytesOut: 900))
                try server.expectStatus(
                    "Fixtures.Desk",
                    StatusRow(open: 3, waiting: waits ? 3 : 0, accepted: 3, frames: 3, bytesIn: 33, bytesOut: 48))
                try desks[0].expectLine("221 bye", to: "QUIT")
                #expect(try desks[0].receiveUntilClose().isEmpty)
                for client in echoes { client.close() }
                try server.expectStatus(
                    "Echo.Echo", StatusRow(accepted: 5, frames: 100, bytesIn: 900, bytesOut: 900))
                try server.expectStatus(
                    "Fixtures.Desk",
                    StatusRow(open: 2, waiting: waits ? 2 : 0, accepted: 3, frames: 4, bytesIn: 39, bytesOut: 57))
            }
        }

        @Test("A busy connection's counts are not a second old, however it is busy", arguments: MPM.allCases)
        func busy(_ mpm: MPM) throws {
            try withHTTPD(StatusServer.configuration(mpm, maxClients: 16)) { server in
                let crew = Crew()
                let port = server.ports[1]
                for lines in [1, 200] {
                    let text = String(repeating: "tick tock\n", count: lines)
                    crew.start { crew in
                        let client = try RawClient(port: port)
                        while crew.goesOn {
                            try client.expectEcho(text)
                            for _ in 0..<lines { crew.findings.count("lines") }
                        }
                    }
                }
                for _ in 0..<5 {
                    let before = crew.findings.count(of: "lines")
                    usleep(1_000_000)
                    let row = try server.status("Echo.Echo")
                    #expect(row.frames >= before && row.frames > 0, "\(row), and \(before) were answered")
                    #expect(row.bytesIn >= before * 10 && row.bytesOut >= before * 10)
                }
                crew.stop()
                try crew.wait()
                #expect(crew.findings.problems.isEmpty, "\(crew.findings.problems)")
                let lines = crew.findings.count(of: "lines")
                try server.expectStatus(
                    "Echo.Echo", StatusRow(accepted: 2, frames: lines, bytesIn: lines * 10, bytesOut: lines * 10))
            }
        }

        @Test("Lines, by the token of its listener: the row is there from the start", arguments: MPM.allCases)
        func listener(_ mpm: MPM) throws {
            try withHTTPD(try LinesServer.configuration(mpm, Self.page)) { server in
                let client = try LinesClient(server.ports[1])
                #expect(try client.ask("UPPER a") == "250 A")
                let banner = "220 localhost Lines is ready; try HELP\r\n".utf8.count
                let waiting = mpm == .event ? 1 : 0
                var row = StatusRow()
                try server.waitUntil("the bytes") {
                    row = try server.status("Lines.Lines", at: "Listen lines")
                    return row.bytesOut >= banner + 7 && row.waiting == waiting
                }
                #expect(
                    row
                        == StatusRow(
                            place: "Listen lines", open: 1, waiting: waiting, accepted: 1, frames: 1, bytesIn: 8,
                            bytesOut: banner + 7))
            }
        }

        private static let page = """
            <Location "/swift-status">
                SetHandler swift-status
            </Location>
            """

        @Test("Those that are refused, by a limit or for want of a PROXY header", arguments: MPM.allCases)
        func refused(_ mpm: MPM) throws {
            let configuration = StatusServer.configuration(
                mpm, second: "Echo.Echo mode=line proxy=on handshake=2", third: "Fixtures.Desk peraddress=2",
                maxClients: 16)
            try withHTTPD(configuration) { server in
                let clients = try (0..<2).map { _ in try RawClient(port: server.ports[2]) }
                for client in clients { try client.expectLine("220 desk") }
                for _ in 0..<4 {
                    #expect(((try? RawClient(port: server.ports[2]).receiveUntilClose()) ?? []).isEmpty)
                }
                let waiting = mpm == .event ? 2 : 0
                try server.expectStatus(
                    "Fixtures.Desk", StatusRow(open: 2, waiting: waiting, accepted: 2, refused: 4, bytesOut: 20))
                // Two that speak too soon, and one that does not say anything.
                for _ in 0..<2 {
                    let client = try RawClient(port: server.ports[1])
                    try client.send("hello there\n")
                    #expect(((try? client.receiveUntilClose()) ?? []).isEmpty)
                }
                let silent = try RawClient(port: server.ports[1])
                try server.waitUntil("the silent one") { try server.status("Echo.Echo").open == 1 }
                let row = try server.status("Echo.Echo")
                #expect(row.refused == 2 && row.accepted == 0, "\(row)")
                #expect(try silent.receiveUntilClose().isEmpty)
                try server.expectStatus("Echo.Echo", StatusRow(refused: 2, timedOut: 1))
                let good = try RawClient(port: server.ports[1])
                try good.send("PROXY TCP4 203.0.113.7 192.0.2.1 4711 7777\r\n")
                try good.expectEcho("hello\n")
                good.close()
                try server.expectStatus(
                    "Echo.Echo",
                    StatusRow(accepted: 1, refused: 2, timedOut: 1, frames: 1, bytesIn: 6, bytesOut: 6))
            }
        }

        @Test("Those that a deadline ended, and the host's Timeout", arguments: MPM.allCases)
        func timedOut(_ mpm: MPM) throws {
            let configuration = StatusServer.configuration(
                mpm, second: "Echo.Echo mode=line idle=300ms", host: "Timeout 1", maxClients: 16)
            try withHTTPD(configuration) { server in
                for _ in 0..<3 {
                    let client = try RawClient(port: server.ports[1])
                    try client.expectEcho("hello\n")
                    #expect(try client.receiveUntilClose().isEmpty)
                }
                let client = try RawClient(port: server.ports[2])
                try client.expectLine("220 desk")
                try client.expectLine("421 idle")
                try server.expectStatus(
                    "Echo.Echo", StatusRow(accepted: 3, timedOut: 3, frames: 3, bytesIn: 18, bytesOut: 18))
                try server.expectStatus("Fixtures.Desk", StatusRow(accepted: 1, timedOut: 1, bytesOut: 20))
            }
        }

        @Test("A client that speaks HTTP to TLS is refused; one that says nothing times out", arguments: MPM.allCases)
        func handshake(_ mpm: MPM) throws {
            var configuration = try DeskServer.secure(mpm, options: "handshake=1")
            configuration.directives += Self.page
            configuration.maxClients = 16
            try withHTTPD(configuration, allowing: ["AH01990", "AH02008", "AH02007"]) { server in
                let wrong = try RawClient(port: server.ports[2])
                try wrong.send("GET / HTTP/1.0\r\n\r\n")
                _ = try? wrong.receiveUntilClose()
                let silent = try RawClient(port: server.ports[2])
                _ = try? silent.receiveUntilClose()
                let place = "127.0.0.1:\(server.ports[2]) localhost"
                try server.waitUntil("both") { try server.status("Fixtures.Desk", at: place).open == 0 }
                let row = try server.status("Fixtures.Desk", at: place)
                #expect(row == StatusRow(place: place, refused: 1, timedOut: 1))
            }
        }

        @Test("TLS and a PROXY header that never come end at Timeout, and are counted", arguments: MPM.allCases)
        func nothingComes(_ mpm: MPM) throws {
            var secure = try DeskServer.secure(mpm, options: "handshake=off", host: "Timeout 2")
            secure.directives += Self.page
            let balanced = StatusServer.configuration(
                mpm, third: "Fixtures.Desk proxy=on handshake=5m", host: "Timeout 2")
            for var configuration in [secure, balanced] {
                configuration.maxClients = 16
                try withHTTPD(configuration, allowing: ["AH02008", "AH02007", "AH01990"]) { server in
                    let client = try RawClient(port: server.ports[2])
                    let start = ContinuousClock.now
                    _ = try? client.receiveUntilClose()
                    let time = ContinuousClock.now - start
                    #expect(time > .milliseconds(1_500) && time < .seconds(5), "\(time)")
                    let place = "127.0.0.1:\(server.ports[2]) localhost"
                    try server.waitUntil("the count") {
                        let row = try server.status("Fixtures.Desk", at: place)
                        // Where a thread waits for TLS, httpd ends that too, and whoever is first counts.
                        return row.open == 0 && row.timedOut + (mpm == .event ? 0 : row.refused) == 1
                    }
                }
            }
        }

        @Test("A protocol that is bound no more is shown as an earlier one", arguments: [MPM.event])
        func unbound(_ mpm: MPM) throws {
            let include = "Define SECOND @PORT2@\nIncludeOptional @ROOT@/protocol*.conf\n"
            let directives = Plugins.module + include + Self.page
            let bound = "SwiftPlugin Echo\nListen 127.0.0.1:${SECOND} echo\n"
            var configuration = HTTPDConfiguration(mpm: mpm, directives: directives)
            configuration.addFile("protocol.conf", text: bound)
            try withHTTPD(configuration) { server in
                try RawClient(port: server.ports[1]).expectEcho("hello\n")
                #expect(try server.statusPage().contains("<td>Listen echo</td>"))
                try replaceFile(at: server.root + "/protocol.conf", with: [])
                try server.gracefulRestart()
                #expect(try server.statusPage().contains("<td>Listen echo (earlier)</td>"))
            }
        }

        @Test(
            "A graceful restart and a killed child take nothing away, and their connections go", arguments: MPM.allCases
        )
        func restarts(_ mpm: MPM) throws {
            let configuration = StatusServer.configuration(mpm, "SwiftProtocolDrain 2", maxClients: 16)
            try withHTTPD(configuration, allowing: ["AH00052", "AH00051", "AH00046", "AH00045"]) { server in
                var expected = StatusRow()
                func meet(_ count: Int) throws -> [RawClient] {
                    let clients = try (0..<count).map { _ in try RawClient(port: server.ports[1]) }
                    for client in clients { try client.expectEcho("hello\n") }
                    expected.accepted += count
                    expected.frames += count
                    expected.bytesIn += count * 6
                    expected.bytesOut += count * 6
                    return clients
                }
                let early = try meet(4)
                expected.open = 4
                expected.waiting = mpm == .event ? 4 : 0
                try server.expectStatus("Echo.Echo", expected)
                // Those of the old child count on, and so do new ones.
                try server.gracefulRestart()
                try server.expectStatus("Echo.Echo", expected, timeout: .seconds(1))
                let late = try meet(2)
                expected.open += 2
                expected.waiting += mpm == .event ? 2 : 0
                try server.expectStatus("Echo.Echo", expected)
                for client in early { _ = try? client.receiveUntilClose() }
                expected.open = 2
                expected.waiting = mpm == .event ? 2 : 0
                try server.expectStatus("Echo.Echo", expected)
                for child in server.childPIDs { kill(child, SIGKILL) }
                expected.open = 0
                expected.waiting = 0
                try server.expectStatus("Echo.Echo", expected)
                for client in late { client.close() }
                try meet(1).forEach { $0.close() }
                try server.expectStatus("Echo.Echo", expected)
                // At once.
                try server.restart()
                try server.expectStatus("Echo.Echo", expected)
            }
        }

        @Test("What a plugin counts is summed over children, and survives restarts", arguments: MPM.allCases)
        func counters(_ mpm: MPM) throws {
            let made = "<Location /made>\nSetHandler swift\nSwiftHandler Fixtures.Flood\n</Location>"
            var configuration = StatusServer.configuration(mpm, made, maxClients: 16)
            configuration.children = 2
            try withHTTPD(configuration) { server in
                func expectCounts(_ floods: Int, _ bytes: Int) throws {
                    let lines = try server.statusPage("?auto").split(whereSeparator: \.isNewline).suffix(7)
                    #expect(
                        lines == [
                            "SwiftCounter[0]Plugin: Fixtures", "SwiftCounter[0]Name: floods",
                            "SwiftCounter[0]Count: \(floods)", "SwiftCounter[1]Plugin: Fixtures",
                            "SwiftCounter[1]Name: flooded bytes & <more>", "SwiftCounter[1]Count: \(bytes)",
                            "SwiftCounters: 2",
                        ])
                }
                try expectCounts(0, 0)
                for _ in 0..<20 { #expect(try server.curl(path: "/made?bytes=1000").output.count == 1_000) }
                try expectCounts(20, 20_000)
                try server.gracefulRestart()
                try expectCounts(20, 20_000)
                #expect(try server.curl(path: "/made?bytes=5").output.count == 5)
                try server.restart()
                try expectCounts(21, 20_005)
                let page = try server.statusPage()
                #expect(
                    page.contains(
                        "<td>Fixtures</td><td>flooded bytes &amp; &lt;more&gt;</td><td align=\"right\">20005</td>"))
            }
        }

        @Test("The page is escaped, answers HEAD and nothing but GET, and is where it is mapped only")
        func page() throws {
            let host = #"ServerName "a&lt;<b>\"evil\"&amp;""#
            let configuration = StatusServer.configuration(.event, host: host)
            try withHTTPD(configuration) { server in
                let page = try server.statusPage()
                #expect(
                    page.contains("\r\nContent-Type: text/html;charset=")
                        || page.contains("\r\nContent-Type: text/html; charset="))
                #expect(page.contains("<td>Echo.Echo</td><td>127.0.0.1:\(server.ports[1]) localhost</td>"), "\(page)")
                #expect(page.contains("<td>Fixtures.Desk</td>"), "\(page)")
                #expect(!page.contains("<b>") && page.contains("&lt;b&gt;"), "\(page)")
                let head = try server.statusPage(method: "HEAD")
                #expect(head.hasPrefix("HTTP/1.1 200 OK\r\n") && head.hasSuffix("\r\n\r\n"), "\(head)")
                let refusal = try server.statusPage(method: "POST")
                let allowed = refusal.split(separator: "\r\n").first { $0.hasPrefix("Allow: ") } ?? ""
                #expect(refusal.hasPrefix("HTTP/1.1 405 ") && allowed.contains("GET"), "\(refusal)")
                #expect(try server.statusPage("?automatic").contains("<html>"))
                #expect(try server.statusPage("?refresh=1&auto").contains("\r\nContent-Type: text/plain"))
                #expect(try server.statusPage(path: "/swift-statu").hasPrefix("HTTP/1.1 404 "))
            }
        }
    }
}
