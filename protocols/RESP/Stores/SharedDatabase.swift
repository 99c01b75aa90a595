// SPDX-License-Identifier: Apache-2.0
import HTTPD
import RESPEngine

/// One database of a ``SharedStore``, while its lock is held.
///
/// A key of the cache is a prefix, which is the space's and the database's, and the key.
struct SharedDatabase: StoreDatabase, ~Copyable, ~Escapable {
    private var access: SharedCache.Access
    private let prefix: [UInt8]
    private let longest: Int64
    var now: Int64 = 0
    /// Why the cache failed, if it did.
    private(set) var failure: String?

    /// - Parameter longest: How many milliseconds the cache can keep an object.
    @_lifetime(copy access)
    init(_ access: consuming SharedCache.Access, _ prefix: [UInt8], longest: Int64) {
        self.access = access
        self.prefix = prefix
        self.longest = longest
    }

    @_lifetime(copy self)
    consuming func finish() -> SharedCache.Access { access }

    // MARK: Keys

    @_lifetime(self: copy self)
    mutating func read(
        _ key: Span<UInt8>, _ body: (Span<UInt8>) throws(RESPError) -> Void
    ) throws(RESPError) -> Bool {
        try withObject(key) { (object) throws(RESPError) in try body(object.value) }
    }

    @_lifetime(self: copy self)
    mutating func deadline(of key: Span<UInt8>) throws(RESPError) -> KeyDeadline? {
        var deadline: KeyDeadline?
        _ = try withObject(key) { (object) throws(RESPError) in deadline = object.deadline }
        return deadline
    }

    @_lifetime(self: copy self)
    mutating func set(
        _ key: Span<UInt8>, to value: Span<UInt8>, until deadline: KeyDeadline?
    ) throws(RESPError) {
        let old = deadline == nil ? try self.deadline(of: key) : nil
        try store(value, under: key, until: deadline ?? old ?? .never)
    }

    @_lifetime(self: copy self)
    mutating func edit(
        _ key: Span<UInt8>, _ body: (inout ValueBuffer, _ isPresent: Bool) throws(RESPError) -> Void
    ) throws(RESPError) {
        var value = ValueBuffer()
        var deadline = KeyDeadline.never
        let isPresent = try withObject(key) { (object) throws(RESPError) in
            value.append(object.value)
            deadline = object.deadline
        }
        try body(&value, isPresent)
        try store(value.bytes, under: key, until: deadline)
    }

    @_lifetime(self: copy self)
    mutating func setDeadline(of key: Span<UInt8>, to deadline: KeyDeadline) throws(RESPError) -> Bool {
        var value = ValueBuffer()
        guard try withObject(key, { (object) throws(RESPError) in value.append(object.value) }) else { return false }
        try store(value.bytes, under: key, until: deadline)
        return true
    }

    @_lifetime(self: copy self)
    mutating func remove(_ key: Span<UInt8>) throws(RESPError) -> Bool {
        guard try withObject(key, { (_) throws(RESPError) in }) else { return false }
        try erase(place(of: key).bytes)
        return true
    }

    // MARK: All keys

    /// All at once: a cache has no place to go on from.
    @_lifetime(self: copy self)
    mutating func scan(
        from cursor: UInt64, count: Int, _ body: (Span<UInt8>) throws(RESPError) -> Void
    ) throws(RESPError) -> UInt64 {
        guard cursor == 0 else { return 0 }
        var thrown: RESPError?
        try list { (key) throws(HTTPDError) in
            do throws(RESPError) {
                try body(key)
            } catch {
                thrown = error
                throw HTTPDError("the listing ended")
            }
        } otherwise: {
            thrown
        }
        return 0
    }

    @_lifetime(self: copy self)
    mutating func count() throws(RESPError) -> Int {
        var count = 0
        try list { (_) throws(HTTPDError) in
            count += 1
        } otherwise: {
            nil
        }
        return count
    }

    @_lifetime(self: copy self)
    mutating func removeAll() throws(RESPError) {
        var keys: [[UInt8]] = []
        try list { (key) throws(HTTPDError) in
            keys.append([UInt8](copying: key))
        } otherwise: {
            nil
        }
        for key in keys { try erase(place(of: key.span).bytes) }
    }

    // MARK: The cache

    private func place(of key: Span<UInt8>) -> ValueBuffer {
        var place = ValueBuffer(capacity: key.count + prefix.count)
        place.append(prefix.span)
        place.append(key)
        return place
    }

    /// Lends the object of a key that is there, and returns whether it is.
    @_lifetime(self: copy self)
    private mutating func withObject(
        _ key: Span<UInt8>, _ body: (borrowing StoredObject) throws(RESPError) -> Void
    ) throws(RESPError) -> Bool {
        let place = place(of: key)
        let now = now
        var outcome = Result<Bool, RESPError>.success(false)
        var problem: HTTPDError?
        do throws(HTTPDError) {
            outcome = Self.lend(try access.retrieve(place.bytes), now, body)
        } catch {
            problem = error
        }
        if let problem { throw failed(problem) }
        return try outcome.get()
    }

    private static func lend(
        _ bytes: Span<UInt8>?, _ now: Int64, _ body: (borrowing StoredObject) throws(RESPError) -> Void
    ) -> Result<Bool, RESPError> {
        guard let object = StoredObject(bytes), !object.deadline.hasPassed(now) else { return .success(false) }
        do throws(RESPError) {
            try body(object)
            return .success(true)
        } catch {
            return .failure(error)
        }
    }

    @_lifetime(self: copy self)
    private mutating func store(
        _ value: Span<UInt8>, under key: Span<UInt8>, until deadline: KeyDeadline
    ) throws(RESPError) {
        let object = StoredObject.encode(value, until: deadline)
        let place = place(of: key)
        let latest = now &+ longest
        let moment = Timestamp(microseconds: min(deadline.milliseconds, latest) &* 1000)
        let stored: SharedCache.Access.Stored
        do throws(HTTPDError) {
            stored = try access.store(object.bytes, under: place.bytes, expires: moment)
        } catch {
            throw failed(error)
        }
        if stored == .tooLarge { throw .tooLargeForStore }
    }

    @_lifetime(self: copy self)
    private mutating func erase(_ place: Span<UInt8>) throws(RESPError) {
        do throws(HTTPDError) {
            try access.remove(place)
        } catch {
            throw failed(error)
        }
    }

    /// Lends the keys of the database.
    ///
    /// - Parameter otherwise: What to throw where `body` threw.
    @_lifetime(self: copy self)
    private mutating func list(
        _ body: (Span<UInt8>) throws(HTTPDError) -> Void, otherwise: () -> RESPError?
    ) throws(RESPError) {
        let (prefix, now) = (prefix, now)
        do throws(HTTPDError) {
            try access.forEach { (key, object) throws(HTTPDError) in
                guard key.hasPrefix(prefix), let object = StoredObject(object),
                    !object.deadline.hasPassed(now)
                else { return }
                try body(key.extracting(droppingFirst: prefix.count))
            }
        } catch {
            if let own = otherwise() { throw own }
            if error.status == .notImplemented { throw .cannotList }
            throw failed(error)
        }
    }

    private mutating func failed(_ error: HTTPDError) -> RESPError {
        failure = error.description
        return .storeFailed
    }
}

extension Span<UInt8> {
    /// Whether it begins with bytes.
    fileprivate func hasPrefix(_ prefix: [UInt8]) -> Bool {
        guard count >= prefix.count else { return false }
        for index in prefix.indices where self[index] != prefix[index] { return false }
        return true
    }
}
