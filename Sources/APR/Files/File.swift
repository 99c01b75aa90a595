// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD

/// An open file: `apr_file_t`. Closed when it is dropped.
///
/// It belongs to whoever holds it and to no pool of httpd, so it can be handed to another thread. Calls block. Programs
/// that the process starts do not inherit it.
@safe
public struct File: ~Copyable, @unchecked Sendable {
    // SAFETY (for the whole type): the file lives in a pool of its own, which lives as long as this value; there is one
    // value, and one thread at a time that has it.
    private let raw: OpaquePointer
    private let pool: OpaquePointer
    /// The path that it was opened by.
    public let path: String

    /// How a file is opened.
    public enum Access: Sendable {
        /// To be read.
        case reading
        /// To be read, and sent with `sendfile` where httpd sends it: ``Brigade/append(file:offset:count:allowsMapping:)``.
        case sending
        /// A new file, to be read and written; an error if there is something of that name. The corresponding C constant
        /// is `APR_FOPEN_EXCL`.
        case creating
        /// To be read and written, and made if it does not exist.
        case writing

        fileprivate var flags: apr_int32_t {
            switch self {
            case .reading: apr_int32_t(APR_FOPEN_READ | APR_FOPEN_BINARY)
            case .sending: apr_int32_t(APR_FOPEN_READ | APR_FOPEN_BINARY | APR_FOPEN_SENDFILE_ENABLED)
            case .creating:
                apr_int32_t(APR_FOPEN_READ | APR_FOPEN_WRITE | APR_FOPEN_BINARY | APR_FOPEN_CREATE | APR_FOPEN_EXCL)
            case .writing: apr_int32_t(APR_FOPEN_READ | APR_FOPEN_WRITE | APR_FOPEN_BINARY | APR_FOPEN_CREATE)
            }
        }

        fileprivate var operation: FileError.Operation {
            switch self {
            case .reading, .sending: .opening
            case .creating, .writing: .creating
            }
        }
    }

    /// Opens a file. One that is made can be read and written by the process's own user only.
    ///
    /// A symbolic link is followed. The corresponding C call is `apr_file_open`.
    public init(_ path: String, for access: Access) throws(FileError) {
        guard let pool = unsafe FilePool.make() else { throw FileError(access.operation, path, .general) }
        var file: OpaquePointer?
        let mode = apr_fileperms_t(APR_FPROT_UREAD | APR_FPROT_UWRITE)
        let status = Status(rawValue: unsafe apr_file_open(&file, path, access.flags, mode, pool))
        guard status == .success, let file = unsafe file else {
            unsafe FilePool.giveBack(pool)
            throw FileError(access.operation, path, status)
        }
        unsafe self.raw = file
        unsafe self.pool = pool
        self.path = path
    }

    deinit {
        // The pool's cleanup closes the file, if nobody took it over.
        unsafe FilePool.giveBack(pool)
    }

    /// What the system knows of the open file, whatever its path means by now. The corresponding C call is
    /// `apr_file_info_get`.
    public func status() throws(FileError) -> FileStatus {
        var info = unsafe apr_finfo_t()
        let status = Status(rawValue: unsafe apr_file_info_get(&info, FileStatus.wanted, raw))
        guard status == .success else { throw FileError(.lookingAt, path, status) }
        return unsafe FileStatus(info)
    }

    /// Reads bytes.
    ///
    /// The corresponding C call is `pread`.
    /// - Parameters:
    ///   - offset: Where they begin.
    ///   - count: The most bytes to read.
    /// - Returns: As many bytes as the file has there, at most `count`.
    public mutating func bytes(at offset: Int64, count: Int) throws(FileError) -> [UInt8] {
        var bytes: [UInt8] = []
        try read(at: offset, count: count, into: &bytes)
        return bytes
    }

    /// Reads bytes into an array, whose memory is used again.
    ///
    /// - Parameters:
    ///   - offset: Where they begin.
    ///   - count: The most bytes to read.
    ///   - bytes: Takes them, in place of what it holds.
    public mutating func read(at offset: Int64, count: Int, into bytes: inout [UInt8]) throws(FileError) {
        let count = max(0, count)
        if bytes.count != count { bytes = [UInt8](repeating: 0, count: count) }
        var read = 0
        let status = Status(
            rawValue: unsafe bytes.withUnsafeMutableBytes { buffer -> apr_status_t in
                guard let start = buffer.baseAddress else { return 0 }
                // Reads at most as many bytes as the buffer has.
                return unsafe chttpd_file_read(raw, max(0, offset), start, buffer.count, &read)
            })
        guard status == .success else { throw FileError(.reading, path, status) }
        if read < count { bytes.removeLast(count - read) }
    }

    /// Writes bytes. The corresponding C call is `pwrite`.
    ///
    /// - Parameters:
    ///   - bytes: What is written.
    ///   - offset: Where the first of them goes; what lies between the end of the file and there becomes zeros.
    public mutating func write(_ bytes: Span<UInt8>, at offset: Int64) throws(FileError) {
        let status = Status(
            rawValue: unsafe bytes.withUnsafeBytes { buffer -> apr_status_t in
                guard let start = buffer.baseAddress else { return 0 }
                return unsafe chttpd_file_write(raw, max(0, offset), start, buffer.count)
            })
        guard status == .success else { throw FileError(.writing, path, status) }
    }

    /// Locks the file, which must have been opened to be written, for this process.
    ///
    /// The lock is gone when the file is dropped, and when the process ends however it does. Whether threads of one
    /// process exclude each other depends on the system. The corresponding C call is `apr_file_lock`.
    /// - Parameter waits: Whether to wait while another process has it.
    /// - Returns: Whether it is locked now; always true if `waits`.
    public mutating func lock(waits: Bool) throws(FileError) -> Bool {
        let flags = CInt(APR_FLOCK_EXCLUSIVE) | (waits ? 0 : CInt(APR_FLOCK_NONBLOCK))
        let status = Status(rawValue: unsafe apr_file_lock(raw, flags))
        if status == .success { return true }
        // Another process has it: POSIX lets systems say it in either way.
        if !waits, status.isTryAgain || status.rawValue == EACCES { return false }
        throw FileError(.locking, path, status)
    }

    /// Gives the file to a pool of httpd, as a file for buckets.
    @unsafe
    consuming func moved(to pool: OpaquePointer) throws(FileError) -> OpaquePointer {
        var moved: OpaquePointer?
        // SAFETY: the new file takes over the descriptor and the duty to close it; what is left of this one is empty.
        let status = Status(rawValue: unsafe apr_file_setaside(&moved, raw, pool))
        guard status == .success, let moved = unsafe moved else { throw FileError(.opening, path, status) }
        return unsafe moved
    }

    // MARK: - Paths

    /// Removes a file. The corresponding C call is `apr_file_remove`.
    public static func remove(_ path: String) throws(FileError) {
        let status = unsafe FilePool.with { unsafe apr_file_remove(path, $0) }
        guard status == .success else { throw FileError(.removing, path, status) }
    }

    /// Gives a file another name on the same disk, at once: whoever opens `newPath` finds what was there before, or
    /// this file, and nothing between. The corresponding C call is `apr_file_rename`.
    public static func rename(_ path: String, to newPath: String) throws(FileError) {
        let status = unsafe FilePool.with { unsafe apr_file_rename(path, newPath, $0) }
        guard status == .success else { throw FileError(.renaming, path, status) }
    }
}
