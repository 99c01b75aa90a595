// SPDX-License-Identifier: Apache-2.0
import HTMLEditing
import HTMLLinks
import Streaming

/// Applies the rules of a section to one page, in the encoding that its first bytes say.
struct PageRewriter: StreamTransform, ~Copyable {
    private var rewriter: HTMLRewriter
    private let rules: HTMLRules
    private let urls: URLMap?
    private let limits: HTMLLimits
    private(set) var encoding: PageEncoding
    /// The first bytes, as long as they may be the beginning of a byte order mark.
    private var first: [UInt8] = []
    private var isDecided = false

    init(_ rules: HTMLRules, _ urls: URLMap?, _ limits: HTMLLimits, _ encoding: PageEncoding) {
        rewriter = HTMLRewriter(rules, urls: urls, limits: limits, isUTF8: encoding == .utf8)
        self.rules = rules
        self.urls = urls
        self.limits = limits
        self.encoding = encoding
    }

    /// The limit that was reached.
    var exceeded: HTMLLimits.Limit? { rewriter.exceeded }
    /// How many elements and comments rules were for.
    var handled: Int { rewriter.handled }
    /// How many attributes had URLs that were mapped.
    var mapped: Int { rewriter.mappedValues }

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) throws(StreamError) {
        guard !isDecided else { return try pass(bytes, into: &output) }
        if first.isEmpty, bytes.count >= 3 {
            decide(bytes)
            return try pass(bytes, into: &output)
        }
        for index in bytes.indices { first.append(bytes[index]) }
        output.drop(bytes.count)
        if !PageEncoding.isUndecided(first) { try release(into: &output) }
    }

    mutating func flush(into output: inout Output) throws(StreamError) {
        if encoding != .other { try rewriter.flush(into: &output) }
    }

    mutating func finish(into output: inout Output) throws(StreamError) {
        if !isDecided { try release(into: &output) }
        if encoding != .other { try rewriter.finish(into: &output) }
    }

    private mutating func pass(_ bytes: Span<UInt8>, into output: inout Output) throws(StreamError) {
        if encoding == .other { output.keep(bytes.count) } else { try rewriter.write(bytes, into: &output) }
    }

    private mutating func decide(_ bytes: Span<UInt8>) {
        isDecided = true
        guard let marked = PageEncoding(mark: bytes), marked != encoding else { return }
        encoding = marked
        rewriter = HTMLRewriter(rules, urls: urls, limits: limits, isUTF8: marked == .utf8)
    }

    /// Goes on with the first bytes, which are no longer the output's input.
    private mutating func release(into output: inout Output) throws(StreamError) {
        let bytes = first
        first = []
        decide(bytes.span)
        guard !bytes.isEmpty else { return }
        var buffer = OutputBuffer()
        try buffer.collect(editing: bytes.span) { (inner: inout Output) throws(StreamError) in
            try pass(bytes.span, into: &inner)
        }
        output.insert(buffer.bytes)
    }
}
