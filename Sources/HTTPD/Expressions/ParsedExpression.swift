// SPDX-License-Identifier: Apache-2.0
internal import APR
internal import CHTTPD

/// An expression's tree, in a pool of its own: it lives as long as somebody holds it, whatever becomes of the section that it
/// was read in.
@safe
final class ParsedExpression: @unchecked Sendable {
    /// The expression as it was written.
    let source: String
    private let pool: OpaquePointer
    private let info: UnsafePointer<ap_expr_info_t>
    private let reading: Int

    // SAFETY (for the whole type): the tree is made by `init`, only read from then on, from any thread, and destroyed by
    // `deinit`. What it is evaluated to lives in the request's pool or in the tree, and is copied before either can end.

    /// Parses an expression as httpd does for the directive that is being read.
    init(_ source: String, isString: Bool) throws(DirectiveError) {
        guard !source.utf8.contains(0) else { throw DirectiveError("an expression has no NUL in it") }
        let parsed = unsafe chttpd_expression_parse(source, isString ? 1 : 0, PluginImage.moduleIndex)
        guard let pool = unsafe parsed.pool else { throw DirectiveError("there is no memory for an expression") }
        guard unsafe parsed.error == nil, let info = unsafe parsed.info else {
            let reason = unsafe parsed.error.map { unsafe String(cString: $0) } ?? "syntax error"
            unsafe apr_pool_destroy(pool)
            throw DirectiveError("'\(source)' is no expression of httpd's: \(reason)")
        }
        self.source = source
        unsafe self.pool = unsafe pool
        unsafe self.info = unsafe info
        reading = PluginImage.reading
    }

    deinit {
        unsafe apr_pool_destroy(pool)
    }

    /// Whether the condition holds.
    func isTrue(_ request: borrowing Request) throws(HTTPDError) -> Bool {
        try checkReading()
        var error: UnsafePointer<CChar>?
        let result = unsafe ap_expr_exec(request.raw, info, &error)
        if unsafe result < 0 || error != nil { throw unsafe failure(error) }
        return result > 0
    }

    /// Lends the bytes of the text that the expression stands for.
    func withBytes<Result>(
        _ request: borrowing Request, _ body: (UnsafeBufferPointer<UInt8>) -> Result
    ) throws(HTTPDError) -> Result {
        try checkReading()
        var error: UnsafePointer<CChar>?
        let text = unsafe ap_expr_str_exec(request.raw, info, &error)
        if let error = unsafe error { throw unsafe failure(error) }
        // httpd has no other word for an empty text of some functions.
        guard let text = unsafe text else { return unsafe body(UnsafeBufferPointer(start: nil, count: 0)) }
        return withExtendedLifetime(self) {
            let count = Int(clamping: unsafe strlen(text))
            return unsafe text.withMemoryRebound(to: UInt8.self, capacity: count) {
                unsafe body(UnsafeBufferPointer(start: $0, count: count))
            }
        }
    }

    /// A tree refers to functions of other modules, which httpd unloads when it reads its configuration anew.
    private func checkReading() throws(HTTPDError) {
        guard reading == PluginImage.reading else {
            throw HTTPDError("the expression '\(source)' was read with an earlier configuration")
        }
    }

    @unsafe
    private func failure(_ error: UnsafePointer<CChar>?) -> HTTPDError {
        let reason = unsafe error.map { unsafe String(cString: $0) } ?? "unknown reason"
        return HTTPDError("the expression '\(source)' cannot be evaluated: \(reason)")
    }
}
