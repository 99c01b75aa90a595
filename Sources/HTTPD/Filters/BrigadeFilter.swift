// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD

/// A filter on the brigades of the response, for one that is about buckets and metadata rather than bytes.
///
/// httpd's rules for output filters are the filter's own to keep here; the types hold it to the most dangerous:
/// a bucket cannot be kept, nor used once it was passed on.
public protocol BrigadeOutputFilter: ~Copyable {
    /// The options behind the filter's NAME.
    associatedtype Options: FilterOptions = NoOptions
    /// How the filter changes content.
    static var effect: ContentEffect { get }
    /// Where in the chain the filter stands; by default, among those that see the content as it is meant.
    static var stage: FilterStage { get }
    /// Whether the filter also works on what httpd answers itself; the default is no. See
    /// ``OutputFilter/filtersErrorPages``.
    static var filtersErrorPages: Bool { get }

    /// Makes the filter for a request, or returns `nil` to decline. See ``ByteFilter/init(_:options:)``.
    init?(_ request: borrowing Request, options: Options) throws(HTTPDError)

    /// Takes a brigade that is not empty, and passes on what is to go on.
    ///
    /// - Parameters:
    ///   - brigade: The next part of the stream. What is left in it when the call returns is destroyed.
    ///   - next: The filter behind this one.
    /// - Throws: What ends the response.
    mutating func filter(_ brigade: inout Brigade, next: borrowing NextFilter) throws(HTTPDError)

    /// Makes the filter and hands it over, unless it declines. Leave it to the default: it is there because a plugin's
    /// compiler knows the type's layout, which costs time to find out for every request.
    static func make(
        _ request: borrowing Request, options: Options, _ use: (consuming Self) throws(HTTPDError) -> Void
    ) throws(HTTPDError)
}

extension BrigadeOutputFilter where Self: ~Copyable {
    /// The content as it is meant.
    public static var stage: FilterStage { .resource }
    /// No.
    public static var filtersErrorPages: Bool { false }
    /// Calls the initializer.
    @inlinable
    public static func make(
        _ request: borrowing Request, options: Options, _ use: (consuming Self) throws(HTTPDError) -> Void
    ) throws(HTTPDError) {
        if let filter = try Self(request, options: options) { try use(filter) }
    }
}

/// A filter on the brigades of the request's body.
public protocol BrigadeInputFilter: ~Copyable {
    /// The options behind the filter's NAME.
    associatedtype Options: FilterOptions = NoOptions
    /// How the filter changes content.
    static var effect: ContentEffect { get }
    /// Where in the chain the filter stands.
    static var stage: FilterStage { get }

    /// Makes the filter for a request, or returns `nil` to decline. See ``ByteFilter/init(_:options:)``.
    init?(_ request: borrowing Request, options: Options) throws(HTTPDError)

    /// Fills a brigade that is empty.
    ///
    /// - Parameters:
    ///   - brigade: Takes at least one bucket when `read` blocks.
    ///   - source: The filter in front of this one.
    ///   - read: How much is wanted, and whether to wait. Other ways of reading do not reach the filter.
    /// - Throws: What the reader gets. ``Status/tryAgain`` when nothing is there and `read` does not block.
    mutating func fill(
        _ brigade: inout Brigade, from source: borrowing PreviousFilter, read: InputRead
    ) throws(HTTPDError)
}

extension BrigadeInputFilter where Self: ~Copyable {
    /// The content as it is meant.
    public static var stage: FilterStage { .resource }
}

/// How much a reader of the body wants, and whether it waits. The C mode is `AP_MODE_READBYTES`.
public struct InputRead: Sendable {
    /// The most bytes to return.
    public let byteLimit: Int
    /// Whether to wait for bytes.
    public let isBlocking: Bool
}

/// The filter behind an output filter. Lent for one call.
@safe
public struct NextFilter: ~Copyable, ~Escapable {
    private let raw: UnsafeMutablePointer<ap_filter_t>
    private let progress: OutputProgress

    @_lifetime(borrow raw)
    @unsafe
    init(unsafeBorrowing raw: UnsafeMutablePointer<ap_filter_t>, _ progress: OutputProgress) {
        // SAFETY: the caller keeps what it lends alive.
        unsafe self.raw = raw
        self.progress = progress
    }

    /// Passes a brigade on and empties it. An empty one is not passed. The C call is `ap_pass_brigade`.
    ///
    /// - Throws: When a filter behind this one failed or the client has gone away: stop and let it through.
    @_lifetime(brigade: copy brigade)
    public func pass(_ brigade: inout Brigade) throws(HTTPDError) {
        guard !brigade.isEmpty else { return }
        progress.hasPassed = true
        // SAFETY: httpd keeps the filter alive for the call that it was lent to.
        let status = Status(rawValue: unsafe ap_pass_brigade(raw.pointee.next, brigade.raw))
        brigade.removeAll()
        guard status == .success else {
            progress.nextFailed = status
            throw HTTPDError(status, "passing a brigade on")
        }
    }

    /// Lends a second brigade, to sort buckets into; it is empty at first, and emptied in the end.
    ///
    /// The brigade is made once per response and filter and used again in each call, as is each further one for a
    /// `body` that borrows one more.
    public func withBrigade<Result>(
        _ body: (inout Brigade) throws(HTTPDError) -> Result
    ) throws(HTTPDError) -> Result {
        // SAFETY: httpd keeps filter, request and connection alive for the call; the brigade lives in the request's
        // pool, as does the owner of `progress`. While it is lent it is not in `progress`, so it is lent once.
        guard
            let spare = unsafe progress.spare
                ?? SpareBrigade.make(raw.pointee.r.pointee.pool, raw.pointee.c.pointee.bucket_alloc)
        else { throw HTTPDError("no brigade could be made") }
        unsafe progress.spare = spare.pointee.next
        var brigade = unsafe Brigade(unsafeBorrowing: spare.pointee.brigade)
        defer {
            brigade.removeAll()
            unsafe spare.pointee.next = progress.spare
            unsafe progress.spare = spare
        }
        return try body(&brigade)
    }

    /// The request that is served.
    public var request: Request {
        @_lifetime(borrow self)
        // SAFETY: httpd keeps the filter's request alive for the call.
        get { unsafe _overrideLifetime(Request(unsafeBorrowing: raw.pointee.r), borrowing: self) }
    }
}

/// The filter in front of an input filter. Lent for one call.
@safe
public struct PreviousFilter: ~Copyable, ~Escapable {
    private let raw: UnsafeMutablePointer<ap_filter_t>

    @_lifetime(borrow raw)
    @unsafe
    init(unsafeBorrowing raw: UnsafeMutablePointer<ap_filter_t>) {
        // SAFETY: the caller keeps what it lends alive.
        unsafe self.raw = raw
    }

    /// Reads into a brigade. The corresponding C call is `ap_get_brigade`.
    ///
    /// - Throws: What the filters in front, or the network, failed with; ``Status/tryAgain`` when nothing is there.
    @_lifetime(brigade: copy brigade)
    public func fill(_ brigade: inout Brigade, read: InputRead) throws(HTTPDError) {
        // SAFETY: httpd keeps the filter alive for the call that it was lent to.
        let status = Status(
            rawValue: unsafe ap_get_brigade(
                raw.pointee.next, brigade.raw, AP_MODE_READBYTES, read.isBlocking ? APR_BLOCK_READ : APR_NONBLOCK_READ,
                apr_off_t(read.byteLimit)))
        guard status == .success else { throw HTTPDError(status, "reading the request's body") }
    }

    /// The request that is served.
    public var request: Request {
        @_lifetime(borrow self)
        get { unsafe _overrideLifetime(Request(unsafeBorrowing: raw.pointee.r), borrowing: self) }
    }
}

/// How far the response has come, as a filter sees it.
@safe
class OutputProgress {
    // SAFETY: the state that runs it lets one call in at a time, on one thread at a time: no access overlaps.
    /// Whether anything was passed on.
    @safe @exclusivity(unchecked)
    var hasPassed = false
    /// What a filter further on failed with.
    @safe @exclusivity(unchecked)
    var nextFailed: Status?
    /// The brigades for ``NextFilter/withBrigade(_:)`` that were made and are not lent.
    var spare: UnsafeMutablePointer<SpareBrigade>?
}

/// A brigade that can be lent, in a list of them.
@safe
struct SpareBrigade {
    let brigade: UnsafeMutablePointer<apr_bucket_brigade>
    /// The next that is not lent.
    var next: UnsafeMutablePointer<SpareBrigade>?

    /// Makes one in a pool, where it stays.
    @unsafe
    static func make(_ pool: OpaquePointer, _ allocator: OpaquePointer) -> UnsafeMutablePointer<SpareBrigade>? {
        // SAFETY: a pool's memory is aligned for pointers, and the struct, which needs no end, is at most as large.
        guard let brigade = unsafe apr_brigade_create(pool, allocator),
            let memory = unsafe apr_palloc(pool, apr_size_t(MemoryLayout<SpareBrigade>.size))
        else { return nil }
        let spare = unsafe memory.bindMemory(to: SpareBrigade.self, capacity: 1)
        unsafe spare.initialize(to: SpareBrigade(brigade: brigade, next: nil))
        return unsafe spare
    }
}
