// SPDX-License-Identifier: Apache-2.0
import HTMLEditing
import HTMLTokenizing
import HTTPD

/// The filter `HTMLREWRITE` on responses.
struct HTMLRewriteFilter: OutputFilter, TransformFilter, ~Copyable {
    var transform: PageRewriter
    private let refusals = Refusals()
    private let policy: HTMLLimits.Policy

    /// Declines where no rule holds, for what SSI includes in a page, for what is no HTML or in an encoding without ASCII
    /// in it, and where nobody may transform.
    init?(_ request: borrowing Request, options: NoOptions) throws(HTTPDError) {
        let policy = request.compiled(HTMLRewritingPolicy.self)
        guard !policy.isEmpty else { return nil }
        // It has no root and no body, and the filter of the page around it would do everything once more.
        guard !request.isSubrequest else {
            ReasonToPass.partOfPage.note(request)
            return nil
        }
        guard policy.types.contains(request.contentType?.essence ?? "") else {
            ReasonToPass.type.note(request)
            return nil
        }
        guard !request.forbidsTransforming else {
            ReasonToPass.noTransform.note(request)
            return nil
        }
        let charset = request.contentType?.charset
        guard charset.map({ $0.isASCIICompatible || $0.isUTF16 && policy.convertsUTF16 }) ?? true else {
            ReasonToPass.encoding.note(request)
            return nil
        }
        let rules = try policy.rules(for: request, refusals)
        let urls = try policy.urls(for: request)
        guard rules != nil || urls != nil else {
            ReasonToPass.noRule.note(request)
            return nil
        }
        self.policy = policy.limits.policy
        transform = PageRewriter(
            rules ?? HTMLRules(), urls, policy.limits, charset: charset, converts: policy.convertsUTF16)
    }

    /// Says what the encoding of a page is that was in another one.
    mutating func headerLeaves(_ request: borrowing Request) {
        if transform.headerLeaves() { request.contentType = request.contentType?.inUTF8 }
    }

    /// Leaves notes and counts for the log, and says once what could not be done.
    func ended(_ request: borrowing Request) {
        Counters.pages.add()
        Counters.matches.add(transform.handled)
        Counters.urls.add(transform.mapped)
        request.notes["htmlrewrite-count"] = String(transform.handled)
        if transform.mapped > 0 { request.notes["htmlrewrite-urls"] = String(transform.mapped) }
        if transform.isPassing { ReasonToPass.encoding.note(request) }
        if let first = refusals.first {
            let count = refusals.count
            request.notes["htmlrewrite-refused"] = String(count)
            let subject = count == 1 ? "an element stays as it was" : "\(count) elements stay as they were"
            request.log.info("\(subject): \(first)")
        }
        guard let exceeded = transform.exceeded else { return }
        Counters.limits.add()
        request.notes["htmlrewrite-limit"] = exceeded.note
        // Where it fails the response, the error says so.
        if policy == .pass { request.log.warning("the page exceeds \(exceeded.directive): the rest of it passed") }
    }
}

extension HTMLLimits.Limit {
    /// The note.
    var note: String {
        switch self {
        case .memory: "memory"
        case .depth: "depth"
        case .attributes: "attributes"
        case .tagLength: "tag"
        case .types: "types"
        }
    }

    /// What sets it.
    var directive: String {
        switch self {
        case .memory: "HTMLRewriteMemory"
        case .depth: "HTMLRewriteMaxDepth"
        case .attributes: "HTMLRewriteMaxAttributes"
        case .tagLength: "HTMLRewriteMaxTag"
        case .types: "the number of names that :nth-of-type counts"
        }
    }
}

/// Why a page is left as it is: the note `htmlrewrite-reason`.
enum ReasonToPass: String {
    case noTransform = "no-transform"
    case type = "type"
    case noRule = "no rule"
    case encoding = "encoding"
    case partOfPage = "part of a page"

    func note(_ request: borrowing Request) { request.notes["htmlrewrite-reason"] = rawValue }
}
