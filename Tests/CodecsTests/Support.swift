// SPDX-License-Identifier: Apache-2.0
import Codecs
import HTTPD
import HTTPDTesting
import Testing

extension Coding {
    /// A program that others wrote, which decodes its standard input.
    var decoder: [String] {
        switch self {
        case .zstd: ["zstd", "-dcq"]
        case .br: ["brotli", "-dc"]
        case .gzip: ["gzip", "-dc"]
        case .deflate:
            ["python3", "-c", "import sys, zlib; sys.stdout.buffer.write(zlib.decompress(sys.stdin.buffer.read()))"]
        }
    }

    /// A program that others wrote, which compresses its standard input.
    var encoder: [String] {
        switch self {
        case .zstd: ["zstd", "-cq"]
        case .br: ["brotli", "-c"]
        case .gzip: ["gzip", "-c"]
        case .deflate:
            ["python3", "-c", "import sys, zlib; sys.stdout.buffer.write(zlib.compress(sys.stdin.buffer.read()))"]
        }
    }
}

/// Runs a program over bytes.
func run(_ program: [String], on bytes: [UInt8]) throws -> [UInt8] {
    let result = try Command(program[0], Array(program.dropFirst()), input: bytes).run()
    guard result.status == 0 else {
        throw StreamError("\(program) ended with \(result.status): \(result.errorText)")
    }
    return result.output
}

/// Codes with the pieces as they are cut.
func coded(
    _ pieces: [[UInt8]], _ coding: Coding, _ settings: CompressionSettings = CompressionSettings(),
    flushing: Bool = false
) throws -> [UInt8] {
    try TransformRun.output(of: Compressor(coding, settings), fed: pieces, flushing: flushing)
}

/// Codes a body that is in hand.
func codedWhole(
    _ body: [UInt8], _ coding: Coding, _ settings: CompressionSettings = CompressionSettings()
) throws -> [UInt8] {
    try TransformRun.output(of: WholeBody(coding: coding, settings: settings), fed: [body])
}

/// Decodes, cut into pieces of a size.
func decoded(
    _ bytes: [UInt8], _ codings: [Coding], limit: DecompressionLimit = .init(size: .max, ratio: .max, layers: 8),
    pieces: Int = 8192
) throws -> [UInt8] {
    try TransformRun.output(of: try Decompressor(codings, limit: limit), fed: cut(bytes, every: pieces))
}

/// What decoding fails with, or `nil` if it does not.
func failure(
    of bytes: [UInt8], _ codings: [Coding], limit: DecompressionLimit = .init(size: .max, ratio: .max, layers: 8),
    pieces: Int = 8192
) throws -> DecompressionFailure? {
    do throws(StreamError) {
        _ = try TransformRun.output(
            of: try made { () throws(DecompressionFailure) in try Decompressor(codings, limit: limit) },
            fed: cut(bytes, every: pieces))
        return nil
    } catch {
        let failure: DecompressionFailure = try #require(DecompressionFailure(error), "\(error)")
        return failure
    }
}

private func made(_ make: () throws(DecompressionFailure) -> Decompressor) throws(StreamError) -> Decompressor {
    do throws(DecompressionFailure) { return try make() } catch { throw error.error }
}

func cut(_ bytes: [UInt8], every size: Int) -> [[UInt8]] {
    stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min(bytes.count, $0 + size)]) }
}

/// `compressWhole` as a transform that holds all back.
struct WholeBody: StreamTransform {
    let coding: Coding
    let settings: CompressionSettings
    private var held: [UInt8] = []

    init(coding: Coding, settings: CompressionSettings) {
        self.coding = coding
        self.settings = settings
    }

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) {
        for index in bytes.indices { held.append(bytes[index]) }
    }

    mutating func finish(into output: inout Output) throws(StreamError) {
        try Compressor.compressWhole(held.span, coding, settings, into: &output)
    }
}

/// Text that looks like a page; long ones repeat themselves after 40 kB, but not to the letter.
func page(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    let words = ["<p>", "</p>\n", "<a href=\"/index.html\">", "</a>", "the ", "server ", "answers ", "requests "]
    var generator = SeededGenerator(seed: seed)
    var block: [UInt8] = []
    while block.count < min(count, 40_000) {
        block += words[Int.random(in: 0..<words.count, using: &generator)].utf8
        if Int.random(in: 0..<4, using: &generator) == 0 {
            block += "\(Int.random(in: 0..<10_000, using: &generator))".utf8
        }
    }
    var result: [UInt8] = []
    while result.count < count { result += block + Array("<hr>\(result.count)".utf8) }
    return Array(result.prefix(count))
}

/// Bytes that do not become fewer.
func noise(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var generator = SeededGenerator(seed: seed)
    var result: [UInt8] = []
    while result.count < count {
        let word = generator.next()
        result += (0..<8).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) }
    }
    return Array(result.prefix(count))
}
