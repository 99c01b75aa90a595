// SPDX-License-Identifier: Apache-2.0
import HTTPD

/// The filter `REPLACE` on responses.
struct ReplaceFilter: OutputFilter, ~Copyable {
    private var rewriter: Rewriter

    /// Declines where no rule holds, for types that are not to be rewritten, and where nobody may transform.
    init?(_ request: borrowing Request, options: NoOptions) throws(HTTPDError) {
        let policy = request.compiled(RewritingPolicy.self)
        guard !policy.isEmpty else { return nil }
        guard policy.types.contains(request.contentType?.essence ?? "") else {
            ReasonToPass.type.note(request)
            return nil
        }
        guard !CacheControl.forbidsTransforming(request.outputHeaders["Cache-Control"]),
            !CacheControl.forbidsTransforming(request.errorHeaders["Cache-Control"]),
            !CacheControl.forbidsTransforming(request.inputHeaders["Cache-Control"])
        else {
            ReasonToPass.noTransform.note(request)
            return nil
        }
        guard let rewriter = try Rewriter(policy, request) else {
            ReasonToPass.noRule.note(request)
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
        rewriter.ended(request, counter: Counters.responses, notes: .response)
    }
}
