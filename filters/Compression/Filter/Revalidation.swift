// SPDX-License-Identifier: Apache-2.0
import Codecs
import HTTPD

/// Lets requests name the tags that coded content was sent with.
///
/// Handlers and backends know the tag of the plain content only, and would find no `"x-gzip"` in their own `"x"`.
enum Revalidation {
    private static let mostTags = 32

    /// How coded content is tagged.
    enum TagForm {
        /// With the coding's suffix.
        case suffix
        /// The same, and weak: the bytes differ from response to response.
        case weakSuffix
        /// With a weak tag for all codings.
        case weak

        init(_ mode: EntityTagMode, padding: Int) {
            self =
                switch mode {
                case .suffix: padding > 0 ? .weakSuffix : .suffix
                case .weak: .weak
                }
        }
    }

    /// Adds the plain tags to conditions, before a handler looks at them.
    ///
    /// The tags that the client sent stay: they tell, when the response is there, what the client has, and a backend that codes
    /// content itself knows them.
    static func prepare(_ request: borrowing Request, codings: CodingList) {
        let headers = request.inputHeaders
        guard
            headers.contains(field: "If-None-Match") || headers.contains(field: "If-Match")
                || headers.contains(field: "If-Range")
        else { return }
        if let value = request.inputHeaders["If-None-Match"] {
            add("If-None-Match", EntityTag.plainTags(missingIn: value, from: candidates(request, codings)), to: request)
        }
        if let value = request.inputHeaders["If-Match"] {
            add("If-Match", EntityTag.plainTags(missingIn: value, from: candidates(request, codings)), to: request)
            if EntityTag.list(value).contains(where: hasNoParts) { removeRange(from: request) }
        }
        guard let value = request.inputHeaders["If-Range"], let tag = EntityTag(value) else { return }
        if hasNoParts(tag) {
            request.inputHeaders.remove("If-Range")
            removeRange(from: request)
        }
    }

    /// Whether a tag is that of content which was coded for a response. Of what has a mark there are parts, and whoever cuts
    /// them compares the tags once more.
    private static func hasNoParts(_ tag: EntityTag) -> Bool {
        Coding.allCases.contains { coding in
            guard let plain = tag.plain(from: coding) else { return false }
            return plain.unmarked == nil
        }
    }

    /// The client has a part of the coded content, of which there are no parts to send. A part of the plain content would
    /// not fit, whoever cuts it: so the client gets the whole.
    private static func removeRange(from request: borrowing Request) {
        for name in ["Range", "Request-Range"] { request.inputHeaders.remove(name) }
    }

    /// Which codings' tags count in `If-None-Match` and `If-Match`.
    ///
    /// What is read is what the client would get now: a tag of any other coding is another representation's. What is changed
    /// is one thing behind all codings.
    private static func candidates(_ request: borrowing Request, _ codings: CodingList) -> [Coding] {
        guard request.method == "GET" || request.method == "HEAD" else { return Coding.allCases }
        let facts = ResponseFacts(asking: request)
        guard !facts.isOptedOut, !facts.requestForbidsTransforming else { return [] }
        let preferred = codings.preference(of: request.inputHeaders.bytes(field: "Accept-Encoding")).coding
        return Negotiation.choose(facts, codings.codings, preferred).map { [$0] } ?? []
    }

    private static func add(_ name: String, _ tags: [EntityTag], to request: borrowing Request) {
        guard !tags.isEmpty else { return }
        // A list that is longer makes for a field that a backend may refuse. Without its plain tag a coded one does not match.
        request.inputHeaders.merge(name, tags.prefix(mostTags).map(\.description).joined(separator: ", "))
    }

    /// Gives the response the tag of content in a coding.
    ///
    /// - Parameter mark: Of bytes that are always the same; see ``EntityTag/coded(as:mark:)``.
    static func mark(_ request: borrowing Request, _ coding: Coding, _ form: TagForm, _ mark: UInt32? = nil) {
        if form == .suffix, let tag = request.outputHeaders.bytes(field: "ETag"),
            let coded = EntityTag.coded(tag, as: coding, mark: mark)
        {
            request.errorHeaders.remove(field: "ETag")
            request.outputHeaders.set(field: "ETag", to: coded.span)
            return
        }
        guard let text = request.entityTag else { return }
        // What is no tag cannot be told from that of the plain content.
        request.entityTag = EntityTag(text).map { tag in
            guard let mark, form == .suffix else { return marked(tag, coding, form).description }
            return tag.coded(as: coding, mark: mark).description
        }
    }

    /// Gives a 304 the tag of what the client has: of the coded content, or of the plain content, which would do as well.
    static func markNotModified(
        _ request: borrowing Request, _ coding: Coding, _ form: TagForm, minimumLength: Int
    ) {
        guard let tag = request.entityTag.flatMap({ EntityTag($0) }) else { return }
        let known = EntityTag.list(request.inputHeaders["If-None-Match"] ?? "")
        var coded = marked(tag, coding, form)
        if form == .suffix, !known.contains(coded),
            let stored = known.first(where: { $0.plain(from: coding)?.unmarked?.matches(tag) ?? false })
        {
            coded = stored
        }
        if !known.contains(where: { $0.matches(coded) && (form != .weak || $0.isWeak) }) {
            if known.contains(where: { $0.matches(tag) }) { return }
            if let length = request.announcedLength, length < minimumLength { return }
        }
        request.entityTag = coded.description
        if hasNoParts(coded) { request.outputHeaders["Accept-Ranges"] = "none" }
    }

    private static func marked(_ tag: EntityTag, _ coding: Coding, _ form: TagForm) -> EntityTag {
        switch form {
        case .suffix: tag.coded(as: coding)
        case .weakSuffix: tag.coded(as: coding).weakened
        case .weak: tag.weakened
        }
    }
}
