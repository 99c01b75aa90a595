// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

/// The programs of the folder Clients: each compares, or checks, and exits with 1 if something is wrong.
enum ClientProgram {
    private static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    /// The package under test.
    private static let package = tests.deletingLastPathComponent().deletingLastPathComponent().path
    static let folder = tests.path + "/Clients"
    static let known = folder + "/known-differences.toml"
    /// The interpreter with the client libraries, which `scripts/python-peers.sh` installs.
    static let python = package + "/.build/resp-clients/bin/python"

    /// How a program is run.
    static func command(_ name: String, _ arguments: [String], timeout: Duration = .seconds(240)) -> Command {
        Command(python, ["-B", "\(folder)/\(name).py"] + arguments, timeout: timeout)
    }

    /// Runs a program, prints its last line, and records what else it says if it fails.
    static func run(
        _ name: String, _ arguments: [String], timeout: Duration = .seconds(240),
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        try #require(
            FileManager.default.isExecutableFile(atPath: python), "scripts/python-peers.sh installs the clients")
        judge(name, try command(name, arguments, timeout: timeout).run(), sourceLocation)
    }

    /// Prints the last line of a program that was run, and records what else it says if it failed.
    static func judge(
        _ name: String, _ result: Command.Result, _ sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let lines = result.text.split(separator: "\n")
        print("\(name): \(lines.last ?? "says nothing")")
        let text = String((result.text + result.errorText).prefix(8_000))
        #expect(result.status == 0, "\(text)", sourceLocation: sourceLocation)
    }
}

/// A program that runs while the test does something else.
final class Background: @unchecked Sendable {
    private let condition = NSCondition()
    private var outcome: Result<Command.Result, any Error>?

    init(_ command: Command) {
        let thread = Thread {
            let outcome = Result { try command.run() }
            self.condition.withLock {
                self.outcome = outcome
                self.condition.broadcast()
            }
        }
        thread.start()
    }

    /// Whether it goes on.
    var isRunning: Bool { condition.withLock { outcome == nil } }

    /// Waits for its end.
    func wait() throws -> Command.Result {
        condition.lock()
        defer { condition.unlock() }
        while outcome == nil { condition.wait() }
        return try #require(outcome).get()
    }
}
