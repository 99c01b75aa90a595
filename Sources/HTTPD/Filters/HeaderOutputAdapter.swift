// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD

/// An output filter on bytes and headers, bound to a NAME.
final class BoundHeaderOutputFilter<Filter: HeaderOutputFilter & ~Copyable>: BoundInstance<Filter.Options> {
    override func makeOutput(for request: borrowing Request) throws(HTTPDError) -> OutputFilterState? {
        // SAFETY: the request's record is alive while it is lent; the brigades live in its pool.
        let r = unsafe request.raw
        var made: OutputFilterState?
        try Filter.make(request, options: options) { filter throws(HTTPDError) in
            // The adapter empties them when it goes.
            guard let out = unsafe chttpd_brigade(r.pointee.pool, r.pointee.connection.pointee.bucket_alloc),
                let held = unsafe chttpd_brigade(r.pointee.pool, r.pointee.connection.pointee.bucket_alloc)
            else { throw HTTPDError("no brigade could be made") }
            made = unsafe HeaderOutputAdapter<Filter>(filter, for: self, out: out, held: held)
        }
        return made
    }

    override func prepareOutput(for request: borrowing Request) throws(HTTPDError) {
        try Filter.prepare(request, options: options)
    }
}

/// The adapter of a ``HeaderOutputFilter``: holds the beginning of the body until the filter can decide.
@safe
final class HeaderOutputAdapter<Filter: HeaderOutputFilter & ~Copyable>: FeedingOutputAdapter<Filter> {
    private var gathering: OutputGathering
    private var hasBegun = false
    /// What is sent in place of a file.
    private var lent: [UInt8] = []

    @unsafe
    init(
        _ filter: consuming Filter, for instance: borrowing Instance, out: UnsafeMutablePointer<apr_bucket_brigade>,
        held: UnsafeMutablePointer<apr_bucket_brigade>
    ) {
        gathering = unsafe OutputGathering(held: held)
        unsafe super.init(feeding: filter, for: instance, out: out)
    }

    deinit {
        gathering.discard()
    }

    // SAFETY (for the whole type): filter, request and brigade are alive for the call.

    override var decidesLate: Bool { true }

    override func process(
        _ f: UnsafeMutablePointer<ap_filter_t>, _ bb: UnsafeMutablePointer<apr_bucket_brigade>
    ) throws(HTTPDError) -> Mode {
        if !hasBegun {
            if filter.substitutesFiles, gathering.isEmpty, try unsafe substitute(f, bb) {
                return try unsafe standAside(f, bb)
            }
            switch try unsafe gathering.take(f, bb, limit: filter.gatherLimit) {
            case .waiting: return .running
            case .givenUp: return try unsafe standAside(f, bb)
            case .ready(let body):
                hasBegun = true
                let request = unsafe Request(unsafeBorrowing: f.pointee.r)
                guard try filter.begin(request, body) else { return try unsafe standAside(f, bb) }
                effect.apply(to: request)
                beginWithPieces(for: filter.growthLimit)
                if case .whole(let count) = body { showAtOnce(count) }
                flushesEachCall = filter.flushesEachPiece
            }
        }
        return try unsafe super.process(f, bb)
    }

    /// Puts another file in the place of the one that the brigade is all of, if the filter has one.
    @unsafe
    private func substitute(
        _ f: UnsafeMutablePointer<ap_filter_t>, _ bb: UnsafeMutablePointer<apr_bucket_brigade>
    ) throws(HTTPDError) -> Bool {
        var brigade = unsafe Brigade(unsafeBorrowing: bb)
        guard let piece = brigade.wholeFile else { return false }
        let request = unsafe Request(unsafeBorrowing: f.pointee.r)
        guard let substitute = try filter.substitute(request, for: piece) else { return false }
        ContentEffect.noteSubstitute(in: request)
        brigade.removeFirst()
        switch substitute.take() {
        case .memory(let bytes):
            lent = bytes
            // SAFETY: the adapter lives as long as the request, and holds the bytes unchanged.
            unsafe bytes.span.withUnsafeBytes { bytes in
                guard let start = bytes.baseAddress, bytes.count > 0 else { return }
                unsafe chttpd_prepend(bb, chttpd_transient(start, apr_size_t(bytes.count), bb.pointee.bucket_alloc))
            }
        case .file(let file, let offset, let count):
            do throws(FileError) {
                try brigade.prepend(file: file, offset: offset, count: count, allowsMapping: piece.allowsMapping)
            } catch {
                throw HTTPDError(error)
            }
        }
        return true
    }

    /// Passes on what there is as it is, and all that comes.
    @unsafe
    private func standAside(
        _ f: UnsafeMutablePointer<ap_filter_t>, _ bb: UnsafeMutablePointer<apr_bucket_brigade>
    ) throws(HTTPDError) -> Mode {
        hasBegun = true
        hasConcluded = true
        progress.hasPassed = true
        unsafe ap_remove_output_filter(f)
        let status = unsafe Status(rawValue: ap_pass_brigade(f.pointee.next, bb))
        guard status == .success else {
            progress.nextFailed = status
            throw HTTPDError(status, "passing the response on")
        }
        return .standingAside
    }
}
