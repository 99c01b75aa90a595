// SPDX-License-Identifier: Apache-2.0
import Codecs
import HTTPD

extension ResponseFacts {
    /// What the request says.
    init(asking request: borrowing Request) {
        acceptEncoding = request.inputHeaders["Accept-Encoding"]
        requestForbidsTransforming = CacheControl.forbidsTransforming(request.inputHeaders["Cache-Control"])
        isOptedOut = request.environment.contains("no-gzip")
        isForHTMLOnly = request.environment["gzip-only-text/html"] == "1"
        isForced = request.environment.contains("force-gzip")
    }

    /// What the request and its response say.
    init(answering request: borrowing Request) {
        self.init(asking: request)
        status = request.status.rawValue
        mediaType = request.contentType?.essence
        isCoded = !ContentEncodings(request.contentEncoding).isEmpty
        isPartial = request.isPartial
        forbidsTransforming =
            CacheControl.forbidsTransforming(request.outputHeaders["Cache-Control"])
            || CacheControl.forbidsTransforming(request.errorHeaders["Cache-Control"])
    }
}

extension Request {
    /// The response's tag, wherever it is kept.
    var entityTag: String? {
        get { outputHeaders["ETag"] ?? errorHeaders["ETag"] }
        nonmutating set {
            errorHeaders.remove("ETag")
            outputHeaders["ETag"] = newValue
        }
    }

    /// The length that the response's header announces.
    var announcedLength: Int? {
        (outputHeaders["Content-Length"] ?? errorHeaders["Content-Length"]).flatMap { Int($0) }
    }

    /// Tells caches that the response depends on `Accept-Encoding`, unless they were told.
    func varyOnAcceptEncoding() {
        guard !Vary.namesAcceptEncoding(outputHeaders["Vary"]), !Vary.namesAcceptEncoding(errorHeaders["Vary"]) else {
            return
        }
        outputHeaders.merge("Vary", "Accept-Encoding")
    }
}
