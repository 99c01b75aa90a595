// SPDX-License-Identifier: Apache-2.0
import Codecs
import HTTPD
import HTTPDTesting
import Testing

/// Flushes before and behind each piece, notes what came of that, and what a receiver makes of it at once.
private struct Flushing: StreamTransform, ~Copyable {
    var compressor: Compressor

    /// A piece ends with its number of flushes.
    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) throws(StreamError) {
        guard let last = bytes.indices.last else { return }
        if last > 0 { try compressor.write(bytes.extracting(0..<last), into: &output) }
        for _ in 0..<bytes[last] { try compressor.flush(into: &output) }
    }

    mutating func finish(into output: inout Output) throws(StreamError) {
        try compressor.finish(into: &output)
    }
}

@Suite("A flush puts out all that was written")
struct FlushTests {
    static let profiles: [CompressionProfile] = [.fast, .balanced, .small]

    @Test("between any two bytes: the receiver has what was written", arguments: Coding.allCases, profiles)
    func everyByte(_ coding: Coding, _ profile: CompressionProfile) throws {
        let body = page(250)
        let settings = CompressionSettings(profile: profile)
        for count in 1...body.count {
            // What is there before the end: the stream, less what finishing it adds.
            let flushed = try unfinished(body.prefix(count).map { [$0] }, coding, settings, flushing: true)
            #expect(try begun(flushed, coding) == Array(body.prefix(count)))
        }
        let all = try coded(body.map { [$0] }, coding, settings, flushing: true)
        #expect(try run(coding.decoder, on: all) == body)
    }

    @Test("behind large pieces too", arguments: Coding.allCases, profiles)
    func largePieces(_ coding: Coding, _ profile: CompressionProfile) throws {
        for body in [page(150_000), noise(60_000)] {
            let pieces = cut(body, every: 30_000)
            for count in 1...pieces.count {
                let flushed = try unfinished(
                    Array(pieces.prefix(count)), coding, CompressionSettings(profile: profile), flushing: true)
                #expect(try begun(flushed, coding) == Array(pieces.prefix(count).joined()))
            }
        }
    }

    @Test("with nothing written since the last one, nothing comes", arguments: Coding.allCases, profiles)
    func nothingPending(_ coding: Coding, _ profile: CompressionProfile) throws {
        let settings = CompressionSettings(profile: profile)
        let once = try TransformRun.output(
            of: Flushing(compressor: Compressor(coding, settings)), fed: [[97, 98, 99, 1], [100, 1]])
        let often = try TransformRun.output(
            of: Flushing(compressor: Compressor(coding, settings)), fed: [[5], [97, 98, 99, 3], [2], [100, 1], [9]])
        #expect(once == often)
        #expect(try run(coding.decoder, on: once) == Array("abcd".utf8))
        // And before the first byte nothing at all.
        #expect(try unfinished([], coding, settings, flushing: true) == [])
    }

    @Test("Python's zlib decodes each event as it comes", arguments: [Coding.gzip, .deflate])
    func anotherReceiver(_ coding: Coding) throws {
        let script = """
            import sys, zlib
            d = zlib.decompressobj(47)
            for line in sys.stdin: print(d.decompress(bytes.fromhex(line.strip())).decode(), end='', flush=True)
            """
        var pieces: [[UInt8]] = []
        var sent: [UInt8] = []
        var lines = ""
        for number in 0..<20 {
            pieces.append(Array("data: \(number)\n\n".utf8))
            let flushed = try unfinished(pieces, coding, CompressionSettings(), flushing: true)
            #expect(flushed.starts(with: sent))
            lines += flushed.dropFirst(sent.count).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + "\n"
            sent = flushed
        }
        #expect(try run(["python3", "-c", script], on: Array(lines.utf8)) == Array(pieces.joined()))
    }

    /// What a compressor puts out before it is finished.
    private func unfinished(
        _ pieces: [[UInt8]], _ coding: Coding, _ settings: CompressionSettings, flushing: Bool
    ) throws -> [UInt8] {
        struct Unfinished: StreamTransform, ~Copyable {
            var compressor: Compressor
            mutating func write(_ bytes: Span<UInt8>, into output: inout Output) throws(StreamError) {
                try compressor.write(bytes, into: &output)
            }
            mutating func flush(into output: inout Output) throws(StreamError) { try compressor.flush(into: &output) }
        }
        return try TransformRun.output(
            of: Unfinished(compressor: Compressor(coding, settings)), fed: pieces, flushing: flushing)
    }

    /// What a decoder makes of a stream that has only begun.
    private func begun(_ bytes: [UInt8], _ coding: Coding) throws -> [UInt8] {
        struct Begun: StreamTransform, ~Copyable {
            var decompressor: Decompressor
            mutating func write(_ bytes: Span<UInt8>, into output: inout Output) throws(StreamError) {
                try decompressor.write(bytes, into: &output)
            }
        }
        return try TransformRun.output(of: Begun(decompressor: Decompressor([coding])), fed: [bytes])
    }
}
