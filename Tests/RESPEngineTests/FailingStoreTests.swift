// SPDX-License-Identifier: Apache-2.0
import RESPEngine
import Testing

@Suite("When a store fails, or cannot do all, the reply is one error")
struct FailingStoreTests {
    @Test func nothingOfAReplyIsLeft() {
        let failed = "-ERR the store cannot be used at the moment\r\n"
        // From failing at once to failing late: in the midst of what has several parts.
        for patience in 0..<4 {
            for line in [
                "GET a", "SET a b", "SET a b GET", "SET a b NX", "SETNX a b", "GETSET a b", "GETDEL a", "GETEX a EX 10",
                "GETEX a", "MGET a b c d e", "MSET a b c d e f g h i j", "APPEND a b", "STRLEN a", "GETRANGE a 0 1",
                "SETRANGE a 1 b", "INCR a", "INCRBYFLOAT a 1", "DEL a b c d e", "EXISTS a b c d e", "EXPIRE a 10",
                "PERSIST a", "TTL a", "TYPE a", "SCAN 0", "KEYS *", "DBSIZE", "FLUSHDB",
            ] {
                let talk = Talk(on: FailingStore(patience: patience))
                let reply = talk.say(line)
                let isOne = reply == failed || (patience > 0 && !reply.contains("-ERR"))
                #expect(isOne, "\(line) after \(patience): \(reply)")
                if patience == 0 || line.utf8.count > 18 && line.hasPrefix("M") { #expect(reply == failed) }
            }
        }
    }

    @Test func aReplyThatWouldBeTooLongIsAnError() {
        var rules = SessionRules()
        rules.longestReply = 1000
        let talk = Talk(rules)
        let error = "-ERR the reply would be too long\r\n"
        _ = talk.say("SET a " + String(repeating: "x", count: 300))
        #expect(talk.say("MGET a a a").utf8.count > 900)
        #expect(talk.say("MGET a a a a") == error)
        for number in 0..<100 { _ = talk.say("SET key\(number) 1") }
        #expect(talk.say("KEYS *") == error)
        #expect(talk.say("SCAN 0 COUNT 1000") == error)
        #expect(talk.say("SCAN 0 COUNT 10").hasPrefix("*2\r\n"))
        #expect(talk.say("KEYS key1") == "*1\r\n$4\r\nkey1\r\n")
    }

    @Test func aValueIsNoLongerThanAllowed() {
        var rules = SessionRules()
        rules.limits.bulkLength = 100
        let talk = Talk(rules)
        let error = "-ERR string exceeds maximum allowed size (proto-max-bulk-len)\r\n"
        _ = talk.say("SET a " + String(repeating: "x", count: 90))
        #expect(talk.say("APPEND a 12345678901") == error)
        #expect(talk.say("APPEND a 1234567890") == ":100\r\n")
        #expect(talk.say("SETRANGE b 99 x") == ":100\r\n")
        #expect(talk.say("SETRANGE b 100 x") == error)
        #expect(talk.say("SETRANGE c 9223372036854775807 x") == error)
        #expect(talk.say("EXISTS c") == ":0\r\n")
        for length in [Int.min, -1, Int.max] {
            rules.limits.bulkLength = length
            let other = Talk(rules)
            let reply = other.say("APPEND a b")
            #expect(reply == (length > 0 ? ":1\r\n" : error))
        }
    }

    @Test func aFullStoreSaysSo() {
        let store = MemoryStore(databases: 1, limit: 2000)
        let talk = Talk(on: store)
        let error = "-OOM command not allowed when used memory > 'maxmemory'.\r\n"
        let large = String(repeating: "x", count: 3000)
        #expect(talk.say("SET a 1") == "+OK\r\n")
        for line in [
            "SET a \(large)", "SET a \(large) GET", "GETSET a \(large)", "APPEND a \(large)", "SETRANGE a 3000 x",
        ] {
            let reply = talk.say(line)
            #expect(reply == error)
        }
        #expect(talk.say("GET a") == "$1\r\n1\r\n")
    }
}

/// A store that does so many things, and then none.
private struct FailingStore: Store {
    let patience: Int

    func withDatabase<Result: Sendable>(
        _ number: Int, _ body: (inout Failing) throws(RESPError) -> Result
    ) throws(RESPError) -> Result {
        var database = Failing(patience: patience)
        return try body(&database)
    }

    struct Failing: StoreDatabase {
        var now: Int64 = 0
        var patience: Int

        private mutating func lose() throws(RESPError) {
            if patience == 0 { throw .storeFailed }
            patience -= 1
        }

        mutating func read(
            _ key: Span<UInt8>, _ body: (Span<UInt8>) throws(RESPError) -> Void
        ) throws(RESPError) -> Bool {
            try lose()
            try body([0x31].span)
            return true
        }
        mutating func deadline(of key: Span<UInt8>) throws(RESPError) -> KeyDeadline? {
            try lose()
            return KeyDeadline(milliseconds: .max - 1)
        }
        mutating func set(_ key: Span<UInt8>, to value: Span<UInt8>, until deadline: KeyDeadline?) throws(RESPError) {
            try lose()
        }
        mutating func edit(
            _ key: Span<UInt8>, _ body: (inout ValueBuffer, _ isPresent: Bool) throws(RESPError) -> Void
        ) throws(RESPError) {
            var value = ValueBuffer(copying: [0x31].span)
            try body(&value, true)
            try lose()
        }
        mutating func setDeadline(of key: Span<UInt8>, to deadline: KeyDeadline) throws(RESPError) -> Bool {
            try lose()
            return true
        }
        mutating func remove(_ key: Span<UInt8>) throws(RESPError) -> Bool {
            try lose()
            return true
        }
        mutating func scan(
            from cursor: UInt64, count: Int, _ body: (Span<UInt8>) throws(RESPError) -> Void
        ) throws(RESPError) -> UInt64 {
            for _ in 0..<3 {
                try lose()
                try body([0x61].span)
            }
            return 0
        }
        mutating func count() throws(RESPError) -> Int {
            try lose()
            return 1
        }
        mutating func removeAll() throws(RESPError) { try lose() }
    }
}
