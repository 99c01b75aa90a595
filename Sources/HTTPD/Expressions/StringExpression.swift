// SPDX-License-Identifier: Apache-2.0

/// A text with variables and functions of httpd's expression language, as in `Header set`: `%{REQUEST_SCHEME}://x%{REQUEST_URI}`.
///
/// Parsed once, when the directive is read, with the variables and functions of all modules; in an .htaccess file as
/// restricted as httpd's own directives are there. Outside of a directive it may use all that the server's configuration
/// may, so code must not parse what a client sent. Copies share one tree and may be kept. Once httpd has read its
/// configuration anew, one that is left of the earlier reading can only be dropped. The corresponding C call is
/// `ap_expr_parse_cmd_mi` with `AP_EXPR_FLAG_STRING_RESULT`.
public struct StringExpression: DirectiveValue, Equatable {
    private let parsed: ParsedExpression

    /// The expression as it was written.
    public var source: String { parsed.source }

    /// Parses an expression.
    ///
    /// - Throws: What httpd finds wrong with it, and in .htaccess a function that httpd does not allow there.
    public init(directiveArgument text: String) throws(DirectiveError) {
        parsed = try ParsedExpression(text, isString: true)
    }

    /// The text for a request; invalid UTF-8 is repaired. From any thread.
    ///
    /// As in httpd, and unlike a condition, it adds nothing to the response's `Vary`. The corresponding C call is
    /// `ap_expr_str_exec`.
    /// - Throws: When it cannot be evaluated, which httpd logs too.
    public func evaluate(_ request: borrowing Request) throws(HTTPDError) -> String {
        // SAFETY: the bytes are copied while they are lent.
        try unsafe parsed.withBytes(request) { unsafe String(decoding: $0, as: UTF8.self) }
    }

    /// The text's bytes for a request, whatever they are. From any thread.
    ///
    /// The corresponding C call is `ap_expr_str_exec`.
    /// - Throws: When it cannot be evaluated, which httpd logs too.
    public func evaluateBytes(_ request: borrowing Request) throws(HTTPDError) -> [UInt8] {
        // SAFETY: the bytes are copied while they are lent.
        try unsafe parsed.withBytes(request) { unsafe Array($0) }
    }

    /// Whether both were written alike.
    public static func == (one: Self, other: Self) -> Bool { one.source == other.source }
}
