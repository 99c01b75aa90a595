// SPDX-License-Identifier: Apache-2.0
import Codecs
import Testing

@testable import Compression

@Suite("What becomes of a response")
struct NegotiationTests {
    private func negotiate(
        _ codings: [Coding]? = nil, _ change: (inout ResponseFacts) -> Void
    ) -> Negotiation {
        var facts = ResponseFacts()
        facts.mediaType = "text/html"
        facts.acceptEncoding = "gzip"
        change(&facts)
        return Negotiation(facts, codings: codings ?? [.zstd, .br, .gzip], types: .compressible)
    }

    @Test("a page is coded, whatever its status") func coded() {
        for status in [200, 201, 400, 404, 500, 503] {
            let result = negotiate { $0.status = status }
            #expect(result.outcome == .code(.gzip) && result.varies)
        }
    }

    @Test("a reason that is the resource's own means that nothing varies") func own() {
        let cases: [(Negotiation.Reason, (inout ResponseFacts) -> Void)] = [
            (.empty, { $0.status = 204 }), (.empty, { $0.status = 205 }), (.empty, { $0.status = 103 }),
            (.coded, { $0.isCoded = true }), (.noTransform, { $0.forbidsTransforming = true }),
            (.type, { $0.mediaType = "image/png" }), (.type, { $0.mediaType = nil }),
        ]
        for (reason, change) in cases {
            let result = negotiate(nil, change)
            #expect(result.outcome == .leave(reason) && !result.varies)
        }
        #expect(negotiate([]) { _ in } == negotiate([]) { $0.isForced = true })
        #expect(negotiate([]) { _ in }.outcome == .leave(.off))
    }

    @Test("a reason that is the request's own means that another request may get something else") func request() {
        let cases: [(Negotiation.Reason, (inout ResponseFacts) -> Void)] = [
            (.partial, { $0.isPartial = true }),
            (
                .partial,
                {
                    $0.isPartial = true
                    $0.mediaType = "multipart/byteranges"
                }
            ),
            (.noTransform, { $0.requestForbidsTransforming = true }), (.environment, { $0.isOptedOut = true }),
            (
                .environment,
                {
                    $0.isForHTMLOnly = true
                    $0.mediaType = "text/plain"
                }
            ),
            (.notAccepted, { $0.acceptEncoding = nil }), (.notAccepted, { $0.acceptEncoding = "foo" }),
        ]
        for (reason, change) in cases {
            let result = negotiate(nil, change)
            #expect(result.outcome == .leave(reason) && result.varies)
        }
    }

    @Test("a 304 varies as the 200 would, also when its type is not known") func notModified() {
        let unknown = negotiate { facts in
            facts.status = 304
            facts.mediaType = nil
        }
        #expect(unknown.outcome == .notModified(.gzip) && unknown.varies)
        let picture = negotiate { facts in
            facts.status = 304
            facts.mediaType = "image/png"
        }
        #expect(picture.outcome == .leave(.type) && !picture.varies)
    }

    @Test("force-gzip needs no Accept-Encoding, and gzip-only-text/html lets pages through") func forced() {
        let forced = negotiate { facts in
            facts.isForced = true
            facts.acceptEncoding = nil
        }
        #expect(forced.outcome == .code(.gzip))
        // What an administrator left out is not sent whatever a client or a variable says.
        #expect(negotiate([.br]) { $0.isForced = true }.outcome == .leave(.notAccepted))
        #expect(negotiate { $0.isForHTMLOnly = true }.outcome == .code(.gzip))
    }
}
