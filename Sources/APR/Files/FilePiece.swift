// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD

/// What a bucket of a file stands for: a part of a file that was not read yet.
public struct FilePiece: Sendable {
    /// The open file. Its path may mean another one by now.
    public let file: FileStatus
    /// Where the part begins.
    public let offset: Int64
    /// How many bytes it has.
    public let count: Int
    /// Whether the system may send it from the disk to the network by itself, as `EnableSendfile` says.
    public let allowsSendfile: Bool
    /// Whether it may be mapped into memory to be read, as `EnableMMAP` says.
    public let allowsMapping: Bool

    /// Whether the part is all of the file.
    public var isWhole: Bool { offset == 0 && Int64(count) == file.size }

    /// Looks at a bucket, which is alive; `nil` if it is not one of a file.
    @unsafe
    init?(of bucket: UnsafeMutablePointer<apr_bucket>) {
        // SAFETY: a bucket of this type has a file, which is open as long as the bucket lives.
        guard unsafe chttpd_is_file(bucket) != 0, let file = unsafe chttpd_bucket_file(bucket) else { return nil }
        var info = unsafe apr_finfo_t()
        guard unsafe apr_file_info_get(&info, FileStatus.wanted, file) == 0,
            let count = Int(exactly: unsafe bucket.pointee.length)
        else { return nil }
        self.file = unsafe FileStatus(info)
        self.count = count
        offset = Int64(unsafe bucket.pointee.start)
        allowsSendfile = unsafe chttpd_file_sends(file) != 0
        allowsMapping = unsafe chttpd_bucket_file_maps(bucket) != 0
    }
}

extension Bucket {
    /// The part of a file that the bucket stands for, or `nil` if it is of another kind or was read. Asks the system
    /// about the file. The corresponding C macro is `APR_BUCKET_IS_FILE`.
    public var filePiece: FilePiece? {
        // SAFETY: the bucket is alive while it is owned.
        unsafe FilePiece(of: raw)
    }
}

extension Brigade {
    // SAFETY (for the whole extension): as for the type.

    /// The part of a file that the first bucket stands for, or `nil` if it is of another kind or was read. Asks the
    /// system about the file. The corresponding C macro is `APR_BUCKET_IS_FILE`.
    public var firstFilePiece: FilePiece? {
        unsafe isEmpty ? nil : FilePiece(of: chttpd_first(raw))
    }

    /// The file that the brigade is all of, from the first byte to the last and with the end of the stream behind it, as
    /// httpd's default handler sends files; or `nil`.
    public var wholeFile: FilePiece? {
        guard unsafe !isEmpty && chttpd_is_file(chttpd_first(raw)) != 0,
            unsafe chttpd_is_eos(chttpd_next(chttpd_first(raw))) != 0,
            unsafe chttpd_next(chttpd_first(raw)) == chttpd_last(raw), let piece = firstFilePiece, piece.isWhole
        else { return nil }
        return piece
    }

    /// Puts a part of a file at the end, which is read when it is sent, or not even then if the file was opened
    /// ``File/Access/sending``. The corresponding C call is `apr_brigade_insert_file`.
    ///
    /// - Parameters:
    ///   - file: The file. The request closes it.
    ///   - offset: Where the part begins.
    ///   - count: How many bytes it has. The file must have them, and keep them: it is not to be made shorter.
    ///   - allowsMapping: Whether the file may be mapped into memory to be read.
    @_lifetime(self: copy self)
    public mutating func append(
        file: consuming File, offset: Int64, count: Int, allowsMapping: Bool = true
    ) throws(FileError) {
        guard count > 0, offset >= 0 else { return }
        let path = file.path
        // SAFETY: the file lives in the brigade's pool from here on, as the buckets of httpd's own handler do.
        let moved = unsafe try file.moved(to: raw.pointee.p)
        let (start, length) = (apr_off_t(offset), apr_off_t(count))
        guard let last = unsafe apr_brigade_insert_file(raw, moved, start, length, raw.pointee.p) else {
            throw FileError(.opening, path, .general)
        }
        if !allowsMapping { unsafe chttpd_forbid_mapping(raw, last) }
    }

    /// Puts a part of a file at the front. See ``append(file:offset:count:allowsMapping:)``.
    @_lifetime(self: copy self)
    public mutating func prepend(
        file: consuming File, offset: Int64, count: Int, allowsMapping: Bool = true
    ) throws(FileError) {
        let first: UnsafeMutablePointer<apr_bucket>? = unsafe isEmpty ? nil : chttpd_first(raw)
        try append(file: file, offset: offset, count: count, allowsMapping: allowsMapping)
        if let first = unsafe first { unsafe chttpd_rotate(raw, first) }
    }
}
