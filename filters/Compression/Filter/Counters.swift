// SPDX-License-Identifier: Apache-2.0
import Codecs
import HTTPD

/// What the `swift-status` page shows of the plugin.
enum Counters {
    private static let zstd = Counter("responses coded with zstd")
    private static let br = Counter("responses coded with br")
    private static let gzip = Counter("responses coded with gzip")
    private static let deflate = Counter("responses coded with deflate")
    /// Responses that COMPRESS left as they were; why, the note `compress-reason` says of each.
    static let plain = Counter("responses left as they were")
    /// Coded responses that were not made for the request, but taken from a file.
    static let keptResponses = Counter("coded responses taken from files")
    /// Bytes that COMPRESS was given of responses that it coded.
    static let plainBytes = Counter("bytes before coding")
    /// Bytes that came of them.
    static let codedBytes = Counter("bytes after coding")
    /// Responses of others that DECOMPRESS decoded.
    static let decodedResponses = Counter("responses decoded")
    /// Bodies of requests that DECOMPRESS decoded.
    static let decodedRequests = Counter("request bodies decoded")
    /// Bodies of requests that were unknown codings, broken, or too large.
    static let refusedRequests = Counter("request bodies refused")

    static let all = [
        zstd, br, gzip, deflate, keptResponses, plain, plainBytes, codedBytes, decodedResponses, decodedRequests,
        refusedRequests,
    ]

    /// The responses in a coding.
    static func responses(_ coding: Coding) -> Counter {
        switch coding {
        case .zstd: zstd
        case .br: br
        case .gzip: gzip
        case .deflate: deflate
        }
    }
}
