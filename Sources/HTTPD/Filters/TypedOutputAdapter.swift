// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD

/// The adapter of a filter of one type, at work on one response.
@safe
final class TypedOutputAdapter<Filter: OutputFilter & ~Copyable>: OutputAdapter {
    // SAFETY: the state that runs it lets one call in at a time, on one thread at a time: no access overlaps.
    @safe @exclusivity(unchecked)
    private var filter: Filter
    @safe @exclusivity(unchecked)
    private var hasConcluded = false

    @unsafe
    required init(
        _ filter: consuming Filter, for instance: borrowing Instance, out: UnsafeMutablePointer<apr_bucket_brigade>
    ) {
        self.filter = filter
        unsafe super.init(for: instance, out: out)
        if case .rewritesContent = instance.effect { beginWithPieces(for: self.filter.growthLimit) }
    }

    override func feed(
        _ step: ByteStep, _ bytes: Span<UInt8>, _ storage: inout OutputStorage, keepsInPlace: Bool
    ) throws(HTTPDError) {
        try filter.run(step, bytes, storage: &storage, keepsInPlace: keepsInPlace)
    }

    override func conclude(_ f: UnsafeMutablePointer<ap_filter_t>) {
        guard !hasConcluded else { return }
        hasConcluded = true
        // SAFETY: httpd keeps the filter's request alive for the call.
        filter.ended(unsafe Request(unsafeBorrowing: f.pointee.r))
    }
}
