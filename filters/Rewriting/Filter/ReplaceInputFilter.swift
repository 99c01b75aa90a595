// SPDX-License-Identifier: Apache-2.0
import HTTPD

/// The filter `REPLACE` on the bodies of requests.
struct ReplaceInputFilter: InputFilter, TransformFilter, ~Copyable {
    var transform: Rewriter

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
        guard !request.forbidsTransformingBody else {
            ReasonToPass.noTransform.note(request, .request)
            return nil
        }
        guard let rewriter = try Rewriter(policy, request) else {
            ReasonToPass.noRule.note(request, .request)
            return nil
        }
        transform = rewriter
    }

    func ended(_ request: borrowing Request) {
        transform.ended(request, counter: Counters.requests, notes: .request)
    }
}
