// SPDX-License-Identifier: Apache-2.0
public import HTTPD
import RESPEngine

/// What the directives of this plugin set, for a host.
public struct RESPConfiguration: ModuleConfiguration {
    /// Where values are kept.
    public var store = Setting(StoreChoice.memory)
    /// The bytes that a store in memory may take, in each child.
    public var memory = Setting<ByteCount>(ByteCount(64 << 20))
    /// Which commands have other names, or none; of one command, the last counts.
    public var commands: [CommandName] = []

    /// The defaults.
    public init() {}

    /// `RESP…`.
    public static var directives: [Directive<Self>] {
        Directive("RESPStore", \.store, in: .server, help: "memory, or socache[:provider[:arguments]]")
        Directive(
            "RESPMemory", \.memory, in: .server, within: ByteCount(1 << 20)...ByteCount(1 << 40),
            help: "the most bytes of a store in memory, in each child")
        Directive(
            "RESPCommand", appendingWordsTo: \.commands, in: .server,
            help: "a command, and the name that it has instead, or off"
        ) { (configuration: RESPConfiguration) throws(DirectiveError) in
            guard let name = configuration.commands.last?.name, !configuration.table.conflicts.isEmpty else { return }
            throw DirectiveError("another command is called '\(name)' already")
        }
    }

    /// What is offered, by which names, and the commands that are not, because another one has the name that they should
    /// have.
    var table: (commands: CommandTable, conflicts: [Command]) {
        var table = CommandTable()
        var conflicts: [Command] = []
        var isDone: Set<Command> = []
        for name in commands.reversed() where isDone.insert(name.command).inserted {
            if table.rename(name.command, to: name.name) { continue }
            conflicts.append(name.command)
            _ = table.rename(name.command, to: nil)
        }
        return (table, conflicts)
    }
}
