// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

/// A real redis-server or memcached beside ours, with our limit: values of 1 MB at most.
final class CompanionServer {
    enum Kind: String {
        case redis, memcached

        /// What it answers, whoever asks; a Redis with a password does, too.
        fileprivate var probe: String { self == .redis ? "PING\r\n" : "version\r\n" }

        fileprivate func command(_ port: UInt16, _ pidFile: String) -> [String] {
            switch self {
            case .redis:
                [
                    "redis-server", "--port", "\(port)", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
                    "--proto-max-bulk-len", "1mb", "--pidfile", pidFile,
                ]
            case .memcached:
                ["memcached", "-p", "\(port)", "-l", "127.0.0.1", "-U", "0", "-u", "root", "-P", pidFile]
            }
        }
    }

    let port: UInt16
    private let run: Background
    private let pidFile: String

    /// Starts it and waits until it answers.
    ///
    /// - Parameter arguments: More options of its command line.
    init(_ kind: Kind, _ arguments: [String] = []) throws {
        for _ in 0..<5 {
            let port = try Self.freePort()
            let pidFile = FileManager.default.temporaryDirectory.path + "/\(kind)-\(UUID().uuidString).pid"
            let run = Background(
                // It ends with the thread that started it, so that nothing is left if the tests are killed.
                Command(
                    "setpriv", ["--pdeathsig", "TERM"] + kind.command(port, pidFile) + arguments,
                    timeout: .seconds(900)))
            let deadline = ContinuousClock.now + .seconds(10)
            while run.isRunning, ContinuousClock.now < deadline {
                // The file tells that it is ours which answers: another one may have taken the port meanwhile.
                if Self.process(pidFile) != nil, let client = try? RawClient(port: port, timeout: .seconds(5)),
                    (try? client.send(kind.probe)) != nil,
                    let reply: String = try? client.receive(through: "\r\n"), !reply.isEmpty
                {
                    self.port = port
                    self.run = run
                    self.pidFile = pidFile
                    return
                }
                usleep(20_000)
            }
            Self.end(pidFile)
        }
        throw HTTPDTestError(.startup, "\(kind) does not start: make test installs it")
    }

    deinit {
        Self.end(pidFile)
        _ = try? run.wait()
        try? FileManager.default.removeItem(atPath: pidFile)
    }

    /// Has it do nothing, until it may go on.
    func stop() { Self.signal(SIGSTOP, pidFile) }
    func go() { Self.signal(SIGCONT, pidFile) }

    private static func end(_ pidFile: String) {
        signal(SIGCONT, pidFile)
        signal(SIGTERM, pidFile)
    }

    private static func signal(_ signal: Int32, _ pidFile: String) {
        if let process = process(pidFile) { kill(process, signal) }
    }

    private static func process(_ pidFile: String) -> Int32? {
        let text = try? String(contentsOfFile: pidFile, encoding: .utf8)
        return text.flatMap { Int32($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }

    private static func freePort() throws -> UInt16 {
        let script = "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); print(s.getsockname()[1])"
        let result = try Command("python3", ["-c", script]).run()
        return try #require(UInt16(result.text.trimmingCharacters(in: .whitespacesAndNewlines)), "\(result.errorText)")
    }
}
