// SPDX-License-Identifier: Apache-2.0
internal import APR
internal import CPlugin

extension SharedCache {
    /// A cache while it is used: lent to the closure of ``SharedCache/withLock(_:)`` and ``SharedCache/withAccess(_:)``.
    ///
    /// Keys are any bytes, and may be empty. They are spread over the provider's room by a hash: keys that begin alike do no
    /// harm.
    @safe
    public struct Access: ~Copyable, ~Escapable {
        /// What became of an object that was to be stored.
        public enum Stored: Equatable, Sendable {
            /// It is there.
            case stored
            /// The provider does not take an object of this size, or under a key of this length. No object is there under the
            /// key now, not even an earlier one.
            case tooLarge
        }

        private let session: UnsafeMutableRawPointer
        private let services: UnsafePointer<swift_httpd_host_services>
        private let cache: SharedCache

        // SAFETY (for the whole type): the host's table is immortal; the session is there until `use` gives it back, which
        // this cannot outlive. The host only reads what it is given, during the call.

        @_lifetime(borrow session)
        @unsafe
        init(
            unsafeBorrowing session: UnsafeMutableRawPointer, _ services: UnsafePointer<swift_httpd_host_services>,
            _ cache: SharedCache
        ) {
            unsafe self.session = session
            unsafe self.services = services
            self.cache = cache
        }

        /// Stores an object under a key, in place of one that is there.
        ///
        /// A provider that is full drops others for it, those first that were stored first. memcache and redis count the time
        /// in whole seconds, and memcache keeps nothing longer than 30 days. The corresponding C call is
        /// `ap_socache_provider_t.store`.
        ///
        /// - Parameters:
        ///   - object: The bytes, which are copied.
        ///   - key: What to find it by.
        ///   - expires: When it is there no longer; in the past, that is at once.
        /// - Returns: Whether the provider took it.
        /// - Throws: If the provider failed: then it is not known what is there.
        @_lifetime(self: copy self)
        public mutating func store(
            _ object: Span<UInt8>, under key: Span<UInt8>, expires: Timestamp
        ) throws(HTTPDError) -> Stored {
            let status = unsafe object.withUnsafeBufferPointer { object in
                unsafe key.withUnsafeBufferPointer { key in
                    unsafe services.pointee.cache_store(
                        session, key.baseAddress, UInt64(key.count), object.baseAddress, UInt64(object.count),
                        expires.microseconds)
                }
            }
            if status == 0 { return .stored }
            if status == CInt(SWIFT_HTTPD_CACHE_TOO_LARGE) { return .tooLarge }
            throw cache.failure(status, "storing into")
        }

        /// Finds the object under a key. The corresponding C call is `ap_socache_provider_t.retrieve`.
        ///
        /// - Returns: The bytes, lent until the cache is used again; `nil` if there are none, or they have expired.
        /// - Throws: If the provider failed, or has an object of more than ``SharedCache/largestObject`` bytes, which another
        ///   program put there.
        @_lifetime(&self)
        public mutating func retrieve(_ key: Span<UInt8>) throws(HTTPDError) -> Span<UInt8>? {
            var object: UnsafeRawPointer?
            var length: UInt64 = 0
            let status = unsafe key.withUnsafeBufferPointer { key in
                unsafe services.pointee.cache_retrieve(
                    session, key.baseAddress, UInt64(key.count), &object, &length)
            }
            guard status == 0 else {
                if status == CInt(SWIFT_HTTPD_CACHE_MISSING) { return nil }
                throw cache.failure(status, "reading from")
            }
            guard let object = unsafe object, length > 0, let count = Int(exactly: length) else { return Span() }
            // SAFETY: the bytes stay until the session is used again or ends, both of which need exclusive access to this.
            let bytes = unsafe Span<UInt8>(
                _unsafeStart: object.assumingMemoryBound(to: UInt8.self), count: count)
            return unsafe _overrideLifetime(bytes, mutating: &self)
        }

        /// Removes the object under a key, if there is one. The corresponding C call is `ap_socache_provider_t.remove`.
        @_lifetime(self: copy self)
        public mutating func remove(_ key: Span<UInt8>) throws(HTTPDError) {
            let status = unsafe key.withUnsafeBufferPointer { key in
                unsafe services.pointee.cache_remove(session, key.baseAddress, UInt64(key.count))
            }
            guard status != 0, status != CInt(SWIFT_HTTPD_CACHE_MISSING) else { return }
            throw cache.failure(status, "removing from")
        }

        /// Looks at all objects that have not expired, in no order; everybody else waits meanwhile.
        ///
        /// The corresponding C call is `ap_socache_provider_t.iterate`.
        ///
        /// - Parameter body: Called with a key and its object, both lent. What it throws ends the listing.
        /// - Throws: What `body` throws. With memcache and redis, which cannot list, always: then the status is
        ///   `notImplemented`.
        @_lifetime(self: copy self)
        public mutating func forEach(
            _ body: (_ key: Span<UInt8>, _ object: Span<UInt8>) throws(HTTPDError) -> Void
        ) throws(HTTPDError) {
            var thrown: HTTPDError?
            let status = withoutActuallyEscaping(body) { body in
                unsafe Self.list(session, services, body, &thrown)
            }
            if let thrown { throw thrown }
            guard status != 0 else { return }
            if status == CInt(SWIFT_HTTPD_CACHE_UNLISTED) {
                throw HTTPDError(.notImplemented, "the cache \(cache.description) cannot list what it has")
            }
            throw cache.failure(status, "listing")
        }

        private struct Visit {
            let body: (Span<UInt8>, Span<UInt8>) throws(HTTPDError) -> Void
            var thrown: HTTPDError?
        }

        @unsafe
        private static func list(
            _ session: UnsafeMutableRawPointer, _ services: UnsafePointer<swift_httpd_host_services>,
            _ body: @escaping (Span<UInt8>, Span<UInt8>) throws(HTTPDError) -> Void, _ thrown: inout HTTPDError?
        ) -> CInt {
            var visit = Visit(body: body)
            // SAFETY: the host calls back during the call only, with the address of `visit` and bytes that are alive.
            let status = unsafe withUnsafeMutablePointer(to: &visit) { visit in
                unsafe services.pointee.cache_list(session, visit) { context, key, keyLength, object, length in
                    guard let visit = unsafe context?.assumingMemoryBound(to: Visit.self), let key = unsafe key,
                        let object = unsafe object, let keyLength = Int(exactly: keyLength),
                        let length = Int(exactly: length)
                    else { return 1 }
                    let keyBytes = unsafe Span<UInt8>(
                        _unsafeStart: key.assumingMemoryBound(to: UInt8.self), count: keyLength)
                    let bytes = unsafe Span<UInt8>(
                        _unsafeStart: object.assumingMemoryBound(to: UInt8.self), count: length)
                    do throws(HTTPDError) {
                        try unsafe visit.pointee.body(keyBytes, bytes)
                        return 0
                    } catch {
                        unsafe visit.pointee.thrown = error
                        return 1
                    }
                }
            }
            thrown = visit.thrown
            return status
        }
    }
}
