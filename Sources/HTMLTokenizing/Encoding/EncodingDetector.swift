// SPDX-License-Identifier: Apache-2.0

/// Works out the encoding of a page from its beginning: 13.2.3.2.
///
/// In this order: a byte order mark, the `charset` of the Content-Type, a `<meta>` or an XML declaration within the first 1024
/// bytes. Frames, guesses and the user are left out.
///
/// ```swift
/// var detector = EncodingDetector(charset: HTMLEncoding(label: label))
/// // For each piece, until it says what the encoding is:
/// let result = detector.write(piece)
/// ```
public struct EncodingDetector: Sendable {
    /// How much of a page is looked at.
    public static var limit: Int { 1024 }

    /// What is known.
    public struct Result: Equatable, Sendable {
        /// The encoding; `nil` if the page does not say. Browsers take windows-1252 then, or guess.
        public let encoding: HTMLEncoding?
        /// Who says so.
        public let source: Source
    }

    /// Where an encoding is named.
    public enum Source: Equatable, Sendable {
        /// The first bytes.
        case byteOrderMark
        /// The header field.
        case contentType
        /// The page itself: a `<meta>`, or an XML declaration.
        case page
        /// Nowhere.
        case none
    }

    private let charset: HTMLEncoding?
    private var bytes: [UInt8] = []

    /// Begins with a page.
    ///
    /// - Parameter charset: The encoding that the Content-Type names; `nil` if it names none that is known.
    public init(charset: HTMLEncoding? = nil) {
        self.charset = charset
    }

    /// How many bytes of the page were taken: what the caller holds back until there is a result, at most ``limit``.
    public var count: Int { bytes.count }

    /// Takes the next bytes of the page. They are copied, as far as they are looked at.
    ///
    /// - Parameters:
    ///   - piece: The bytes.
    ///   - isLast: Whether the page ends with them.
    /// - Returns: What is known; `nil` if it needs more.
    public mutating func write(_ piece: Span<UInt8>, isLast: Bool = false) -> Result? {
        let room = max(Self.limit - bytes.count, 0)
        // A mark can be seen in the first piece, and with a charset that is all there is to do.
        let part = piece.extracting(0..<min(room, piece.count))
        for index in part.indices { bytes.append(part[index]) }
        return result(isLast: isLast || bytes.count >= Self.limit)
    }

    private func result(isLast: Bool) -> Result? {
        let span = bytes.span
        switch Self.mark(span) {
        case .some(let encoding): return Result(encoding: encoding, source: .byteOrderMark)
        case .none: if !isLast, Self.mayBecomeMark(span) { return nil }
        }
        if let charset { return Result(encoding: charset, source: .contentType) }
        // Whatever comes, the first declaration counts.
        if let encoding = MetaPrescan.encoding(span) { return Result(encoding: encoding, source: .page) }
        guard isLast else { return nil }
        if let encoding = MetaPrescan.xmlEncoding(span) { return Result(encoding: encoding, source: .page) }
        return Result(encoding: nil, source: .none)
    }

    /// The encoding that a byte order mark at the beginning of the bytes says, if there is one.
    public static func mark(_ bytes: Span<UInt8>) -> HTMLEncoding? {
        guard bytes.count >= 2 else { return nil }
        switch (bytes[0], bytes[1]) {
        case (0xFE, 0xFF): return .utf16be
        case (0xFF, 0xFE): return .utf16le
        case (0xEF, 0xBB): return bytes.count > 2 && bytes[2] == 0xBF ? .utf8 : nil
        default: return nil
        }
    }

    /// Whether the bytes are the beginning of a byte order mark, and no whole one; none at all are.
    public static func mayBecomeMark(_ bytes: Span<UInt8>) -> Bool {
        switch bytes.count {
        case 0: true
        case 1: bytes[0] == 0xEF || bytes[0] == 0xFE || bytes[0] == 0xFF
        case 2: bytes[0] == 0xEF && bytes[1] == 0xBB
        default: false
        }
    }
}
