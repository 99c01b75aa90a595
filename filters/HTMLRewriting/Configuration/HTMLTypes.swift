// SPDX-License-Identifier: Apache-2.0
public import HTTPD

/// The value of `HTMLRewriteTypes`.
public struct HTMLTypes: DirectiveWords {
    /// The types.
    public let types: MediaTypeList

    /// HTML alone: XHTML is XML, which browsers read in another way.
    public static let builtIn = HTMLTypes(list)

    private static let list = MediaTypeList(["text/html"])

    private init(_ types: MediaTypeList) {
        self.types = types
    }

    /// Patterns, `!pattern` and `default`.
    public init(directiveArguments words: [String]) throws(DirectiveError) {
        types = try MediaTypeList(words, default: Self.list)
    }
}
