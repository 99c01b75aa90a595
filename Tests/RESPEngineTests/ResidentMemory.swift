// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// The bytes of this process that are in memory, shared libraries left out.
func residentBytes() throws -> Int {
    let text = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("RssAnon:") })
    return try #require(Int(line.split(whereSeparator: { !$0.isNumber }).joined())) * 1024
}
