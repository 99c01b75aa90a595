// SPDX-License-Identifier: Apache-2.0

/// All commands that a store answers.
enum DataCommands {
    /// The most bytes of one value, and of a reply.
    struct Limits {
        let value: Int
        let reply: Int
    }

    /// Whether a store answers a command.
    static func contains(_ command: Command) -> Bool {
        switch command {
        case .dbsize, .flushdb, .scan, .keys, .del, .unlink, .exists, .expire, .pexpire, .expireat: true
        case .persist, .ttl, .pttl, .type: true
        case .get, .set, .setex, .psetex, .setnx, .getset, .getdel, .getex, .mget, .mset: true
        case .append, .strlen, .getrange, .setrange, .incr, .decr, .incrby, .decrby, .incrbyfloat: true
        default: false
        }
    }

    /// Does what a command says.
    ///
    /// - Parameters:
    ///   - command: One that ``contains(_:)`` knows.
    ///   - arguments: Its words, of a number that it allows.
    ///   - limits: How long values and the reply may be.
    ///   - database: The database, lent alone.
    ///   - reply: Takes the reply; what is in it when an error is thrown is the start of a reply that is not to be sent.
    static func perform<Database: StoreDatabase & ~Copyable & ~Escapable>(
        _ command: Command, _ arguments: borrowing Arguments, _ limits: Limits, _ database: inout Database,
        _ reply: inout ReplyWriter
    ) throws(RESPError) {
        switch command {
        case .get: try ValueCommands.get(arguments, &database, &reply)
        case .set: try ValueCommands.set(arguments, &database, &reply)
        case .setex: try ValueCommands.setWithExpiry(arguments, .seconds, &database, &reply)
        case .psetex: try ValueCommands.setWithExpiry(arguments, .milliseconds, &database, &reply)
        case .setnx: try ValueCommands.setIfAbsent(arguments, &database, &reply)
        case .getset: try ValueCommands.getAndSet(arguments, &database, &reply)
        case .getdel: try ValueCommands.getAndDelete(arguments, &database, &reply)
        case .getex: try ValueCommands.getAndExpire(arguments, &database, &reply)
        case .mget: try ValueCommands.getMany(arguments, longest: limits.reply, &database, &reply)
        case .mset: try ValueCommands.setMany(arguments, &database, &reply)
        case .append: try ValueCommands.append(arguments, longest: limits.value, &database, &reply)
        case .strlen: try ValueCommands.length(arguments, &database, &reply)
        case .getrange: try ValueCommands.range(arguments, &database, &reply)
        case .setrange: try ValueCommands.overwrite(arguments, longest: limits.value, &database, &reply)
        case .incr: try CounterCommands.add(1, to: arguments[1], &database, &reply)
        case .decr: try CounterCommands.add(-1, to: arguments[1], &database, &reply)
        case .incrby: try CounterCommands.add(arguments, isNegative: false, &database, &reply)
        case .decrby: try CounterCommands.add(arguments, isNegative: true, &database, &reply)
        case .incrbyfloat: try CounterCommands.addFloat(arguments, &database, &reply)
        case .del, .unlink: try KeyCommands.delete(arguments, &database, &reply)
        case .exists: try KeyCommands.exists(arguments, &database, &reply)
        case .expire: try KeyCommands.expire(arguments, .seconds, name: "expire", &database, &reply)
        case .pexpire: try KeyCommands.expire(arguments, .milliseconds, name: "pexpire", &database, &reply)
        case .expireat: try KeyCommands.expire(arguments, .secondsSince1970, name: "expireat", &database, &reply)
        case .persist: try KeyCommands.persist(arguments, &database, &reply)
        case .ttl: try KeyCommands.timeToLive(arguments, inSeconds: true, &database, &reply)
        case .pttl: try KeyCommands.timeToLive(arguments, inSeconds: false, &database, &reply)
        case .type: try KeyCommands.type(arguments, &database, &reply)
        case .scan: try KeyCommands.scan(arguments, longest: limits.reply, &database, &reply)
        case .keys: try KeyCommands.keys(arguments, longest: limits.reply, &database, &reply)
        case .dbsize: reply.integer(try database.count())
        case .flushdb: try KeyCommands.flush(arguments, &database, &reply)
        default: throw .syntax
        }
    }
}
