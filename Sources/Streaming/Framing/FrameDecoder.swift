// SPDX-License-Identifier: Apache-2.0

/// What a ``FrameDecoder`` found at the start of the bytes that it was given.
public enum Decoding: Equatable, Sendable {
    /// No whole frame yet: more bytes are needed.
    case incomplete
    /// The first `length` bytes are one frame; what it carries are the bytes `payload` of them.
    case frame(payload: Range<Int>, length: Int)
    /// The first `length` bytes belong to a frame above the maximum and are to be dropped. `isFirst` is true once per
    /// such frame.
    case overlong(length: Int, isFirst: Bool)
}

/// Cuts a stream of bytes into frames. Pure, without I/O.
///
/// The caller keeps what was not consumed: after ``Decoding/incomplete`` the next call gets the same bytes again, with
/// more behind them, so that a decoder may remember how far it has looked.
public protocol FrameDecoder: ~Copyable {
    /// The longest frame in bytes: nobody has to hold more than this to go on.
    var maximumFrameLength: Int { get }

    /// Looks for a frame at the start of `bytes`.
    ///
    /// - Throws: When the stream is malformed and cannot be cut any further.
    mutating func decode(_ bytes: Span<UInt8>) throws(StreamError) -> Decoding

    /// The same, when no bytes will follow. The default calls ``decode(_:)``.
    mutating func decodeLast(_ bytes: Span<UInt8>) throws(StreamError) -> Decoding
}

extension FrameDecoder where Self: ~Copyable {
    /// Bytes that make no frame stay `incomplete`.
    public mutating func decodeLast(_ bytes: Span<UInt8>) throws(StreamError) -> Decoding {
        try decode(bytes)
    }
}
