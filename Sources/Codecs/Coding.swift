// SPDX-License-Identifier: Apache-2.0

/// A content coding of HTTP.
public enum Coding: CaseIterable, Sendable {
    /// Zstandard (RFC 8878), in windows of at most 8 MB (RFC 9659).
    case zstd
    /// Brotli (RFC 7932).
    case br
    /// gzip (RFC 1952).
    case gzip
    /// zlib's format (RFC 1950), which is what HTTP calls deflate. Raw DEFLATE is decoded too, as browsers do.
    case deflate

    /// The coding of a token of Content-Encoding or Accept-Encoding in any case, `x-gzip` included; `nil` for another.
    public init?(token: some StringProtocol) {
        switch token.lowercased() {
        case "zstd": self = .zstd
        case "br": self = .br
        case "gzip", "x-gzip": self = .gzip
        case "deflate": self = .deflate
        default: return nil
        }
    }

    /// Its name in Content-Encoding.
    public var token: String {
        switch self {
        case .zstd: "zstd"
        case .br: "br"
        case .gzip: "gzip"
        case .deflate: "deflate"
        }
    }

    /// The levels of its own scale, from the fastest to the smallest.
    ///
    /// Those of gzip and deflate are zlib's up to 9. From 10 to 12 they are libdeflate's for bodies that are whole, and
    /// 9 for streams.
    public var levels: ClosedRange<Int> {
        switch self {
        case .zstd: 1...22
        case .br: 0...11
        case .gzip, .deflate: 1...12
        }
    }
}
