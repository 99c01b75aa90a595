// SPDX-License-Identifier: Apache-2.0

import HTTPDTesting

/// Which processor works for whom. The servers share one and the load comes from another one, so that requests per
/// second tell what a server can do, and not what is left of the machine when the client has been served.
enum Cores {
    /// The processors that this process may use.
    private static let allowed: [Int] = {
        guard let status = try? Files.read("/proc/self/status"),
            let line = String(decoding: status, as: UTF8.self).split(separator: "\n")
                .first(where: { $0.hasPrefix("Cpus_allowed_list:") })
        else { return [] }
        // "0-3,6": ranges and single numbers.
        let list = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).last ?? ""
        return list.split(separator: ",").flatMap { part -> [Int] in
            let ends = part.split(separator: "-").compactMap { Int($0) }
            guard let first = ends.first, let last = ends.last, first <= last else { return [] }
            return Array(first...last)
        }
    }()

    /// Whether there is one for each side.
    static var areApart: Bool { allowed.count > 1 }

    /// Puts a server, with its children and all threads, on its processor.
    static func confine(_ server: any PageServer) throws {
        try confine([server.parentPID] + server.childPIDs)
    }

    /// Puts processes, with all threads, on the servers' processor.
    static func confine(_ pids: [Int32]) throws {
        guard areApart, let core = allowed.first else { return }
        for pid in pids {
            _ = try Command("taskset", ["-a", "-c", "-p", "\(core)", "\(pid)"]).run()
        }
    }

    /// What to put in front of the load generator's command line.
    static var forLoad: [String] {
        guard areApart, let core = allowed.last else { return [] }
        return ["taskset", "-c", "\(core)"]
    }

    /// Runs a program that makes load, on its processor.
    static func runLoad(_ program: String, _ arguments: [String], timeout: Duration) throws -> Command.Result {
        var command = forLoad + [program] + arguments
        return try Command(command.removeFirst(), command, timeout: timeout).run()
    }

    /// How it was done, for the report.
    static var note: String {
        areApart
            ? "The servers have one processor, and the load, from one thread, has another one."
            : "The servers and the load, from one thread, share the only processor."
    }
}
