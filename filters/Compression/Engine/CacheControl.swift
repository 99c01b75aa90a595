// SPDX-License-Identifier: Apache-2.0

/// What this plugin reads of the field `Cache-Control`. RFC 9111 §5.2.
enum CacheControl {
    /// Whether the content must not be coded otherwise: the directive `no-transform`, of a request or a response.
    static func forbidsTransforming(_ value: String?) -> Bool {
        guard let value else { return false }
        for member in FieldList(value) {
            if member.cut(at: UInt8(ascii: "=")).front.trimmed.equalsIgnoringCase("no-transform") { return true }
        }
        return false
    }
}

/// The field `Vary`. RFC 9110 §12.5.5.
enum Vary {
    /// Whether caches know that the response depends on `Accept-Encoding`: it is named, or all fields are.
    static func namesAcceptEncoding(_ value: String?) -> Bool {
        guard let value else { return false }
        return FieldList(value).contains { $0.equalsIgnoringCase("accept-encoding") || $0.equalsIgnoringCase("*") }
    }
}
