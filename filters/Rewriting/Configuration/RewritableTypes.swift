// SPDX-License-Identifier: Apache-2.0
public import HTTPD

/// The value of `ReplaceTypes`.
public struct RewritableTypes: DirectiveWords {
    /// The types.
    public let types: MediaTypeList

    /// Text, JSON, scripts, XML and what is written in it, SVG among it.
    public static let builtIn = RewritableTypes(list)

    private static let list = MediaTypeList([
        "text/*", "application/json", "*/*+json", "application/jsonl", "application/x-ndjson", "application/javascript",
        "application/x-javascript", "application/ecmascript", "application/xml", "*/*+xml",
    ])

    private init(_ types: MediaTypeList) {
        self.types = types
    }

    /// Patterns, `!pattern` and `default`.
    public init(directiveArguments words: [String]) throws(DirectiveError) {
        types = try MediaTypeList(words, default: Self.list)
    }
}
