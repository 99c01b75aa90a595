// SPDX-License-Identifier: Apache-2.0
import HTTPD
import Synchronization

/// Which files of a store have been read through in this process, and whether their bytes were the ones that were written.
///
/// A file is known by its number, its length and the time of its last change: one that was changed is another one.
final class VerifiedEntries: Sendable {
    /// What a file is known by.
    struct Identity: Hashable, Sendable {
        let device: UInt64
        let inode: UInt64
        let size: Int64
        let modified: Int64

        init(_ status: FileStatus) {
            device = status.device
            inode = status.inode
            size = status.size
            modified = status.modified.microseconds
        }
    }

    /// More are forgotten, all at once: knowing them again costs one reading.
    private let limit: Int
    private let known = Mutex<[Identity: Bool]>([:])

    init(limit: Int = 8192) {
        self.limit = limit
    }

    /// Whether a file is sound; reads it if that is not known yet. Without the lock: two may read one file, which does no harm.
    func isSound(
        _ status: FileStatus, _ check: () throws(FileError) -> Bool
    ) throws(FileError) -> Bool {
        let identity = Identity(status)
        if let isSound = known.withLock({ $0[identity] }) { return isSound }
        let isSound = try check()
        note(status, isSound: isSound)
        return isSound
    }

    /// Notes whether a file is sound.
    func note(_ status: FileStatus, isSound: Bool) {
        let identity = Identity(status)
        known.withLock { known in
            if known.count >= limit { known.removeAll(keepingCapacity: true) }
            known[identity] = isSound
        }
    }
}
