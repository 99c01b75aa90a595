// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD

extension Request {
    // SAFETY (for the file): the record, and what it refers to, are alive while the request is lent; of what is found only
    // numbers are kept.

    /// What ``filename`` is, as httpd found it when it mapped the request; `nil` if there is nothing of that name, or the
    /// request is not about a file. The corresponding C field is `finfo`.
    public var fileStatus: FileStatus? {
        unsafe raw.pointee.finfo.filetype == APR_NOFILE ? nil : FileStatus(raw.pointee.finfo)
    }

    /// What httpd would send if this client asked, in this way, for a file in the folder of ``filename``: checks links as
    /// `Options` says, `<Files>` sections, and who may have it. Runs the phases of a request up to its handler, and writes a
    /// line into the error log if it is refused.
    ///
    /// The corresponding C call is `ap_sub_req_lookup_file`.
    /// - Parameter path: The file's whole path.
    /// - Returns: The file; `nil` if there is none, or it would be refused, made by a handler of its own, or found
    ///   elsewhere.
    public func servedFile(at path: String) -> FileStatus? {
        var info = unsafe apr_finfo_t()
        guard unsafe chttpd_served_file(raw, path, &info) != 0 else { return nil }
        return unsafe FileStatus(info)
    }

    /// A path that is relative to `ServerRoot` as a whole one; a whole one as it is. `nil` for what is no path. The
    /// corresponding C call is `ap_server_root_relative`.
    public func pathFromServerRoot(_ path: String) -> String? {
        unsafe Self.text(ap_server_root_relative(raw.pointee.pool, path))
    }
}
