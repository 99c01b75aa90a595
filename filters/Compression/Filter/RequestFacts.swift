// SPDX-License-Identifier: Apache-2.0
import Codecs
import HTTPD

extension ResponseFacts {
    /// What the request says, but for `Accept-Encoding`.
    init(asking request: borrowing Request) {
        requestForbidsTransforming = CacheControl.forbidsTransforming(
            field: request.inputHeaders.bytes(field: "Cache-Control"))
        isOptedOut = request.environment.contains(field: "no-gzip")
        isForHTMLOnly = request.environment["gzip-only-text/html"] == "1"
        isForced = request.environment.contains(field: "force-gzip")
    }

    /// What the request and its response say, but for `Accept-Encoding` and the media type.
    init(answering request: borrowing Request) {
        self.init(asking: request)
        status = request.status.rawValue
        isCoded = request.hasContentEncoding && !ContentEncodings(request.contentEncoding).isEmpty
        isPartial = request.isPartial
        forbidsTransforming =
            CacheControl.forbidsTransforming(field: request.outputHeaders.bytes(field: "Cache-Control"))
            || CacheControl.forbidsTransforming(field: request.errorHeaders.bytes(field: "Cache-Control"))
    }
}

extension Request {
    /// The response's tag, wherever it is kept.
    var entityTag: String? {
        get { outputHeaders["ETag"] ?? errorHeaders["ETag"] }
        nonmutating set {
            errorHeaders.remove(field: "ETag")
            outputHeaders["ETag"] = newValue
        }
    }

    /// The length that the response's header announces.
    var announcedLength: Int? {
        (outputHeaders["Content-Length"] ?? errorHeaders["Content-Length"]).flatMap { Int($0) }
    }

    /// Tells caches that the response depends on `Accept-Encoding`, unless they were told.
    func varyOnAcceptEncoding() {
        guard outputHeaders.contains(field: "Vary") || errorHeaders.contains(field: "Vary") else {
            return outputHeaders.set(field: "Vary", to: "Accept-Encoding")
        }
        guard !Vary.namesAcceptEncoding(outputHeaders["Vary"]), !Vary.namesAcceptEncoding(errorHeaders["Vary"]) else {
            return
        }
        outputHeaders.merge("Vary", "Accept-Encoding")
    }
}

extension Coding {
    /// Its name, for tables of httpd.
    var name: StaticString {
        switch self {
        case .zstd: "zstd"
        case .br: "br"
        case .gzip: "gzip"
        case .deflate: "deflate"
        }
    }
}
