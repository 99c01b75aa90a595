// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPDTesting

/// nginx with one worker, set up as the httpd beside it is.
final class NginxServer: PageServer {
    let root: String
    let parentPID: Int32
    let childPIDs: [Int32]
    private let process: Process
    private let port: UInt16

    /// Starts it with directives for its only location.
    init(_ directives: String, documents: [String: [UInt8]]) throws {
        let root = FileManager.default.temporaryDirectory.path + "/bench-\(UUID().uuidString.prefix(8))"
        for folder in ["/tmp", "/htdocs"] {
            try FileManager.default.createDirectory(atPath: root + folder, withIntermediateDirectories: true)
        }
        for (name, bytes) in documents {
            try Data(bytes).write(to: URL(fileURLWithPath: "\(root)/htdocs/\(name)"))
        }
        let port = try FreePort.find()
        try Files.write(Self.configuration(root, port, directives), to: root + "/nginx.conf")
        process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        // Nothing is left when the bench is killed.
        process.arguments = [
            "setpriv", "--pdeathsig", "TERM", "nginx", "-p", root, "-e", "\(root)/error.log", "-c",
            "\(root)/nginx.conf",
        ]
        process.environment = ProcessInfo.processInfo.environment.merging(["PATH": Self.path]) { $1 }
        try process.run()
        self.root = root
        self.port = port
        parentPID = process.processIdentifier
        do {
            childPIDs = try Self.await(process, port, root)
        } catch {
            process.terminate()
            throw error
        }
    }

    deinit {
        if process.isRunning { process.terminate() }
        try? FileManager.default.removeItem(atPath: root)
    }

    /// Users other than root have no /usr/sbin in theirs.
    private static let path = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin") + ":/usr/sbin"

    private static func configuration(_ root: String, _ port: UInt16, _ directives: String) -> String {
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map { "\($0)_temp_path \(root)/tmp;" }
        return """
            \(geteuid() == 0 ? "user nobody nogroup;" : "")
            load_module /usr/lib/nginx/modules/ngx_http_subs_filter_module.so;
            daemon off;
            worker_processes 1;
            pid \(root)/nginx.pid;
            error_log \(root)/error.log warn;
            events { worker_connections 256; }
            http {
                types { text/html html; }
                access_log off;
                gzip off;
                sendfile on;
                keepalive_timeout 15s;
                keepalive_requests 1000000000;
                \(temporary.joined(separator: " "))
                server {
                    listen 127.0.0.1:\(port);
                    root \(root)/htdocs;
                    location / {
            \(directives)
                    }
                }
            }

            """
    }

    /// Waits until it listens and its worker is there, which it names.
    private static func await(_ process: Process, _ port: UInt16, _ root: String) throws -> [Int32] {
        let deadline = ContinuousClock.now + .seconds(20)
        while ContinuousClock.now < deadline, process.isRunning {
            let children = try Command("pgrep", ["-P", "\(process.processIdentifier)"]).run().text
                .split(separator: "\n").compactMap { Int32($0) }
            if !children.isEmpty, (try? RawClient(port: port, timeout: .seconds(1))) != nil { return children }
            Thread.sleep(forTimeInterval: 0.02)
        }
        throw BenchError("nginx does not start:\n\(log(root))")
    }

    private static func log(_ root: String) -> String {
        (try? String(contentsOfFile: root + "/error.log", encoding: .utf8)) ?? ""
    }

    var errorLog: String { Self.log(root) }

    func url(_ path: String) -> String { "http://127.0.0.1:\(port)\(path)" }

    func finish(allowing: [String]) throws {
        process.terminate()
        process.waitUntilExit()
        let lines = errorLog.split(separator: "\n").filter { line in !allowing.contains { line.contains($0) } }
        guard lines.isEmpty else { throw BenchError("nginx complains:\n\(lines.joined(separator: "\n"))") }
    }
}
