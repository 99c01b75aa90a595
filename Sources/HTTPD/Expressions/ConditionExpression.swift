// SPDX-License-Identifier: Apache-2.0

/// A condition in httpd's expression language, as in `<If>`: `%{HTTP:Accept} =~ /html/ && -n %{QUERY_STRING}`.
///
/// Parsed once, when the directive is read, with the variables and functions of all modules; in an .htaccess file as
/// restricted as httpd's own directives are there. Outside of a directive it may use all that the server's configuration
/// may, so code must not parse what a client sent. Copies share one tree and may be kept. Once httpd has read its
/// configuration anew, one that is left of the earlier reading can only be dropped. The corresponding C call is
/// `ap_expr_parse_cmd_mi`.
public struct ConditionExpression: DirectiveValue, Equatable {
    private let parsed: ParsedExpression

    /// The expression as it was written.
    public var source: String { parsed.source }

    /// Parses an expression.
    ///
    /// - Throws: What httpd finds wrong with it, and in .htaccess a function that httpd does not allow there.
    public init(directiveArgument text: String) throws(DirectiveError) {
        parsed = try ParsedExpression(text, isString: false)
    }

    /// Whether the condition holds for a request. From any thread.
    ///
    /// Headers of the request that it asks for by `%{HTTP:name}` or `req()` are added to the response's `Vary`, as httpd does.
    /// The corresponding C call is `ap_expr_exec`.
    /// - Throws: When it cannot be evaluated, which httpd logs too.
    public func evaluate(_ request: borrowing Request) throws(HTTPDError) -> Bool {
        try parsed.isTrue(request)
    }

    /// Whether both were written alike.
    public static func == (one: Self, other: Self) -> Bool { one.source == other.source }
}
