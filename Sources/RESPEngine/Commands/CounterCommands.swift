// SPDX-License-Identifier: Apache-2.0

/// The commands that take values for numbers.
enum CounterCommands {
    typealias Database = StoreDatabase & ~Copyable & ~Escapable

    static func add<D: Database>(
        _ amount: Int64, to key: Span<UInt8>, _ database: inout D, _ reply: inout ReplyWriter
    ) throws(RESPError) {
        var sum: Int64 = 0
        try database.edit(key) { (value, isPresent) throws(RESPError) in
            guard let old = isPresent ? integer(value.bytes) : 0 else { throw .notAnInteger }
            let (new, overflows) = old.addingReportingOverflow(amount)
            if overflows { throw .overflow }
            sum = new
            var digits = InlineArray<24, UInt8>(repeating: 0)
            let start = RESPInteger.write(new, before: 24, of: &digits)
            value.replace(with: digits.span.extracting(start..<24))
        }
        reply.integer(sum)
    }

    static func add<D: Database>(
        _ arguments: borrowing Arguments, isNegative: Bool, _ database: inout D, _ reply: inout ReplyWriter
    ) throws(RESPError) {
        guard let amount = integer(arguments[2]) else { throw .notAnInteger }
        if isNegative, amount == .min { throw RESPError("ERR decrement would overflow") }
        try add(isNegative ? -amount : amount, to: arguments[1], &database, &reply)
    }

    static func addFloat<D: Database>(
        _ arguments: borrowing Arguments, _ database: inout D, _ reply: inout ReplyWriter
    ) throws(RESPError) {
        let amountText = arguments[2]
        var sum: [UInt8] = []
        try database.edit(arguments[1]) { (value, isPresent) throws(RESPError) in
            // The value before the amount: whoever has both wrong is told of the value.
            let old = isPresent ? LongDouble(value.bytes) : LongDouble(0)
            guard let old, let amount = LongDouble(amountText) else { throw .notAFloat }
            guard let new = old.adding(amount) else { throw .notANumber }
            sum = new.text
            value.replace(with: sum.span)
        }
        reply.bulk(sum.span)
    }
}
