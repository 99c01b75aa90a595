// SPDX-License-Identifier: Apache-2.0

/// What output and input filters on bytes share: fed spans, answering with edits.
///
/// What a filter does to bytes is all that it says; how that behaves inside httpd (metadata in its place, FLUSH,
/// the end of the stream, slow sources, errors) is the adapter's, and the same for every filter.
public protocol ByteFilter: ~Copyable {
    /// The options behind the filter's NAME.
    associatedtype Options: FilterOptions = NoOptions

    /// How the filter changes content; by default, it may do anything.
    static var effect: ContentEffect { get }
    /// Where in the chain the filter stands; by default, among those that see the content as it is meant.
    static var stage: FilterStage { get }

    /// At most so many bytes come out for each byte that went in, counted from the start of the stream; `nil`, the
    /// default, when there is no such number.
    ///
    /// Asked once, before the first byte, for a response whose length may change: what is known to grow little sees 64 kB
    /// at once from the start, what is not begins with 4 kB and sees more while it makes little of them.
    var growthLimit: Int? { get }

    /// Makes the filter for a request, before any header has left: for a response when its first piece is there, for a
    /// request's body when it is announced or read.
    ///
    /// - Parameters:
    ///   - request: The request, lent for the call: copy out of it what is needed later.
    ///   - options: What the administrator wrote behind the NAME.
    /// - Returns: `nil` to decline: the filter then costs nothing, and files may leave by sendfile.
    /// - Throws: What ends the request.
    init?(_ request: borrowing Request, options: Options) throws(HTTPDError)

    /// Takes the next bytes of the stream, at least one. The stream may be cut anywhere.
    ///
    /// - Throws: What ends the response: with an error status while nothing was sent, by closing after that.
    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) throws(HTTPDError)

    /// Puts out all that can be put out now, because the reader waits. The default does nothing.
    mutating func flush(into output: inout Output) throws(HTTPDError)

    /// Puts out what is held back: the stream is complete. Not called when it breaks off. The default does nothing.
    mutating func finish(into output: inout Output) throws(HTTPDError)

    /// The stream is over, complete or given up: the last call, in which to leave notes for the log. The default does
    /// nothing.
    ///
    /// A filter that ended a response well is called before the end is passed on, and so before anything is logged. What
    /// breaks off without a word, because the client has gone, may not be told.
    func ended(_ request: borrowing Request)

    /// Makes the filter and hands it over, unless it declines. Leave it to the default: it is there because a plugin's
    /// compiler knows the type's layout, which costs time to find out for every request.
    static func make(
        _ request: borrowing Request, options: Options, _ use: (consuming Self) throws(HTTPDError) -> Void
    ) throws(HTTPDError)
}

extension ByteFilter where Self: ~Copyable {
    /// Anything may change.
    public static var effect: ContentEffect { .rewritesContent }
    /// The content as it is meant.
    public static var stage: FilterStage { .resource }
    /// There is no such number.
    public var growthLimit: Int? { nil }
    /// Calls the initializer.
    @inlinable
    public static func make(
        _ request: borrowing Request, options: Options, _ use: (consuming Self) throws(HTTPDError) -> Void
    ) throws(HTTPDError) {
        if let filter = try Self(request, options: options) { try use(filter) }
    }
    /// Nothing is held back.
    public mutating func flush(into output: inout Output) throws(HTTPDError) {}
    /// Nothing is held back.
    public mutating func finish(into output: inout Output) throws(HTTPDError) {}
    /// There is nothing to tell.
    public func ended(_ request: borrowing Request) {}
}

/// A filter on the bytes of the response: `SwiftOutputFilter Plugin.name NAME`.
public protocol OutputFilter: ByteFilter, ~Copyable {
    /// Whether the filter also works on what httpd answers itself; the default is no.
    ///
    /// When a request fails, or leads elsewhere, httpd takes down all filters and writes a page of its own, the text of an
    /// `ErrorDocument`, or the header of a 304. The filter is put in front of that if the `SetOutputFilter` in force for the
    /// request names it, in a section or in .htaccess; what other directives say about filters is not known then. It is made
    /// anew for the answer, and can tell by ``Request/isErrorPage``; what it did to the request's own response is forgotten.
    ///
    /// An answer that comes when a header has left is no response, and no filter sees it. A filter that fails on an answer is
    /// not asked for the next one. `prepare` of a ``HeaderOutputFilter`` is not called, as no handler follows. The C hook is
    /// `insert_error_filter`. A server whose mod_swift does not know of such filters leaves its answers alone.
    static var filtersErrorPages: Bool { get }

    /// What the filter has put out so far is about to be passed on for the first time, and the response's header with it: the
    /// last moment to change that by what was seen of the body. The default does nothing.
    ///
    /// Called once, before ``ByteFilter/ended(_:)``. How much the filter has seen by then is up to the source: nothing, if
    /// that was slow, or sends FLUSH first. Not called for a response that is given up before.
    mutating func headerLeaves(_ request: borrowing Request)
}

extension OutputFilter where Self: ~Copyable {
    /// No.
    public static var filtersErrorPages: Bool { false }
    /// The header is right as it is.
    public mutating func headerLeaves(_ request: borrowing Request) {}
}

/// A filter on the bytes of the request's body: `SwiftInputFilter Plugin.name NAME`.
///
/// Made just before the handler runs if the request has a body, else when somebody reads. A reader of any mode (bytes,
/// a line, copies ahead, all) gets what the filter made of the body. The filter gets the body in slices of at most 8 kB,
/// no more of them than the reader wants.
///
/// A thrown error reaches whoever reads the body as a failed read, and so does each read after that. ``Status/tryAgain``
/// and ``Status/endOfFile`` are not a filter's to throw: readers get ``Status/general`` for them.
///
/// If the length may change (``ContentEffect/rewritesContent``) the handler sees `Transfer-Encoding: chunked` instead of
/// `Content-Length`: a CGI program has no `CONTENT_LENGTH` and must read to the end, and a handler that needs a length
/// answers 411. If HTTP_IN is to refuse the body (LimitRequestBody), the header stays until it does.
///
/// An initializer that throws an error of the client's (``HTTPDError/init(byClient:httpStatus:)``) ends the request with its
/// status before the handler runs.
public protocol InputFilter: ByteFilter, ~Copyable {}

/// A filter that is a ``StreamTransform``, with nothing of its own to do per piece.
public protocol TransformFilter: ByteFilter, ~Copyable {
    /// What is done to the bytes.
    associatedtype Transform: StreamTransform & ~Copyable
    /// What is done to the bytes.
    var transform: Transform { get set }
}

extension TransformFilter where Self: ~Copyable {
    /// That of the transform.
    public var growthLimit: Int? { transform.growthLimit }

    /// Feeds the transform.
    public mutating func write(_ bytes: Span<UInt8>, into output: inout Output) throws(HTTPDError) {
        do throws(StreamError) {
            try transform.write(bytes, into: &output)
        } catch {
            throw HTTPDError(error)
        }
    }

    /// Flushes the transform.
    public mutating func flush(into output: inout Output) throws(HTTPDError) {
        do throws(StreamError) {
            try transform.flush(into: &output)
        } catch {
            throw HTTPDError(error)
        }
    }

    /// Finishes the transform.
    public mutating func finish(into output: inout Output) throws(HTTPDError) {
        do throws(StreamError) {
            try transform.finish(into: &output)
        } catch {
            throw HTTPDError(error)
        }
    }
}
