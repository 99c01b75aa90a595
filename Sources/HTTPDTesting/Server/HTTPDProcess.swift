// SPDX-License-Identifier: Apache-2.0

import Glibc
import Synchronization

/// A real httpd in a temporary server root, listening on a free port of the loopback interface.
///
/// It runs in the foreground as a child of the test, in a process group of its own, and goes when this object
/// goes, or when the test process dies.
public final class HTTPDProcess: Sendable {
    /// The main port.
    public var port: UInt16 { folder.ports.first ?? 0 }
    /// The main port and two more, for the test's own `Listen` directives.
    public var ports: [UInt16] { folder.ports }
    /// The server root.
    public var root: String { folder.path }
    /// The document root.
    public var documentRoot: String { folder.documentRoot }
    /// The process that was started, parent of the children.
    public var parentPID: Int32 { process.pid }
    /// What it was started with.
    public let configuration: HTTPDConfiguration

    private let folder: ServerRoot
    private let process: ChildProcess
    private let watchdog: Watchdog
    private let ended = Mutex<ProcessExit?>(nil)

    private init(
        _ configuration: HTTPDConfiguration, _ folder: ServerRoot, _ process: ChildProcess, _ watchdog: Watchdog
    ) {
        self.configuration = configuration
        self.folder = folder
        self.process = process
        self.watchdog = watchdog
    }

    deinit {
        stop()
    }

    /// Starts a server and waits until it accepts connections.
    ///
    /// No connection is made to find out, so a test that counts connections starts at zero.
    public static func start(_ configuration: HTTPDConfiguration) throws(HTTPDTestError) -> HTTPDProcess {
        var attempt = 1
        while true {
            let server = try launch(configuration)
            guard let failure = server.awaitGeneration(1) else { return server }
            server.stop()
            let log = server.errorLog
            let clash = log.contains("could not bind to address") || log.contains("Address already in use")
            guard clash, attempt < 5 else {
                throw HTTPDTestError(.startup, "httpd (\(configuration.mpm)) \(failure). Its log:\n\(log)")
            }
            attempt += 1
        }
    }

    private static func launch(_ configuration: HTTPDConfiguration) throws(HTTPDTestError) -> HTTPDProcess {
        let folder = try ServerRoot(configuration)
        // What is said before the error log is open belongs to the same file.
        let log = try Descriptor.open(folder.errorLogFile, O_WRONLY | O_CREAT | O_APPEND)
        let null = try Descriptor.open("/dev/null", O_RDONLY)
        let defines = configuration.defines.flatMap { ["-D", $0] }
        let process = try Spawning(
            program: HTTPDInstallation.current().program,
            arguments: ["-f", folder.configurationFile, "-D", "FOREGROUND"] + defines,
            environment: folder.environment,
            standardInput: null.number, standardOutput: log.number, standardError: log.number
        ).start()
        do {
            let watchdog = try Watchdog(group: process.pid, root: folder.path)
            return HTTPDProcess(configuration, folder, process, watchdog)
        } catch {
            process.sendToGroup(SIGKILL)
            _ = process.wait(atMost: .seconds(5))
            throw error
        }
    }

    // MARK: State

    /// Whether the parent process is alive.
    public var isRunning: Bool { process.exit() == nil }

    /// The living children of the parent, old generations and helper processes included.
    public var childPIDs: [Int32] { ProcessTable.children(of: parentPID) }

    /// The whole error log, with what the server said before it opened the log; readable after the end, too.
    public var errorLog: String { Self.text(folder.errorLogFile) }

    /// The whole access log: address, user, time, request line, status, body length, connection state.
    public var accessLog: String { Self.text(folder.accessLogFile) }

    /// The resident memory of a process (`VmRSS`) in kilobytes.
    public func residentKilobytes(of pid: Int32) throws(HTTPDTestError) -> Int {
        guard let size = ProcessTable.residentKilobytes(of: pid) else {
            throw HTTPDTestError(.usage, "there is no process \(pid)")
        }
        return size
    }

    /// Looks again and again until the condition holds; throws when the time runs out.
    public func waitUntil(
        _ what: String = "the condition", timeout: Duration = .seconds(10), _ condition: () throws -> Bool
    ) throws {
        guard try Waiting.poll(atMost: timeout, condition) else {
            throw HTTPDTestError(.timeout, "\(what) did not come true within \(timeout)")
        }
    }

    // MARK: Control

    /// Sends a signal to the parent.
    public func send(signal: Int32) {
        process.send(signal)
    }

    /// Restarts gracefully (`SIGUSR1`) and waits for the new generation; running requests go on in the old one.
    public func gracefulRestart() throws(HTTPDTestError) {
        try restart(with: SIGUSR1)
    }

    /// Restarts at once (`SIGHUP`) and waits for the new generation.
    ///
    /// Children die where they stand: a response just received may be missing from the access log.
    public func restart() throws(HTTPDTestError) {
        try restart(with: SIGHUP)
    }

    /// Ends the server and everything in its process group; its folder stays until this object goes.
    ///
    /// - Returns: how the parent ended; `.status(0)` is the normal way. Calling it again tells the same.
    @discardableResult
    public func stop() -> ProcessExit {
        ended.withLock { ended in
            if let known = ended { return known }
            awaitQuiet()
            process.send(SIGTERM)
            var exit = process.wait(atMost: .seconds(20))
            if exit == nil {
                process.sendToGroup(SIGKILL)
                exit = process.wait(atMost: .seconds(10))
            }
            // Children that outlive their parent get a moment, then no more.
            if !Waiting.poll(atMost: .seconds(2), { !process.sendToGroup(0) }) {
                process.sendToGroup(SIGKILL)
                _ = Waiting.poll(atMost: .seconds(5)) { !process.sendToGroup(0) }
            }
            watchdog.dismiss()
            let result = exit ?? .signal(SIGKILL)
            ended = result
            return result
        }
    }

    /// Runs `httpd -t` on a configuration.
    public static func configtest(
        _ configuration: HTTPDConfiguration
    ) throws(HTTPDTestError) -> (status: Int32, output: String) {
        let folder = try ServerRoot(configuration)
        let defines = configuration.defines.flatMap { ["-D", $0] }
        let result = try Command(
            HTTPDInstallation.current().program, ["-t", "-f", folder.configurationFile] + defines,
            environment: folder.environment, timeout: configuration.startTimeout
        ).run()
        return (result.status, result.text + result.errorText + text(folder.errorLogFile))
    }

    // MARK: Details

    /// Gives threads that are about to close a connection a moment to do so.
    ///
    /// A child of the event or worker MPM that is told to end closes the sockets of its busy threads, and reads freed
    /// memory if one of them closes its own just then: a crash at the end of one in a hundred servers, not the test's.
    private func awaitQuiet() {
        _ = Waiting.poll(atMost: .milliseconds(300)) { !ProcessTable.hasConnections(to: ports) }
        _ = usleep(5_000)
    }

    private static let sign = "resuming normal operations"

    private func restart(with signal: Int32) throws(HTTPDTestError) {
        let generation = Self.count(Self.sign, in: errorLog)
        send(signal: signal)
        if let failure = awaitGeneration(generation + 1) {
            throw HTTPDTestError(.startup, "the restart failed: httpd \(failure). Its log:\n\(errorLog)")
        }
    }

    /// Waits until the log shows so many starts and there are children; tells what went wrong otherwise.
    private func awaitGeneration(_ number: Int) -> String? {
        var exit: ProcessExit?
        let seen = Waiting.poll(atMost: configuration.startTimeout) {
            exit = process.exit()
            if exit != nil { return true }
            return Self.count(Self.sign, in: errorLog) >= number && !childPIDs.isEmpty
        }
        if let exit { return exit.description }
        return seen ? nil : "was not ready within \(configuration.startTimeout)"
    }

    private static func count(_ needle: String, in text: String) -> Int {
        text.split(separator: "\n").count { $0.contains(needle) }
    }

    private static func text(_ file: String) -> String {
        String(decoding: Descriptor.contents(of: file) ?? [], as: UTF8.self)
    }
}
