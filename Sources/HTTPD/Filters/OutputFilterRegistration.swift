// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD
internal import CPlugin

/// An output filter on bytes that a plugin offers.
final class OutputFilterRegistration<Filter: OutputFilter & ~Copyable>: FilterRegistration {
    init(_ name: StaticString, _ stage: FilterStage, _ effect: ContentEffect) {
        super.init(name, kind: SWIFT_HTTPD_OUTPUT_FILTER, stage, effect)
    }

    override func configure(
        _ boundName: String, _ options: [(key: String, value: String)]
    ) throws(DirectiveError) -> Instance {
        Bound(self, boundName, try Filter.Options(options))
    }

    private final class Bound: Instance {
        private let options: Filter.Options

        init(_ registration: Registration, _ boundName: String, _ options: Filter.Options) {
            self.options = options
            super.init(registration, boundName: boundName)
        }

        override var effect: ContentEffect { Filter.effect }

        override func makeOutput(for request: borrowing Request) throws(HTTPDError) -> OutputFilterState? {
            guard let filter = try Filter(request, options: options) else { return nil }
            // SAFETY: the request's record is alive while it is lent; the brigade lives in its pool.
            let r = unsafe request.raw
            guard let out = unsafe apr_brigade_create(r.pointee.pool, r.pointee.connection.pointee.bucket_alloc) else {
                throw HTTPDError("no brigade could be made")
            }
            return unsafe OutputAdapter(ByteEngineBox(filter), label: label, out: out)
        }
    }
}

/// A filter that a plugin offers.
class FilterRegistration: Registration {
    private let filterStage: FilterStage
    private let filterEffect: ContentEffect

    init(_ name: StaticString, kind: Int, _ stage: FilterStage, _ effect: ContentEffect) {
        filterStage = stage
        filterEffect = effect
        super.init(name, kind: kind)
    }

    override var stage: FilterStage { filterStage }
    override var effect: ContentEffect { filterEffect }
}

/// An output filter on brigades that a plugin offers.
final class BrigadeOutputFilterRegistration<Filter: BrigadeOutputFilter & ~Copyable>: FilterRegistration {
    init(_ name: StaticString, _ stage: FilterStage, _ effect: ContentEffect) {
        super.init(name, kind: SWIFT_HTTPD_OUTPUT_FILTER, stage, effect)
    }

    override func configure(
        _ boundName: String, _ options: [(key: String, value: String)]
    ) throws(DirectiveError) -> Instance {
        Bound(self, boundName, try Filter.Options(options))
    }

    private final class Bound: Instance {
        private let options: Filter.Options

        init(_ registration: Registration, _ boundName: String, _ options: Filter.Options) {
            self.options = options
            super.init(registration, boundName: boundName)
        }

        override var effect: ContentEffect { Filter.effect }

        override func makeOutput(for request: borrowing Request) throws(HTTPDError) -> OutputFilterState? {
            guard let filter = try Filter(request, options: options) else { return nil }
            return BrigadeOutputState<Filter>(filter, label: label)
        }
    }
}

/// An output filter on brigades at work on one request.
private final class BrigadeOutputState<Filter: BrigadeOutputFilter & ~Copyable>: OutputFilterState {
    private var filter: Filter

    init(_ filter: consuming Filter, label: String) {
        self.filter = filter
        super.init(label: label)
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
