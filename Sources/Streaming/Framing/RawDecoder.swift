// SPDX-License-Identifier: Apache-2.0

/// No framing: every run of bytes that arrives is a frame.
public struct RawDecoder: FrameDecoder, Sendable {
    /// The most bytes of one run.
    public let maximumFrameLength: Int

    /// A decoder that hands on at most so many bytes at once, at least one.
    public init(maximumLength: Int = 64 * 1024) {
        maximumFrameLength = max(1, maximumLength)
    }

    /// Takes what there is.
    public mutating func decode(_ bytes: Span<UInt8>) throws(StreamError) -> Decoding {
        let length = min(bytes.count, maximumFrameLength)
        return length == 0 ? .incomplete : .frame(payload: 0..<length, length: length)
    }
}
