// SPDX-License-Identifier: Apache-2.0

/// Does not cut: what was read is a frame, however much it is. For protocols that frame their bytes themselves.
///
/// Where frames begin and end says nothing about the stream, only about the network.
public struct RawDecoder: FrameDecoder, Sendable {
    /// The most bytes of a frame.
    public let maximumFrameLength: Int

    /// Takes up to `maximumLength` bytes at a time; held to 1…2³⁰.
    public init(maximumLength: Int) {
        maximumFrameLength = FrameLimit.clamp(maximumLength)
    }

    /// Takes what there is. Never throws.
    public mutating func decode(_ bytes: Span<UInt8>) throws(StreamError) -> Decoding {
        let length = min(bytes.count, maximumFrameLength)
        return length > 0 ? .frame(payload: 0..<length, length: length) : .incomplete
    }
}
