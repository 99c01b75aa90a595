// SPDX-License-Identifier: Apache-2.0
import Codecs
import HTTPD

/// The filter `DECOMPRESS` on responses: takes the codings off, so that the filters behind it see the content as it is meant.
struct DecompressFilter: HeaderOutputFilter, ~Copyable {
    static let effect: ContentEffect = .recodesContent
    static let stage: FilterStage = .decoding

    private var decompressor: Decompressor
    private let codings: [Coding]
    private var tally = Tally()

    init?(_ request: borrowing Request, options: NoOptions) throws(HTTPDError) {
        let facts = ResponseFacts(answering: request)
        guard facts.isCoded || facts.status == 304 else { return nil }
        if facts.status == 304 {
            // What has no coding in its header may be of a content that has one.
            Self.markTag(request)
            return nil
        }
        let encodings = ContentEncodings(request.contentEncoding)
        guard encodings.unknown.isEmpty else {
            request.log.info(
                "DECOMPRESS leaves the response as it is: it is coded as \(encodings.unknown.joined(separator: ", "))")
            return nil
        }
        guard !facts.isPartial, !facts.forbidsTransforming, !facts.requestForbidsTransforming else { return nil }
        codings = encodings.known
        let limit = request.configuration(CompressionConfiguration.self).limit
        do throws(DecompressionFailure) {
            decompressor = try Decompressor(codings, limit: limit.forResponses)
        } catch {
            throw HTTPDError(error.error.message, httpStatus: 502)
        }
    }

    mutating func begin(_ request: borrowing Request, _ body: BodyStart) throws(HTTPDError) -> Bool {
        request.contentEncoding = nil
        Self.markTag(request)
        request.notes["decompress-coding"] = codings.map(\.token).joined(separator: ", ")
        return true
    }

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) throws(HTTPDError) {
        do throws(StreamError) {
            try tally.measure(bytes.count, into: &output) { output throws(StreamError) in
                try decompressor.write(bytes, into: &output)
            }
        } catch {
            throw HTTPDError(error.message, httpStatus: 502)
        }
    }

    mutating func finish(into output: inout Output) throws(HTTPDError) {
        do throws(StreamError) {
            try decompressor.finish(into: &output)
        } catch {
            throw HTTPDError(error.message, httpStatus: 502)
        }
    }

    func ended(_ request: borrowing Request) {
        Counters.decodedResponses.add()
        tally.leave(.decompressing, plain: tally.produced, coded: tally.received, in: request)
    }

    /// The tag was that of the coded content, and the same content is meant: a weak tag says no more.
    private static func markTag(_ request: borrowing Request) {
        guard let text = request.entityTag else { return }
        request.entityTag = EntityTag(text)?.weakened.description
    }
}
