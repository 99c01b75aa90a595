// SPDX-License-Identifier: Apache-2.0
internal import APR
internal import CPlugin

/// Small objects that all children of the server share, and other machines where the provider can do that.
///
/// Objects are kept by a provider of httpd, a module `mod_socache_NAME` that the administrator loads: `shmcb` in memory that
/// the children share, `dbm` in a file, `memcache` and `redis` in other servers. It is a cache: an object is there until it
/// expires, and no longer than there is room for it.
///
/// An administrator names the provider and its arguments, as in `SSLSessionCache`:
///
/// ```swift
/// struct Settings: ModuleConfiguration {
///     var cache: Setting<SharedCache?> = Setting(nil)
///     static var directives: [Directive<Settings>] {
///         Directive("QuotaCache", \.cache, in: .server, help: "where quotas are counted: provider[:arguments]")
///     }
/// }
/// ```
/// ```apache
/// QuotaCache shmcb:(5242880)
/// ```
///
/// What is done with it is done in a closure, with the cache's lock or without:
///
/// ```swift
/// let count = try cache.withLock { access throws(HTTPDError) in
///     var count = 0
///     if let bytes = try access.retrieve(key.span) { count = decode(bytes) }
///     _ = try access.store(encode(count + 1).span, under: key.span, expires: midnight)
///     return count
/// }
/// ```
///
/// A cache is known by its plugin, provider and arguments: directives that say the same share one. It is made when the server
/// starts, and objects and lock outlive restarts. With other arguments a restart makes another cache, which is empty.
///
/// The administrator configures the lock as the mutex type `swift-cache`, by httpd's directive `Mutex`. A child that is killed
/// while it holds the lock holds up nobody with the mechanisms `pthread`, which is Linux's default, `fcntl`, `flock` and
/// `sysvsem`. With `posixsem` nobody gets the lock again until the server is stopped.
///
/// Embedded tests have no server: caches can be named there, and throw when they are used.
public final class SharedCache: DirectiveValue {
    /// What a provider can go by when it divides its room. All of it is optional: `nil` stands for the provider's own choice.
    public struct Hints: Hashable, Sendable {
        /// About how many bytes keys have. For shmcb otherwise 30.
        public var keyLength: Int?
        /// About how many bytes objects have. For shmcb otherwise 150; the larger it is, the larger are the largest objects
        /// that it takes.
        public var objectSize: Int?
        /// How often the provider looks for what has expired. For dbm otherwise 30 s.
        public var expiryInterval: Duration?

        /// Hints.
        public init(keyLength: Int? = nil, objectSize: Int? = nil, expiryInterval: Duration? = nil) {
            self.keyLength = keyLength
            self.objectSize = objectSize
            self.expiryInterval = expiryInterval
        }
    }

    /// The most bytes that an object can have with any provider: 1 MiB. Providers take less: shmcb what a part of its memory
    /// holds, from a 32nd of it on, dbm about 900 bytes and none that is empty, memcached 1 MiB less a bit.
    public static let largestObject = 1 << 20
    /// The most bytes that a key can have with any provider: 64 KiB. memcache and redis take 112.
    public static let largestKey = 1 << 16

    /// The provider's name: `shmcb`.
    public let provider: String
    /// The provider's arguments, which may be empty: `(5242880)`.
    public let arguments: String
    /// The hints. Those of the first reading of the configuration hold, until the server is stopped.
    public let hints: Hints
    // SAFETY: written while httpd reads its configuration, on one thread and before any request.
    nonisolated(unsafe) private var number: UInt32 = 0

    /// A cache that the plugin itself names: its registry has to bring it, with ``PhaseRegistry/sharedCache(_:)``.
    ///
    /// - Parameters:
    ///   - provider: The provider's name.
    ///   - arguments: The provider's arguments.
    ///   - hints: What the provider can go by.
    public init(_ provider: String, arguments: String = "", hints: Hints = Hints()) {
        self.provider = provider
        self.arguments = arguments
        self.hints = hints
    }

    /// A cache that a directive names: `provider`, or `provider:arguments`.
    public convenience init(directiveArgument text: String) throws(DirectiveError) {
        try self.init(directiveArgument: text, hints: Hints())
    }

    /// A cache that a directive names, with hints of the plugin.
    public convenience init(directiveArgument text: String, hints: Hints) throws(DirectiveError) {
        let colon = text.firstIndex(of: ":")
        let provider = text[..<(colon ?? text.endIndex)].lowercased()
        let isName = provider.utf8.allSatisfy { byte in
            (0x61...0x7a).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x5f || byte == 0x2d
        }
        guard !provider.isEmpty, isName else {
            throw DirectiveError("must be provider or provider:arguments, as in shmcb:(512000), not '\(text)'")
        }
        self.init(provider, arguments: colon.map { String(text[text.index(after: $0)...]) } ?? "", hints: hints)
        try register(for: PluginImage.name, isDeferred: false)
    }

    /// Uses the cache with its lock, which no thread of any child has at the same time: so an object can be read, changed and
    /// stored.
    ///
    /// The lock is left when `body` returns or throws. Others wait meanwhile: do no more in it than has to be done, and neither
    /// read nor write a connection. The lock is one of this machine's, also if the objects are shared with others. To ask for
    /// the lock of a cache inside of its lock throws; locks of several caches have to be taken in one order everywhere. With
    /// memcache and redis each operation waits for the network.
    ///
    /// The corresponding C calls are `apr_global_mutex_lock` and `apr_global_mutex_unlock`.
    public func withLock<Result>(
        _ body: (inout Access) throws(HTTPDError) -> Result
    ) throws(HTTPDError) -> Result {
        try use(exclusively: true, body)
    }

    /// Uses the cache without its lock, if the provider can serve several at once, as memcache and redis can; else with it.
    ///
    /// For operations that are right each for itself. With memcache and redis each of them waits for the network.
    public func withAccess<Result>(
        _ body: (inout Access) throws(HTTPDError) -> Result
    ) throws(HTTPDError) -> Result {
        try use(exclusively: false, body)
    }

    private func use<Result>(
        exclusively: Bool, _ body: (inout Access) throws(HTTPDError) -> Result
    ) throws(HTTPDError) -> Result {
        // SAFETY: the host's table is immortal; the session is given back below, and `Access` cannot outlive the call.
        guard let services = unsafe PluginImage.services else {
            throw HTTPDError("the cache \(description) cannot be used without a server")
        }
        guard unsafe swift_httpd_has_caches(services) != 0 else { throw HTTPDError(Self.tooOld) }
        var session: UnsafeMutableRawPointer?
        let status = unsafe services.pointee.cache_begin(number, exclusively ? 1 : 0, &session)
        guard status == 0, let session = unsafe session else { throw failure(status, "locking") }
        defer { unsafe services.pointee.cache_end(session) }
        var access = unsafe Access(unsafeBorrowing: session, services, self)
        return try body(&access)
    }

    /// Gets its number from the host.
    func register(for plugin: String, isDeferred: Bool) throws(DirectiveError) {
        // SAFETY: the host's table is immortal; it copies the strings, and its text is copied at once.
        guard let services = unsafe PluginImage.services else { return }
        guard unsafe swift_httpd_has_caches(services) != 0 else { throw DirectiveError(Self.tooOld) }
        let wrong: String? = unsafe plugin.withCString { plugin in
            unsafe provider.withCString { provider in
                unsafe arguments.withCString { arguments in
                    var request = unsafe swift_httpd_cache_request(
                        size: UInt32(MemoryLayout<swift_httpd_cache_request>.size), is_deferred: isDeferred ? 1 : 0,
                        plugin: plugin, provider: provider, arguments: arguments,
                        key_length: UInt64(clamping: hints.keyLength ?? 0),
                        object_size: UInt64(clamping: hints.objectSize ?? 0),
                        expiry_interval: (hints.expiryInterval?.clampedNanoseconds ?? 0) / 1_000)
                    return unsafe services.pointee.cache(&request, &number).map { unsafe String(cString: $0) }
                }
            }
        }
        if let wrong { throw DirectiveError(wrong) }
    }

    private static let tooOld =
        "the server's mod_swift is too old for objects that children share: install one that matches the plugin"

    /// An error of an operation.
    func failure(_ status: CInt, _ action: String) -> HTTPDError {
        switch Int(status) {
        case SWIFT_HTTPD_CACHE_ABSENT:
            HTTPDError(
                "the cache \(description) is not there: a directive of the server's configuration has to name it, or the "
                    + "plugin's registry to bring it")
        case SWIFT_HTTPD_CACHE_HELD:
            HTTPDError("the lock of the cache \(description) was asked for by whoever holds it")
        default: HTTPDError(Status(rawValue: status), "\(action) the cache \(description)")
        }
    }
}

extension SharedCache: CustomStringConvertible {
    /// As a directive has it.
    public var description: String { arguments.isEmpty ? provider : "\(provider):\(arguments)" }
}
