// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD

/// An adapter with a filter of one type, which it feeds and tells once that the stream is over.
@safe
class FeedingOutputAdapter<Filter: OutputFilter & ~Copyable>: OutputAdapter {
    // SAFETY: the state that runs it lets one call in at a time, on one thread at a time: no access overlaps.
    @safe @exclusivity(unchecked)
    final var filter: Filter
    /// Whether the filter was told, or is not to be.
    @safe @exclusivity(unchecked)
    final var hasConcluded = false

    @unsafe
    init(
        feeding filter: consuming Filter, for instance: borrowing Instance,
        out: UnsafeMutablePointer<apr_bucket_brigade>
    ) {
        self.filter = filter
        // SAFETY: the brigade lives in the request's pool, which ends with the adapter.
        unsafe super.init(for: instance, out: out)
    }

    final override func feed(
        _ step: ByteStep, _ bytes: Span<UInt8>, _ storage: inout OutputStorage, keepsInPlace: Bool
    ) throws(HTTPDError) {
        try filter.run(step, bytes, storage: &storage, keepsInPlace: keepsInPlace)
    }

    final override func headerLeaves(_ f: UnsafeMutablePointer<ap_filter_t>) {
        guard !hasConcluded else { return }
        // SAFETY: httpd keeps the filter's request alive for the call.
        filter.headerLeaves(unsafe Request(unsafeBorrowing: f.pointee.r))
    }

    final override func conclude(_ f: UnsafeMutablePointer<ap_filter_t>) {
        guard !hasConcluded else { return }
        hasConcluded = true
        // SAFETY: httpd keeps the filter's request alive for the call.
        filter.ended(unsafe Request(unsafeBorrowing: f.pointee.r))
    }
}

/// The adapter of a filter of one type, at work on one response.
@safe
final class TypedOutputAdapter<Filter: OutputFilter & ~Copyable>: FeedingOutputAdapter<Filter> {
    @unsafe
    required init(
        _ filter: consuming Filter, for instance: borrowing Instance, out: UnsafeMutablePointer<apr_bucket_brigade>
    ) {
        // SAFETY: as above.
        unsafe super.init(feeding: filter, for: instance, out: out)
        if case .rewritesContent = instance.effect { beginWithPieces(for: self.filter.growthLimit) }
    }
}
