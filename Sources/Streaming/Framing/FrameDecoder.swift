// SPDX-License-Identifier: Apache-2.0

/// What a decoder found at the start of the bytes that were received and not yet consumed.
public enum Decoding: Equatable, Sendable {
    /// No whole frame yet: more bytes are needed.
    case incomplete
    /// The first `length` bytes (≥ 1) are one frame; its payload is `payload` (a range within `0..<length`).
    case frame(payload: Range<Int>, length: Int)
    /// The first `length` bytes (≥ 1) are the start of, or a further part of, a frame beyond the maximum and are to
    /// be dropped; `isFirst` is true once per such frame, so that the handler can be told exactly once.
    case overlong(length: Int, isFirst: Bool)
}

/// Cuts a stream of bytes into frames. A value of its own per connection, without I/O.
///
/// The bytes come in pieces that may be cut anywhere; the frames must not depend on where. Whoever drives the decoder
/// owns the bytes and calls it like this:
///
/// - after each read, ``decode(_:)`` with all bytes not yet consumed, again and again until it is `.incomplete`;
///   after `.frame` and `.overlong`, `length` bytes are dropped from the front before the next call;
/// - when the stream has ended, ``decodeLast(_:)`` in the same way, with what is left, which may be nothing.
///
/// A decoder of typed messages is a conformance like any other: its frame is what the message is parsed from.
/// `DecoderVerifier` in `HTTPDTesting` shows whether one keeps these rules.
public protocol FrameDecoder: ~Copyable {
    /// The most bytes of one frame on the wire (with its framing) that may have to be held; the driver never buffers
    /// more. A decoder that has so many bytes before it may not ask for another one.
    var maximumFrameLength: Int { get }

    /// Looks for a frame at the start of the bytes.
    ///
    /// After `.incomplete` it is called with the same bytes and more: a decoder may remember how far it has looked, so
    /// that input that comes byte by byte costs O(n), not O(n²).
    ///
    /// - Parameter bytes: All bytes not yet consumed, lent for the call; may hold several frames, or nothing.
    /// - Throws: That the stream cannot be cut into frames any more. The decoder is not called again.
    mutating func decode(_ bytes: Span<UInt8>) throws(StreamError) -> Decoding

    /// The same once the stream has ended: what is left may be a last frame, or is an error.
    ///
    /// `.incomplete` says that no frame follows; bytes that are left are dropped. The default calls ``decode(_:)``.
    ///
    /// - Parameter bytes: All bytes not yet consumed, lent for the call; may be nothing.
    /// - Throws: What ``decode(_:)`` throws, or that the stream ended inside a frame.
    mutating func decodeLast(_ bytes: Span<UInt8>) throws(StreamError) -> Decoding
}

extension FrameDecoder where Self: ~Copyable {
    /// The end of the stream changes nothing.
    public mutating func decodeLast(_ bytes: Span<UInt8>) throws(StreamError) -> Decoding {
        try decode(bytes)
    }
}

extension StreamError {
    /// The client went away before the frame was whole.
    static let endInsideFrame = StreamError("the stream ends inside a frame")
}

/// The bounds of the maxima that the decoders take.
enum FrameLimit {
    /// No frame may be longer: sums of a maximum and its framing cannot overflow.
    static let largest = 1 << 30

    /// Holds a maximum to 1…``largest``: decoders are made where nothing can be thrown.
    static func clamp(_ maximum: Int) -> Int { min(max(maximum, 1), largest) }
}
