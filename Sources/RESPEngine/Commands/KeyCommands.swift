// SPDX-License-Identifier: Apache-2.0

/// The commands about keys, whatever their values are.
enum KeyCommands {
    typealias Database = StoreDatabase & ~Copyable & ~Escapable

    static func delete<D: Database>(
        _ arguments: borrowing Arguments, _ database: inout D, _ reply: inout ReplyWriter
    ) throws(RESPError) {
        var count = 0
        for place in 1..<arguments.count where try database.remove(arguments[place]) { count += 1 }
        reply.integer(count)
    }

    static func exists<D: Database>(
        _ arguments: borrowing Arguments, _ database: inout D, _ reply: inout ReplyWriter
    ) throws(RESPError) {
        var count = 0
        for place in 1..<arguments.count where try database.contains(arguments[place]) { count += 1 }
        reply.integer(count)
    }

    static func type<D: Database>(
        _ arguments: borrowing Arguments, _ database: inout D, _ reply: inout ReplyWriter
    ) throws(RESPError) {
        reply.simple(try database.contains(arguments[1]) ? "string" : "none")
    }

    // MARK: Deadlines

    static func expire<D: Database>(
        _ arguments: borrowing Arguments, _ unit: Expiration.Unit, name: String, _ database: inout D,
        _ reply: inout ReplyWriter
    ) throws(RESPError) {
        let condition = try ExpireCondition(arguments, from: 3)
        let deadline = try Expiration.deadline(
            arguments[2], unit, now: database.now, command: name, mustBePositive: false)
        let key = arguments[1]
        guard let old = try database.deadline(of: key), condition.allows(deadline, insteadOf: old) else {
            return reply.integer(0)
        }
        let isDone =
            deadline.hasPassed(database.now)
            ? try database.remove(key) : try database.setDeadline(of: key, to: deadline)
        reply.integer(isDone ? 1 : 0)
    }

    static func persist<D: Database>(
        _ arguments: borrowing Arguments, _ database: inout D, _ reply: inout ReplyWriter
    ) throws(RESPError) {
        guard let old = try database.deadline(of: arguments[1]), old != .never else { return reply.integer(0) }
        reply.integer(try database.setDeadline(of: arguments[1], to: .never) ? 1 : 0)
    }

    /// Milliseconds to live, or seconds, rounded; -1 for ever, -2 for a key that is not there.
    static func timeToLive<D: Database>(
        _ arguments: borrowing Arguments, inSeconds: Bool, _ database: inout D, _ reply: inout ReplyWriter
    ) throws(RESPError) {
        guard let deadline = try database.deadline(of: arguments[1]) else { return reply.integer(-2) }
        if deadline == .never { return reply.integer(-1) }
        let milliseconds = max(0, deadline.milliseconds.subtractingReportingOverflow(database.now).partialValue)
        reply.integer(inSeconds ? (milliseconds &+ 500) / 1000 : milliseconds)
    }

    // MARK: All keys

    static func scan<D: Database>(
        _ arguments: borrowing Arguments, longest: Int, _ database: inout D, _ reply: inout ReplyWriter
    ) throws(RESPError) {
        guard let cursor = Self.cursor(arguments[1]) else { throw .badCursor }
        let options = try ScanOptions(arguments, from: 2)
        let pattern = arguments[options.patternPlace]
        if options.patternPlace > 0, pattern.count > SessionRules.longestName { throw .patternTooLong }
        var effort = GlobEffort()
        var keys = KeyList()
        let next = try database.scan(from: cursor, count: options.count) { (key) throws(RESPError) in
            guard options.wantsStrings else { return }
            if options.patternPlace > 0, !(try effort.isAsked(key, by: pattern)) { return }
            try keys.append(key, longest)
        }
        reply.array(2)
        reply.bulk(String(next))
        keys.write(to: &reply)
    }

    static func keys<D: Database>(
        _ arguments: borrowing Arguments, longest: Int, _ database: inout D, _ reply: inout ReplyWriter
    ) throws(RESPError) {
        let pattern = arguments[1]
        guard pattern.count <= SessionRules.longestName else { throw .patternTooLong }
        var effort = GlobEffort()
        var keys = KeyList()
        var cursor: UInt64 = 0
        repeat {
            cursor = try database.scan(from: cursor, count: .max) { (key) throws(RESPError) in
                if try effort.isAsked(key, by: pattern) { try keys.append(key, longest) }
            }
        } while cursor != 0
        keys.write(to: &reply)
    }

    static func flush<D: Database>(
        _ arguments: borrowing Arguments, _ database: inout D, _ reply: inout ReplyWriter
    ) throws(RESPError) {
        let word = arguments[1]
        guard arguments.count == 1 || (arguments.count == 2 && (matches(word, "async") || matches(word, "sync"))) else {
            throw .syntax
        }
        try database.removeAll()
        reply.ok()
    }

    /// Where a scan goes on, as C's `strtoul` reads it: a sign and digits, or nothing at all.
    private static func cursor(_ word: Span<UInt8>) -> UInt64? {
        var place = 0
        var isNegative = false
        if let sign = word.isEmpty ? nil : word[0], sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            isNegative = sign == UInt8(ascii: "-")
            place = 1
            // A sign alone is no number.
            if word.count == 1 { return nil }
        }
        var value: UInt64 = 0
        while place < word.count {
            let digit = word[place] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            let (product, overflows) = value.multipliedReportingOverflow(by: 10)
            let (sum, carries) = product.addingReportingOverflow(UInt64(digit))
            if overflows || carries { return nil }
            value = sum
            place += 1
        }
        return isNegative ? 0 &- value : value
    }
}

/// When `EXPIRE` may change a deadline.
private struct ExpireCondition {
    private var ifNone = false
    private var ifSome = false
    private var ifLater = false
    private var ifEarlier = false

    init(_ arguments: borrowing Arguments, from first: Int) throws(RESPError) {
        for place in first..<max(first, arguments.count) {
            let word = arguments[place]
            if matches(word, "nx") {
                ifNone = true
            } else if matches(word, "xx") {
                ifSome = true
            } else if matches(word, "gt") {
                ifLater = true
            } else if matches(word, "lt") {
                ifEarlier = true
            } else {
                throw RESPError("ERR Unsupported option ", quoting: word)
            }
        }
        if ifNone, ifSome || ifLater || ifEarlier {
            throw RESPError("ERR NX and XX, GT or LT options at the same time are not compatible")
        }
        if ifLater, ifEarlier { throw RESPError("ERR GT and LT options at the same time are not compatible") }
    }

    func allows(_ new: KeyDeadline, insteadOf old: KeyDeadline) -> Bool {
        if ifNone, old != .never { return false }
        if ifSome, old == .never { return false }
        if ifLater, new <= old { return false }
        if ifEarlier, new >= old { return false }
        return true
    }
}

/// The words behind `SCAN cursor`.
private struct ScanOptions {
    /// Where the pattern stands; 0 for none.
    private(set) var patternPlace = 0
    private(set) var count = 10
    /// Whether the keys are of the type that is asked for: all are strings.
    private(set) var wantsStrings = true

    init(_ arguments: borrowing Arguments, from first: Int) throws(RESPError) {
        var place = first
        while place < arguments.count {
            guard place + 1 < arguments.count else { throw .syntax }
            let word = arguments[place]
            if matches(word, "match") {
                patternPlace = place + 1
            } else if matches(word, "count") {
                guard let number = integer(arguments[place + 1]) else { throw .notAnInteger }
                guard number >= 1 else { throw .syntax }
                count = Int(clamping: number)
            } else if matches(word, "type") {
                wantsStrings = matches(arguments[place + 1], "string")
            } else {
                throw .syntax
            }
            place += 2
        }
    }
}

/// Keys whose number is only known when all are found.
private struct KeyList: ~Copyable {
    private var encoded = ReplyWriter()
    private var count = 0

    mutating func append(_ key: Span<UInt8>, _ longest: Int) throws(RESPError) {
        encoded.bulk(key)
        count += 1
        if encoded.count > longest { throw .replyTooLong }
    }

    func write(to reply: inout ReplyWriter) {
        reply.array(count)
        reply.append(encoded: encoded.bytes)
    }
}
