// SPDX-License-Identifier: Apache-2.0
import HTMLLinks
import HTTPD

/// Maps the URLs in the header of a response, whatever its content is.
enum HeaderMapping {
    /// Goes through each value of the fields that hold URLs, just before the header leaves.
    static func mapResponse(_ request: borrowing Request) throws(HTTPDError) {
        guard let urls = try request.compiled(HTMLRewritingPolicy.self).urls(for: request) else { return }
        var links = LinkRewriter(urls)
        for field in HeaderLinks.fields {
            let bytes = Array(field.utf8)
            guard let kind = HeaderLinks(field: bytes.span) else { continue }
            try request.outputHeaders.replaceValueBytes(field) { (value: Span<UInt8>) throws(HTTPDError) in
                links.map(header: value, as: kind)
            }
            try request.errorHeaders.replaceValueBytes(field) { (value: Span<UInt8>) throws(HTTPDError) in
                links.map(header: value, as: kind)
            }
        }
    }
}
