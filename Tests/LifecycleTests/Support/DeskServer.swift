// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

/// A server with the fixtures' Desk protocol: on its second port by `Listen`, on its third by `SwiftProtocol` with
/// options.
enum DeskServer {
    static func configuration(
        _ mpm: MPM, options: String = "", host: String = "", _ directives: String = "", modules: [String] = [],
        threads: Int = 8, maxClients: Int? = nil
    ) -> HTTPDConfiguration {
        let text = """
            \(Plugins.module)SwiftPlugin "\(Plugins.fixtures)"
            LogLevel Fixtures:info
            Listen 127.0.0.1:@PORT2@ desk
            Listen 127.0.0.1:@PORT3@ anything
            <VirtualHost 127.0.0.1:@PORT3@>
                SwiftProtocol Fixtures.Desk \(options)
            \(host)
            </VirtualHost>
            \(directives)

            """
        return HTTPDConfiguration(
            mpm: mpm, extraModules: modules, directives: text, documents: ["page.html": numberedLines(100)],
            children: mpm == .prefork ? nil : 1, threadsPerChild: threads, maxClients: maxClients)
    }

    /// The same, with TLS on the third port.
    static func secure(_ mpm: MPM, options: String = "", host: String = "") throws -> HTTPDConfiguration {
        let secure = """
                ServerName localhost
                SSLEngine on
                SSLCertificateFile "@ROOT@/server.pem"
            \(host)
            """
        var configuration = Self.configuration(
            mpm, options: options, host: secure, "SSLSessionCache shmcb:@ROOT@/run/ssl(64000)",
            modules: ["ssl", "socache_shmcb"])
        configuration.files["server.pem"] = try certificate()
        return configuration
    }

    /// A client that was greeted.
    static func connect(_ port: UInt16) throws -> RawClient {
        let client = try RawClient(port: port)
        try client.expectLine("220 desk")
        return client
    }

    /// A client that has sent often enough not to be the MPM's any more.
    static func quickClient(_ port: UInt16) throws -> RawClient {
        let client = try connect(port)
        for number in 0..<3 {
            try client.expectLine("hello \(number)", to: "ECHO hello \(number)")
            usleep(20_000)
        }
        return client
    }

    /// A certificate that signs itself, and its key, in one text.
    static func certificate() throws -> [UInt8] {
        let words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout - -out - -days 2"
        let result = try Command(
            "openssl",
            words.split(separator: " ").map(String.init) + ["-subj", "/CN=localhost"]
                + ["-addext", "basicConstraints=critical,CA:FALSE"]
        ).run()
        try #require(result.status == 0, "\(result.errorText)")
        return result.output
    }
}

extension RawClient {
    /// Sends a line and expects a line back.
    func expectLine(_ answer: String, to command: String? = nil, timeout: Duration = .seconds(10)) throws {
        if let command { try send(command + "\r\n") }
        let line = try receive(through: "\r\n", timeout: timeout)
        try #require(line == answer + "\r\n")
    }
}

extension HTTPDProcess {
    /// Why connections of the Desk ended, as far as the log tells.
    var deskReasons: [String] {
        errorLog.split(separator: "\n").compactMap { line in
            line.range(of: "desk closed: ").map { String(line[$0.upperBound...]) }
        }
    }
}
