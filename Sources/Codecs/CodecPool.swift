// SPDX-License-Identifier: Apache-2.0
internal import CCodecs

/// What the pools of contexts have done in this process: the counts of this plugin's own pools, over all threads.
///
/// A thread keeps the context of each kind that it used last, up to 16 MB in all, and lets it go when the thread ends.
/// What it has no place for goes to a list that all threads share, of up to 32 MB. A context above 8 MB is not kept.
public struct CodecPool: Sendable {
    /// Contexts that were allocated.
    public let created: Int
    /// Contexts that were taken out of a pool.
    public let reused: Int
    /// Contexts that were freed.
    public let destroyed: Int
    /// The bytes of memory of the contexts in pools.
    public let idleMemory: Int
    /// Contexts that streams have now.
    public let open: Int

    /// The counts as they are now.
    public static var now: CodecPool {
        let counts = ccodecs_count()
        return CodecPool(
            created: Int(clamping: counts.created), reused: Int(clamping: counts.reused),
            destroyed: Int(clamping: counts.destroyed), idleMemory: Int(clamping: counts.idle_memory),
            open: Int(clamping: counts.open))
    }
}
