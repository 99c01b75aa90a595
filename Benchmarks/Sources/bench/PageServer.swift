// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPDTesting

/// A server of pages, httpd or another one, that is loaded and looked at from outside.
protocol PageServer {
    /// A folder of its own.
    var root: String { get }
    /// The process that was started.
    var parentPID: Int32 { get }
    /// Its children, which answer.
    var childPIDs: [Int32] { get }
    /// What it complained of.
    var errorLog: String { get }

    func url(_ path: String) -> String

    /// Ends it, and throws if its log has lines that matter.
    func finish(allowing: [String]) throws
}

extension HTTPDProcess: PageServer {
    func finish(allowing: [String]) throws {
        stop()
        try ErrorLogAudit(errorLog, allowing: allowing).check()
    }
}

extension PageServer {
    /// Throws unless it gives the right bytes, again and again and to several clients at once.
    func verify(_ name: String, _ path: String, _ expected: [UInt8]) throws {
        // Nobody is compared who answers something else.
        let urls = Array(repeating: url(path), count: 16)
        let arguments = ["-q", "-sS", "--fail", "--parallel", "--parallel-max", "8", "--noproxy", "*"]
        let outputs = urls.indices.flatMap { ["-o", "\(root)/tmp/\($0)", urls[$0]] }
        let result = try Command("curl", arguments + outputs).run()
        guard result.status == 0 else { throw BenchError("\(name): \(result.errorText)\n\(errorLog)") }
        for index in urls.indices {
            let body = try Files.read("\(root)/tmp/\(index)")
            guard body == expected else {
                let place = zip(body, expected).enumerated().first { $1.0 != $1.1 }?.offset
                throw BenchError(
                    "\(name) answers \(body.count) bytes that are not the \(expected.count) right ones"
                        + (place.map { ": they differ at \($0)" } ?? ""))
            }
        }
    }

    /// Milliseconds from a request to the first byte of its response: the median of so many requests, one at a time
    /// over one connection.
    func firstByte(_ path: String, requests: Int) throws -> Double {
        let arguments = ["-q", "-sS", "--fail", "--noproxy", "*", "-w", "%{time_pretransfer} %{time_starttransfer}\\n"]
        // The first one opens the connection and is not counted.
        let outputs = Array(repeating: ["-o", "/dev/null", url(path)], count: requests + 1).flatMap { $0 }
        let result = try Cores.runLoad("curl", arguments + outputs, timeout: .seconds(60))
        let times = result.text.split(separator: "\n").dropFirst().compactMap { line -> Double? in
            let fields = line.split(separator: " ").compactMap { Double($0) }
            return fields.count == 2 ? (fields[1] - fields[0]) * 1_000 : nil
        }
        guard result.status == 0, times.count == requests else {
            throw BenchError("curl: \(result.errorText)\(result.text)\n\(errorLog)")
        }
        return times.median
    }

    /// The most memory that one of its children ever had, in MB.
    func peakMemory() throws -> Double {
        try childPIDs.map { try ProcessMemory.peak(of: $0) }.max() ?? 0
    }
}

/// What the kernel keeps of a process.
enum ProcessMemory {
    /// The most memory that it ever had (`VmHWM`), in MB.
    static func peak(of pid: Int32) throws -> Double {
        let status = String(decoding: try Files.read("/proc/\(pid)/status"), as: UTF8.self)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        let kilobytes = line?.split(whereSeparator: { $0 == " " || $0 == "\t" }).compactMap { Double($0) }.first
        return (kilobytes ?? 0) / 1024
    }
}

/// Ports nobody listens on.
enum FreePort {
    static func find() throws -> UInt16 {
        // Below the ephemeral ports, and not where another run looks first.
        for _ in 0..<50 {
            let port = UInt16.random(in: 20_000..<32_000)
            if (try? RawClient(port: port, timeout: .seconds(1))) == nil { return port }
        }
        throw BenchError("no free port was found")
    }
}
