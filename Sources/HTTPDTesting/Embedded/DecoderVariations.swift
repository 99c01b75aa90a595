// SPDX-License-Identifier: Apache-2.0
internal import HTTPD

/// One way in which a stream reaches a decoder.
struct DecoderVariation {
    /// What it is, for a person.
    var name: String
    /// What determined it, if it is random.
    var seed: UInt64?
    var pieces: [[UInt8]]
    var run = DecoderRun()

    static func whole(_ input: [UInt8]) -> DecoderVariation { DecoderVariation(name: "whole", pieces: [input]) }

    func failure(_ problem: String, at offset: Int? = nil) -> VerificationFailure {
        VerificationFailure(variation: name, seed: seed, problem: problem, offset: offset, log: [])
    }

    /// Compares what was found.
    func check(_ stream: DecodedStream, is wanted: DecodedStream, _ what: String) throws(VerificationFailure) {
        guard stream != wanted else { return }
        let index = zip(stream.frames, wanted.frames).enumerated().first { $1.0 != $1.1 }?.offset
        let place = index ?? min(stream.frames.count, wanted.frames.count)
        throw failure("what is found differs from \(what): \(stream.item(place)) instead of \(wanted.item(place))")
    }
}

extension DecodedStream {
    /// What a person calls the frame at an index, or what is there instead.
    fileprivate func item(_ index: Int) -> String {
        if frames.indices.contains(index) { return "\(frames[index]) at \(index)" }
        return error.map { "the error '\($0)'" } ?? "the end after \(frames.count)"
    }
}

/// All the ways in which a stream is given to a decoder.
struct DecoderVariations {
    let input: [UInt8]
    let seed: UInt64
    let randomCount: Int

    /// Where the stream is cut in two.
    var cuts: [Int] { Variations(count: input.count, seed: seed, randomCount: randomCount).cuts }

    var whole: DecoderVariation { .whole(input) }

    private func bounded(_ variation: DecoderVariation) -> DecoderVariation {
        var variation = variation
        variation.name += ", holding no more than the maximum"
        variation.run.holdsNoMoreThanMaximum = true
        return variation
    }

    /// The variations that matter where a stream ends.
    var ends: [DecoderVariation] {
        let name = "ended after \(input.count) bytes"
        var known = DecoderVariation(name: "\(name), known with the last byte", pieces: [input])
        known.run.endsWithLastPiece = true
        let drip = DecoderVariation(name: "\(name), byte by byte", pieces: input.map { [$0] })
        return [known, drip, bounded(known)]
    }

    /// All but those that need to know where frames end.
    var all: [DecoderVariation] {
        var again = DecoderVariation(name: "byte by byte, asked again each time", pieces: input.map { [$0] })
        again.run.asksAgain = true
        var known = DecoderVariation(name: "whole, the end known at once", pieces: [input])
        known.run.endsWithLastPiece = true
        var dripKnown = DecoderVariation(name: "byte by byte, the end known", pieces: input.map { [$0] })
        dripKnown.run.endsWithLastPiece = true
        var variations = [
            bounded(whole), known, bounded(known),
            DecoderVariation(name: "byte by byte", pieces: input.map { [$0] }), again, dripKnown,
        ]
        for cut in cuts {
            let halves = DecoderVariation(name: "cut at \(cut)", pieces: split([cut]))
            variations += [halves, bounded(halves)]
        }
        var seeds = SeededGenerator(seed: seed)
        for index in 0..<randomCount { variations.append(random(index == 0 ? seed : seeds.next())) }
        return variations
    }

    /// One, two and three frames at a time, and the same with the first byte of the next one.
    func batches(_ ends: [Int]) -> [DecoderVariation] {
        (1...3).flatMap { size in
            let last = ends.enumerated().filter { ($0.offset + 1) % size == 0 }.map(\.element)
            return [
                DecoderVariation(name: "frames by \(size)", pieces: split(last)),
                DecoderVariation(name: "frames by \(size) and a byte", pieces: split(last.map { $0 + 1 })),
            ]
        }
    }

    private func random(_ seed: UInt64) -> DecoderVariation {
        var generator = SeededGenerator(seed: seed)
        let longest = max(1, [2, 4, 16, input.count / 4, input.count].randomElement(using: &generator) ?? 1)
        var ends: [Int] = []
        while (ends.last ?? 0) < input.count {
            ends.append((ends.last ?? 0) + Int.random(in: 1...longest, using: &generator))
        }
        var variation = DecoderVariation(name: "random split", seed: seed, pieces: split(ends))
        variation.run.holdsNoMoreThanMaximum = Bool.random(using: &generator)
        variation.run.asksAgain = Bool.random(using: &generator)
        variation.run.endsWithLastPiece = Bool.random(using: &generator)
        return variation
    }

    /// The stream in pieces that end at increasing places; empty pieces are left out.
    private func split(_ ends: [Int]) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var start = 0
        for end in ends + [input.count] where end > start && start < input.count {
            let end = min(end, input.count)
            pieces.append(Array(input[start..<end]))
            start = end
        }
        return pieces
    }
}
