// SPDX-License-Identifier: Apache-2.0

extension Request {
    /// Whether the content of the response must not be transformed: the directive `no-transform` of `Cache-Control`, in the
    /// response or in the request. RFC 9111 §5.2.1.6, §5.2.2.6.
    public var forbidsTransforming: Bool {
        Self.forbidsTransforming(outputHeaders["Cache-Control"])
            || Self.forbidsTransforming(errorHeaders["Cache-Control"])
            || forbidsTransformingBody
    }

    /// Whether the content of the request must not be transformed.
    public var forbidsTransformingBody: Bool { Self.forbidsTransforming(inputHeaders["Cache-Control"]) }

    private static func forbidsTransforming(_ value: String?) -> Bool {
        guard let value else { return false }
        return value.lowercased().split(separator: ",").contains { member in
            member.drop { $0 == " " || $0 == "\t" }.prefix { $0 != " " && $0 != "\t" } == "no-transform"
        }
    }
}
