// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD
internal import Synchronization

/// The pools of files: each has an allocator of its own, so that they can be used from any thread, also while httpd takes
/// down its own.
///
/// A pool takes pages from the system, which is slower than opening a file: so a few of them are used again.
@safe
enum FilePool {
    private static let mostKept = 32

    /// A pool that nobody uses.
    @safe
    private struct Spare: @unchecked Sendable {
        let pool: OpaquePointer
    }

    private static let spare = Mutex<[Spare]>([])

    // SAFETY (for the whole type): a pool is one caller's from `make` to `giveBack`, and then the list's or nobody's.

    /// A pool, to be given back by the caller.
    @unsafe
    static func make() -> OpaquePointer? {
        unsafe spare.withLock { $0.popLast() }?.pool ?? chttpd_file_pool()
    }

    /// Ends all that lives in the pool.
    @unsafe
    static func giveBack(_ pool: OpaquePointer) {
        unsafe apr_pool_clear(pool)
        let cleared = unsafe Spare(pool: pool)
        let isKept = spare.withLock { spare in
            guard spare.count < mostKept else { return false }
            spare.append(cleared)
            return true
        }
        if !isKept { unsafe apr_pool_destroy(pool) }
    }

    /// Makes one call with a pool.
    static func with(_ body: (OpaquePointer) -> apr_status_t) -> Status {
        guard let pool = unsafe make() else { return .general }
        defer { unsafe giveBack(pool) }
        return Status(rawValue: unsafe body(pool))
    }
}
