// SPDX-License-Identifier: Apache-2.0
public import Codecs
public import HTTPD

/// What a response and its request say of whether the response may be coded.
public struct ResponseFacts: Sendable {
    /// The status.
    public var status = 200
    /// The media type in small letters, without parameters.
    public var mediaType: String?
    /// Whether there is a coding already.
    public var isCoded = false
    /// Whether it is a part of what was asked for.
    public var isPartial = false
    /// Whether its `Cache-Control` says no-transform.
    public var forbidsTransforming = false
    /// The request's `Accept-Encoding`.
    public var acceptEncoding: String?
    /// Whether the request's `Cache-Control` says no-transform.
    public var requestForbidsTransforming = false
    /// mod_deflate's variable `no-gzip`: nothing is coded.
    public var isOptedOut = false
    /// mod_deflate's variable `gzip-only-text/html`: nothing else is coded.
    public var isForHTMLOnly = false
    /// mod_deflate's variable `force-gzip`: gzip, if it is among the codings, whatever the client says.
    public var isForced = false

    /// A plain page that nobody asked to be coded.
    public init() {}
}

/// What there is to know of a media type.
struct MediaClass: Sendable {
    /// Whether it is worth compressing.
    let isWorthIt: Bool
    /// `text/html`
    let isHTML: Bool
    /// `text/event-stream`
    let isEventStream: Bool
    /// `multipart/byteranges`
    let isRanges: Bool

    /// - Parameter essence: The type in small letters, without parameters.
    init(_ essence: String, _ types: MediaTypeList) {
        isWorthIt = types.contains(essence)
        isHTML = essence == "text/html"
        isEventStream = essence == "text/event-stream"
        isRanges = essence == "multipart/byteranges"
    }
}

/// What is to become of a response.
public struct Negotiation: Equatable, Sendable {
    /// What is to be done.
    public enum Outcome: Equatable, Sendable {
        /// Code the content.
        case code(Coding)
        /// There is no content; the header is that of content in this coding, or in none.
        case notModified(Coding)
        /// Leave all as it is.
        case leave(Reason)
    }

    /// Why a response is left as it is: what the note `compress-reason` says.
    public enum Reason: String, Sendable {
        /// No coding is in force.
        case off
        /// There is no content.
        case empty
        /// It is coded already.
        case coded
        /// `no-transform` forbids it.
        case noTransform = "no-transform"
        /// The media type is not worth it.
        case type
        /// It is a part.
        case partial
        /// The environment says so.
        case environment
        /// The client takes no coding that is in force, or prefers none.
        case notAccepted = "not-accepted"
        /// It is too short.
        case short
    }

    /// What is to be done.
    public let outcome: Outcome
    /// Whether another `Accept-Encoding` could have led to another response, so that caches have to know.
    public let varies: Bool

    /// Decides.
    ///
    /// - Parameters:
    ///   - facts: What is known.
    ///   - codings: What may be used, best first.
    ///   - types: What is worth it. Of a response without content whose type is not known it is taken that it is.
    public init(_ facts: ResponseFacts, codings: [Coding], types: MediaTypeList) {
        self.init(
            facts, codings: codings, media: facts.mediaType.map { MediaClass($0, types) },
            preferred: Preference(facts.acceptEncoding, among: codings).coding)
    }

    /// Decides.
    ///
    /// - Parameters:
    ///   - facts: What else is known.
    ///   - codings: What may be used.
    ///   - media: The response's type.
    ///   - preferred: The coding that the client likes best.
    init(_ facts: ResponseFacts, codings: [Coding], media: MediaClass?, preferred: Coding?) {
        (outcome, varies) = Self.decide(facts, codings, media, preferred)
    }

    private static func decide(
        _ facts: ResponseFacts, _ codings: [Coding], _ media: MediaClass?, _ preferred: Coding?
    ) -> (Outcome, varies: Bool) {
        guard !codings.isEmpty else { return (.leave(.off), false) }
        if facts.status < 200 || facts.status == 204 || facts.status == 205 { return (.leave(.empty), false) }
        if facts.isCoded { return (.leave(.coded), false) }
        if facts.forbidsTransforming { return (.leave(.noTransform), false) }
        guard isWorthIt(facts, media) else { return (.leave(.type), false) }
        if facts.isPartial { return (.leave(.partial), true) }
        if facts.requestForbidsTransforming { return (.leave(.noTransform), true) }
        if facts.isOptedOut || (facts.isForHTMLOnly && media?.isHTML != true) { return (.leave(.environment), true) }
        guard let coding = choose(facts, codings, preferred) else { return (.leave(.notAccepted), true) }
        return (facts.status == 304 ? .notModified(coding) : .code(coding), true)
    }

    /// The coding that a request leads to where the response allows it. `force-gzip` is about what clients say, and not about
    /// what an administrator allows.
    static func choose(_ facts: ResponseFacts, _ codings: [Coding], _ preferred: Coding?) -> Coding? {
        facts.isForced && codings.contains(.gzip) ? .gzip : preferred
    }

    private static func isWorthIt(_ facts: ResponseFacts, _ media: MediaClass?) -> Bool {
        guard let media else { return facts.status == 304 }
        return media.isWorthIt || (media.isRanges && facts.isPartial)
    }
}
