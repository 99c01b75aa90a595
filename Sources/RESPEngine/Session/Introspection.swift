// SPDX-License-Identifier: Apache-2.0

/// `COMMAND`, and what commands with subcommands have in common.
enum Introspection {
    /// The subcommand that a line asks for, in lower case; empty for a command that has none, or stands alone.
    static func subcommand(of command: Command, _ arguments: borrowing Arguments) throws(RESPError) -> String {
        switch command {
        case .client, .command, .config: break
        default: return ""
        }
        if arguments.count == 1 { return "" }
        for subcommand in command.subcommands where matches(arguments[1], "\(subcommand.name)") {
            let (arity, count) = (subcommand.arity, arguments.count)
            guard arity >= 0 ? count == arity : count >= -arity else {
                throw .wrongArity("\(command.name)|\(subcommand.name)")
            }
            return "\(subcommand.name)"
        }
        throw RESPError(
            "ERR unknown subcommand '", quoting: arguments[1].extracting(first: 128),
            "'. Try \(command.name.uppercased()) HELP.")
    }

    static func command(
        _ subcommand: String, _ arguments: borrowing Arguments, _ table: CommandTable, _ reply: inout ReplyWriter
    ) {
        if arguments.count == 1 {
            let all = table.offered
            reply.array(all.count)
            for command in all { describe(command, table, &reply) }
            return
        }
        switch subcommand {
        case "count": reply.integer(table.offered.count)
        case "info":
            if arguments.count == 2 {
                let all = table.offered
                reply.array(all.count)
                for command in all { describe(command, table, &reply) }
                return
            }
            reply.array(arguments.count - 2)
            for place in 2..<arguments.count {
                if let command = table[arguments[place]] {
                    describe(command, table, &reply)
                } else {
                    reply.null()
                }
            }
        default:
            var wanted = arguments.count == 2 ? table.offered : []
            for place in 2..<max(2, arguments.count) {
                if let command = table[arguments[place]] { wanted.append(command) }
            }
            reply.map(wanted.count)
            for command in wanted { document(command, table, &reply) }
        }
    }

    /// As Redis 7 has it: name, arity, flags, the places of keys, categories, tips, what the keys are, subcommands.
    private static func describe(_ command: Command, _ table: CommandTable, _ reply: inout ReplyWriter) {
        reply.array(10)
        reply.bulk(table.name(of: command) ?? command.name)
        reply.integer(command.arity)
        let flags = command.flags
        reply.set(flags.count)
        for flag in flags { reply.simple("\(flag)") }
        let keys = command.keys
        reply.integer(keys.first)
        reply.integer(keys.last)
        reply.integer(keys.step)
        reply.set(0)
        reply.array(0)
        reply.array(0)
        let subcommands = command.subcommands
        reply.array(subcommands.count)
        for subcommand in subcommands {
            reply.array(10)
            reply.bulk("\(command.name)|\(subcommand.name)")
            reply.integer(subcommand.arity)
            reply.set(0)
            for _ in 0..<3 { reply.integer(0) }
            reply.set(0)
            for _ in 0..<3 { reply.array(0) }
        }
    }

    private static func document(_ command: Command, _ table: CommandTable, _ reply: inout ReplyWriter) {
        reply.bulk(table.name(of: command) ?? command.name)
        reply.map(2)
        reply.bulk("summary")
        reply.bulk("\(command.summary)")
        reply.bulk("group")
        reply.bulk("\(command.group)")
    }
}
