// SPDX-License-Identifier: Apache-2.0
package import CHTTPD

/// One piece of a stream, taken out of a ``Brigade``: `apr_bucket`.
///
/// Owned and lent at once: it must be passed on, held in a ``Backlog`` or dropped (which destroys it) before the
/// call ends, because its bytes may live in memory of whoever called. The compiler sees to both.
@safe
public struct Bucket: ~Copyable, ~Escapable {
    package let raw: UnsafeMutablePointer<apr_bucket>

    /// Takes over a bucket that is in no brigade.
    @_lifetime(borrow raw)
    @unsafe
    package init(unsafeOwning raw: UnsafeMutablePointer<apr_bucket>) {
        // SAFETY: the caller gives up a bucket that is alive.
        unsafe self.raw = raw
    }

    deinit {
        // SAFETY: the bucket is in no brigade and nobody else holds it.
        unsafe chttpd_destroy(raw)
    }

    /// Gives the bucket up to C.
    @unsafe
    package consuming func release() -> UnsafeMutablePointer<apr_bucket> {
        let raw = unsafe raw
        discard self
        return unsafe raw
    }

    /// What the bucket is.
    public var kind: Kind {
        // SAFETY: the bucket is alive while it is owned.
        unsafe Kind(of: raw)
    }

    /// The number of bytes, or `nil` where it is not known before reading, as for a pipe.
    public var byteCount: Int? {
        // SAFETY: the bucket is alive while it is owned.
        let length = unsafe raw.pointee.length
        // C's (apr_size_t)-1: apr_size_t is Swift's Int, where it is negative.
        return length < 0 ? nil : Int(exactly: length)
    }

    /// httpd's name of the bucket's type: `HEAP`, `FILE`, `EOS` and the like.
    public var typeName: String {
        // SAFETY: every bucket type has an immortal name.
        unsafe String(cString: chttpd_type_name(raw))
    }
}

extension Bucket {
    /// What a bucket is: data, or one of the marks that httpd puts between them.
    public enum Kind: Sendable {
        /// Bytes, maybe none.
        case data
        /// What came before must leave now. The corresponding C macro is `APR_BUCKET_IS_FLUSH`.
        case flush
        /// The stream is complete. The corresponding C macro is `APR_BUCKET_IS_EOS`.
        case endOfStream
        /// The response failed with an HTTP status. The corresponding C macro is `AP_BUCKET_IS_ERROR`.
        case error(httpStatus: Int)
        /// The connection ends here: no finishing bytes may follow. The corresponding C macro is `AP_BUCKET_IS_EOC`.
        case endOfConnection
        /// Another mark, to be passed on in its place.
        case metadata

        @unsafe
        package init(of raw: UnsafeMutablePointer<apr_bucket>) {
            // SAFETY: the caller's bucket is alive; the type tests only compare its type's address.
            guard unsafe chttpd_is_metadata(raw) != 0 else {
                self = .data
                return
            }
            if unsafe chttpd_is_eos(raw) != 0 {
                self = .endOfStream
            } else if unsafe chttpd_is_flush(raw) != 0 {
                self = .flush
            } else if unsafe chttpd_is_error(raw) != 0 {
                self = .error(httpStatus: Int(unsafe chttpd_error_status(raw)))
            } else if unsafe chttpd_is_eoc(raw) != 0 {
                self = .endOfConnection
            } else {
                self = .metadata
            }
        }

        /// Whether this is a mark and not data. The corresponding C macro is `APR_BUCKET_IS_METADATA`.
        public var isMetadata: Bool {
            if case .data = self { false } else { true }
        }
    }
}
