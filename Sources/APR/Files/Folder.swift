// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD

/// A folder, by its path.
public enum Folder {
    /// One thing in a folder.
    public struct Entry: Sendable {
        /// Its name.
        public let name: String
        /// What it is; a symbolic link is not followed.
        public let status: FileStatus
    }

    /// What is in a folder, in no order, without the folder itself and the one above it. Something that is removed
    /// meanwhile may be missing. The corresponding C calls are `apr_dir_open` and `apr_dir_read`.
    public static func entries(of path: String) throws(FileError) -> [Entry] {
        var result: [Entry] = []
        // SAFETY: what is made lives in the pool, which lives for the call; names are copied.
        let status = unsafe FilePool.with { pool in
            var folder: OpaquePointer?
            let opened = unsafe apr_dir_open(&folder, path, pool)
            guard opened == 0, let folder = unsafe folder else { return opened }
            defer { unsafe apr_dir_close(folder) }
            while true {
                var info = unsafe apr_finfo_t()
                let status = unsafe Status(rawValue: apr_dir_read(&info, FileStatus.wanted, folder))
                if status.rawValue == chttpd_enoent() || status.isEndOfFile { return 0 }
                // Not all that is wanted is known of what was removed between.
                if status.rawValue == chttpd_incomplete() { continue }
                guard status == .success else { return status.rawValue }
                guard let name = unsafe chttpd_entry_name(&info) else { continue }
                let text = unsafe String(cString: name)
                if text != "." && text != ".." { unsafe result.append(Entry(name: text, status: FileStatus(info))) }
            }
        }
        guard status == .success else { throw FileError(.listing, path, status) }
        return result
    }

    /// Makes a folder that only the process's own user can use. The corresponding C call is `apr_dir_make`.
    public static func create(_ path: String) throws(FileError) {
        let mode = apr_fileperms_t(APR_FPROT_UREAD | APR_FPROT_UWRITE | APR_FPROT_UEXECUTE)
        // SAFETY: the path is only read, and the pool lives for the call.
        let status = unsafe FilePool.with { unsafe apr_dir_make(path, mode, $0) }
        guard status == .success else { throw FileError(.creating, path, status) }
    }
}
