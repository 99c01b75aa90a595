// SPDX-License-Identifier: Apache-2.0
import Codecs
import HTTPD

/// Lets requests name the tags that coded content was sent with.
///
/// Handlers and backends know the tag of the plain content only, and would find no `"x-gzip"` in their own `"x"`.
enum Revalidation {
    /// Adds the plain tags to conditions, before a handler looks at them.
    ///
    /// The tags that the client sent stay: they tell, when the response is there, what the client has, and a backend that codes
    /// content itself knows them.
    static func prepare(_ request: borrowing Request, codings: [Coding]) {
        if let value = request.inputHeaders["If-None-Match"] {
            add("If-None-Match", EntityTag.plainTags(missingIn: value, from: candidates(request, codings)), to: request)
        }
        if let value = request.inputHeaders["If-Match"] {
            add("If-Match", EntityTag.plainTags(missingIn: value, from: Coding.allCases), to: request)
        }
        guard let value = request.inputHeaders["If-Range"], let tag = EntityTag(value) else { return }
        let plain = Coding.allCases.compactMap { tag.plain(from: $0) }
        // Of what has a mark there are parts, and whoever cuts them compares the tags once more.
        if plain.contains(where: { $0.unmarked == nil }) {
            // The client has a part of the coded content, of which there are no parts to send. A part of the plain content
            // would not fit, whoever cuts it: so the client gets the whole.
            for name in ["If-Range", "Range", "Request-Range"] { request.inputHeaders.remove(name) }
        }
    }

    /// Which codings' tags count in `If-None-Match`.
    ///
    /// What is read is what the client would get now: a tag of any other coding is another representation's. What is changed
    /// is one thing behind all codings.
    private static func candidates(_ request: borrowing Request, _ codings: [Coding]) -> [Coding] {
        guard request.method == "GET" || request.method == "HEAD" else { return Coding.allCases }
        let facts = ResponseFacts(asking: request)
        guard !facts.isOptedOut, !facts.requestForbidsTransforming else { return [] }
        return Negotiation.choose(facts, codings).map { [$0] } ?? []
    }

    private static func add(_ name: String, _ tags: [EntityTag], to request: borrowing Request) {
        guard !tags.isEmpty else { return }
        request.inputHeaders.merge(name, tags.map(\.description).joined(separator: ", "))
    }

    /// Gives the response the tag of content in a coding.
    ///
    /// - Parameter mark: Of bytes that are always the same; see ``EntityTag/coded(as:mark:)``.
    static func mark(_ request: borrowing Request, _ coding: Coding, _ mode: EntityTagMode, _ mark: UInt32? = nil) {
        guard let text = request.entityTag else { return }
        // What is no tag cannot be told from that of the plain content.
        request.entityTag = EntityTag(text).map { tag in
            guard let mark, mode == .suffix else { return marked(tag, coding, mode).description }
            return tag.coded(as: coding, mark: mark).description
        }
    }

    /// Gives a 304 the tag of what the client has: of the coded content, or of the plain content, which would do as well.
    static func markNotModified(
        _ request: borrowing Request, _ coding: Coding, _ mode: EntityTagMode, minimumLength: Int
    ) {
        guard let tag = request.entityTag.flatMap({ EntityTag($0) }) else { return }
        let known = EntityTag.list(request.inputHeaders["If-None-Match"] ?? "")
        var coded = marked(tag, coding, mode)
        if mode == .suffix, !known.contains(coded),
            let stored = known.first(where: { $0.plain(from: coding)?.unmarked?.matches(tag) ?? false })
        {
            coded = stored
        }
        if !known.contains(where: { $0.matches(coded) && (mode == .suffix || $0.isWeak) }) {
            if known.contains(where: { $0.matches(tag) }) { return }
            if let length = request.announcedLength, length < minimumLength { return }
        }
        request.entityTag = coded.description
    }

    private static func marked(_ tag: EntityTag, _ coding: Coding, _ mode: EntityTagMode) -> EntityTag {
        switch mode {
        case .suffix: tag.coded(as: coding)
        case .weak: tag.weakened
        }
    }
}
