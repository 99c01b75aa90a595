// SPDX-License-Identifier: Apache-2.0

/// Cuts a stream into lines. A frame's payload is the line without its ending; empty lines are frames too.
///
/// A line beyond the maximum is reported as overlong and dropped through its ending; the next line is a frame again.
///
/// At the end of the stream, bytes without an ending are a last line, unless `unterminated` says otherwise. A protocol
/// whose commands change something should drop them: the client may not have sent all of the line.
public struct LineDecoder: FrameDecoder, Sendable {
    /// What ends a line.
    public enum Ending: Sendable {
        /// LF. A CR before it belongs to the line.
        case lineFeed
        /// CR LF. A CR or LF alone belongs to the line.
        case carriageReturnLineFeed
        /// LF, or CR LF. One CR before the LF is part of the ending; a CR elsewhere belongs to the line.
        case either
    }

    private static let lineFeed = DelimiterSearch(UInt8(ascii: "\n"))
    private static let carriageReturnLineFeed = DelimiterSearch(UInt8(ascii: "\r"), then: [UInt8(ascii: "\n")])

    private var framing: TerminatedFraming

    /// Cuts into lines.
    ///
    /// - Parameters:
    ///   - maximumLength: The most bytes of a line without its ending; held to 1…2³⁰.
    ///   - ending: What ends a line.
    ///   - unterminated: What bytes without an ending are when the stream ends.
    public init(maximumLength: Int, ending: Ending = .either, unterminated: UnterminatedFrame = .isFrame) {
        let search = ending == .carriageReturnLineFeed ? Self.carriageReturnLineFeed : Self.lineFeed
        framing = TerminatedFraming(
            search, maximumLength: maximumLength, stripsCarriageReturn: ending == .either, unterminated: unterminated)
    }

    /// The maximum and the longest ending.
    public var maximumFrameLength: Int { framing.maximumFrameLength }

    /// Looks for the next line. Never throws.
    public mutating func decode(_ bytes: Span<UInt8>) throws(StreamError) -> Decoding {
        framing.decode(bytes)
    }

    /// Deals with a line that has no ending.
    ///
    /// - Throws: When there is one, and it was to be an error.
    public mutating func decodeLast(_ bytes: Span<UInt8>) throws(StreamError) -> Decoding {
        try framing.decodeLast(bytes)
    }
}
