// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

/// The plugin RESP in a real httpd, one test after the other: most of them measure, and all of them load the machine.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct RESPServer {}

/// How the plugin is configured. All names of directives and options that the tests use are here.
enum RESPConfiguration {
    /// Where the keys are.
    enum Store: String, CaseIterable, CustomTestStringConvertible {
        case memory, socache

        var testDescription: String { rawValue }

        var directive: String {
            switch self {
            case .memory: "RESPStore memory"
            case .socache: "RESPStore \"socache:shmcb:@ROOT@/run/resp(33554432)\""
            }
        }
    }

    /// The options of the line `SwiftProtocol`.
    static let authentication = "auth=file"
    static let secure = "secure=on"
    static let logging = "log=on"
    static func authenticationTime(_ seconds: Int) -> String { "authtime=\(seconds)s" }
    static let limits = "inline=64 bulk=128 arguments=4"

    /// Takes a command away, or gives it another name.
    static func rename(_ command: String, to name: String?) -> String {
        "RESPCommand \(command) \(name ?? "off")"
    }

    /// RESP on the second port, by `SwiftProtocol` in a virtual host; HTTP on the first one.
    ///
    /// - Parameters:
    ///   - options: Behind `SwiftProtocol RESP.RESP`.
    ///   - host: More for that host.
    ///   - directives: More for the server, above its hosts.
    static func server(
        _ mpm: MPM, _ store: Store = .memory, modules: [String] = [], options: String = "", host: String = "",
        _ directives: String = "", children: Int? = nil, threads: Int = 8
    ) -> HTTPDConfiguration {
        let text = """
            LoadModule swift_module "@MODULES@/libmod_swift.so"
            SwiftPlugin RESP
            LogLevel RESP:info
            \(mpm == .event ? "AsyncRequestWorkerFactor 1000" : "")
            \(directives)
            Listen 127.0.0.1:@PORT2@ resp
            <VirtualHost 127.0.0.1:@PORT2@>
                SwiftProtocol RESP.RESP \(options)
                \(store.directive)
            \(host)
            </VirtualHost>

            """
        let started = children ?? (mpm == .prefork ? 8 : 1)
        return HTTPDConfiguration(
            mpm: mpm, extraModules: ["authn_core", "authn_file", "authz_host", "socache_shmcb"] + modules,
            directives: text, documents: ["page.html": Array("hello\n".utf8)], children: started,
            // A connection of worker and prefork has a thread or a child to itself.
            threadsPerChild: mpm == .worker ? max(threads, 32) : threads, maxClients: mpm == .prefork ? 40 : nil)
    }

    /// The user of the tests, who may be in a URL and in a command line.
    static let user = (name: "jo", password: "sesame")

    /// What `htpasswd` makes of the user.
    static func users() throws -> [UInt8] {
        let result = try Command("htpasswd", ["-n", "-b", "-s", user.name, user.password]).run()
        try #require(result.status == 0, "\(result.errorText)")
        return result.output
    }

    /// `AuthUserFile` for ``users()``, which belong into the file `users` of the server root.
    static let userFile = "<Location \"/\">\nAuthUserFile \"@ROOT@/users\"\n</Location>"

    /// A certificate that signs itself, and its key, in one text.
    static func certificate(_ name: String) throws -> [UInt8] {
        let words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout - -out - -days 2"
        let result = try Command(
            "openssl",
            words.split(separator: " ").map(String.init) + ["-subj", "/CN=\(name)"]
                + ["-addext", "basicConstraints=critical,CA:FALSE", "-addext", "subjectAltName=DNS:\(name)"]
        ).run()
        try #require(result.status == 0, "\(result.errorText)")
        return result.output
    }
}

extension HTTPDProcess {
    /// The port on which RESP is spoken.
    var respPort: UInt16 { ports[1] }

    /// Waits until there are so many children.
    func awaitChildren(_ count: Int) throws { try waitUntil("\(count) children") { childPIDs.count >= count } }

    /// The children, as the programs take them.
    var pidList: String { childPIDs.map(String.init).joined(separator: ",") }
}
