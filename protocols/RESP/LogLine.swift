// SPDX-License-Identifier: Apache-2.0
import RESPEngine

/// What logs tell of a command: its name, and the key or channel that it is about. Never a value, a message or a password.
enum LogLine {
    /// As much of a key as is shown.
    private static let longestKey = 128

    static func text(_ command: Command, _ arguments: borrowing Arguments) -> String {
        let name = command.name.uppercased()
        guard command.isAboutKey, arguments.count > 1 else { return name }
        let key = arguments[1]
        let shown = String(decoding: [UInt8](copying: key.extracting(first: longestKey)), as: UTF8.self)
        return key.count > longestKey ? "\(name) \(shown)..." : "\(name) \(shown)"
    }
}
