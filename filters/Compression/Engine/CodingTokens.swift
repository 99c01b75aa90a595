// SPDX-License-Identifier: Apache-2.0
public import Codecs

extension Coding {
    /// The coding with this name in a header field, in any case. `x-gzip` is `gzip`. RFC 9110 §8.4.1.
    init?(token: Substring.UTF8View) {
        if token.equalsIgnoringCase("gzip") || token.equalsIgnoringCase("x-gzip") {
            self = .gzip
        } else if token.equalsIgnoringCase("br") {
            self = .br
        } else if token.equalsIgnoringCase("zstd") {
            self = .zstd
        } else if token.equalsIgnoringCase("deflate") {
            self = .deflate
        } else {
            return nil
        }
    }
}

/// The codings of a body, in the order in which they were applied: the field `Content-Encoding`. RFC 9110 §8.4.
public struct ContentEncodings: Equatable, Sendable {
    /// What was applied last and is known, in the order in which it was applied.
    public private(set) var known: [Coding] = []
    /// What was applied before that, as it was written: it begins with an unknown coding from the right.
    public private(set) var unknown: [String] = []

    /// Reads the value of the field. `identity` is nothing, and stands for nothing.
    public init(_ value: String?) {
        guard let value else { return }
        for member in FieldList(value) where !member.equalsIgnoringCase("identity") {
            if let coding = Coding(token: member) {
                known.append(coding)
            } else {
                unknown += known.map(\.token) + [String(Substring(member))]
                known = []
            }
        }
    }

    /// Whether there is no coding.
    public var isEmpty: Bool { known.isEmpty && unknown.isEmpty }

    /// The field's value when all that is known was taken off; `nil` when nothing is left.
    public var remainder: String? { unknown.isEmpty ? nil : unknown.joined(separator: ", ") }
}
