// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Files in whole.
enum Files {
    static func read(_ path: String) throws -> [UInt8] {
        // Not contents(atPath:), which ends at the first short read, as files of /proc have many.
        guard let file = FileHandle(forReadingAtPath: path), let data = try file.readToEnd() else {
            throw BenchError("\(path) cannot be read")
        }
        return Array(data)
    }

    static func write(_ text: String, to path: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }
}

extension Files {
    static func size(_ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return (attributes[.size] as? NSNumber)?.intValue ?? 0
    }
}
