// SPDX-License-Identifier: Apache-2.0
import HTMLEditing
import HTMLLinks
import HTMLTokenizing
import Streaming

/// Applies the rules of a section to one page, in the encoding that its header or its beginning says.
struct PageRewriter: StreamTransform, ~Copyable {
    /// What becomes of the page.
    private enum Course {
        /// Its encoding is not known.
        case deciding
        /// Its bytes are rewritten as they are.
        case rewriting
        /// It is put into UTF-8 and rewritten.
        case converting
        /// It stays as it is.
        case passing
    }

    /// So much is put into UTF-8 at once.
    private static let partLength = 32 * 1024

    private let charset: HTMLEncoding?
    private let rules: HTMLRules
    private let urls: URLMap?
    private let limits: HTMLLimits
    private let converts: Bool
    private var detector: EncodingDetector
    private var course = Course.deciding
    private var rewriter: HTMLRewriter
    /// What it was made for.
    private var isUTF8: Bool
    private var decoder = UTF16Decoder(isBigEndian: false)
    /// How many bytes of a byte order mark are still to be left out.
    private var markLeft = 0
    /// The memory of the text that is put into UTF-8.
    private var text: [UInt8] = []
    /// The first bytes, while they do not say the encoding.
    private var first: [UInt8] = []
    /// Whether the header has left, and does not say that the page is in UTF-8.
    private var isUnannounced = false

    /// - Parameters:
    ///   - charset: The encoding that the header names.
    ///   - converts: Whether a page in UTF-16 is put into UTF-8.
    init(_ rules: HTMLRules, _ urls: URLMap?, _ limits: HTMLLimits, charset: HTMLEncoding?, converts: Bool) {
        self.charset = charset
        self.rules = rules
        self.urls = urls
        self.limits = limits
        self.converts = converts
        detector = EncodingDetector(charset: charset)
        // Most pages that say it in another place are in UTF-8.
        isUTF8 = charset == nil || charset == .utf8
        rewriter = HTMLRewriter(rules, urls: urls, limits: limits, isUTF8: isUTF8)
    }

    /// The limit that was reached.
    var exceeded: HTMLLimits.Limit? { rewriter.exceeded }
    /// How many elements and comments rules were for.
    var handled: Int { rewriter.handled }
    /// How many attributes had URLs that were mapped.
    var mapped: Int { rewriter.mappedValues }
    /// Whether the page stays as it is, because of its encoding.
    var isPassing: Bool { course == .passing }

    /// The header leaves now, and names the encoding that it named before.
    ///
    /// - Returns: Whether it is to name UTF-8 in its place.
    mutating func headerLeaves() -> Bool {
        // Whatever the first bytes will be, they are put into UTF-8, or are in it.
        if let charset, charset.isUTF16 { return true }
        isUnannounced = course == .deciding
        return course == .converting
    }

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) throws(StreamError) {
        guard course == .deciding else { return try pass(bytes, into: &output) }
        // Where the header names an encoding, no more than a mark is looked for.
        guard let found = detector.write(charset == nil ? bytes : bytes.extracting(first: 3)) else {
            for index in bytes.indices { first.append(bytes[index]) }
            return output.drop(bytes.count)
        }
        try begin(found, into: &output)
        try pass(bytes, into: &output)
    }

    mutating func flush(into output: inout Output) throws(StreamError) {
        // What may be a mark cannot be decided; for what the rest of the page would say, nobody is to wait.
        if course == .deciding, !EncodingDetector.mayBecomeMark(first.span) { try decide(into: &output) }
        try rewriter.flush(into: &output)
    }

    mutating func finish(into output: inout Output) throws(StreamError) {
        if course == .deciding { try decide(into: &output) }
        if course == .converting { try convert(Span(), isLast: true, into: &output) }
        if course != .passing { try rewriter.finish(into: &output) }
    }

    /// Takes what came for all that says the encoding.
    private mutating func decide(into output: inout Output) throws(StreamError) {
        if let found = detector.write(Span(), isLast: true) { try begin(found, into: &output) }
    }

    /// The encoding is known: goes on with the first bytes, which are no longer the output's input.
    private mutating func begin(
        _ found: EncodingDetector.Result, into output: inout Output
    ) throws(StreamError) {
        let encoding = found.encoding
        if let encoding, encoding.isUTF16, converts {
            course = .converting
            decoder = UTF16Decoder(isBigEndian: encoding == .utf16be)
            markLeft = found.source == .byteOrderMark ? 2 : 0
            // UTF-8's own mark counts more than what the header says.
            if isUnannounced { output.insert("\u{FEFF}") }
        } else {
            // Where nobody says it, browsers guess an encoding with ASCII in it.
            course = encoding.map(\.isASCIICompatible) ?? true ? .rewriting : .passing
        }
        let isUTF8 = encoding == .utf8 || course == .converting
        if self.isUTF8 != isUTF8 {
            self.isUTF8 = isUTF8
            rewriter = HTMLRewriter(rules, urls: urls, limits: limits, isUTF8: isUTF8)
        }
        let bytes = exchange(&first, with: [])
        guard !bytes.isEmpty else { return }
        var buffer = OutputBuffer()
        try buffer.collect(editing: bytes.span) { (inner: inout Output) throws(StreamError) in
            try pass(bytes.span, into: &inner)
        }
        output.insert(buffer.bytes)
    }

    private mutating func pass(_ bytes: Span<UInt8>, into output: inout Output) throws(StreamError) {
        switch course {
        case .deciding, .passing: output.keep(bytes.count)
        case .rewriting: try rewriter.write(bytes, into: &output)
        case .converting:
            try convert(bytes, isLast: false, into: &output)
            output.drop(bytes.count)
        }
    }

    /// Puts bytes into UTF-8 and rewrites them, part by part.
    private mutating func convert(
        _ bytes: Span<UInt8>, isLast: Bool, into output: inout Output
    ) throws(StreamError) {
        let skipped = min(markLeft, bytes.count)
        markLeft -= skipped
        var rest = bytes.extracting(droppingFirst: skipped)
        var text = exchange(&self.text, with: [])
        var buffer = OutputBuffer()
        repeat {
            let part = rest.extracting(first: Self.partLength)
            rest = rest.extracting(droppingFirst: part.count)
            decoder.append(part, to: &text)
            if isLast, rest.isEmpty { decoder.finish(to: &text) }
            if !text.isEmpty {
                try buffer.collect(editing: text.span) { (inner: inout Output) throws(StreamError) in
                    try rewriter.write(text.span, into: &inner)
                }
            }
            output.insert(buffer.bytes)
            buffer.removeAll()
            text.removeAll(keepingCapacity: true)
        } while !rest.isEmpty
        self.text = text
    }
}

extension HTMLEncoding {
    /// Whether it is one that can be put into UTF-8.
    var isUTF16: Bool { self == .utf16le || self == .utf16be }
}
