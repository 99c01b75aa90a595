// SPDX-License-Identifier: Apache-2.0

/// The commands that a host offers, by the names that it gives them.
public struct CommandTable: Sendable {
    /// A name in lower case, up to sixteen bytes of it.
    private struct Name: Equatable {
        private var low: UInt64 = 0
        private var high: UInt64 = 0
        private let count: Int

        init?(_ text: Span<UInt8>) {
            guard text.count > 0, text.count <= CommandTable.longestName else { return nil }
            count = text.count
            for index in text.indices {
                var byte = text[index]
                if byte &- UInt8(ascii: "A") < 26 { byte |= 0x20 }
                high = high << 8 | low >> 56
                low = low << 8 | UInt64(byte)
            }
        }

        /// Where to look for it first. Clients choose no names that are there, so they cannot have them collide.
        var place: Int {
            let mixed = (low ^ high &* 0x9E37_79B9_7F4A_7C15) &* 0xD6E8_FEB8_6659_FD93
            return Int(mixed >> 56)
        }
    }

    private struct Entry {
        let name: Name
        let command: Command
    }

    /// Entries from their places on, up to a free one: there are many more places than commands.
    private var entries: [Entry?] = []
    private var names: [Command: String] = [:]

    /// The longest name of a command.
    public static let longestName = 16

    /// All commands, by their own names.
    public init() {
        for command in Command.allCases { names[command] = command.name }
        arrange()
    }

    /// Calls a command by another name only, or by none.
    ///
    /// - Returns: Whether that could be done: not with a name of another command, or one that is no ``isName(_:)``.
    public mutating func rename(_ command: Command, to name: String?) -> Bool {
        guard let name = name?.lowercased() else {
            names[command] = nil
            arrange()
            return true
        }
        guard Self.isName(name) else { return false }
        if let holder = self[name.utf8Span.span], holder != command { return false }
        names[command] = name
        arrange()
        return true
    }

    /// Whether a command can have a name: a word of up to ``longestName`` letters, digits, hyphens and underscores.
    public static func isName(_ name: String) -> Bool {
        (1...longestName).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"): true
                default: false
                }
            }
    }

    /// The command of a name, in capitals or not.
    public subscript(name: Span<UInt8>) -> Command? {
        guard let name = Name(name) else { return nil }
        var place = name.place
        while place < entries.count, let entry = entries[place] {
            if entry.name == name { return entry.command }
            place &+= 1
        }
        return nil
    }

    /// What a command is called, if it is offered.
    public func name(of command: Command) -> String? { names[command] }

    /// What is offered, in a fixed order.
    public var offered: [Command] { Command.allCases.filter { names[$0] != nil } }

    /// Puts all names to their places.
    private mutating func arrange() {
        // Behind the last place that a name can have, there is room for all of them.
        entries = Array(repeating: nil, count: 256 + Command.allCases.count)
        for command in offered {
            guard let name = names[command].flatMap({ Name($0.utf8Span.span) }) else { continue }
            var place = name.place
            while entries[place] != nil { place += 1 }
            entries[place] = Entry(name: name, command: command)
        }
    }
}
