// SPDX-License-Identifier: Apache-2.0
import Codecs
import HTTPD

/// The filter `DECOMPRESS` on the bodies of requests: handlers get what was meant, and a header that says so.
struct DecompressInputFilter: InputFilter, ~Copyable {
    static let effect: ContentEffect = .recodesContent
    // Nearer to the client than all that works on the content as it is meant, in whatever order they are named.
    static let stage: FilterStage = .contentSet

    private var decompressor: Decompressor
    private var tally = Tally()
    private var hasFailed = false

    init?(_ request: borrowing Request, options: NoOptions) throws(HTTPDError) {
        // A part cannot be decoded without what is before it.
        guard !request.isSubrequest, !request.inputHeaders.contains("Content-Range") else { return nil }
        // The filter of a request that httpd redirected, as mod_actions does, took the field out and is gone.
        let value = request.inputHeaders["Content-Encoding"] ?? request.noteBeforeRedirect("decompress-coding")
        let encodings = ContentEncodings(value)
        guard !encodings.isEmpty else { return nil }
        guard encodings.unknown.isEmpty else {
            // RFC 9110 §15.5.16: what would be taken.
            Counters.refusedRequests.add()
            request.errorHeaders["Accept-Encoding"] = Coding.allCases.map(\.token).joined(separator: ", ")
            throw HTTPDError(
                byClient: "the body is coded as \(encodings.unknown.joined(separator: ", "))", httpStatus: 415)
        }
        let limit = request.configuration(CompressionConfiguration.self).limit
        do throws(DecompressionFailure) {
            decompressor = try Decompressor(encodings.known, limit: limit.forRequests(within: request.bodyLimit))
        } catch {
            throw error.asRequestError
        }
        request.inputHeaders.remove("Content-Encoding")
        request.notes["decompress-coding"] = encodings.known.map(\.token).joined(separator: ", ")
    }

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) throws(HTTPDError) {
        do throws(StreamError) {
            try tally.measure(bytes.count, into: &output) { output throws(StreamError) in
                try decompressor.write(bytes, into: &output)
            }
        } catch {
            hasFailed = true
            throw DecompressionFailure(error)?.asRequestError ?? HTTPDError(error)
        }
    }

    mutating func finish(into output: inout Output) throws(HTTPDError) {
        do throws(StreamError) {
            try decompressor.finish(into: &output)
        } catch {
            hasFailed = true
            throw DecompressionFailure(error)?.asRequestError ?? HTTPDError(error)
        }
    }

    func ended(_ request: borrowing Request) {
        if !hasFailed { Counters.decodedRequests.add() }
        tally.leave(.decompressing, plain: tally.produced, coded: tally.received, in: request)
    }
}

extension DecompressionFailure {
    /// What a client gets whose body it is; counted.
    fileprivate var asRequestError: HTTPDError {
        Counters.refusedRequests.add()
        return switch self {
        case .truncated, .corrupt, .trailing: HTTPDError(byClient: error.message, httpStatus: 400)
        case .tooLarge, .tooDense, .tooManyLayers: HTTPDError(byClient: error.message, httpStatus: 413)
        case .outOfMemory: HTTPDError(error.message, httpStatus: 503)
        }
    }
}

extension DecompressLimitOptions {
    /// For the bodies of requests: `LimitRequestBody` holds for what is decoded too.
    fileprivate func forRequests(within limit: Int?) -> DecompressionLimit {
        DecompressionLimit(
            size: min(size.value.bytes, limit ?? .max), ratio: ratio.value, layers: layers.value)
    }

    /// For responses, which may be as long as they are.
    var forResponses: DecompressionLimit {
        DecompressionLimit(size: .max, ratio: ratio.value, layers: layers.value)
    }
}
