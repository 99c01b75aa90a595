// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPDTesting

/// httpd with one worker under callgrind.
final class CountedServer {
    private let process = Process()
    private let root: String
    private let port: UInt16

    /// Starts it; it is ready some seconds later.
    init(_ directives: String) throws {
        let files = FileManager.default
        root = files.temporaryDirectory.path + "/bench-\(UUID().uuidString.prefix(8))"
        port = try FreePort.find()
        for folder in ["", "/run", "/htdocs"] {
            try files.createDirectory(atPath: root + folder, withIntermediateDirectories: true)
        }
        try Data(Pages.ordinary).write(to: URL(fileURLWithPath: root + "/htdocs/page.html"))
        try Files.write("text/html html\n", to: root + "/mime.types")
        let installation = try HTTPDInstallation.current()
        try Files.write(configuration(installation, directives), to: root + "/httpd.conf")
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "valgrind", "--tool=callgrind", "--callgrind-out-file=\(root)/callgrind.out", "--quiet", "--vgdb=no",
            installation.program, "-X", "-f", "\(root)/httpd.conf",
        ]
        // A hash table must not come out differently from run to run.
        process.environment = ProcessInfo.processInfo.environment.merging(
            ["SWIFT_DETERMINISTIC_HASHING": "1", "PERL_HASH_SEED": "0"]) { $1 }
        let output = root + "/output"
        guard files.createFile(atPath: output, contents: nil) else { throw BenchError("\(output) cannot be made") }
        process.standardError = FileHandle(forWritingAtPath: output)
        try process.run()
    }

    deinit {
        if process.isRunning { process.terminate() }
        try? FileManager.default.removeItem(atPath: root)
    }

    private func configuration(_ installation: HTTPDInstallation, _ directives: String) -> String {
        let modules = ["mpm_prefork", "unixd", "authz_core", "mime"].filter { !installation.compiledIn.contains($0) }
        return """
            ServerRoot "\(root)"
            DefaultRuntimeDir "\(root)/run"
            PidFile "\(root)/run/httpd.pid"
            ErrorLog "\(root)/error.log"
            Mutex "file:\(root)/run" default
            ServerName localhost
            Listen 127.0.0.1:\(port)
            \(modules.map { "LoadModule \($0)_module \"\(installation.modulesFolder)/mod_\($0).so\"" }.joined(separator: "\n"))
            \(geteuid() == 0 ? "User #65534\nGroup #65534" : "")
            DocumentRoot "\(root)/htdocs"
            TypesConfig "\(root)/mime.types"
            KeepAlive On
            MaxKeepAliveRequests 0
            KeepAliveTimeout 60
            \(directives)
            """
    }

    /// Sends requests one after the other over one connection, and looks at each response.
    func serve(_ requests: Int) throws {
        let client = try connect()
        let request = Array("GET /page.html HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8)
        for _ in 0..<requests {
            // By then the server waits for a request, each time. To find one there already takes hundreds of
            // instructions less than to look in vain and wait, and which it is would be chance.
            Thread.sleep(forTimeInterval: 0.004)
            try client.send(request)
            let head = try client.receive(through: "\r\n\r\n", timeout: .seconds(60))
            guard head.hasPrefix("HTTP/1.1 200 "), head.contains("Content-Length: \(Pages.ordinary.count)\r\n") else {
                throw BenchError("under callgrind: \(head)\n\(log)")
            }
            let body = try client.receive(exactly: Pages.ordinary.count, timeout: .seconds(60))
            guard body == Pages.ordinary else { throw BenchError("under callgrind: wrong bytes") }
        }
        client.close()
    }

    /// Ends the server and tells how many instructions it took from its start.
    func count() throws -> Double {
        // Started by root, the worker has given up its rights and could not write its file.
        try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: root + "/callgrind.out")
        process.terminate()
        process.waitUntilExit()
        let text = String(decoding: try Files.read(root + "/callgrind.out"), as: UTF8.self)
        let line = text.split(separator: "\n").first { $0.hasPrefix("summary:") || $0.hasPrefix("totals:") }
        guard let count = line?.split(separator: " ").last.flatMap({ Double($0) }) else {
            throw BenchError("callgrind left no count in \(root)")
        }
        return count
    }

    /// What the server said before its log was open, and since.
    private var log: String {
        ["/output", "/error.log"].map { (try? String(contentsOfFile: root + $0, encoding: .utf8)) ?? "" }.joined()
    }

    private func connect() throws -> RawClient {
        let deadline = ContinuousClock.now + .seconds(90)
        while ContinuousClock.now < deadline {
            if let client = try? RawClient(port: port, timeout: .seconds(60)) { return client }
            guard process.isRunning else { throw BenchError("httpd does not start under valgrind:\n\(log)") }
            Thread.sleep(forTimeInterval: 0.1)
        }
        throw BenchError("httpd does not answer under valgrind:\n\(log)")
    }
}
