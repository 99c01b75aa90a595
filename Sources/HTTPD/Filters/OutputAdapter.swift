// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD

/// Runs a filter on bytes over httpd's brigades, by httpd's rules for output filters.
///
/// Written bytes gather in one buffer that is passed on as it is (a transient bucket) and then used again, so
/// nothing is allocated per bucket; kept runs stay in their buckets. What is passed in one go is bounded.
///
/// The one subclass, ``TypedOutputAdapter``, holds the filter: one object per response, and one virtual call per piece.
@safe
class OutputAdapter: OutputFilterState {
    /// The filter sees at most this many bytes at once, and about as many are passed on at once.
    ///
    /// A little less than 64 KB, which is what the kernel sends at most as one segment: httpd writes each piece by a call of its
    /// own, with what an edit has made longer and the frame of a chunk, and the little beyond would be a second segment.
    static let pieceSize = 60 * 1024
    /// The first piece that a filter sees which may multiply what it gets; they grow while it does not.
    private static let firstPiece = 4 * 1024
    /// What is made of a piece is to stay below this.
    private static let mostOfPiece = 256 * 1024
    /// A filter that keeps all it is given needs no room for output, and sees up to this many at once.
    static let largestPiece = 256 * 1024
    /// A buffer that grew beyond this for one large write is given back.
    static let bufferLimit = 256 * 1024
    /// At most this many bytes wait in kept buckets, or for ranges to be cut: httpd's filter for ranges cuts them out
    /// of one brigade that is all of the body, or not at all.
    static let heldLimit = 1024 * 1024

    final let effect: ContentEffect
    private let out: UnsafeMutablePointer<apr_bucket_brigade>
    // SAFETY: `run` lets one call in at a time, and httpd makes them on one thread at a time: no access of these
    // overlaps another, and the run-time check of that would cost more than the rest of the adapter.
    @safe @exclusivity(unchecked)
    private var storage = OutputStorage()
    /// Whether `out` refers to the buffer, which must then not change before `out` is passed.
    @safe @exclusivity(unchecked)
    private var bufferIsPlaced = false
    @safe @exclusivity(unchecked)
    private var hasPassedData = false
    /// Whether the filter was fed.
    @safe @exclusivity(unchecked)
    private var hasFed = false
    /// The number of bytes of kept buckets in `out`.
    @safe @exclusivity(unchecked)
    private var keptBytes = 0
    /// Whether all of the body is to be passed on in one go, if it is not too long.
    @safe @exclusivity(unchecked)
    private var holdsWhole = false
    /// Whether the rest of the body, and its end, is in hand.
    @safe @exclusivity(unchecked)
    private var endsSoon = false
    /// Whether what a call brings is to leave at the end of it.
    @safe @exclusivity(unchecked)
    final var flushesEachCall = false
    /// Whether the filter was fed in this call.
    @safe @exclusivity(unchecked)
    private var hasNews = false
    /// How much the filter sees at once.
    @safe @exclusivity(unchecked)
    private var pieceLimit: Int

    @unsafe
    init(for instance: borrowing Instance, out: UnsafeMutablePointer<apr_bucket_brigade>) {
        effect = instance.effect
        pieceLimit =
            switch instance.effect {
            case .none: Self.largestPiece
            case .sameLength: Self.pieceSize
            case .rewritesContent, .recodesContent: Self.firstPiece
            }
        unsafe self.out = out
        super.init(for: instance)
    }

    deinit {
        // SAFETY: the request's pool, in which the brigade lives, ends with this; the connection's buckets live longer.
        _ = unsafe apr_brigade_cleanup(out)
    }

    /// Chooses the first piece for a filter that may multiply what it gets, but at most by so much.
    final func beginWithPieces(for growthLimit: Int?) {
        guard let growthLimit else { return }
        pieceLimit = min(Self.pieceSize, max(1, Self.mostOfPiece / max(1, growthLimit)))
    }

    /// Shows the filter a body of so many bytes at once if they stand together, though it may change their number, and
    /// passes on what comes of it with the end, so that it gets a length.
    final func showAtOnce(_ count: Int) {
        pieceLimit = max(pieceLimit, count)
        endsSoon = true
    }

    /// Makes one call of the filter, with the storage behind its output, and leaves the storage filled.
    func feed(
        _ step: ByteStep, _ bytes: Span<UInt8>, _ storage: inout OutputStorage, keepsInPlace: Bool
    ) throws(HTTPDError) {}

    /// The header is about to leave. Subclasses tell the filter, unless it was told that the stream is over.
    @unsafe
    func headerLeaves(_ f: UnsafeMutablePointer<ap_filter_t>) {}

    // SAFETY (for the whole type): `out` lives in the request's pool, which also owns the reference to this
    // object; filter and brigade are alive for the call. A bucket taken from a brigade is put into the other or
    // destroyed before anything else can fail.

    override func process(
        _ f: UnsafeMutablePointer<ap_filter_t>, _ bb: UnsafeMutablePointer<apr_bucket_brigade>
    ) throws(HTTPDError) -> Mode {
        holdsWhole = unsafe servesRange(f, bb)
        while unsafe chttpd_is_empty(bb) == 0 {
            let first = unsafe chttpd_first(bb)
            if unsafe chttpd_is_metadata(first) == 0 {
                try unsafe processData(f, bb)
                continue
            }
            switch unsafe Bucket.Kind(of: first) {
            case .flush:
                if unsafe !lacksBody(f) { try unsafe step(.flush, Span(), f) }
                unsafe move(first)
                try unsafe passOut(f)
                hasNews = false
            case .endOfStream:
                if unsafe !lacksBody(f) { try unsafe step(.finish, Span(), f) }
                unsafe move(first)
                if !progress.hasPassed { unsafe headerLeaves(f) }
                unsafe conclude(f)
                unsafe Self.removeData(bb)
                unsafe chttpd_concat(out, bb)
                try unsafe passOut(f)
                return .ended
            case .error, .endOfConnection:
                // The response was given up: no finishing bytes may make it look whole.
                unsafe moveAll(bb)
                unsafe conclude(f)
                try unsafe passOut(f)
                return .standingAside
            case .data, .metadata:
                unsafe move(first)
            }
        }
        if flushesEachCall, hasNews {
            try unsafe step(.flush, Span(), f)
            placeBuffer()
            unsafe chttpd_append(out, apr_bucket_flush_create(out.pointee.bucket_alloc))
        }
        hasNews = false
        try unsafe passOut(f)
        return .running
    }

    /// Whether this is a HEAD response whose source has sent nothing so far: what the filter would make of nothing is
    /// not what it makes of GET's body, and its length must not be taken for that one's.
    @unsafe
    private func lacksBody(_ f: UnsafeMutablePointer<ap_filter_t>) -> Bool {
        unsafe !hasFed && chttpd_is_header_only(f.pointee.r) != 0
    }

    /// Whether ranges may be cut out of what this brigade becomes: it is all of a body that keeps its length.
    @unsafe
    private func servesRange(
        _ f: UnsafeMutablePointer<ap_filter_t>, _ bb: UnsafeMutablePointer<apr_bucket_brigade>
    ) -> Bool {
        guard !progress.hasPassed, unsafe chttpd_is_eos(chttpd_last(bb)) != 0, let r = unsafe f.pointee.r,
            unsafe apr_table_get(r.pointee.headers_in, "Range") != nil
        else { return false }
        var left: apr_size_t
        switch effect {
        case .none: left = apr_size_t.max - 1
        case .sameLength: left = apr_size_t(Self.heldLimit)
        case .rewritesContent, .recodesContent: return false
        }
        var bucket = unsafe chttpd_first(bb)
        while unsafe chttpd_is_sentinel(bb, bucket) == 0 {
            // An unknown length is negative: apr_size_t is Swift's Int.
            let length = unsafe bucket.pointee.length
            guard length >= 0, length <= left else { return false }
            left -= length
            unsafe bucket = chttpd_next(bucket)
        }
        return true
    }

    /// Whether what waits should be passed on before there is more.
    private var isFull: Bool {
        // As much went in at most, and codings make it longer by little.
        if endsSoon { return keptBytes + storage.count > 2 * Self.heldLimit }
        return holdsWhole
            ? keptBytes + storage.count > Self.heldLimit
            : storage.count >= Self.pieceSize || keptBytes >= Self.heldLimit
    }

    /// Whether long runs that the filter keeps may stay in their buckets; if not, the body gathers in the buffer.
    private var keepsInPlace: Bool {
        if case .none = effect { true } else { !holdsWhole }
    }

    /// Feeds the first bucket, or the first piece of it, to the filter.
    @unsafe
    private func processData(
        _ f: UnsafeMutablePointer<ap_filter_t>, _ bb: UnsafeMutablePointer<apr_bucket_brigade>
    ) throws(HTTPDError) {
        // Nobody sees the body of a HEAD response: once its header has left there is nothing to do.
        if hasPassedData, unsafe chttpd_is_header_only(f.pointee.r) != 0 {
            unsafe chttpd_delete(chttpd_first(bb))
            return
        }
        var data: UnsafePointer<CChar>?
        var length: apr_size_t = 0
        var status = unsafe Status(rawValue: chttpd_read(chttpd_first(bb), &data, &length, 0))
        if status.isTryAgain {
            // The source is slow: the client gets what there is before we wait.
            try unsafe step(.flush, Span(), f)
            placeBuffer()
            unsafe chttpd_append(out, apr_bucket_flush_create(out.pointee.bucket_alloc))
            try unsafe passOut(f)
            status = unsafe Status(rawValue: chttpd_read(chttpd_first(bb), &data, &length, 1))
        }
        guard status == .success else { throw HTTPDError(status, "reading the response") }
        guard let data = unsafe data, length > 0 else {
            unsafe chttpd_delete(chttpd_first(bb))
            return
        }
        // A long one is worked through in parts, so that the first bytes need not wait for the last.
        if length > Self.heldLimit, unsafe chttpd_split(chttpd_first(bb), apr_size_t(Self.heldLimit)) == 0 {
            length = apr_size_t(Self.heldLimit)
        }
        guard let count = Int(exactly: length) else { throw HTTPDError("a bucket is too long") }
        let bytes = unsafe Span<UInt8>(
            _unsafeStart: UnsafeRawPointer(data).assumingMemoryBound(to: UInt8.self), count: count)
        try unsafe feedPieces(of: bytes, f, bb)
    }

    /// Feeds the bytes of the first bucket to the filter, piece by piece.
    ///
    /// The bucket is split only where what becomes of one piece differs from what becomes of the next: in front of
    /// `fed` all of it is kept, or none.
    @unsafe
    private func feedPieces(
        of bytes: Span<UInt8>, _ f: UnsafeMutablePointer<ap_filter_t>, _ bb: UnsafeMutablePointer<apr_bucket_brigade>
    ) throws(HTTPDError) {
        hasFed = true
        hasNews = true
        // A file's pages are not memory that is held.
        let isMemory = unsafe !holdsWhole || chttpd_is_mapped(chttpd_first(bb)) == 0
        var rest = bytes
        var fed = 0
        var keeps = false
        while !rest.isEmpty {
            let piece = rest.extracting(first: min(pieceLimit, rest.count))
            let count = piece.count
            rest = rest.extracting(droppingFirst: count)
            // What waits is passed on first if the buffer is lent out.
            let before = bufferIsPlaced ? 0 : storage.count
            try unsafe step(.write, piece, f)
            let isKept = storage.keptAlone == count
            let hasKept = storage.hasKeptRuns
            if isKept {
                pieceLimit = min(pieceLimit &* 4, Self.largestPiece)
            } else {
                adapt(count, made: storage.count &- before)
            }
            if fed > 0, isKept != keeps || (hasKept && !isKept) {
                try unsafe BucketCutter.splitFirst(bb, at: fed)
                unsafe settleFirst(bb, keeps: keeps)
                fed = 0
            }
            if hasKept, !isKept {
                if !rest.isEmpty { try unsafe BucketCutter.splitFirst(bb, at: count) }
                try unsafe place(chttpd_first(bb), count: count)
                if isMemory { keptBytes += count }
                keeps = false
            } else {
                // All of it is kept and nothing written, or all of it is dropped.
                if isKept {
                    storage.removeRuns()
                    if isMemory { keptBytes += count }
                }
                keeps = isKept
                fed += count
                if rest.isEmpty { unsafe settleFirst(bb, keeps: keeps) }
            }
            if isFull, !keeps || rest.isEmpty {
                try unsafe passOut(f)
                holdsWhole = false
            }
        }
    }

    /// Chooses the next piece so that what is made of it stays near ``pieceSize``, give or take a few times that.
    private func adapt(_ count: Int, made: Int) {
        if made > Self.mostOfPiece {
            pieceLimit = max(1, count / (made / Self.pieceSize))
        } else if pieceLimit > Self.pieceSize || (count >= pieceLimit && made <= Self.pieceSize / 2) {
            pieceLimit = min(pieceLimit &* 4, Self.pieceSize)
        }
    }

    /// Moves the first bucket to what is passed on, or destroys it.
    @unsafe
    private func settleFirst(_ bb: UnsafeMutablePointer<apr_bucket_brigade>, keeps: Bool) {
        let first = unsafe chttpd_first(bb)
        if keeps {
            unsafe chttpd_remove(first)
            unsafe chttpd_append(out, first)
        } else {
            unsafe chttpd_delete(first)
        }
    }

    /// Makes one call of the filter. The buffer must not be lent out while it may grow.
    @unsafe
    private func step(
        _ step: ByteStep, _ bytes: Span<UInt8>, _ f: UnsafeMutablePointer<ap_filter_t>
    ) throws(HTTPDError) {
        if bufferIsPlaced { try unsafe passOut(f) }
        try feed(step, bytes, &storage, keepsInPlace: keepsInPlace)
    }

    /// Puts the runs of the last call in order: written ones as parts of the buffer, kept ones as parts of `bucket`.
    @unsafe
    private func place(_ bucket: UnsafeMutablePointer<apr_bucket>, count: Int) throws(HTTPDError) {
        var rest: UnsafeMutablePointer<apr_bucket>? = unsafe bucket
        unsafe chttpd_remove(bucket)
        defer { if let rest = unsafe rest { unsafe chttpd_destroy(rest) } }
        // Written bytes of earlier buckets stand before the first run.
        var offset = storage.count
        for index in 0..<storage.segmentCount {
            if case .written(let n) = storage.segment(at: index) { offset -= n }
        }
        placeBuffer(0..<offset)
        var consumed = 0
        for index in 0..<storage.segmentCount {
            switch storage.segment(at: index) {
            case nil: break
            case .written(let n):
                placeBuffer(offset..<offset + n)
                offset += n
            case .kept(let start, let n):
                if start > consumed { try unsafe BucketCutter.dropFront(of: &rest, start - consumed) }
                let kept = try unsafe BucketCutter.takeFront(of: &rest, n, of: count - start)
                unsafe chttpd_append(out, kept)
                consumed = start + n
            }
        }
        storage.removeRuns()
        bufferIsPlaced = storage.count > 0
    }

    /// Puts a bucket's metadata behind all that was written before it.
    @unsafe
    private func move(_ bucket: UnsafeMutablePointer<apr_bucket>) {
        placeBuffer()
        unsafe chttpd_remove(bucket)
        unsafe chttpd_append(out, bucket)
    }

    @unsafe
    private func moveAll(_ bb: UnsafeMutablePointer<apr_bucket_brigade>) {
        placeBuffer()
        unsafe chttpd_concat(out, bb)
    }

    private func placeBuffer() {
        guard storage.count > 0, !bufferIsPlaced else { return }
        placeBuffer(0..<storage.count)
    }

    private func placeBuffer(_ range: Range<Int>) {
        guard !range.isEmpty else { return }
        bufferIsPlaced = true
        // SAFETY: the bucket refers to the buffer, which does not change before `out` is passed and emptied: `step`
        // sees to that. A filter that keeps the bucket sets it aside, which copies the bytes.
        storage.withWritten(range) { span in
            unsafe BucketMaker.appendTransient(span, to: out)
        }
    }

    /// Passes on what there is.
    @unsafe
    private func passOut(_ f: UnsafeMutablePointer<ap_filter_t>) throws(HTTPDError) {
        placeBuffer()
        guard unsafe chttpd_is_empty(out) == 0 else { return }
        let hasData = unsafe chttpd_is_metadata(chttpd_first(out)) == 0
        if !progress.hasPassed { unsafe headerLeaves(f) }
        progress.hasPassed = true
        let status = unsafe Status(rawValue: ap_pass_brigade(f.pointee.next, out))
        _ = unsafe apr_brigade_cleanup(out)
        bufferIsPlaced = false
        keptBytes = 0
        storage.removeAll(keepingCapacityUpTo: Self.bufferLimit)
        if hasData { hasPassedData = true }
        guard status == .success else {
            progress.nextFailed = status
            throw HTTPDError(status, "passing the response on")
        }
    }
}
