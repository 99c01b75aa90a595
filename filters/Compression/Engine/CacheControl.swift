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

extension CacheControl {
    /// The same of bytes.
    static func forbidsTransforming(field value: Span<UInt8>?) -> Bool {
        guard let value, mayForbid(value) else { return false }
        return forbidsTransforming(String(copying: value))
    }

    /// Whether "-t" is anywhere, as it is in few fields.
    private static func mayForbid(_ value: Span<UInt8>) -> Bool {
        var isBehindDash = false
        for index in value.indices {
            if isBehindDash, value[index].lowercasedASCII == UInt8(ascii: "t") { return true }
            isBehindDash = value[index] == UInt8(ascii: "-")
        }
        return false
    }
}

extension String {
    /// The text of bytes; what is not UTF-8 is replaced.
    init(copying bytes: Span<UInt8>) {
        var copy: [UInt8] = []
        copy.reserveCapacity(bytes.count)
        for index in bytes.indices { copy.append(bytes[index]) }
        self.init(decoding: copy, as: UTF8.self)
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
