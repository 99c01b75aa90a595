// SPDX-License-Identifier: Apache-2.0

/// What becomes of bytes at the end of the stream that no line ending or delimiter follows.
public enum UnterminatedFrame: Sendable {
    /// They are the last frame, as in a text whose last line has no ending.
    case isFrame
    /// They are dropped: half a command must not be carried out.
    case isDropped
    /// They are an error: the stream was cut off.
    case isError
}

/// Frames that something ends: what lines and delimited frames have in common.
struct TerminatedFraming: Sendable {
    private var search: DelimiterSearch
    private let maximum: Int
    private let stripsCarriageReturn: Bool
    private let unterminated: UnterminatedFrame
    /// Whether the start of a frame beyond the maximum was dropped and its end did not come yet.
    private var isDiscarding = false

    init(
        _ search: DelimiterSearch, maximumLength: Int, stripsCarriageReturn: Bool = false,
        unterminated: UnterminatedFrame
    ) {
        self.search = search
        maximum = FrameLimit.clamp(maximumLength)
        self.stripsCarriageReturn = stripsCarriageReturn
        self.unterminated = unterminated
    }

    var maximumFrameLength: Int { maximum + search.length + (stripsCarriageReturn ? 1 : 0) }

    mutating func decode(_ bytes: Span<UInt8>) -> Decoding {
        if let end = search.end(in: bytes) {
            if isDiscarding {
                isDiscarding = false
                return .overlong(length: end, isFirst: false)
            }
            var payload = end - search.length
            if stripsCarriageReturn, payload > 0, bytes[payload - 1] == UInt8(ascii: "\r") { payload -= 1 }
            guard payload <= maximum else { return .overlong(length: end, isFirst: true) }
            return .frame(payload: 0..<payload, length: end)
        }
        let isFirst = !isDiscarding
        guard bytes.count >= (isFirst ? maximumFrameLength : 1) else { return .incomplete }
        // What is dropped may end with the start of the delimiter: the search remembers that.
        search.consumeScanned()
        isDiscarding = true
        return .overlong(length: bytes.count, isFirst: isFirst)
    }

    mutating func decodeLast(_ bytes: Span<UInt8>) throws(StreamError) -> Decoding {
        let decoding = decode(bytes)
        guard decoding == .incomplete, !bytes.isEmpty else { return decoding }
        guard bytes.count <= maximum else {
            search.consumeScanned()
            isDiscarding = true
            return .overlong(length: bytes.count, isFirst: true)
        }
        switch unterminated {
        case .isFrame:
            search.consumeScanned()
            return .frame(payload: 0..<bytes.count, length: bytes.count)
        case .isDropped: return .incomplete
        case .isError: throw .endInsideFrame
        }
    }
}
