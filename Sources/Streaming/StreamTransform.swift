// SPDX-License-Identifier: Apache-2.0

/// What a filter does to bytes: fed spans, answering with edits. Pure, without I/O.
///
/// The stream comes in pieces that may be cut anywhere, even inside a character or a tag: a transform keeps
/// what it needs of its past in its own properties, and its result must not depend on where the cuts are.
/// Whatever is bounded in memory stays bounded: hold back only what you cannot decide yet.
public protocol StreamTransform: ~Copyable {
    /// At most so many bytes come out for each byte that went in, counted from the start of the stream; `nil`, the
    /// default, when there is no such number. The end of the stream may count as a byte. Asked before the first byte: what grows little can be fed more at once.
    var growthLimit: Int? { get }

    /// Takes the next bytes of the stream.
    ///
    /// - Parameters:
    ///   - bytes: The bytes, lent for the call and at least one.
    ///   - output: Where the edits of `bytes` go.
    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) throws(StreamError)

    /// Puts out all that can be put out now, because the reader waits. The default does nothing, which is
    /// right for a transform that holds back only what it cannot decide.
    mutating func flush(into output: inout Output) throws(StreamError)

    /// Puts out what is held back: the stream ends. Not called when it breaks off. The default does nothing.
    mutating func finish(into output: inout Output) throws(StreamError)
}

extension StreamTransform where Self: ~Copyable {
    /// There is no such number.
    public var growthLimit: Int? { nil }

    /// Nothing is held back.
    public mutating func flush(into output: inout Output) throws(StreamError) {}

    /// Nothing is held back.
    public mutating func finish(into output: inout Output) throws(StreamError) {}
}

/// Why a stream cannot go on.
public struct StreamError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is wrong, for the log.
    public let message: String

    /// An error with a sentence for the log.
    public init(_ message: String) {
        self.message = message
    }

    /// The message.
    public var description: String { message }

    /// A transform asked ``Output`` to keep or drop more than the input had.
    package static let editBeyondInput = StreamError("the filter kept or dropped more bytes than it was given")

    /// A transform wrote far more to one ``Output`` than memory should hold.
    package static let tooMuchOutput = StreamError("the filter made more than 64 MB of one piece of the stream")
}
