// SPDX-License-Identifier: Apache-2.0
import HTTPDTesting
import Testing

/// The modules that this test was built with, found beside the test bundle that runs.
struct BuildFolder {
    /// What swiftc needs to import HTTPD. As in a plugin, no experimental feature is on.
    let flags: [String]

    init() throws {
        let program = try Command("readlink", ["/proc/\(try Self.processID())/exe"]).run().text
        let folder = program.split(separator: "/").dropLast().reduce(into: "") { $0 += "/\($1)" }
        let here = #filePath
        let top = here.split(separator: "/").dropLast(3).reduce(into: "") { $0 += "/\($1)" }
        let apr = try Command("pkg-config", ["--cflags-only-I", "apr-1"]).run().text
        let maps = [
            "\(folder)/CPlugin.build", "\(folder)/CHTTPD.build", "\(folder)/CPatterns.build", "\(top)/Sources/CAPR",
        ]
        flags =
            ["-I", "\(folder)/Modules", "-enable-upcoming-feature", "MemberImportVisibility"]
            + maps.flatMap { ["-Xcc", "-fmodule-map-file=\($0)/module.modulemap"] }
            + apr.split(whereSeparator: \.isWhitespace).map { String($0) }
    }

    /// The number of this process, which a program that it starts has as its parent's.
    private static func processID() throws -> String {
        try Command("sh", ["-c", "echo $PPID"]).run().text.split(separator: "\n").joined()
    }
}
