// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD

/// How a filter changes content: what the adapter must put right in the header.
public enum ContentEffect: Sendable {
    /// The bytes stay as they are.
    case none
    /// The bytes change, but not their number, and each depends on its own place only: `Content-Length` and ranges
    /// stay right; validators and digests do not. Ranges are cut out of bodies of up to 1 MB; a longer one is sent whole,
    /// as it would have to be held in memory.
    case sameLength
    /// Anything may change: length, validators, digests and ranges go.
    case rewritesContent
    /// The content stays what it is, and is coded or decoded (RFC 9110 §8.4): length, digests and ranges go. Which coding
    /// there is now, and what that makes of the entity tag, is for the filter to say; it is asked for every response, those
    /// that are a part or coded already too.
    case recodesContent
}

/// Where in the chain of filters a filter stands. The corresponding C type is `ap_filter_type`.
public enum FilterStage: UInt32, Sendable {
    /// Takes a coding off, so that those behind see the content as it is meant. The C constant is `AP_FTYPE_RESOURCE - 1`.
    case decoding = 9
    /// Works on the content as it is meant. The corresponding C constant is `AP_FTYPE_RESOURCE`.
    case resource = 10
    /// Works on the content as it is coded, as compression does. The C constant is `AP_FTYPE_CONTENT_SET`.
    case contentSet = 20
}

extension ContentEffect {
    /// The flags that tell mod_filter the same. The corresponding C constants are `AP_FILTER_PROTO_*`.
    var filterFlags: UInt32 {
        switch self {
        case .none: 0
        case .sameLength: UInt32(AP_FILTER_PROTO_CHANGE)
        case .rewritesContent:
            UInt32(AP_FILTER_PROTO_CHANGE | AP_FILTER_PROTO_CHANGE_LENGTH | AP_FILTER_PROTO_NO_BYTERANGE)
        // It may leave a response as it is, and mod_filter would have taken away what holds for that.
        case .recodesContent: 0
        }
    }

    /// Why content must not be touched, or `nil`: it is only a part (RFC 9110 §14.4), or it is coded and the filter works
    /// on content as it is meant (§8.4).
    func reasonToDecline(_ request: borrowing Request, at stage: FilterStage) -> String? {
        switch self {
        case .none, .recodesContent: return nil
        case .sameLength, .rewritesContent: break
        }
        if request.isPartial { return "it is a part of the resource" }
        guard stage == .resource, let coding = request.contentEncoding, coding.lowercased() != "identity" else {
            return nil
        }
        return "it is coded as \(coding)"
    }

    /// Takes out of the response's header what will not hold for the new content. Before the first byte.
    func apply(to request: borrowing Request) {
        if case .none = self { return }
        Self.removeDigests(from: request)
        if case .recodesContent = self {
        } else {
            Self.remove("ETag", from: request)
            Self.remove("Last-Modified", from: request)
        }
        guard changesLength else { return }
        Self.remove("Content-Length", from: request)
        // httpd cuts ranges out of what leaves the last content filter; how that is cut into brigades is not for
        // a client to see, so a rewritten body is sent whole. RFC 9110 §14.2 allows to ignore Range.
        Self.remove("Accept-Ranges", from: request)
        request.inputHeaders.remove(field: "Range")
        // An older name of it, which httpd still knows.
        request.inputHeaders.remove(field: "Request-Range")
        // Seeking is possible in what this is made of, and clients are told that it is not in this.
        if case .recodesContent = self { request.outputHeaders.set(field: "Accept-Ranges", to: "none") }
    }

    /// Takes out of the response's header what will not hold when another file is sent. httpd knows its length, and cuts ranges
    /// out of it.
    static func noteSubstitute(in request: borrowing Request) {
        removeDigests(from: request)
        remove("Content-Length", from: request)
    }

    /// Whether the number of bytes may change.
    var changesLength: Bool {
        switch self {
        case .none, .sameLength: false
        case .rewritesContent, .recodesContent: true
        }
    }

    private static func removeDigests(from request: borrowing Request) {
        remove("Content-MD5", from: request)
        remove("Digest", from: request)
        remove("Content-Digest", from: request)
        remove("Repr-Digest", from: request)
    }

    private static func remove(_ name: StaticString, from request: borrowing Request) {
        request.outputHeaders.remove(field: name)
        request.errorHeaders.remove(field: name)
    }

    /// Takes out of the request's header what will not hold for the new body.
    func applyToBody(of request: borrowing Request) {
        if case .none = self { return }
        request.inputHeaders.remove(field: "Content-MD5")
        request.inputHeaders.remove(field: "Digest")
        request.inputHeaders.remove(field: "Content-Digest")
        request.inputHeaders.remove(field: "Repr-Digest")
        guard changesLength, request.inputHeaders.contains("Content-Length") else { return }
        request.inputHeaders.remove("Content-Length")
        // To whoever looks for a body it would seem that there is none: one of unknown length is a chunked one.
        request.inputHeaders["Transfer-Encoding"] = "chunked"
    }
}
