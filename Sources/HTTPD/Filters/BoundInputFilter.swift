// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD

/// An input filter on bytes, bound to a NAME.
final class BoundInputFilter<Filter: InputFilter & ~Copyable>: Instance {
    private let options: Filter.Options

    init(_ registration: Registration, _ boundName: String, _ options: Filter.Options) {
        self.options = options
        super.init(registration, boundName: boundName)
    }

    override func makeInput(for request: borrowing Request) throws(HTTPDError) -> InputFilterState? {
        guard let filter = try Filter(request, options: options) else { return nil }
        // SAFETY: the request's record is alive while it is lent.
        return try unsafe InputAdapter(ByteEngineBox(filter), label: label, Filter.effect, for: request.raw)
    }
}

/// An input filter on brigades, bound to a NAME.
final class BoundBrigadeInputFilter<Filter: BrigadeInputFilter & ~Copyable>: Instance {
    private let options: Filter.Options

    init(_ registration: Registration, _ boundName: String, _ options: Filter.Options) {
        self.options = options
        super.init(registration, boundName: boundName)
    }

    override func makeInput(for request: borrowing Request) throws(HTTPDError) -> InputFilterState? {
        guard let filter = try Filter(request, options: options) else { return nil }
        return BrigadeInputState<Filter>(filter, label: label)
    }
}

/// An input filter on brigades at work on one request.
private final class BrigadeInputState<Filter: BrigadeInputFilter & ~Copyable>: InputFilterState {
    private var filter: Filter

    init(_ filter: consuming Filter, label: String) {
        self.filter = filter
        super.init(label: label)
    }

    override func fill(
        _ f: UnsafeMutablePointer<ap_filter_t>, _ bb: UnsafeMutablePointer<apr_bucket_brigade>, _ read: InputRead
    ) throws(HTTPDError) {
        // SAFETY: httpd keeps filter and brigade alive for the call.
        var brigade = unsafe Brigade(unsafeBorrowing: bb)
        try filter.fill(&brigade, from: unsafe PreviousFilter(unsafeBorrowing: f), read: read)
    }
}
