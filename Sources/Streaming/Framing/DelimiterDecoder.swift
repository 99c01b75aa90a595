// SPDX-License-Identifier: Apache-2.0

/// Cuts a stream at a delimiter of one or more bytes. A frame's payload is what stands before it; it may be empty.
///
/// The first delimiter counts: with `aba`, the stream `ababa` is an empty frame and `ba`. A frame beyond the maximum is
/// reported as overlong and dropped through its delimiter; the next one is a frame again.
public struct DelimiterDecoder: FrameDecoder, Sendable {
    private var framing: TerminatedFraming

    /// Cuts at a delimiter; `nil` for one of no bytes, which would be everywhere.
    ///
    /// - Parameters:
    ///   - delimiter: The bytes that end a frame.
    ///   - maximumLength: The most bytes of a frame without its delimiter; held to 1…2³⁰.
    ///   - unterminated: What bytes without a delimiter are when the stream ends.
    public init?(delimiter: [UInt8], maximumLength: Int, unterminated: UnterminatedFrame = .isFrame) {
        guard let search = DelimiterSearch(delimiter) else { return nil }
        framing = TerminatedFraming(search, maximumLength: maximumLength, unterminated: unterminated)
    }

    /// The maximum and the delimiter.
    public var maximumFrameLength: Int { framing.maximumFrameLength }

    /// Looks for the next delimiter. Never throws.
    public mutating func decode(_ bytes: Span<UInt8>) throws(StreamError) -> Decoding {
        framing.decode(bytes)
    }

    /// Deals with bytes that no delimiter follows.
    ///
    /// - Throws: When there are some, and they were to be an error.
    public mutating func decodeLast(_ bytes: Span<UInt8>) throws(StreamError) -> Decoding {
        try framing.decodeLast(bytes)
    }
}
