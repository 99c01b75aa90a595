// SPDX-License-Identifier: Apache-2.0

/// How the URLs are written that a header field of a response holds.
///
/// Left alone are: those of requests (`Referer`, `Origin`, `Destination`), which go the other way; `Alt-Svc`, which
/// names servers, not URLs; and JSON (`Report-To`, `NEL`), whose successor `Reporting-Endpoints` is mapped.
public enum HeaderLinks: UInt8, Equatable, Sendable {
    /// A URL: `Location`, `Content-Location`, `URI`, `SourceMap`, `X-SourceMap`, `Service-Worker-Allowed`, `X-Pingback`.
    case url
    /// `Refresh`.
    case refresh
    /// `Link`: RFC 8288. The targets are mapped, the parameters stay.
    case link
    /// `Set-Cookie`: the attributes `Path` and `Domain`.
    case cookie
    /// `Content-Security-Policy` and its `-Report-Only`: the sources and `report-uri`.
    case policy
    /// Origins: `Access-Control-Allow-Origin`, `Timing-Allow-Origin`.
    case origins
    /// URLs in quotation marks: `Reporting-Endpoints`.
    case endpoints

    /// The names of all fields that hold URLs.
    public static let fields = [
        "Location", "Content-Location", "Link", "Refresh", "Set-Cookie", "Content-Security-Policy",
        "Content-Security-Policy-Report-Only", "Access-Control-Allow-Origin", "Timing-Allow-Origin",
        "Reporting-Endpoints", "SourceMap", "X-SourceMap", "Service-Worker-Allowed", "X-Pingback", "URI",
    ]

    /// What a field of this name, in small or capital letters, holds; `nil` for most.
    public init?(field name: Span<UInt8>) {
        switch name.at(0).lowercased {
        case UInt8(ascii: "l"):
            if name.isWord("location") { self = .url } else if name.isWord("link") { self = .link } else { return nil }
        case UInt8(ascii: "c"):
            if name.isWord("content-location") {
                self = .url
            } else if name.isWord("content-security-policy") || name.isWord("content-security-policy-report-only") {
                self = .policy
            } else {
                return nil
            }
        case UInt8(ascii: "r"):
            if name.isWord("refresh") {
                self = .refresh
            } else if name.isWord("reporting-endpoints") {
                self = .endpoints
            } else {
                return nil
            }
        case UInt8(ascii: "s"):
            if name.isWord("set-cookie") {
                self = .cookie
            } else if name.isWord("sourcemap") || name.isWord("service-worker-allowed") {
                self = .url
            } else {
                return nil
            }
        case UInt8(ascii: "a"):
            guard name.isWord("access-control-allow-origin") else { return nil }
            self = .origins
        case UInt8(ascii: "t"):
            guard name.isWord("timing-allow-origin") else { return nil }
            self = .origins
        case UInt8(ascii: "x"):
            guard name.isWord("x-sourcemap") || name.isWord("x-pingback") else { return nil }
            self = .url
        case UInt8(ascii: "u"):
            guard name.isWord("uri") else { return nil }
            self = .url
        default: return nil
        }
    }
}

extension LinkRewriter {
    /// The new value of a header field; `nil` if it stays as it is.
    ///
    /// - Parameters:
    ///   - header: The value of one field; of `Set-Cookie`, which cannot be joined, of each its own.
    ///   - kind: What the field holds.
    public mutating func map(header: Span<UInt8>, as kind: HeaderLinks) -> [UInt8]? {
        guard !urls.isEmpty else { return nil }
        var editor = ValueEditor()
        switch kind {
        case .url: return map(header, as: .url)
        case .refresh: return map(header, as: .refresh)
        case .link: LinkField.map(header, urls, &editor)
        case .endpoints: LinkField.mapQuoted(header, urls, &editor)
        case .cookie: CookieField.map(header, urls, &editor)
        case .policy: PolicyField.map(header, urls, &editor)
        case .origins:
            var parts = SeparatedURLs(in: header, commas: true)
            while let part = parts.next() {
                guard let origin = urls.origin(of: header.part(part)) else { continue }
                editor.replace(part, of: header, by: origin)
            }
        }
        return editor.finish(header)
    }
}
