// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD

/// An output filter on bytes, bound to a NAME.
final class BoundOutputFilter<Filter: OutputFilter & ~Copyable>: BoundInstance<Filter.Options> {
    /// Held, because looking the type up takes longer than making an object of it.
    private let adapter = TypedOutputAdapter<Filter>.self

    override func makeOutput(for request: borrowing Request) throws(HTTPDError) -> OutputFilterState? {
        // SAFETY: the request's record is alive while it is lent; the brigade lives in its pool.
        let r = unsafe request.raw
        var made: OutputFilterState?
        try Filter.make(request, options: options) { filter throws(HTTPDError) in
            // The adapter empties it when it goes: a cleanup of its own would only cost time.
            guard let out = unsafe chttpd_brigade(r.pointee.pool, r.pointee.connection.pointee.bucket_alloc) else {
                throw HTTPDError("no brigade could be made")
            }
            made = unsafe adapter.init(filter, for: self, out: out)
        }
        return made
    }
}

/// An output filter on brigades, bound to a NAME.
final class BoundBrigadeOutputFilter<Filter: BrigadeOutputFilter & ~Copyable>: BoundInstance<Filter.Options> {
    /// Held, because looking the type up takes longer than making an object of it.
    private let state = BrigadeOutputState<Filter>.self

    override func makeOutput(for request: borrowing Request) throws(HTTPDError) -> OutputFilterState? {
        var made: OutputFilterState?
        try Filter.make(request, options: options) { filter throws(HTTPDError) in
            made = state.init(filter, for: self)
        }
        return made
    }
}

/// An output filter on brigades at work on one request.
private final class BrigadeOutputState<Filter: BrigadeOutputFilter & ~Copyable>: OutputFilterState {
    // SAFETY: the state that runs it lets one call in at a time, on one thread at a time: no access overlaps.
    @safe @exclusivity(unchecked)
    private var filter: Filter

    required init(_ filter: consuming Filter, for instance: borrowing Instance) {
        self.filter = filter
        super.init(for: instance)
    }

    override func process(
        _ f: UnsafeMutablePointer<ap_filter_t>, _ bb: UnsafeMutablePointer<apr_bucket_brigade>
    ) throws(HTTPDError) -> Mode {
        // SAFETY: httpd keeps filter and brigade alive for the call.
        var brigade = unsafe Brigade(unsafeBorrowing: bb)
        try filter.filter(&brigade, next: unsafe NextFilter(unsafeBorrowing: f, progress))
        brigade.removeAll()
        return .running
    }
}
