// SPDX-License-Identifier: Apache-2.0
import HTTPD

/// The filter `REPLACE` on the bodies of requests.
struct ReplaceInputFilter: InputFilter, ~Copyable {
    private var rewriter: Rewriter

    /// Declines where no rule holds, for parts, coded bodies, types that are not to be rewritten, and where nobody may
    /// transform.
    init?(_ request: borrowing Request, options: NoOptions) throws(HTTPDError) {
        let policy = request.compiled(RewritingPolicy.self)
        guard !policy.isEmpty, !request.isSubrequest else { return nil }
        guard !request.inputHeaders.contains("Content-Range") else {
            ReasonToPass.part.note(request, .request)
            return nil
        }
        let type = MediaType(rawValue: request.inputHeaders["Content-Type"] ?? "")
        guard policy.types.contains(type.essence) else {
            ReasonToPass.type.note(request, .request)
            return nil
        }
        if let coding = request.inputHeaders["Content-Encoding"], coding.lowercased() != "identity" {
            request.notes[RewritingNotes.request.reason] = "it is coded as \(coding)"
            request.log.info("REPLACE leaves the request's body as it is: it is coded as \(coding)")
            return nil
        }
        guard !CacheControl.forbidsTransforming(request.inputHeaders["Cache-Control"]) else {
            ReasonToPass.noTransform.note(request, .request)
            return nil
        }
        guard let rewriter = try Rewriter(policy, request) else {
            ReasonToPass.noRule.note(request, .request)
            return nil
        }
        self.rewriter = rewriter
    }

    var growthLimit: Int? { rewriter.growthLimit }

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) throws(HTTPDError) {
        try rewriter.write(bytes, into: &output)
    }

    mutating func flush(into output: inout Output) throws(HTTPDError) {
        try rewriter.flush(into: &output)
    }

    mutating func finish(into output: inout Output) throws(HTTPDError) {
        try rewriter.finish(into: &output)
    }

    func ended(_ request: borrowing Request) {
        rewriter.ended(request, counter: Counters.requests, notes: .request)
    }
}
