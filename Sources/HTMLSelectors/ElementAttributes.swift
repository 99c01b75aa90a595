// SPDX-License-Identifier: Apache-2.0

/// The name of an attribute that a set of selectors may ask for.
public struct AttributeName: Hashable, Sendable {
    /// Its place in ``SelectorSet/attributeNames``.
    public let index: Int
    /// In UTF-8 and in small letters, as an HTML parser compares names: `viewbox`, `xlink:href`.
    public let bytes: [UInt8]
}

/// The attributes of a start tag, as far as selectors look at them.
///
/// Nothing is asked before it is needed, so that most tags' attributes need not be read at all.
public protocol ElementAttributes: ~Copyable, ~Escapable {
    /// Lends the value of an attribute: of the first that has this name, ASCII letters compared in either case, with its
    /// character references decoded; empty if it is written without one.
    ///
    /// - Parameters:
    ///   - name: Which attribute.
    ///   - body: Looks at the value.
    /// - Returns: What `body` returned; `nil` if there is no such attribute.
    mutating func withValue(of name: AttributeName, _ body: (Span<UInt8>) -> Bool) -> Bool?
}

/// No attributes.
public struct NoAttributes: ElementAttributes {
    /// None.
    public init() {}

    /// Always `nil`.
    public mutating func withValue(of name: AttributeName, _ body: (Span<UInt8>) -> Bool) -> Bool? { nil }
}
