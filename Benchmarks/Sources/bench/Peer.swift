// SPDX-License-Identifier: Apache-2.0

import HTTPDTesting

/// One of those compared: a server and what it must answer.
struct Peer {
    var name: String
    var modules: [String] = []
    var directives: String
    var files: [String: [UInt8]] = [:]
    var expected: [UInt8]
    /// Lines of its error log that do not matter.
    var allowing: [String] = []

    /// The server, sized as Debian's event MPM is.
    func start(_ documents: [String: [UInt8]], children: Int = 2) throws -> HTTPDProcess {
        var configuration = HTTPDConfiguration(
            mpm: .event, extraModules: modules, directives: Self.common + directives, files: files,
            documents: documents, children: children, threadsPerChild: 25)
        configuration.modules.removeAll { $0 == "log_config" }
        return try HTTPDProcess.start(configuration)
    }

    private static let common = "KeepAlive On\nMaxKeepAliveRequests 0\nKeepAliveTimeout 15\n"

    /// Throws unless the server gives the right bytes, again and again and to several clients at once.
    func verify(_ server: some PageServer, _ path: String) throws {
        try server.verify(name, path, expected)
    }
}
