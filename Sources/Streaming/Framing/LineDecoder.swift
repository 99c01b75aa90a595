// SPDX-License-Identifier: Apache-2.0

/// Cuts a stream into lines.
public struct LineDecoder: FrameDecoder, Sendable {
    /// What ends a line.
    public enum Ending: Sendable {
        /// LF, with or without a CR before it, which belongs to the ending.
        case lf
        /// CR LF only: a lone LF is part of the line.
        case crlf
    }

    /// The longest line in bytes, its ending included.
    public let maximumFrameLength: Int
    private let ending: Ending
    /// How much of the line was looked at.
    private var seen = 0
    private var isDropping = false

    /// A decoder of lines of at most so many bytes, the ending included.
    public init(maximumLength: Int, ending: Ending = .lf) {
        maximumFrameLength = max(2, maximumLength)
        self.ending = ending
    }

    /// Looks for the end of the line.
    public mutating func decode(_ bytes: Span<UInt8>) throws(StreamError) -> Decoding {
        var index = min(seen, bytes.count)
        while index < bytes.count {
            if bytes[index] == 10, ending == .lf || (index > 0 && bytes[index - 1] == 13) {
                seen = 0
                return line(bytes, length: index + 1)
            }
            index += 1
        }
        seen = bytes.count
        guard bytes.count >= maximumFrameLength || (isDropping && bytes.count > 1) else { return .incomplete }
        // The last byte stays: it may be the CR of the ending.
        seen = 1
        defer { isDropping = true }
        return .overlong(length: bytes.count - 1, isFirst: !isDropping)
    }

    private mutating func line(_ bytes: Span<UInt8>, length: Int) -> Decoding {
        if isDropping {
            isDropping = false
            return .overlong(length: length, isFirst: false)
        }
        guard length <= maximumFrameLength else { return .overlong(length: length, isFirst: true) }
        let hasReturn = length > 1 && bytes[length - 2] == 13
        return .frame(payload: 0..<(hasReturn ? length - 2 : length - 1), length: length)
    }
}
