// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD
internal import CPlugin

/// An input filter on bytes that a plugin offers.
final class InputFilterRegistration<Filter: InputFilter & ~Copyable>: FilterRegistration {
    init(_ name: StaticString, _ stage: FilterStage, _ effect: ContentEffect) {
        super.init(name, kind: SWIFT_HTTPD_INPUT_FILTER, stage, effect)
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

        override func makeInput(for request: borrowing Request) throws(HTTPDError) -> InputFilterState? {
            guard let filter = try Filter(request, options: options) else { return nil }
            // SAFETY: the request's record is alive while it is lent.
            return try unsafe InputAdapter(ByteEngineBox(filter), label: label, Filter.effect, for: request.raw)
        }
    }
}

/// An input filter on brigades that a plugin offers.
final class BrigadeInputFilterRegistration<Filter: BrigadeInputFilter & ~Copyable>: FilterRegistration {
    init(_ name: StaticString, _ stage: FilterStage, _ effect: ContentEffect) {
        super.init(name, kind: SWIFT_HTTPD_INPUT_FILTER, stage, effect)
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

        override func makeInput(for request: borrowing Request) throws(HTTPDError) -> InputFilterState? {
            guard let filter = try Filter(request, options: options) else { return nil }
            return BrigadeInputState<Filter>(filter, label: label)
        }
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

/// Where httpd's calls of an input filter arrive.
@safe
enum InputFilterEntry {
    /// One call: `ap_in_filter_func`.
    @unsafe
    static func run(
        _ instance: UnsafeMutableRawPointer, _ f: UnsafeMutablePointer<ap_filter_t>,
        _ bb: UnsafeMutablePointer<apr_bucket_brigade>, _ mode: ap_input_mode_t, _ block: apr_read_type_e,
        _ count: apr_off_t
    ) -> apr_status_t {
        // SAFETY: httpd keeps filter and brigade alive for the call; `ctx` is what is put there below, retained until
        // the request's pool ends; `instance` is retained by the configuration's pool.
        if let state = unsafe f.pointee.ctx {
            return unsafe Unmanaged<InputFilterState>.fromOpaque(state)._withUnsafeGuaranteedRef {
                unsafe $0.run(f, bb, mode, block, count)
            }
        }
        // Only a read of bytes is a read of the body: lines may be chunk headers, INIT is the connection's.
        guard mode == AP_MODE_READBYTES, let r = unsafe f.pointee.r else {
            return unsafe ap_get_brigade(f.pointee.next, bb, mode, block, count)
        }
        let instance = unsafe Unmanaged<Instance>.fromOpaque(instance).takeUnretainedValue()
        do throws(HTTPDError) {
            guard let state = try instance.makeInput(for: unsafe Request(unsafeBorrowing: r)) else {
                unsafe ap_remove_input_filter(f)
                return unsafe ap_get_brigade(f.pointee.next, bb, mode, block, count)
            }
            unsafe f.pointee.ctx = StateOwner.own(state, by: r.pointee.pool)
            return unsafe state.run(f, bb, mode, block, count)
        } catch {
            unsafe FilterFailure.log(f, instance.label, error)
            return error.status.rawValue
        }
    }
}
