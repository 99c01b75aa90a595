// SPDX-License-Identifier: Apache-2.0
import RESPEngine

/// Words that mean something, one for each byte: so that chance finds commands, and not only what is none.
enum Vocabulary {
    private static let words: [String] =
        Command.allCases.map(\.name) + [
            "a", "b", "c", "", "\\x00", "\\n", "{}", "default", "secret", "login", "*", "a*", "[", "?", "0", "1", "2",
            "3", "10",
            "-1", "-2", "100", "1000", "30000", "9223372036854775807", "-9223372036854775808", "99999999999999999999",
            "1.5", "inf", "1e400", "x", "ex", "px", "exat", "pxat", "nx", "xx", "get", "keepttl", "persist", "gt", "lt",
            "match", "count", "type", "string", "list", "id", "setname", "getname", "setinfo", "lib-name", "kill",
            "addr",
            "skipme", "yes", "no", "user", "laddr", "normal", "pubsub", "no-evict", "on", "docs", "info", "maxmemory",
            "async", "sync", "nosuch", String(repeating: "v", count: 300), String(repeating: "w", count: 2000),
        ]

    /// A line of words for every few bytes.
    static func text(_ bytes: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        for byte in bytes {
            if byte >= 200 {
                text += "\r\n".utf8
            } else {
                text += "\"\(words[Int(byte) % words.count])\" ".utf8
            }
        }
        return text + Array("\r\n".utf8)
    }
}
