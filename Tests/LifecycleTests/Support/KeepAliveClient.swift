// SPDX-License-Identifier: Apache-2.0
import HTTPDTesting

/// A client that sends one request after another on a connection, and tells a close between two responses from one
/// inside a response.
struct KeepAliveClient {
    let port: UInt16
    let request: [UInt8]
    let body: [UInt8]

    /// - Parameters:
    ///   - path: What to ask for.
    ///   - body: What has to come back.
    init(port: UInt16, path: String, sending sent: [UInt8] = [], expecting body: [UInt8]) {
        self.port = port
        self.body = body
        let length = sent.isEmpty ? "" : "Content-Length: \(sent.count)\r\n"
        request =
            Array("\(sent.isEmpty ? "GET" : "POST") \(path) HTTP/1.1\r\nHost: localhost\r\n\(length)\r\n".utf8) + sent
    }

    /// Asks until the crew is told to stop; what is wrong goes to the crew's findings, as do the counts `responses`,
    /// `connections` and `closes`.
    func run(_ crew: Crew) {
        while crew.goesOn {
            do {
                let connection = try RawClient(port: port, timeout: .seconds(30))
                crew.findings.count("connections")
                serve(connection, crew)
                connection.close()
            } catch {
                crew.findings.add("refused: \(error)")
            }
        }
    }

    /// Uses a connection until the server closes it, or the crew stops.
    private func serve(_ connection: RawClient, _ crew: Crew) {
        var served = 0
        while crew.goesOn {
            let first: [UInt8]
            do {
                try connection.send(request)
                first = try connection.receive()
            } catch  where error.kind == .connectionReset {
                first = []
            } catch {
                return crew.findings.add("request \(served): \(error)")
            }
            guard !first.isEmpty else {
                // A server may close an idle connection while the next request is on its way, but not the first.
                if served == 0 { crew.findings.add("a new connection was closed without an answer") }
                return crew.findings.count("closes")
            }
            do {
                guard try finish(first, connection, crew) else { return crew.findings.count("closes") }
            } catch {
                return crew.findings.add("inside response \(served): \(error)")
            }
            served += 1
        }
    }

    /// Reads the rest of a response; false if it announced the end of the connection.
    private func finish(_ first: [UInt8], _ connection: RawClient, _ crew: Crew) throws -> Bool {
        var bytes = first
        while Self.headEnd(bytes) == nil { bytes += try more(connection) }
        let end = Self.headEnd(bytes) ?? bytes.count
        let head = String(decoding: bytes[..<end], as: UTF8.self)
        guard head.hasPrefix("HTTP/1.1 200 ") else {
            throw HTTPDTestError(.usage, "answered \(head.prefix(60))")
        }
        let lower = head.lowercased()
        if lower.contains("transfer-encoding: chunked") {
            let mark = Array("\r\n0\r\n\r\n".utf8)
            while !bytes.suffix(mark.count).elementsEqual(mark) { bytes += try more(connection) }
            bytes = Self.unchunked(bytes[end...])
        } else {
            while bytes.count < end + body.count { bytes += try more(connection) }
            bytes = Array(bytes[end...])
        }
        guard bytes == body else {
            throw HTTPDTestError(.usage, "a body of \(bytes.count) bytes that differs from the \(body.count) expected")
        }
        crew.findings.count("responses")
        return !lower.contains("connection: close")
    }

    private func more(_ connection: RawClient) throws -> [UInt8] {
        let bytes = try connection.receive()
        guard !bytes.isEmpty else { throw HTTPDTestError(.usage, "the connection was closed") }
        return bytes
    }

    private static func headEnd(_ bytes: [UInt8]) -> Int? {
        var index = 3
        while index < bytes.count {
            if bytes[index] == 10, bytes[index - 1] == 13, bytes[index - 2] == 10, bytes[index - 3] == 13 {
                return index + 1
            }
            index += 1
        }
        return nil
    }

    private static func unchunked(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var rest = bytes
        var result: [UInt8] = []
        while let line = rest.firstIndex(of: 13) {
            guard let count = Int(String(decoding: rest[..<line], as: UTF8.self), radix: 16), count > 0,
                line + 2 + count <= rest.endIndex
            else { break }
            result += rest[(line + 2)..<(line + 2 + count)]
            rest = rest[(line + 2 + count)...].dropFirst(2)
        }
        return result
    }
}
