// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD

/// The beginning of a body, held until it is known whether that is all of it.
@safe
struct OutputGathering {
    /// A body that comes in more buckets than this is not waited for: each of them takes memory of its own.
    private static let mostBuckets = 1_000

    private let held: UnsafeMutablePointer<apr_bucket_brigade>
    private var count = 0
    private var buckets = 0

    enum Outcome {
        /// All that came is held, and more is needed.
        case waiting
        /// The brigade has all that came, and no more is waited for.
        case ready(BodyStart)
        /// The same, and the response is given up.
        case givenUp
    }

    /// Holds in a brigade of the request's pool.
    @unsafe
    init(held: UnsafeMutablePointer<apr_bucket_brigade>) {
        unsafe self.held = held
    }

    // SAFETY (for the whole type): the brigades live in the request's pool, whose end destroys the owner first; filter and
    // buckets are alive for the call.

    /// Whether nothing is held.
    var isEmpty: Bool { unsafe chttpd_is_empty(held) != 0 }

    /// Destroys what is held.
    func discard() {
        _ = unsafe apr_brigade_cleanup(held)
    }

    /// Takes a brigade in, and gives it back with all that was held in front when no more is waited for.
    @unsafe
    mutating func take(
        _ f: UnsafeMutablePointer<ap_filter_t>, _ bb: UnsafeMutablePointer<apr_bucket_brigade>, limit: Int
    ) throws(HTTPDError) -> Outcome {
        let outcome = try unsafe look(at: bb, limit)
        if case .waiting = outcome {
            // What the caller lends ends with the call.
            try unsafe InputFilterState.setAside(bb, f.pointee.r.pointee.pool)
            unsafe chttpd_concat(held, bb)
        } else {
            unsafe chttpd_concat(held, bb)
            unsafe chttpd_concat(bb, held)
        }
        return outcome
    }

    @unsafe
    private mutating func look(
        at bb: UnsafeMutablePointer<apr_bucket_brigade>, _ limit: Int
    ) throws(HTTPDError) -> Outcome {
        var bucket = unsafe chttpd_first(bb)
        while unsafe chttpd_is_sentinel(bb, bucket) == 0 {
            switch unsafe Bucket.Kind(of: bucket) {
            case .endOfStream: return .ready(.whole(count: count))
            case .flush: return .ready(.begun(count: count))
            case .error, .endOfConnection: return .givenUp
            case .metadata: break
            case .data:
                // An unknown length is -1, and is known when the bucket was read.
                if unsafe bucket.pointee.length < 0 {
                    guard limit > 0, try unsafe read(bucket) else { return .ready(.begun(count: count)) }
                }
                let length = unsafe max(0, Int(clamping: bucket.pointee.length))
                guard length <= limit &- count else { return .ready(.begun(count: count &+ min(length, 1 << 40))) }
                count += length
            }
            buckets += 1
            guard buckets < Self.mostBuckets else { return .ready(.begun(count: count)) }
            unsafe bucket = chttpd_next(bucket)
        }
        return .waiting
    }

    /// Reads a bucket of unknown length without waiting: whether anything was there.
    @unsafe
    private func read(_ bucket: UnsafeMutablePointer<apr_bucket>) throws(HTTPDError) -> Bool {
        var data: UnsafePointer<CChar>?
        var length: apr_size_t = 0
        let status = unsafe Status(rawValue: chttpd_read(bucket, &data, &length, 0))
        if status.isTryAgain { return false }
        guard status == .success else { throw HTTPDError(status, "reading the response") }
        return true
    }
}
