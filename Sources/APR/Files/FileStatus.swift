// SPDX-License-Identifier: Apache-2.0
package import CHTTPD

/// What the system knows of a file: `apr_finfo_t`.
///
/// ``device`` and ``inode`` tell a file from all others of the machine while it exists.
public struct FileStatus: Hashable, Sendable {
    /// What a name in a folder stands for.
    public enum Kind: Sendable {
        /// A file with bytes in it.
        case regular
        /// A folder.
        case folder
        /// A symbolic link, where links were not followed.
        case link
        /// A pipe, a socket, a device.
        case other
    }

    /// The disk that the file is on.
    public let device: UInt64
    /// The file's number on its disk.
    public let inode: UInt64
    /// The number of bytes.
    public let size: Int64
    /// When the bytes were last changed.
    public let modified: Timestamp
    /// When the bytes were last read, as far as the disk keeps account of it.
    public let accessed: Timestamp
    /// What it is.
    public let kind: Kind
    /// The number of the user who owns it.
    public let owner: UInt32

    /// The number of the user whose rights the process has: ``owner`` of what it makes. Before and after the server made its
    /// processes that is not the same. The corresponding C call is `geteuid`.
    public static var processUser: UInt32 { chttpd_user() }

    /// What is wanted of apr_stat and its like.
    static var wanted: apr_int32_t {
        let times = APR_FINFO_MTIME | APR_FINFO_ATIME
        return apr_int32_t(APR_FINFO_IDENT | APR_FINFO_SIZE | APR_FINFO_TYPE | APR_FINFO_USER | times)
    }

    /// Takes over what APR found.
    @unsafe
    package init(_ info: borrowing apr_finfo_t) {
        // SAFETY: only numbers of the struct are read, no pointer.
        device = unsafe UInt64(truncatingIfNeeded: info.device)
        inode = unsafe UInt64(truncatingIfNeeded: info.inode)
        size = unsafe Int64(info.size)
        modified = unsafe Timestamp(microseconds: info.mtime)
        accessed = unsafe Timestamp(microseconds: info.atime)
        owner = unsafe UInt32(truncatingIfNeeded: info.user)
        kind =
            switch unsafe info.filetype {
            case APR_REG: .regular
            case APR_DIR: .folder
            case APR_LNK: .link
            default: .other
            }
    }

    /// Whether this and `other` are of one file.
    public func isSameFile(as other: FileStatus) -> Bool { device == other.device && inode == other.inode }

    /// Whether this and `other` are of one file with the same content, as far as its size and the time of its last
    /// change tell.
    public func isSameContent(as other: FileStatus) -> Bool {
        isSameFile(as: other) && size == other.size && modified == other.modified && kind == other.kind
    }

    /// Looks at a path.
    ///
    /// The corresponding C call is `apr_stat`.
    /// - Parameter followsLinks: Whether a symbolic link stands for what it leads to, and not for itself.
    public init(of path: String, followsLinks: Bool = true) throws(FileError) {
        // SAFETY: the path is only read, and the pool lives for the call; what is kept of `info` are numbers, and all that
        // is asked for is known of every file here.
        var info = unsafe apr_finfo_t()
        let status = unsafe FilePool.with { pool in
            let flags = FileStatus.wanted | (followsLinks ? 0 : apr_int32_t(APR_FINFO_LINK))
            return unsafe apr_stat(&info, path, flags, pool)
        }
        guard status == .success else { throw FileError(.lookingAt, path, status) }
        unsafe self.init(info)
    }
}
