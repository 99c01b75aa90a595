// SPDX-License-Identifier: Apache-2.0
import Codecs
import HTTPD
import HTTPDTesting
import Testing

@Suite("Damaged streams are refused for what they are")
struct DamageTests {
    /// Streams of each coding: small ones, of several blocks, of stored bytes.
    private func samples(_ coding: Coding) throws -> [(body: [UInt8], bytes: [UInt8])] {
        let text = page(120)
        let noise = noise(60)
        return [
            (text, try codedWhole(text, coding)), (text, try codedWhole(text, coding, CompressionSettings(padding: 9))),
            (noise, try codedWhole(noise, coding)), ([], try codedWhole([], coding)),
            (text, try coded(cut(text, every: 40), coding, flushing: true)),
        ]
    }

    @Test("cut off anywhere, a stream is truncated; cut to nothing, it is an empty body", arguments: Coding.allCases)
    func truncation(_ coding: Coding) throws {
        for sample in try samples(coding) {
            for count in 1..<sample.bytes.count {
                let cut = Array(sample.bytes.prefix(count))
                for pieces in [1, 8192] {
                    let failure = try failure(of: cut, [coding], pieces: pieces)
                    if coding == .zstd, isSkippable(sample.bytes), count == skippableCount(sample.bytes) {
                        // Where the frame of the padding ends, there is nothing that a frame has to follow.
                        #expect(failure == nil)
                    } else {
                        #expect(failure == .truncated, "\(coding) cut to \(count) of \(sample.bytes.count)")
                    }
                }
            }
            #expect(try failure(of: [], [coding]) == nil)
        }
    }

    private func isSkippable(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x50, 0x2A, 0x4D, 0x18]) }
    private func skippableCount(_ bytes: [UInt8]) -> Int { 8 + Int(bytes[4]) + Int(bytes[5]) << 8 }

    @Test(
        "with any bit turned over, a stream with a checksum is refused or decodes to the same",
        arguments: [Coding.gzip, .deflate])
    func bitFlipsWithChecksum(_ coding: Coding) throws {
        for sample in try samples(coding) {
            var refused = 0
            try forEachFlip(sample.bytes) { flipped, place in
                // The same: a time, a name, and bits that fill up a byte.
                let result = try outcome(flipped, coding)
                #expect(result.failure != nil || result.body == sample.body, "bit \(place)")
                if result.failure != nil { refused += 1 }
            }
            #expect(refused * 2 > sample.bytes.count * 8)
        }
    }

    @Test("with any bit turned over, a stream without one is refused or decodes", arguments: [Coding.zstd, .br])
    func bitFlipsWithout(_ coding: Coding) throws {
        for sample in try samples(coding) {
            var refused = 0
            try forEachFlip(sample.bytes) { flipped, _ in
                // Neither coding has a checksum as it is used in HTTP, so a changed letter is just that.
                if try outcome(flipped, coding).failure != nil { refused += 1 }
            }
            #expect(refused > 0)
        }
    }

    @Test("a flipped bit gives the same however the stream is cut", arguments: Coding.allCases)
    func flipsInPieces(_ coding: Coding) throws {
        let bytes = try codedWhole(page(60), coding)
        try forEachFlip(bytes) { flipped, place in
            let whole = try outcome(flipped, coding)
            let single = try outcome(flipped, coding, pieces: 1)
            #expect(whole.body == single.body && (whole.failure == nil) == (single.failure == nil), "bit \(place)")
        }
    }

    @Test("behind the end nothing may stand", arguments: Coding.allCases)
    func trailing(_ coding: Coding) throws {
        for sample in try samples(coding) {
            for garbage in [[0], [0, 0, 0, 0, 0, 0, 0, 0], Array("garbage".utf8), [0xFF, 0xFF, 0xFF, 0xFF]] as [[UInt8]]
            {
                // Fewer bytes than zstd's magic number may begin another frame.
                let isShort = coding == .zstd && garbage.count < 4
                for pieces in [1, 3, 8192] {
                    let failure = try failure(of: sample.bytes + garbage, [coding], pieces: pieces)
                    #expect(failure == (isShort ? .truncated : .trailing), "\(coding) \(garbage) \(pieces)")
                }
            }
        }
        // Another body is only for gzip and zstd, which have members and frames.
        let bytes = try codedWhole([1], coding)
        let again = try failure(of: bytes + bytes, [coding])
        #expect(again == (coding == .gzip || coding == .zstd ? nil : .trailing))
    }

    @Test("what was never coded is corrupt", arguments: Coding.allCases)
    func notCoded(_ coding: Coding) throws {
        for text in ["<html>this is not coded at all</html>", "{\"a\": 1}", "PK\u{3}\u{4}.............."] {
            for pieces in [1, 8192] {
                #expect(try failure(of: Array(text.utf8), [coding], pieces: pieces) == .corrupt, "\(coding) \(text)")
            }
        }
    }

    @Test("one coding inside another: damage to either shows")
    func stacked() throws {
        let inner = try codedWhole(page(100), .zstd)
        let outer = try codedWhole(Array(inner.dropLast()), .gzip)
        #expect(try failure(of: outer, [.zstd, .gzip]) == .truncated)
        #expect(try failure(of: codedWhole(inner + [1, 2, 3, 4], .gzip), [.zstd, .gzip]) == .trailing)
        #expect(try failure(of: codedWhole(inner, .gzip).dropLast(), [.zstd, .gzip]) == .truncated)
        #expect(try failure(of: codedWhole(inner, .gzip), [.gzip, .gzip]) == .corrupt)
    }

    @Test("formats of zstd's early versions, dictionaries, and windows above 8 MB are refused")
    func otherZstd() throws {
        for magic in [[0x25, 0xB5, 0x2F, 0xFD], [0x27, 0xB5, 0x2F, 0xFD], [0x1E, 0xB5, 0x2F, 0xFD]] as [[UInt8]] {
            #expect(try failure(of: magic + [0, 0, 0, 0, 0, 0, 0, 0], [.zstd]) == .corrupt)
        }
        let body = page(1000)
        let long = try run(["zstd", "-cq", "--long=24", "-19"], on: body)
        #expect(try failure(of: long, [.zstd]) == .corrupt)
        #expect(try decoded(run(["zstd", "-cq", "--long=23", "-19"], on: body), [.zstd]) == body)
    }

    @Test("once it has failed, a decompressor goes on failing, and says with what")
    func goesOnFailing() throws {
        struct Stubborn: StreamTransform, ~Copyable {
            var decompressor: Decompressor
            mutating func write(_ bytes: Span<UInt8>, into output: inout Output) throws(StreamError) {
                do throws(StreamError) {
                    try decompressor.write(bytes, into: &output)
                } catch {
                    guard decompressor.failure == .corrupt, decompressor.memory == 0 else {
                        throw StreamError("no failure")
                    }
                }
            }
            mutating func finish(into output: inout Output) throws(StreamError) {
                try decompressor.finish(into: &output)
            }
        }
        let body = Array("<html>".utf8)
        #expect(throws: DecompressionFailure.corrupt.error) {
            try TransformRun.output(of: Stubborn(decompressor: Decompressor([.gzip])), fed: [body, body])
        }
    }

    private func outcome(
        _ bytes: [UInt8], _ coding: Coding, pieces: Int = 8192
    ) throws -> (body: [UInt8]?, failure: DecompressionFailure?) {
        let limit = DecompressionLimit(size: 16 * 1024 * 1024, ratio: .max)
        if let failure = try failure(of: bytes, [coding], limit: limit, pieces: pieces) { return (nil, failure) }
        return (try decoded(bytes, [coding], limit: limit, pieces: pieces), nil)
    }

    private func forEachFlip(_ bytes: [UInt8], _ body: ([UInt8], Int) throws -> Void) rethrows {
        for place in 0..<bytes.count * 8 {
            var flipped = bytes
            flipped[place / 8] ^= 1 << UInt8(place % 8)
            try body(flipped, place)
        }
    }
}
