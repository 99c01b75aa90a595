// SPDX-License-Identifier: Apache-2.0
public import HTTPD

/// Gives a ``FrameDecoder`` a stream that is cut in every way that a network may cut it, without a connection.
///
/// The frames must not depend on where the stream is cut. ``verify(_:expecting:seed:randomSplitCount:with:)`` gives it
/// whole, byte by byte, cut in two everywhere, cut where frames end and one byte later, and cut at random; once with all
/// of a piece at hand and once with no more than the decoder's maximum; with the end of the stream known early and
/// late; and with needless calls. It also ends the stream after each byte: what comes out of such a stub must not depend
/// on the cuts either, be it an error. In all of this, a decoder must take bytes that it has, at least one, and never
/// more for a frame than its ``FrameDecoder/maximumFrameLength``; with so many before it, it may not want more; and it
/// says once that a frame is overlong. That bounds the number of its calls and what a connection holds.
///
/// ```swift
/// try DecoderVerifier.verify("one\r\ntwo\n", expecting: [.frame("one"), .frame("two")]) {
///     LineDecoder(maximumLength: 64)
/// }
/// ```
///
/// Inputs of up to 257 bytes are cut everywhere; of longer ones, 256 cuts are sampled evenly, and fewer (at least 16)
/// of those above 4 kB.
public enum DecoderVerifier {
    /// Gives the input in all variations and compares what is found.
    ///
    /// - Parameters:
    ///   - input: The whole stream.
    ///   - expected: What must be found; if `nil`, what is found when the input is given whole.
    ///   - seed: Determines the random splits. A failure names the seed of its split, which given here comes first.
    ///   - randomSplitCount: How many random splits are tried.
    ///   - makeDecoder: Makes a new decoder; called for each variation.
    /// - Returns: What was found.
    @discardableResult
    public static func verify<Decoder: FrameDecoder & ~Copyable>(
        _ input: [UInt8], expecting expected: [DecodedFrame]? = nil, seed: UInt64 = 0x5EED, randomSplitCount: Int = 64,
        with makeDecoder: () -> Decoder
    ) throws(VerificationFailure) -> [DecodedFrame] {
        let reference = try run(.whole(input), with: makeDecoder)
        if let error = reference.error { throw DecoderVariation.whole(input).failure("the decoder failed: \(error)") }
        if let expected {
            try DecoderVariation.whole(input).check(
                reference, is: DecodedStream(frames: expected), "what is expected")
        }
        try compare(input, reference, seed, randomSplitCount, with: makeDecoder)
        return reference.frames
    }

    /// Gives text in all variations. See ``verify(_:expecting:seed:randomSplitCount:with:)``.
    @discardableResult
    public static func verify<Decoder: FrameDecoder & ~Copyable>(
        _ input: String, expecting expected: [DecodedFrame]? = nil, seed: UInt64 = 0x5EED, randomSplitCount: Int = 64,
        with makeDecoder: () -> Decoder
    ) throws(VerificationFailure) -> [DecodedFrame] {
        try verify(
            Array(input.utf8), expecting: expected, seed: seed, randomSplitCount: randomSplitCount, with: makeDecoder)
    }

    /// Gives an input that the decoder must refuse in all variations: the error, and what is found before it, must be
    /// the same each time.
    ///
    /// - Returns: What was found, and the error.
    @discardableResult
    public static func verifyFailure<Decoder: FrameDecoder & ~Copyable>(
        _ input: [UInt8], seed: UInt64 = 0x5EED, randomSplitCount: Int = 64, with makeDecoder: () -> Decoder
    ) throws(VerificationFailure) -> DecodedStream {
        let reference = try run(.whole(input), with: makeDecoder)
        guard reference.error != nil else { throw DecoderVariation.whole(input).failure("the decoder did not fail") }
        try compare(input, reference, seed, randomSplitCount, with: makeDecoder)
        return reference
    }

    /// Compares the whole input in all variations, and then each start of it.
    private static func compare<Decoder: FrameDecoder & ~Copyable>(
        _ input: [UInt8], _ wanted: DecodedStream, _ seed: UInt64, _ randomCount: Int, with makeDecoder: () -> Decoder
    ) throws(VerificationFailure) {
        let variations = DecoderVariations(input: input, seed: seed, randomCount: randomCount)
        for variation in variations.all + variations.batches(ends(input, with: makeDecoder)) {
            try variation.check(run(variation, with: makeDecoder), is: wanted, "that of the whole input")
        }
        for cut in variations.cuts {
            let stub = DecoderVariations(input: Array(input[..<cut]), seed: seed, randomCount: 0)
            let reference = try run(stub.whole, with: makeDecoder)
            for variation in stub.ends {
                try variation.check(run(variation, with: makeDecoder), is: reference, "that of the whole input")
            }
        }
    }

    private static func run<Decoder: FrameDecoder & ~Copyable>(
        _ variation: DecoderVariation, with makeDecoder: () -> Decoder
    ) throws(VerificationFailure) -> DecodedStream {
        do throws(VerificationFailure) {
            return try variation.run.decode(variation.pieces, with: makeDecoder())
        } catch {
            throw variation.failure(error.problem)
        }
    }

    /// Where frames end: with input byte by byte, where one more is known.
    private static func ends<Decoder: FrameDecoder & ~Copyable>(
        _ input: [UInt8], with makeDecoder: () -> Decoder
    ) -> [Int] {
        var ends: [Int] = []
        var decoder = makeDecoder()
        var start = 0
        for end in input.indices.map({ $0 + 1 }) where ends.count < 4096 {
            guard let decoding = try? decoder.decode(input.span.extracting(start..<end)) else { break }
            switch decoding {
            case .incomplete: continue
            case .frame(_, let length):
                start += min(max(length, 0), end - start)
                ends.append(start)
            case .overlong(let length, _): start += min(max(length, 0), end - start)
            }
        }
        return ends
    }
}
