// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD

/// A table of names and values whose names are compared without regard to case: `apr_table_t`.
///
/// Headers, environment variables and notes are tables. Lent: it cannot be kept. Changes act on httpd's own
/// table at once, and what is put in is copied into its pool.
@safe
public struct Table: ~Copyable, ~Escapable {
    package let raw: OpaquePointer

    /// Borrows a table of httpd for one call.
    @_lifetime(borrow raw)
    @unsafe
    package init(unsafeBorrowing raw: OpaquePointer) {
        // SAFETY: the caller keeps what it lends alive.
        unsafe self.raw = raw
    }

    /// The first value of `name`; setting replaces all values, and `nil` removes them.
    ///
    /// The corresponding C calls are `apr_table_get`, `apr_table_set` and `apr_table_unset`.
    public subscript(name: String) -> String? {
        get {
            // SAFETY: the value lives in the table's pool; it is copied into the String at once.
            // A String that is handed to C as an argument is copied into an array first; its own bytes are lent here.
            unsafe name.withCString { name in unsafe apr_table_get(raw, name).map { unsafe String(cString: $0) } }
        }
        nonmutating set {
            // SAFETY: both strings are copied by apr_table_set before it returns.
            if let newValue {
                unsafe name.withCString { name in
                    unsafe newValue.withCString { value in unsafe apr_table_set(raw, name, value) }
                }
            } else {
                remove(name)
            }
        }
    }

    /// Whether there is a value of `name`.
    public func contains(_ name: String) -> Bool {
        // SAFETY: only the presence is looked at.
        unsafe name.withCString { name in unsafe apr_table_get(raw, name) != nil }
    }

    /// Adds a value and leaves the others of that name. The corresponding C call is `apr_table_add`.
    public func add(_ name: String, _ value: String) {
        // SAFETY: both strings are copied by apr_table_add before it returns.
        unsafe name.withCString { name in
            unsafe value.withCString { value in unsafe apr_table_add(raw, name, value) }
        }
    }

    /// Appends to the value of `name`, after a comma. The corresponding C call is `apr_table_merge`.
    public func merge(_ name: String, _ value: String) {
        // SAFETY: both strings are copied by apr_table_merge before it returns.
        unsafe name.withCString { name in
            unsafe value.withCString { value in unsafe apr_table_merge(raw, name, value) }
        }
    }

    /// Removes all values of `name`. The corresponding C call is `apr_table_unset`.
    public func remove(_ name: String) {
        // SAFETY: `name` is only read.
        unsafe name.withCString { name in unsafe apr_table_unset(raw, name) }
    }

    // MARK: - Names that stand in the program, which cost neither a copy nor an allocation

    /// Whether there is a value of `name`.
    public func contains(field name: StaticString) -> Bool {
        // SAFETY: only the presence is looked at.
        unsafe apr_table_get(raw, name.cString) != nil
    }

    /// The bytes of the first value of `name`, lent as long as the table, whatever is set meanwhile; `nil` for none.
    @_lifetime(copy self)
    public func bytes(field name: StaticString) -> Span<UInt8>? {
        // SAFETY: a value lives as long as the table's pool, also when another one has taken its place.
        guard let value = unsafe apr_table_get(raw, name.cString) else { return nil }
        let bytes = unsafe Span<UInt8>(
            _unsafeStart: UnsafeRawPointer(value).assumingMemoryBound(to: UInt8.self), count: strlen(value))
        return unsafe _overrideLifetime(bytes, copying: self)
    }

    /// Replaces all values of `name`. The corresponding C call is `apr_table_setn`.
    public func set(field name: StaticString, to value: StaticString) {
        // SAFETY: both are immortal.
        unsafe apr_table_setn(raw, name.cString, value.cString)
    }

    /// Replaces all values of `name` by a number. The corresponding C calls are `apr_off_t_toa` and `apr_table_setn`.
    public func set(field name: StaticString, to number: Int) {
        // SAFETY: the name is immortal, and the text lives in the table's pool.
        guard let pool = unsafe apr_table_elts(raw).pointee.pool else { return }
        unsafe apr_table_setn(raw, name.cString, apr_off_t_toa(pool, apr_off_t(number)))
    }

    /// Replaces all values of `name` by bytes, which are copied up to the first NUL. The corresponding C calls are
    /// `apr_pstrmemdup` and `apr_table_setn`.
    public func set(field name: StaticString, to bytes: Span<UInt8>) {
        // SAFETY: the name is immortal, and the copy lives in the table's pool.
        guard let pool = unsafe apr_table_elts(raw).pointee.pool else { return }
        unsafe bytes.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return unsafe apr_table_setn(raw, name.cString, emptyCString) }
            unsafe apr_table_setn(raw, name.cString, apr_pstrmemdup(pool, start, bytes.count))
        }
    }

    /// Removes all values of `name`. The corresponding C call is `apr_table_unset`.
    public func remove(field name: StaticString) {
        // SAFETY: the name is only read.
        unsafe apr_table_unset(raw, name.cString)
    }

    /// The number of entries, repeated names included.
    public var count: Int {
        // SAFETY: the table is alive while it is lent.
        Int(unsafe apr_table_elts(raw).pointee.nelts)
    }

    /// All entries in order, repeated names included.
    public var entries: [(name: String, value: String)] {
        var result: [(name: String, value: String)] = []
        // SAFETY: apr_table_elts describes an array of `nelts` entries; both strings of each are copied.
        let array = unsafe apr_table_elts(raw)
        guard let array = unsafe array, let elements = unsafe array.pointee.elts else { return result }
        unsafe elements.withMemoryRebound(to: apr_table_entry_t.self, capacity: Int(array.pointee.nelts)) { entry in
            for index in 0..<Int(unsafe array.pointee.nelts) {
                guard let key = unsafe entry[index].key, let value = unsafe entry[index].val else { continue }
                unsafe result.append((String(cString: key), String(cString: value)))
            }
        }
        return result
    }
}

extension StaticString {
    /// The literal as an immortal C string.
    @unsafe
    package var cString: UnsafePointer<CChar> {
        // SAFETY: a StaticString with a pointer representation is NUL-terminated and immortal; one that is a single
        // scalar has no address, and no name of ours is one.
        unsafe hasPointerRepresentation
            ? UnsafeRawPointer(utf8Start).assumingMemoryBound(to: CChar.self) : emptyCString
    }
}

// SAFETY: written here only, at its initialisation.
nonisolated(unsafe) private let emptyCString: UnsafePointer<CChar> = {
    let text = UnsafeMutablePointer<CChar>.allocate(capacity: 1)
    unsafe text.initialize(to: 0)
    return unsafe UnsafePointer(text)
}()
