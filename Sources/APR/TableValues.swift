// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD

/// The values that a table has of one name at one moment, in order.
@safe
struct TableValues: ~Copyable {
    private let table: OpaquePointer
    private let name: String
    private let values: [UnsafeMutablePointer<CChar>]

    // SAFETY (for the whole type): values live in the table's pool or for longer, and APR never changes one in place, so
    // that they can be read while the table is changed. A table's array may move, so it is looked at anew each time.

    /// Looks at a table that is alive as long as this is.
    @unsafe
    init(of name: String, in table: OpaquePointer) {
        self.name = name
        unsafe self.table = unsafe table
        var values: [UnsafeMutablePointer<CChar>] = unsafe []
        unsafe Self.withEntries(of: table) { entries in
            for index in entries.indices {
                guard unsafe Self.isNamed(name, entries[index]), let value = unsafe entries[index].val else { continue }
                unsafe values.append(value)
            }
        }
        unsafe self.values = unsafe values
    }

    /// What becomes of each value; `nil` where it stays.
    func replaced<Failure: Error>(_ body: (Span<UInt8>) throws(Failure) -> [UInt8]?) throws(Failure) -> [[UInt8]?] {
        var fresh: [[UInt8]?] = []
        for index in unsafe values.indices {
            let start = unsafe UnsafeRawPointer(values[index])
            let bytes = unsafe RawSpan(_unsafeStart: start, byteCount: Int(clamping: strlen(values[index])))
            fresh.append(try body(Span<UInt8>(_bytes: bytes)))
        }
        return fresh
    }

    /// Puts the new values where the old ones stand. Entries keep their order, so each is looked for behind the one before;
    /// one that is gone, or has another value by now, is left alone.
    func store(_ fresh: [[UInt8]?]) {
        guard fresh.contains(where: { $0 != nil }), let pool = unsafe apr_table_elts(table).pointee.pool else { return }
        unsafe Self.withEntries(of: table) { entries in
            var next = 0
            for (index, bytes) in fresh.enumerated() {
                guard let at = (next..<entries.count).first(where: { unsafe entries[$0].val == values[index] }),
                    unsafe Self.isNamed(name, entries[at])
                else { continue }
                next = at + 1
                guard let bytes else { continue }
                unsafe entries[at].val = Self.duplicate(bytes, in: pool)
            }
        }
    }

    static func text(_ bytes: Span<UInt8>) -> String {
        unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }

    @unsafe
    private static func duplicate(_ bytes: [UInt8], in pool: OpaquePointer) -> UnsafeMutablePointer<CChar>? {
        unsafe bytes.withUnsafeBytes { buffer in
            guard let start = unsafe buffer.baseAddress?.assumingMemoryBound(to: CChar.self) else {
                return unsafe apr_pstrdup(pool, "")
            }
            return unsafe apr_pstrmemdup(pool, start, apr_size_t(buffer.count))
        }
    }

    @unsafe
    private static func isNamed(_ name: String, _ entry: apr_table_entry_t) -> Bool {
        guard let key = unsafe entry.key else { return false }
        return unsafe name.withCString { unsafe strcasecmp($0, key) } == 0
    }

    @unsafe
    private static func withEntries(
        of table: OpaquePointer, _ body: (UnsafeMutableBufferPointer<apr_table_entry_t>) -> Void
    ) {
        guard let array = unsafe apr_table_elts(table), let elements = unsafe array.pointee.elts else { return }
        let count = Int(unsafe array.pointee.nelts)
        unsafe elements.withMemoryRebound(to: apr_table_entry_t.self, capacity: count) {
            unsafe body(UnsafeMutableBufferPointer(start: $0, count: count))
        }
    }
}
