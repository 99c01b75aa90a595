// SPDX-License-Identifier: Apache-2.0

/// A filter on the response's bytes that has to do with headers too: the request's before the handler sees it, and the
/// response's once it is known how the body begins.
///
/// ``ByteFilter/init(_:options:)`` runs when the first piece of the response is there, be it only its end, as of a 304. What
/// is made of it decides once more in ``begin(_:_:)``, and only then ``ContentEffect`` changes the header.
public protocol HeaderOutputFilter: OutputFilter, ~Copyable {
    /// The filter is in the chain of a request whose handler is going to run: the place to change what the handler sees in
    /// the request's header, such as a condition. The default does nothing.
    ///
    /// Runs again where httpd redirects inside the server, with the same header.
    /// - Throws: What ends the request.
    static func prepare(_ request: borrowing Request, options: Options) throws(HTTPDError)

    /// How many bytes of the body may be held until ``begin(_:_:)`` is called; the default is none.
    ///
    /// Nothing is held for a client that waits: at FLUSH, and where the source has nothing yet, the body has begun.
    var gatherLimit: Int { get }

    /// Whether what is made of each piece that comes is to leave at once, as if FLUSH came behind it. The default is no.
    var flushesEachPiece: Bool { get }

    /// Whether ``substitute(_:for:)`` is asked for bodies that are a file. The default is no.
    var substitutesFiles: Bool { get }

    /// All of the body is a file, none of which was read: the place to send another file instead.
    ///
    /// Only asked if ``substitutesFiles``, and before ``begin(_:_:)``, which is not called if there is a substitute. What is
    /// sent instead has its own length and its own parts, and leaves by sendfile where the file would have; digests of the
    /// content are taken out of the header. All else is for the filter to say.
    /// - Returns: What to send, or `nil` to go on with the file itself. The default is `nil`.
    /// - Throws: What ends the response.
    mutating func substitute(
        _ request: borrowing Request, for file: FilePiece
    ) throws(HTTPDError) -> FileSubstitute?

    /// It is known how the body begins, and no header has left.
    ///
    /// - Returns: Whether to take part; if not, all goes on as it came, and files may leave by sendfile.
    /// - Throws: What ends the response.
    mutating func begin(_ request: borrowing Request, _ body: BodyStart) throws(HTTPDError) -> Bool
}

/// How the body of a response begins.
public enum BodyStart: Equatable, Sendable {
    /// All of it is there, so many bytes. They come in as few pieces as they are in memory.
    case whole(count: Int)
    /// This many bytes are there, and more may come.
    case begun(count: Int)
}

/// A part of a file, or bytes, that are sent in place of a body.
public struct FileSubstitute: ~Copyable {
    enum Content: ~Copyable {
        case file(File, offset: Int64, count: Int)
        case memory([UInt8])
    }

    let content: Content

    /// A part of a file that was opened ``File/Access/sending``, or ``File/Access/reading``. The file must not become
    /// shorter.
    public init(_ file: consuming File, offset: Int64, count: Int) {
        content = .file(file, offset: offset, count: count)
    }

    /// Bytes in memory. They are lent to the filters behind, and held until the response's end.
    public init(_ bytes: [UInt8]) {
        content = .memory(bytes)
    }

    consuming func take() -> Content { content }
}

extension HeaderOutputFilter where Self: ~Copyable {
    /// Nothing is changed.
    public static func prepare(_ request: borrowing Request, options: Options) throws(HTTPDError) {}
    /// No.
    public var substitutesFiles: Bool { false }
    /// The file itself.
    public mutating func substitute(
        _ request: borrowing Request, for file: FilePiece
    ) throws(HTTPDError) -> FileSubstitute? { nil }
    /// None.
    public var gatherLimit: Int { 0 }
    /// No.
    public var flushesEachPiece: Bool { false }
}
