// SPDX-License-Identifier: Apache-2.0

/// The commands that read and write values.
enum ValueCommands {
    typealias Database = StoreDatabase & ~Copyable & ~Escapable

    static func get<D: Database>(
        _ arguments: borrowing Arguments, _ database: inout D, _ reply: inout ReplyWriter
    ) throws(RESPError) {
        if !(try database.read(arguments[1], { (value) throws(RESPError) in reply.bulk(value) })) { reply.null() }
    }

    static func set<D: Database>(
        _ arguments: borrowing Arguments, _ database: inout D, _ reply: inout ReplyWriter
    ) throws(RESPError) {
        let options = try SetOptions(arguments, from: 3, isSet: true)
        let key = arguments[1]
        var deadline: KeyDeadline? = .never
        switch options.expiry {
        case .kept: deadline = nil
        case .given(let place, let unit):
            deadline = try Expiration.deadline(
                arguments[place], unit, now: database.now, command: "set", mustBePositive: true)
        case .none, .removed: break
        }
        var isPresent = false
        if options.returnsOld {
            isPresent = try database.read(key) { (value) throws(RESPError) in reply.bulk(value) }
            if !isPresent { reply.null() }
        } else if options.condition != .always {
            isPresent = try database.contains(key)
        }
        switch options.condition {
        case .ifAbsent where isPresent, .ifPresent where !isPresent:
            if !options.returnsOld { reply.null() }
            return
        default: break
        }
        try database.set(key, to: arguments[2], until: deadline)
        if !options.returnsOld { reply.ok() }
    }

    static func setWithExpiry<D: Database>(
        _ arguments: borrowing Arguments, _ unit: Expiration.Unit, _ database: inout D, _ reply: inout ReplyWriter
    ) throws(RESPError) {
        let deadline = try Expiration.deadline(
            arguments[2], unit, now: database.now, command: unit == .seconds ? "setex" : "psetex", mustBePositive: true)
        try database.set(arguments[1], to: arguments[3], until: deadline)
        reply.ok()
    }

    static func setIfAbsent<D: Database>(
        _ arguments: borrowing Arguments, _ database: inout D, _ reply: inout ReplyWriter
    ) throws(RESPError) {
        if try database.contains(arguments[1]) { return reply.integer(0) }
        try database.set(arguments[1], to: arguments[2], until: .never)
        reply.integer(1)
    }

    static func getAndSet<D: Database>(
        _ arguments: borrowing Arguments, _ database: inout D, _ reply: inout ReplyWriter
    ) throws(RESPError) {
        try get(arguments, &database, &reply)
        try database.set(arguments[1], to: arguments[2], until: .never)
    }

    static func getAndDelete<D: Database>(
        _ arguments: borrowing Arguments, _ database: inout D, _ reply: inout ReplyWriter
    ) throws(RESPError) {
        try get(arguments, &database, &reply)
        _ = try database.remove(arguments[1])
    }

    static func getAndExpire<D: Database>(
        _ arguments: borrowing Arguments, _ database: inout D, _ reply: inout ReplyWriter
    ) throws(RESPError) {
        let options = try SetOptions(arguments, from: 2, isSet: false)
        let key = arguments[1]
        guard try database.contains(key) else { return reply.null() }
        switch options.expiry {
        case .none, .kept:
            try get(arguments, &database, &reply)
        case .removed:
            try get(arguments, &database, &reply)
            _ = try database.setDeadline(of: key, to: .never)
        case .given(let place, let unit):
            let deadline = try Expiration.deadline(
                arguments[place], unit, now: database.now, command: "getex", mustBePositive: true)
            try get(arguments, &database, &reply)
            _ = try database.setDeadline(of: key, to: deadline)
        }
    }

    static func getMany<D: Database>(
        _ arguments: borrowing Arguments, longest: Int, _ database: inout D, _ reply: inout ReplyWriter
    ) throws(RESPError) {
        reply.array(arguments.count - 1)
        for place in 1..<arguments.count {
            if !(try database.read(arguments[place], { (value) throws(RESPError) in reply.bulk(value) })) {
                reply.null()
            }
            if reply.count > longest { throw .replyTooLong }
        }
    }

    static func setMany<D: Database>(
        _ arguments: borrowing Arguments, _ database: inout D, _ reply: inout ReplyWriter
    ) throws(RESPError) {
        guard arguments.count % 2 == 1 else { throw .wrongArity("mset") }
        // All or nothing.
        for place in stride(from: 1, to: arguments.count - 1, by: 2)
        where !database.admits(arguments[place], valueOf: arguments[place + 1].count) { throw .outOfMemory }
        for place in stride(from: 1, to: arguments.count - 1, by: 2) {
            try database.set(arguments[place], to: arguments[place + 1], until: .never)
        }
        reply.ok()
    }

    // MARK: Parts of values

    static func append<D: Database>(
        _ arguments: borrowing Arguments, longest: Int, _ database: inout D, _ reply: inout ReplyWriter
    ) throws(RESPError) {
        let more = arguments[2]
        var length = 0
        try database.edit(arguments[1]) { (value, _) throws(RESPError) in
            guard value.count <= longest - more.count else { throw .stringTooLong }
            value.append(more)
            length = value.count
        }
        reply.integer(length)
    }

    static func length<D: Database>(
        _ arguments: borrowing Arguments, _ database: inout D, _ reply: inout ReplyWriter
    ) throws(RESPError) {
        var length = 0
        _ = try database.read(arguments[1]) { (value) throws(RESPError) in length = value.count }
        reply.integer(length)
    }

    static func range<D: Database>(
        _ arguments: borrowing Arguments, _ database: inout D, _ reply: inout ReplyWriter
    ) throws(RESPError) {
        guard let first = integer(arguments[2]), let last = integer(arguments[3]) else { throw .notAnInteger }
        let isPresent = try database.read(arguments[1]) { (value) throws(RESPError) in
            reply.bulk(part(of: value, first, last))
        }
        if !isPresent { reply.bulk("") }
    }

    /// The bytes from `first` to `last`; negative ones count from the end.
    @_lifetime(copy value)
    private static func part(of value: Span<UInt8>, _ first: Int64, _ last: Int64) -> Span<UInt8> {
        let count = Int64(value.count)
        if first < 0, last < 0, first > last { return value.extracting(first: 0) }
        let start = max(0, first < 0 ? first &+ count : first)
        let end = min(count &- 1, max(0, last < 0 ? last &+ count : last))
        guard start <= end, count > 0 else { return value.extracting(first: 0) }
        return value.extracting(Int(start)..<Int(end &+ 1))
    }

    static func overwrite<D: Database>(
        _ arguments: borrowing Arguments, longest: Int, _ database: inout D, _ reply: inout ReplyWriter
    ) throws(RESPError) {
        guard let offset = integer(arguments[2]) else { throw .notAnInteger }
        guard offset >= 0 else { throw .badOffset }
        let bytes = arguments[3]
        if bytes.isEmpty { return try length(arguments, &database, &reply) }
        var length = 0
        try database.edit(arguments[1]) { (value, _) throws(RESPError) in
            guard let offset = Int(exactly: offset), offset <= longest - bytes.count else { throw .stringTooLong }
            value.overwrite(from: offset, with: bytes)
            length = value.count
        }
        reply.integer(length)
    }
}
