// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD

/// An input filter on bytes, bound to a NAME.
final class BoundInputFilter<Filter: InputFilter & ~Copyable>: BoundInstance<Filter.Options> {
    override func makeInput(for request: borrowing Request) throws(HTTPDError) -> InputFilterState? {
        guard let filter = try Filter(request, options: options) else { return nil }
        // SAFETY: the request's record is alive while it is lent.
        return try unsafe InputAdapter(ByteEngineBox(filter), label: label, Filter.effect, for: request.raw)
    }
}

/// An input filter on brigades, bound to a NAME.
final class BoundBrigadeInputFilter<Filter: BrigadeInputFilter & ~Copyable>: BoundInstance<Filter.Options> {
    override func makeInput(for request: borrowing Request) throws(HTTPDError) -> InputFilterState? {
        guard let filter = try Filter(request, options: options) else { return nil }
        // SAFETY: the request's record is alive while it is lent.
        return try unsafe BrigadeInputState<Filter>(filter, label: label, Filter.effect, for: request.raw)
    }
}

/// An input filter on brigades at work on one request.
@safe
private final class BrigadeInputState<Filter: BrigadeInputFilter & ~Copyable>: InputFilterState {
    // SAFETY (for the whole type): httpd keeps the filter alive for the call; the brigades live in the request's pool,
    // which also owns the reference to this object.
    private var filter: Filter
    private let filled: UnsafeMutablePointer<apr_bucket_brigade>

    @unsafe
    init(
        _ filter: consuming Filter, label: String, _ effect: ContentEffect, for r: UnsafeMutablePointer<request_rec>
    ) throws(HTTPDError) {
        self.filter = filter
        unsafe filled = try unsafe Self.makeBrigade(for: r)
        try unsafe super.init(label: label, effect, for: r)
    }

    override func refill(
        _ f: UnsafeMutablePointer<ap_filter_t>, _ read: InputRead
    ) throws(HTTPDError) -> Bool {
        defer { _ = unsafe apr_brigade_cleanup(filled) }
        do throws(HTTPDError) {
            var brigade = unsafe Brigade(unsafeBorrowing: filled)
            try filter.fill(&brigade, from: unsafe PreviousFilter(unsafeBorrowing: f), read: read)
        } catch {
            // What the filter in front says, when the reader does not wait; from the filter itself it is an error.
            throw error.status.isTryAgain && !read.isBlocking ? error : error.asFailure
        }
        guard unsafe chttpd_is_empty(filled) == 0 else { return false }
        unsafe chttpd_concat(waiting, filled)
        return true
    }
}
