// SPDX-License-Identifier: Apache-2.0
import CHTTPDEmbedded
import Codecs
import HTTPD
import HTTPDTesting
import Testing

/// The figures are those of docs/design.md, "Codecs".
@Suite("An open response holds no more memory than is documented", .serialized)
struct MemoryTests {
    /// The bytes that malloc has given out, but for those of contexts in pools.
    private var heap: Int { chttpd_embedded_allocated() - CodecPool.now.idleMemory }

    private final class Open<Transform: StreamTransform & ~Copyable> {
        var transform: Transform
        init(_ transform: consuming Transform) { self.transform = transform }
    }

    private func feed<Transform: StreamTransform & ~Copyable>(_ stream: Open<Transform>, _ bytes: [UInt8]) throws {
        var storage: OutputStorage.One = [OutputStorage()]
        for piece in cut(bytes, every: 8000) {
            var output = Output(editing: piece.span, into: storage.mutableSpan, keepsInPlace: false)
            try stream.transform.write(piece.span, into: &output)
            storage[0].removeAll(keepingCapacityUpTo: 0)
        }
    }

    @Test(
        "compressing, length unknown",
        arguments: [
            (Coding.gzip, CompressionProfile.fast, 410), (.gzip, .balanced, 270), (.gzip, .small, 270),
            (.deflate, .fast, 410), (.deflate, .balanced, 270), (.deflate, .small, 270),
            (.zstd, .fast, 1350), (.zstd, .balanced, 2050), (.zstd, .small, 4350),
            (.br, .fast, 4700), (.br, .balanced, 5300), (.br, .small, 6300),
        ])
    func compressing(_ coding: Coding, _ profile: CompressionProfile, _ kilobytes: Int) throws {
        let body = page(600_000)
        let count = 8
        // As many as pools may have: those that follow are made for this.
        var idle: [Open<Compressor>] = []
        for _ in 0..<9 {
            idle.append(Open(Compressor(coding, CompressionSettings(profile: profile))))
            try feed(idle[idle.count - 1], [1])
        }
        let before = heap
        var open: [Open<Compressor>] = []
        for _ in 0..<count {
            open.append(Open(Compressor(coding, CompressionSettings(profile: profile))))
            try feed(open[open.count - 1], body)
        }
        let each = (heap - before) / count
        let reported = open.map { $0.transform.memory }.reduce(0, +) / count
        #expect(each <= kilobytes << 10)
        #expect(each > kilobytes << 9, "the figure is far too high")
        #expect(abs(each - reported) < reported / 20 + 2048, "\(reported) reported, \(each) measured")
    }

    @Test("decoding is bounded by the window", arguments: Coding.allCases)
    func decoding(_ coding: Coding) throws {
        let kilobytes = [Coding.gzip: 48, .deflate: 48, .zstd: 2900, .br: 4400][coding] ?? 0
        // brotli would choose a window of 16 MB.
        let encoder = coding == .br ? ["brotli", "-c", "-w", "22"] : coding.encoder
        let bytes = try run(encoder, on: page(6_000_000))
        var idle: [Open<Decompressor>] = []
        for _ in 0..<9 {
            idle.append(Open(try Decompressor([coding])))
            try feed(idle[idle.count - 1], Array(bytes.prefix(1)))
        }
        let before = heap
        let stream = Open(try Decompressor([coding], limit: DecompressionLimit(size: .max, ratio: .max)))
        try feed(stream, bytes)
        let each = heap - before
        #expect(each <= kilobytes << 10)
        #expect(each > kilobytes << 9, "the figure is far too high")
        #expect(abs(each - stream.transform.memory) < each / 10 + 4096, "\(stream.transform.memory), not \(each)")
    }
}
