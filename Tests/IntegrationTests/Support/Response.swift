// SPDX-License-Identifier: Apache-2.0
import HTTPDTesting
import Testing

/// A response as curl received it.
struct Response {
    let status: Int
    /// Names in small letters, in the order they came.
    let headers: [(name: String, value: String)]
    let body: [UInt8]
    /// curl's exit status: not 0 when the response broke off.
    let exit: Int32

    var text: String { String(decoding: body, as: UTF8.self) }

    subscript(_ name: String) -> String? { headers.first { $0.name == name.lowercased() }?.value }

    /// The header, without what differs from response to response, and what stock httpd leaves out of a HEAD
    /// response whatever the filters: how the body is framed, and that it is empty.
    var stableHeaders: [String] {
        headers.map { "\($0.name): \($0.value)" }
            .filter { !$0.hasPrefix("date:") && !["transfer-encoding: chunked", "content-length: 0"].contains($0) }
            .sorted()
    }

    /// Takes the last response apart that `curl -i` wrote.
    init(_ result: Command.Result) throws {
        exit = result.status
        var rest = result.output[...]
        var head = ""
        repeat {
            let end = Self.endOfHead(rest)
            head = String(decoding: rest[..<end], as: UTF8.self)
            rest = rest[end...]
        } while head.hasPrefix("HTTP/1.1 100")
        let lines = head.split(separator: "\r\n")
        status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        headers = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
            return (parts[0].lowercased(), parts.count > 1 ? String(parts[1].drop { $0 == " " }) : "")
        }
        body = Array(rest)
    }

    private static func endOfHead(_ bytes: ArraySlice<UInt8>) -> Int {
        let mark: [UInt8] = [13, 10, 13, 10]
        var index = bytes.startIndex
        while index + 4 <= bytes.endIndex {
            if bytes[index] == 13, bytes[index..<index + 4].elementsEqual(mark) { return index + 4 }
            index += 1
        }
        return bytes.endIndex
    }
}

extension HTTPDProcess {
    /// Gets a path of the main port with curl, header and all.
    func get(_ path: String, _ arguments: String..., input: [UInt8] = []) throws -> Response {
        try Response(curl(["-i"] + arguments, path: path, input: input))
    }

    /// Asks for the header alone.
    func head(_ path: String, _ arguments: String...) throws -> Response {
        try Response(curl(["-I"] + arguments, path: path))
    }

    /// Gets a path of the second port by TLS, as HTTP/1.1 or HTTP/2.
    func getSecurely(_ path: String, _ arguments: String..., more: [String] = []) throws -> Response {
        let fixed = ["-q", "-sS", "-k", "-i", "--noproxy", "*"]
        return try Response(Command("curl", fixed + arguments + more + ["https://localhost:\(ports[1])\(path)"]).run())
    }
}

/// What a server needs to speak TLS, and HTTP/2, on its second port.
enum Security {
    static let modules = ["ssl", "http2", "socache_shmcb"]

    /// A certificate that signs itself, and its key, in one text.
    static let certificate: String = {
        let words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout - -out - -days 2"
        let request = Command(
            "openssl",
            words.split(separator: " ").map(String.init) + [
                "-subj", "/CN=localhost", "-addext", "basicConstraints=critical,CA:FALSE",
            ])
        return (try? request.run().text) ?? ""
    }()

    static func configuration(_ mpm: MPM, modules more: [String] = [], _ directives: String) -> HTTPDConfiguration {
        let host = """
            Listen 127.0.0.1:@PORT2@
            SSLSessionCache shmcb:run/sessions(512000)
            <VirtualHost 127.0.0.1:@PORT2@>
                ServerName localhost
                SSLEngine on
                SSLCertificateFile "@ROOT@/server.pem"
                <IfModule http2_module>
                    Protocols h2 http/1.1
                </IfModule>
            </VirtualHost>

            """
        // HTTP/2 wants threads.
        let modules = Self.modules.filter { mpm.isThreaded || $0 != "http2" }
        var configuration = Fixtures.configuration(mpm, modules: modules + more, directives + "\n" + host)
        configuration.addFile("server.pem", text: certificate)
        return configuration
    }
}
