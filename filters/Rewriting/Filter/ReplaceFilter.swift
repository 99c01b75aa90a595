// SPDX-License-Identifier: Apache-2.0
import HTTPD

/// The filter `REPLACE` on responses.
struct ReplaceFilter: OutputFilter, TransformFilter, ~Copyable {
    var transform: Rewriter

    /// Declines where no rule holds, for types that are not to be rewritten, and where nobody may transform.
    init?(_ request: borrowing Request, options: NoOptions) throws(HTTPDError) {
        let policy = request.compiled(RewritingPolicy.self)
        guard !policy.isEmpty else { return nil }
        guard policy.types.contains(request.contentType?.essence ?? "") else {
            ReasonToPass.type.note(request)
            return nil
        }
        guard !request.forbidsTransforming else {
            ReasonToPass.noTransform.note(request)
            return nil
        }
        guard let rewriter = try Rewriter(policy, request) else {
            ReasonToPass.noRule.note(request)
            return nil
        }
        transform = rewriter
    }

    func ended(_ request: borrowing Request) {
        transform.ended(request, counter: Counters.responses, notes: .response)
    }
}
