// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Facts about processes, from /proc.
enum ProcessTable {
    /// The living children of a process, in order.
    static func children(of parent: Int32) -> [Int32] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap(Int32.init).filter { pid in
            // "pid (name) state parent ...", where the name may hold anything.
            guard let stat = Descriptor.contents(of: "/proc/\(pid)/stat"),
                let close = stat.lastIndex(of: UInt8(ascii: ")"))
            else { return false }
            let fields = stat[(close + 1)...].split(separator: UInt8(ascii: " "))
            guard fields.count > 1, fields[0] != [UInt8(ascii: "Z")] else { return false }
            return Int32(String(decoding: fields[1], as: UTF8.self)) == parent
        }.sorted()
    }

    /// Whether a TCP connection to one of the ports is open, seen from the server's end.
    static func hasConnections(to ports: [UInt16]) -> Bool {
        let established = "01"
        let closedByClient = "08"
        let lines = String(decoding: Descriptor.contents(of: "/proc/net/tcp") ?? [], as: UTF8.self).split(
            separator: "\n")
        return lines.dropFirst().contains { line in
            // "number: local:port remote:port state ...", all in hexadecimal.
            let fields = line.split(separator: " ", maxSplits: 4)
            guard fields.count > 3, fields[3] == established || fields[3] == closedByClient else { return false }
            return fields[1].split(separator: ":").last.flatMap { UInt16($0, radix: 16) }.map(ports.contains) ?? false
        }
    }

    /// The resident memory of a process in kilobytes.
    static func residentKilobytes(of pid: Int32) -> Int? {
        guard let status = Descriptor.contents(of: "/proc/\(pid)/status") else { return nil }
        for line in String(decoding: status, as: UTF8.self).split(separator: "\n") where line.hasPrefix("VmRSS:") {
            return line.split(whereSeparator: { $0 == " " || $0 == "\t" }).compactMap { Int($0) }.first
        }
        return nil
    }
}
