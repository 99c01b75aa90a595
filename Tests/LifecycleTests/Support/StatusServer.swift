// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

/// A server with `swift-status`: protocols on its second and its third port.
enum StatusServer {
    static func configuration(
        _ mpm: MPM, second: String = "Echo.Echo mode=line", third: String = "Fixtures.Desk", host: String = "",
        _ directives: String = "", maxClients: Int? = nil
    ) -> HTTPDConfiguration {
        let text = """
            \(Plugins.module)SwiftPlugin Echo
            SwiftPlugin Lines
            SwiftPlugin "\(Plugins.fixtures)"
            Listen 127.0.0.1:@PORT2@ anything
            Listen 127.0.0.1:@PORT3@ anything
            <VirtualHost 127.0.0.1:@PORT2@>
                SwiftProtocol \(second)
            </VirtualHost>
            <VirtualHost 127.0.0.1:@PORT3@>
                SwiftProtocol \(third)
            \(host)
            </VirtualHost>
            <Location "/swift-status">
                SetHandler swift-status
            </Location>
            \(directives)

            """
        return HTTPDConfiguration(
            mpm: mpm, extraModules: ["authn_core"], directives: text, documents: ["page.html": numberedLines(100)],
            children: mpm == .prefork ? nil : 1, maxClients: maxClients)
    }
}

/// What the page tells of one protocol.
struct StatusRow: Equatable, CustomStringConvertible {
    var place = ""
    var open = 0
    var waiting = 0
    var accepted = 0
    var refused = 0
    var timedOut = 0
    var frames = 0
    var bytesIn = 0
    var bytesOut = 0

    var description: String {
        "open \(open), waiting \(waiting), accepted \(accepted), refused \(refused), timed out \(timedOut), "
            + "frames \(frames), in \(bytesIn), out \(bytesOut)"
    }
}

extension HTTPDProcess {
    /// The response to a request of the page.
    func statusPage(_ query: String = "", method: String = "GET", path: String = "/swift-status") throws -> String {
        let client = try RawClient(port: port)
        try client.send("\(method) \(path)\(query) HTTP/1.0\r\n\r\n")
        return String(decoding: try client.receiveUntilClose(), as: UTF8.self)
    }

    /// The row of a protocol, as `?auto` tells it; of the one in this place, if there are several.
    func status(_ name: String, at place: String? = nil) throws -> StatusRow {
        var rows: [String: [String: String]] = [:]
        let page = try statusPage("?auto")
        let pattern = /SwiftProtocol\[(\d+)\](\w+): (.*)/
        for line in page.split(whereSeparator: \.isNewline) {
            guard let match = try pattern.wholeMatch(in: line) else { continue }
            rows[String(match.1), default: [:]][String(match.2)] = String(match.3)
        }
        let found = rows.values.filter { $0["Name"] == name && (place == nil || $0["Place"] == place) }
        let row = try #require(found.count == 1 ? found.first : nil, "\(page)")
        func number(_ key: String) throws -> Int { try #require(row[key].flatMap { Int($0) }, "\(key) in \(page)") }
        return StatusRow(
            place: row["Place"] ?? "", open: try number("Open"), waiting: try number("Waiting"),
            accepted: try number("Accepted"), refused: try number("Refused"), timedOut: try number("TimedOut"),
            frames: try number("Frames"), bytesIn: try number("BytesIn"), bytesOut: try number("BytesOut"))
    }

    /// Waits until the page tells this of a protocol.
    func expectStatus(_ name: String, _ expected: StatusRow, timeout: Duration = .seconds(5)) throws {
        var row = StatusRow()
        do {
            try waitUntil("the status", timeout: timeout) {
                row = try status(name)
                row.place = expected.place
                return row == expected
            }
        } catch {
            Issue.record("\(name): \(row), not \(expected)")
        }
    }
}
