// SPDX-License-Identifier: Apache-2.0
import Codecs
import HTTPD
import HTTPDTesting
import Testing

@Suite("What is compressed decodes to the same, also by programs that others wrote")
struct RoundTripTests {
    static let profiles: [CompressionProfile] = [.fast, .balanced, .small]
    static let bodies: [[UInt8]] = [[], [0], page(300), noise(1000), noise(150_000), page(400_000)]

    @Test("every profile, as a stream and whole", arguments: Coding.allCases, profiles)
    func everyProfile(_ coding: Coding, _ profile: CompressionProfile) throws {
        for body in Self.bodies {
            let settings = CompressionSettings(profile: profile)
            for bytes in [
                try coded(cut(body, every: 8000), coding, settings), try coded([body], coding, settings),
                try codedWhole(body, coding, settings),
            ] {
                #expect(try run(coding.decoder, on: bytes) == body)
                #expect(try decoded(bytes, [coding]) == body)
                #expect(bytes.count < body.count + body.count / 50 + 40)
            }
        }
    }

    @Test("every level, as a stream and whole", arguments: Coding.allCases)
    func everyLevel(_ coding: Coding) throws {
        let body = page(40_000)
        var sizes: [Int] = []
        for level in coding.levels {
            let settings = CompressionSettings(level: level)
            let whole = try codedWhole(body, coding, settings)
            let stream = try coded(cut(body, every: 5000), coding, settings)
            #expect(try decoded(whole, [coding]) == body)
            #expect(try decoded(stream, [coding]) == body)
            if level == coding.levels.upperBound {
                #expect(try run(coding.decoder, on: whole) == body)
                #expect(try run(coding.decoder, on: stream) == body)
            }
            sizes.append(whole.count)
        }
        // The levels reach the library: the last is much smaller than the first.
        #expect(sizes[sizes.count - 1] * 10 < sizes[0] * 9)
        // What is not on the scale is held to it.
        #expect(try codedWhole(body, coding, CompressionSettings(level: 99)).count == sizes[sizes.count - 1])
        #expect(try codedWhole(body, coding, CompressionSettings(level: -5)).count == sizes[0])
    }

    @Test("what other programs compress is decoded", arguments: Coding.allCases)
    func otherEncoders(_ coding: Coding) throws {
        for body in Self.bodies { #expect(try decoded(run(coding.encoder, on: body), [coding]) == body) }
    }

    @Test("a stream of several MB is decoded whole, and with a wrong length too", arguments: Coding.allCases)
    func wrongLength(_ coding: Coding) throws {
        let body = page(1_500_000)
        for length in [body.count, 10, 0, -1, 1 << 40] {
            let bytes = try TransformRun.output(
                of: Compressor(coding, CompressionSettings(profile: .fast), length: length),
                fed: cut(body, every: 50_000))
            #expect(try decoded(bytes, [coding]) == body)
        }
    }

    @Test("codings lie one over the other in any order")
    func stacked() throws {
        let body = page(50_000)
        for outer in Coding.allCases {
            for inner in Coding.allCases {
                let bytes = try codedWhole(try codedWhole(body, inner), outer)
                for pieces in [1, 1000, 100_000] {
                    #expect(try decoded(bytes, [inner, outer], pieces: pieces) == body)
                }
            }
        }
        #expect(try decoded(body, []) == body)
    }

    @Test("gzip may have many members, and zstd many frames, skippable ones among them")
    func members() throws {
        let parts = [page(1000), [], page(40_000), [7]]
        for coding in [Coding.gzip, .zstd] {
            let bytes = try parts.flatMap { try codedWhole($0, coding) }
            for pieces in [1, 7, 100_000] {
                #expect(try decoded(bytes, [coding], pieces: pieces) == parts.flatMap { $0 })
            }
            #expect(try run(coding.decoder, on: bytes) == parts.flatMap { $0 })
        }
        let skippable: [UInt8] = [0x5F, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3]
        let bytes = try skippable + codedWhole([1], .zstd) + skippable + codedWhole([2], .zstd) + skippable
        for pieces in [1, 3, 100] { #expect(try decoded(bytes, [.zstd], pieces: pieces) == [1, 2]) }
        #expect(try decoded(skippable, [.zstd]) == [])
    }

    @Test("deflate without zlib's container is decoded, as browsers do")
    func rawDeflate() throws {
        let script =
            "import sys, zlib; c = zlib.compressobj(LEVEL, 8, -15); "
            + "sys.stdout.buffer.write(c.compress(sys.stdin.buffer.read()) + c.flush())"
        for body in [[], [0], page(300), page(30_000), noise(1000)] {
            for level in ["0", "1", "9"] {
                let program = ["python3", "-c", script.split(separator: "LEVEL").joined(separator: level)]
                let bytes = try run(program, on: body)
                for pieces in [1, 2, 8192] { #expect(try decoded(bytes, [.deflate], pieces: pieces) == body) }
            }
        }
    }

    @Test("tokens are known in any case, and x-gzip too")
    func tokens() {
        for coding in Coding.allCases {
            #expect(Coding(token: coding.token) == coding)
            #expect(Coding(token: coding.token.uppercased()) == coding)
        }
        #expect(Coding(token: "X-GZip") == .gzip)
        #expect(Coding(token: "identity") == nil)
        #expect(Coding(token: "") == nil)
    }

    @Test("behind its end a compressor takes nothing, and ends once", arguments: Coding.allCases)
    func behindTheEnd(_ coding: Coding) throws {
        struct Twice: StreamTransform, ~Copyable {
            var compressor: Compressor
            mutating func write(_ bytes: Span<UInt8>, into output: inout Output) throws(StreamError) {
                try compressor.write(bytes, into: &output)
            }
            mutating func finish(into output: inout Output) throws(StreamError) {
                try compressor.finish(into: &output)
                try compressor.flush(into: &output)
                try compressor.finish(into: &output)
            }
        }
        let bytes = try TransformRun.output(of: Twice(compressor: Compressor(coding)), fed: [[1, 2, 3]])
        #expect(try run(coding.decoder, on: bytes) == [1, 2, 3])

        struct More: StreamTransform, ~Copyable {
            var compressor: Compressor
            mutating func write(_ bytes: Span<UInt8>, into output: inout Output) throws(StreamError) {
                try compressor.finish(into: &output)
                try compressor.write(bytes, into: &output)
            }
        }
        #expect(throws: StreamError.self) {
            try TransformRun.output(of: More(compressor: Compressor(coding)), fed: [[1]])
        }
    }
}
