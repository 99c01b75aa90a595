// SPDX-License-Identifier: Apache-2.0

/// Cuts a stream into frames of one length. The payload is the whole frame.
public struct FixedLengthDecoder: FrameDecoder, Sendable {
    /// The length of each frame.
    public let maximumFrameLength: Int

    /// Cuts into frames of `length` bytes; held to 1…2³⁰.
    public init(length: Int) {
        maximumFrameLength = FrameLimit.clamp(length)
    }

    /// Takes the next frame as soon as it is whole. Never throws.
    public mutating func decode(_ bytes: Span<UInt8>) throws(StreamError) -> Decoding {
        guard bytes.count >= maximumFrameLength else { return .incomplete }
        return .frame(payload: 0..<maximumFrameLength, length: maximumFrameLength)
    }

    /// Takes what is whole.
    ///
    /// - Throws: When the stream ends inside a frame.
    public mutating func decodeLast(_ bytes: Span<UInt8>) throws(StreamError) -> Decoding {
        let decoding = try decode(bytes)
        if decoding == .incomplete, !bytes.isEmpty { throw .endInsideFrame }
        return decoding
    }
}
