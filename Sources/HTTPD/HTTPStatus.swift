// SPDX-License-Identifier: Apache-2.0

/// A status code of HTTP. RFC 9110 §15.
public struct HTTPStatus: RawRepresentable, Hashable, Sendable, ExpressibleByIntegerLiteral {
    /// The three-digit code.
    public let rawValue: Int

    /// Wraps a code.
    public init(rawValue: Int) {
        self.rawValue = rawValue
    }

    /// Wraps a code.
    public init(integerLiteral value: Int) {
        rawValue = value
    }

    /// Whether a response can end with it: 1xx announce another one, and others are none. RFC 9110 §15.
    var isFinal: Bool { (200...599).contains(rawValue) }

    /// 200 OK.
    public static let ok: HTTPStatus = 200
    /// 204 No Content.
    public static let noContent: HTTPStatus = 204
    /// 206 Partial Content.
    public static let partialContent: HTTPStatus = 206
    /// 301 Moved Permanently.
    public static let movedPermanently: HTTPStatus = 301
    /// 302 Found.
    public static let found: HTTPStatus = 302
    /// 304 Not Modified.
    public static let notModified: HTTPStatus = 304
    /// 400 Bad Request.
    public static let badRequest: HTTPStatus = 400
    /// 401 Unauthorized.
    public static let unauthorized: HTTPStatus = 401
    /// 403 Forbidden.
    public static let forbidden: HTTPStatus = 403
    /// 404 Not Found.
    public static let notFound: HTTPStatus = 404
    /// 405 Method Not Allowed.
    public static let methodNotAllowed: HTTPStatus = 405
    /// 413 Content Too Large.
    public static let contentTooLarge: HTTPStatus = 413
    /// 500 Internal Server Error.
    public static let internalServerError: HTTPStatus = 500
    /// 502 Bad Gateway.
    public static let badGateway: HTTPStatus = 502
    /// 503 Service Unavailable.
    public static let serviceUnavailable: HTTPStatus = 503
}
