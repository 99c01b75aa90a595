// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD

/// Why something could not be done with a file.
public struct FileError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What was tried.
    public enum Operation: String, Sendable {
        case opening, creating, locking, reading, writing, listing, renaming, removing
        case lookingAt = "looking at"
    }

    /// What was tried.
    public let operation: Operation
    /// The file or folder.
    public let path: String
    /// What the system said.
    public let status: Status

    /// A call that failed.
    package init(_ operation: Operation, _ path: String, _ status: Status) {
        self.operation = operation
        self.path = path
        // A failure is never a success, whatever the call returned.
        self.status = status == .success ? .general : status
    }

    /// Whether there is nothing of that name. The corresponding C macros are `APR_STATUS_IS_ENOENT` and
    /// `APR_STATUS_IS_ENOTDIR`.
    public var isMissing: Bool { chttpd_is_missing(status.rawValue) != 0 }
    /// Whether there is something of that name already. The corresponding C macro is `APR_STATUS_IS_EEXIST`.
    public var isExisting: Bool { chttpd_is_existing(status.rawValue) != 0 }
    /// Whether there is no room left: on the disk, in a quota, or in what the process may write. The corresponding C
    /// constants are `ENOSPC`, `EDQUOT` and `EFBIG`.
    public var isFull: Bool { chttpd_is_full(status.rawValue) != 0 }
    /// Whether the process must not do it, or nobody, as on a read-only disk. The corresponding C constants are `EACCES`,
    /// `EPERM` and `EROFS`.
    public var isForbidden: Bool { chttpd_is_forbidden(status.rawValue) != 0 }

    /// A sentence for the log.
    public var description: String { "\(operation.rawValue) '\(path)': \(status)" }
}

extension HTTPDError {
    /// A file that something could not be done with.
    public init(_ error: FileError) {
        self.init(error.status, "\(error.operation.rawValue) '\(error.path)'")
    }
}
