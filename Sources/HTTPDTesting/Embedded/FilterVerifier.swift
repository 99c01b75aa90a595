// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD
internal import CHTTPDEmbedded
public import HTTPD

/// Runs one filter over an input that is cut and given in every way that httpd may do it, without a server.
///
/// What comes out must not depend on where the input is cut. ``verify(_:expecting:)`` gives it whole, byte by byte,
/// cut in two everywhere, with FLUSH between any two bytes, with EOS in a brigade of its own, in memory that is
/// overwritten when the call returns, from sources of unknown length, from one that has nothing yet when it is
/// asked without waiting (EAGAIN), and cut at random; and with a next filter that keeps what it gets. Output bytes
/// must be the same each time, metadata must come out complete and in order, EOS once and last, every bucket of the
/// input must be destroyed, and an error must not leave a response that looks whole.
///
/// ```swift
/// try FilterVerifier(output: Upper.self).verify("some text", expecting: "SOME TEXT")
/// ```
///
/// Inputs of up to 257 bytes are cut everywhere; of longer ones, 256 cuts are sampled evenly, and fewer (at least
/// 16) of those above 4 kB. Inputs above 8 kB are given in some 4,096 small pieces instead of byte by byte.
public struct FilterVerifier {
    private let image: EmbeddedImage
    private let kind: EmbeddedImage.Kind
    private let instance: AnyObject
    private let section: AnyObject?
    /// Determines the random splits. A failure names the seed of its split, which set here comes first.
    public var seed: UInt64 = 0x5EED
    /// How many random splits are tried.
    public var randomSplitCount = 64
    /// Prepares each request before the filter sees it; by default, its media type is `text/html`.
    public var prepare: (borrowing Request) -> Void = { $0.contentType = .html }

    /// What a reader makes of the bytes that come out, `nil` if it cannot read them; by default, what they are.
    ///
    /// For a filter whose output may depend on the cuts while what it means may not: a compressor's is decoded here.
    public var meaning: ([UInt8]) -> [UInt8]? = { $0 }

    private init(
        _ image: EmbeddedImage, _ kind: EmbeddedImage.Kind, _ name: String, _ options: [(key: String, value: String)],
        section: AnyObject? = nil
    ) throws(DirectiveError) {
        self.image = image
        self.kind = kind
        self.section = section
        instance = try image.bind(kind, name, options: options)
    }

    /// Verifies an output filter on bytes.
    ///
    /// - Throws: When the options are wrong.
    public init<Filter: OutputFilter & ~Copyable>(
        output type: Filter.Type, options: [(key: String, value: String)] = []
    ) throws(DirectiveError) {
        try self.init(EmbeddedImage { $0.outputFilter("Filter", type) }, .outputFilter, "Filter", options)
    }

    /// Verifies an output filter on brigades.
    ///
    /// - Throws: When the options are wrong.
    public init<Filter: BrigadeOutputFilter & ~Copyable>(
        output type: Filter.Type, options: [(key: String, value: String)] = []
    ) throws(DirectiveError) {
        try self.init(EmbeddedImage { $0.outputFilter("Filter", type) }, .outputFilter, "Filter", options)
    }

    /// Verifies an input filter on bytes.
    ///
    /// - Throws: When the options are wrong.
    public init<Filter: InputFilter & ~Copyable>(
        input type: Filter.Type, options: [(key: String, value: String)] = []
    ) throws(DirectiveError) {
        try self.init(EmbeddedImage { $0.inputFilter("Filter", type) }, .inputFilter, "Filter", options)
    }

    /// Verifies an input filter on brigades.
    ///
    /// - Throws: When the options are wrong.
    public init<Filter: BrigadeInputFilter & ~Copyable>(
        input type: Filter.Type, options: [(key: String, value: String)] = []
    ) throws(DirectiveError) {
        try self.init(EmbeddedImage { $0.inputFilter("Filter", type) }, .inputFilter, "Filter", options)
    }

    /// Verifies an output filter of a plugin, with the plugin's directives in force.
    ///
    /// - Throws: When there is no such filter, or its options are wrong.
    public init(
        _ plugin: EmbeddedPlugin, outputFilter name: String, options: [(key: String, value: String)] = []
    ) throws(DirectiveError) {
        try self.init(plugin.image, .outputFilter, name, options, section: plugin.section)
    }

    /// Verifies an input filter of a plugin, with the plugin's directives in force.
    ///
    /// - Throws: When there is no such filter, or its options are wrong.
    public init(
        _ plugin: EmbeddedPlugin, inputFilter name: String, options: [(key: String, value: String)] = []
    ) throws(DirectiveError) {
        try self.init(plugin.image, .inputFilter, name, options, section: plugin.section)
    }

    /// Gives the input in all variations and compares what comes out.
    ///
    /// - Parameters:
    ///   - input: What the filter gets.
    ///   - expected: What must come out; if `nil`, what comes out when the input is given whole.
    /// - Returns: What came out.
    @discardableResult
    public func verify(_ input: [UInt8], expecting expected: [UInt8]? = nil) throws(VerificationFailure) -> [UInt8] {
        var reference = run(Variations.whole(input.count), input)
        try reference.checkSuccess(metadata: kind == .outputFilter)
        try reference.read(by: meaning)
        if let expected { try reference.checkBytes(expected, "what is expected") }
        let wanted = reference.bytes
        try variations(of: input).forEach { variation throws(VerificationFailure) in
            var outcome = run(variation, input)
            try outcome.checkSuccess(metadata: kind == .outputFilter)
            try outcome.read(by: meaning)
            try outcome.checkBytes(wanted, "that of the whole input")
        }
        return wanted
    }

    /// Gives text in all variations. See ``verify(_:expecting:)``.
    @discardableResult
    public func verify(_ input: String, expecting expected: String? = nil) throws(VerificationFailure) -> String {
        let output = try verify(Array(input.utf8), expecting: expected.map { Array($0.utf8) })
        return String(decoding: output, as: UTF8.self)
    }

    /// Gives an input that the filter must refuse in all variations, and checks that no client or reader can take
    /// what it got for the whole.
    ///
    /// - Returns: The HTTP status that a client gets when the input is given whole; `nil` if the response was
    ///   broken off, and for input filters.
    @discardableResult
    public func verifyFailure(_ input: [UInt8]) throws(VerificationFailure) -> Int? {
        let reference = run(Variations.whole(input.count), input)
        try variations(of: input).forEach { variation throws(VerificationFailure) in
            let outcome = run(variation, input)
            if kind == .outputFilter {
                try outcome.checkOutputFailure()
            } else {
                try outcome.checkInputFailure()
            }
        }
        return reference.isAborted ? nil : reference.errorStatus
    }

    private func variations(of input: [UInt8]) -> Variations {
        Variations(count: input.count, seed: seed, randomCount: randomSplitCount)
    }

    private func run(_ variation: Variation, _ input: [UInt8]) -> VariationOutcome {
        let world = EmbeddedWorld()
        world.configure(section)
        // SAFETY: the record lives as long as `world`.
        prepare(unsafe Request(unsafeBorrowing: world.request))
        let run = VariationRun(world: world, input: input, variation: variation)
        if kind == .outputFilter {
            world.addOutputFilter(instance)
            return run.send()
        }
        world.addInputFilter(instance)
        return run.receive()
    }
}
