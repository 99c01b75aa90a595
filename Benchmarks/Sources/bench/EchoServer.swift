// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPDTesting

/// A server that sends back what it gets: one of ours or of httpd's modules, or SwiftNIO's.
final class EchoServer {
    let name: String
    let port: UInt16
    private let httpd: HTTPDProcess?
    private let process: Process?

    private init(name: String, port: UInt16, httpd: HTTPDProcess?, process: Process?) {
        self.name = name
        self.port = port
        self.httpd = httpd
        self.process = process
    }

    /// httpd with a module that answers on a port of its own.
    static func httpd(
        _ name: String, modules: [String] = [], host: String, files: [String: [UInt8]] = [:], main: String = "",
        children: Int = 2, threads: Int = 25
    ) throws -> EchoServer {
        var configuration = HTTPDConfiguration(
            mpm: .event, extraModules: modules,
            directives: main + "Listen 127.0.0.1:@PORT2@ echo\n<VirtualHost 127.0.0.1:@PORT2@>\n\(host)</VirtualHost>\n"
                + "AsyncRequestWorkerFactor 1000\n",
            files: files, children: children, threadsPerChild: threads)
        configuration.modules.removeAll { $0 == "log_config" }
        let server = try HTTPDProcess.start(configuration)
        guard let port = server.ports.dropFirst().first else { throw BenchError("no port for \(name)") }
        return EchoServer(name: name, port: port, httpd: server, process: nil)
    }

    /// A program of this package that prints its port.
    static func program(_ name: String, _ path: String) throws -> EchoServer {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: path)
        process.standardOutput = output
        try process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard let port = UInt16(line.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            process.terminate()
            throw BenchError("\(name) says '\(line)' and no port")
        }
        return EchoServer(name: name, port: port, httpd: nil, process: process)
    }

    /// A redis-server that keeps nothing on disk.
    static func redis() throws -> EchoServer {
        let process = Process()
        let port = try FreePort.find()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        // Nothing is left when the bench is killed.
        process.arguments = [
            "setpriv", "--pdeathsig", "TERM", "redis-server", "--port", "\(port)", "--bind", "127.0.0.1", "--save", "",
            "--appendonly", "no",
        ]
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let deadline = ContinuousClock.now + .seconds(10)
        while ContinuousClock.now < deadline, process.isRunning {
            if (try? RawClient(port: port, timeout: .seconds(1))) != nil {
                return EchoServer(name: "redis-server", port: port, httpd: nil, process: process)
            }
            Thread.sleep(forTimeInterval: 0.02)
        }
        process.terminate()
        throw BenchError("redis-server does not start")
    }

    /// The processes that answer.
    var pids: [Int32] { httpd?.childPIDs ?? (process.map { [$0.processIdentifier] } ?? []) }

    /// Puts it on its processor.
    func confine() throws {
        if let httpd {
            try Cores.confine(httpd)
        } else {
            try Cores.confine(pids)
        }
    }

    /// The resident memory of all that answer, in kilobytes.
    func residentKilobytes() throws -> Int {
        try pids.reduce(0) { sum, pid in
            let status = String(decoding: try Files.read("/proc/\(pid)/status"), as: UTF8.self)
            let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
            let kilobytes = line?.split(whereSeparator: { $0 == " " || $0 == "\t" }).compactMap { Int($0) }.first
            return sum + (kilobytes ?? 0)
        }
    }

    /// Ends it, and looks at what httpd's log says.
    func stop() throws {
        process?.terminate()
        process?.waitUntilExit()
        guard let httpd else { return }
        httpd.stop()
        // The load ends in the middle of a conversation.
        try ErrorLogAudit(httpd.errorLog, allowing: ["Broken pipe", "Connection reset", "Connection read error"])
            .check()
    }
}
