// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

/// A server with the line protocol: open to all on its second port, by `Listen`; for users on its third.
enum LinesServer {
    /// - Parameters:
    ///   - options: Behind `SwiftProtocol Lines.Lines`, on the third port.
    ///   - host: More for that host.
    ///   - directives: More for the server, above its hosts.
    static func configuration(
        _ mpm: MPM, modules: [String] = [], options: String = "auth=file", host: String = "", _ directives: String = ""
    ) throws -> HTTPDConfiguration {
        let text = """
            \(Plugins.module)SwiftPlugin Lines
            LogLevel Lines:debug
            \(directives)
            Listen 127.0.0.1:@PORT2@ lines
            Listen 127.0.0.1:@PORT3@ lines
            <VirtualHost 127.0.0.1:@PORT3@>
                SwiftProtocol Lines.Lines \(options)
                <Location "/">
                    AuthUserFile "@ROOT@/users"
                </Location>
            \(host)
            </VirtualHost>

            """
        var configuration = HTTPDConfiguration(
            mpm: mpm, extraModules: ["authn_core", "authn_file"] + modules, directives: text,
            documents: ["page.html": numberedLines(100)], children: mpm == .prefork ? nil : 1)
        configuration.files["users"] = try users(["jo": "open sesame", "ann": "p\u{e4}ss"])
        return configuration
    }

    /// What `htpasswd` makes of users and their passwords; each with another kind of hash.
    static func users(_ passwords: [String: String]) throws -> [UInt8] {
        var text: [UInt8] = []
        for (kind, user) in zip(["-B", "-m", "-s"], passwords.keys.sorted()) {
            let result = try Command("htpasswd", ["-n", "-b", kind, user, passwords[user] ?? ""]).run()
            try #require(result.status == 0, "\(result.errorText)")
            text += result.output
        }
        return text
    }
}

/// A client of the line protocol, which reads one line at a time.
struct LinesClient {
    let client: RawClient

    /// Connects, and takes the banner.
    init(_ port: UInt16) throws {
        client = try RawClient(port: port)
        let banner = try line()
        try #require(banner == "220 localhost Lines is ready; try HELP", "\(banner)")
    }

    /// The next line.
    func line() throws -> String {
        let text: String = try client.receive(through: "\r\n")
        return String(text.dropLast())
    }

    /// Sends a line, and returns the next line.
    func ask(_ text: String) throws -> String {
        try client.send(text + "\n")
        return try line()
    }
}

extension HTTPDProcess {
    /// Lines that the plugin wrote, whatever their level.
    var linesLog: [Substring] { errorLog.split(separator: "\n").filter { $0.contains("[Lines:") } }
}
