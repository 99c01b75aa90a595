// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD

/// Runs a filter on bytes over the body's brigades, by httpd's rules for input filters.
///
/// The filter gets the body in slices, and no more of them than the reader's wish needs: what it makes of a slice is
/// all that is held. The rest of the body stays in its buckets, or with the filter in front.
@safe
final class InputAdapter: InputFilterState {
    /// The first slice: that a filter multiplies what it gets shows in what it makes of little.
    private static let firstSlice = 64
    /// The longest slice, about what httpd gives at once: a filter may begin to multiply at any time.
    private static let longestSlice = 8 * 1024

    private let engine: ByteEngine
    /// What the filter in front gave and the filter has not seen.
    private let incoming: UnsafeMutablePointer<apr_bucket_brigade>
    private var storage = OutputStorage()
    private var slice = InputAdapter.firstSlice
    private var hasEnded = false
    /// Whether the filter was told that the body is over.
    private var hasConcluded = false

    @unsafe
    init(
        _ engine: ByteEngine, label: String, _ effect: ContentEffect, for r: UnsafeMutablePointer<request_rec>
    ) throws(HTTPDError) {
        self.engine = engine
        unsafe incoming = try unsafe Self.makeBrigade(for: r)
        try unsafe super.init(label: label, effect, for: r)
    }

    // SAFETY (for the whole type): both brigades live in the request's pool, which also owns the reference to this
    // object; filter and brigade are alive for the call.

    override func refill(_ f: UnsafeMutablePointer<ap_filter_t>, _ read: InputRead) throws(HTTPDError) -> Bool {
        do throws(HTTPDError) {
            let hasCome = try unsafe gather(f, read)
            if hasEnded { unsafe conclude(f) }
            return hasCome
        } catch {
            if !error.status.isTryAgain { unsafe conclude(f) }
            throw error
        }
    }

    /// Tells the filter, once, that the body is over.
    @unsafe
    private func conclude(_ f: UnsafeMutablePointer<ap_filter_t>) {
        guard !hasConcluded else { return }
        hasConcluded = true
        engine.ended(unsafe Request(unsafeBorrowing: f.pointee.r))
    }

    @unsafe
    private func gather(_ f: UnsafeMutablePointer<ap_filter_t>, _ read: InputRead) throws(HTTPDError) -> Bool {
        let wanted = min(read.byteLimit, OutputAdapter.pieceSize)
        var progress = Progress()
        // A blocking read must bring data, the end, or an error, however little the filter lets through.
        while !progress.hasAdded {
            if hasEnded {
                unsafe chttpd_append(waiting, apr_bucket_eos_create(waiting.pointee.bucket_alloc))
                return true
            }
            if unsafe chttpd_is_empty(incoming) != 0 {
                try unsafe fetch(f, read)
                try progress.silence.note(isSilent: unsafe chttpd_is_empty(incoming) != 0)
            }
            while unsafe chttpd_is_empty(incoming) == 0, progress.count < wanted, !hasEnded {
                guard try unsafe feedFirst(&progress, read) else { break }
            }
            if !read.isBlocking, !progress.hasAdded { throw HTTPDError(.tryAgain, "reading the request's body") }
        }
        return true
    }

    override func settle(_ pool: OpaquePointer) throws(HTTPDError) {
        try unsafe super.settle(pool)
        try unsafe Self.setAside(incoming, pool)
    }

    override func discard() {
        super.discard()
        _ = unsafe apr_brigade_cleanup(incoming)
    }

    /// What a refill brought so far.
    private struct Progress {
        var count = 0
        var hasAdded = false
        var silence = Silence()
    }

    /// Reads once from the filter in front.
    @unsafe
    private func fetch(_ f: UnsafeMutablePointer<ap_filter_t>, _ read: InputRead) throws(HTTPDError) {
        let block = read.isBlocking ? APR_BLOCK_READ : APR_NONBLOCK_READ
        let status = unsafe Status(
            rawValue: ap_get_brigade(
                f.pointee.next, incoming, AP_MODE_READBYTES, block, apr_off_t(OutputAdapter.pieceSize)))
        guard status == .success else { throw HTTPDError(status, "reading the request's body") }
    }

    /// Feeds the first bucket, or a slice of it.
    ///
    /// - Returns: Whether there was something to feed; if not, the bucket has nothing yet and the reader does not wait.
    @unsafe
    private func feedFirst(_ progress: inout Progress, _ wanted: InputRead) throws(HTTPDError) -> Bool {
        let first = unsafe chttpd_first(incoming)
        switch unsafe Bucket.Kind(of: first) {
        case .data:
            guard var bytes = try unsafe read(first, wanted.isBlocking) else { return false }
            // A bucket that cannot be split is fed whole.
            if bytes.count > slice, unsafe chttpd_split(first, apr_size_t(slice)) == 0 {
                bytes = bytes.extracting(first: slice)
            }
            if !bytes.isEmpty { try take(.write, bytes, &progress) }
            unsafe chttpd_delete(first)
            return true
        case .flush:
            try take(.flush, Span(), &progress)
        case .endOfStream:
            try take(.finish, Span(), &progress)
            hasEnded = true
        case .error, .endOfConnection, .metadata:
            break
        }
        unsafe chttpd_remove(first)
        unsafe chttpd_append(waiting, first)
        progress.hasAdded = true
        // Nothing comes behind the end.
        if hasEnded { _ = unsafe apr_brigade_cleanup(incoming) }
        return true
    }

    /// Makes one call of the filter; what it puts out waits for the reader.
    private func take(_ step: ByteStep, _ bytes: Span<UInt8>, _ progress: inout Progress) throws(HTTPDError) {
        do throws(HTTPDError) {
            try engine.run(step, bytes, storage: &storage, keepsInPlace: false)
        } catch {
            throw error.asFailure
        }
        let count = storage.count
        if count > 0 {
            progress.count += count
            progress.hasAdded = true
            try append()
        }
        storage.removeAll(keepingCapacityUpTo: OutputAdapter.bufferLimit)
        if case .write = step { adapt(bytes.count, made: count) }
    }

    /// Copies what was written behind what waits; small pieces share a bucket.
    private func append() throws(HTTPDError) {
        var status = Status.success
        storage.withWritten(0..<storage.count) { span in
            unsafe span.withUnsafeBufferPointer { buffer in
                status = unsafe Status(
                    rawValue: chttpd_write(waiting, buffer.baseAddress, apr_size_t(buffer.count)))
            }
        }
        guard status == .success else { throw HTTPDError(status, "keeping the request's body") }
    }

    /// Chooses the next slice so that what is made of it stays near the size of a piece.
    private func adapt(_ count: Int, made: Int) {
        if made > OutputAdapter.pieceSize {
            slice = max(1, count / (made / OutputAdapter.pieceSize + 1))
        } else if count >= slice, made <= OutputAdapter.pieceSize / 2 {
            slice = min(Self.longestSlice, slice * 2)
        }
    }
}

/// Counts the reads in a row that succeeded and brought nothing, or only marks, though the reader waits. A filter in front that does so
/// breaks httpd's rules, and asking it for ever would take a thread for ever.
struct Silence {
    private static let limit = 100
    private var count = 0

    /// Notes what a read brought.
    ///
    /// - Throws: When the filter in front does nothing else.
    mutating func note(isSilent: Bool) throws(HTTPDError) {
        count = isSilent ? count &+ 1 : 0
        if count >= Self.limit {
            throw HTTPDError("a filter in front brings nothing to a reader who waits for the request's body")
        }
    }
}
