// SPDX-License-Identifier: Apache-2.0

/// `CLIENT` and its subcommands.
extension Session {
    mutating func client(
        _ arguments: borrowing Arguments, _ reply: inout ReplyWriter
    ) throws(RESPError) -> Action {
        switch subcommand {
        case "id": reply.integer(id)
        case "getname": if name.isEmpty { reply.null() } else { reply.bulk(name.span) }
        case "setname":
            name = try Self.name(arguments[2])
            reply.ok()
        case "setinfo":
            try setInfo(arguments)
            reply.ok()
        case "no-evict":
            guard matches(arguments[2], "on") || matches(arguments[2], "off") else { throw .syntax }
            reply.ok()
        case "info": return .describeClient
        case "list": return .listClients(try Self.listed(arguments))
        case "kill": return try Self.kill(arguments)
        default: throw .syntax
        }
        return .none
    }

    private mutating func setInfo(_ arguments: borrowing Arguments) throws(RESPError) {
        let isName = matches(arguments[2], "lib-name")
        guard isName || matches(arguments[2], "lib-ver") else {
            throw RESPError("ERR Unrecognized option '", quoting: arguments[2], "'")
        }
        let value: [UInt8]
        do throws(RESPError) {
            value = try Self.name(arguments[3])
        } catch {
            throw RESPError(
                "ERR \(isName ? "lib-name" : "lib-ver") cannot contain spaces, newlines or special characters.")
        }
        if isName { library.name = value } else { library.version = value }
    }

    private static func listed(_ arguments: borrowing Arguments) throws(RESPError) -> ClientFilter {
        var filter = ClientFilter()
        if arguments.count == 2 { return filter }
        if arguments.count == 4, matches(arguments[2], "type") {
            try setType(arguments[3], of: &filter)
        } else if arguments.count > 3, matches(arguments[2], "id") {
            var ids: [Int64] = []
            for place in 3..<arguments.count {
                guard let id = integer(arguments[place]) else { throw RESPError("ERR Invalid client ID") }
                ids.append(id)
            }
            filter.ids = ids
        } else {
            throw .syntax
        }
        return filter
    }

    private static func setType(_ word: Span<UInt8>, of filter: inout ClientFilter) throws(RESPError) {
        if matches(word, "normal") {
            filter.isSubscriber = false
        } else if matches(word, "pubsub") {
            filter.isSubscriber = true
        } else if matches(word, "replica") || matches(word, "slave") || matches(word, "master") {
            filter.isNone = true
        } else {
            throw RESPError("ERR Unknown client type '", quoting: word, "'")
        }
    }

    private static func kill(_ arguments: borrowing Arguments) throws(RESPError) -> Action {
        var filter = ClientFilter()
        if arguments.count == 3 {
            filter.address = String(lenient: arguments[2])
            return .kill(filter, isOldForm: true)
        }
        filter.skipsSelf = true
        var place = 2
        while place < arguments.count {
            guard place + 1 < arguments.count else { throw .syntax }
            let (word, value) = (arguments[place], arguments[place + 1])
            if matches(word, "id") {
                guard let id = integer(value), id > 0 else {
                    throw RESPError("ERR client-id should be greater than 0")
                }
                filter.ids = [id]
            } else if matches(word, "type") {
                try setType(value, of: &filter)
            } else if matches(word, "addr") {
                filter.address = String(lenient: value)
            } else if matches(word, "laddr") {
                filter.localAddress = String(lenient: value)
            } else if matches(word, "user") {
                filter.user = String(lenient: value)
            } else if matches(word, "skipme"), matches(value, "yes") || matches(value, "no") {
                filter.skipsSelf = matches(value, "yes")
            } else {
                throw .syntax
            }
            place += 2
        }
        return .kill(filter, isOldForm: false)
    }
}
