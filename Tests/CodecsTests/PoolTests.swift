// SPDX-License-Identifier: Apache-2.0
import Codecs
import HTTPD
import HTTPDTesting
import Synchronization
import Testing

@Suite("Contexts come out of pools and go back", .serialized)
struct PoolTests {
    private static let profiles: [CompressionProfile] = [.fast, .balanced, .small]
    private static let all: [(Coding, CompressionSettings)] = Coding.allCases.flatMap { coding in
        profiles.map { (coding, CompressionSettings(profile: $0)) }
    }

    @Test("a thread's second response of a kind allocates no context", arguments: Coding.allCases)
    func reuse(_ coding: Coding) {
        for profile in Self.profiles {
            onThreads(1) { _ in
                let settings = CompressionSettings(profile: profile)
                let body = page(20_000)
                func once() throws {
                    try expectThere(decoded(coded([body], coding, settings), [coding]) == body)
                    try expectThere(decoded(codedWhole(body, coding, settings), [coding]) == body)
                }
                try once()
                let before = CodecPool.now
                for _ in 0..<50 { try once() }
                let after = CodecPool.now
                try expectThere(after.created == before.created)
                try expectThere(after.destroyed == before.destroyed)
                try expectThere(after.reused == before.reused + 200)
                try expectThere(after.open == before.open)
            }
        }
    }

    @Test("a context that was given up in the middle serves the next response", arguments: Coding.allCases)
    func givenUp(_ coding: Coding) {
        onThreads(1) { _ in
            for profile in Self.profiles {
                let settings = CompressionSettings(profile: profile)
                for _ in 0..<5 {
                    var compressor = Compressor(coding, settings)
                    var decompressor = try Decompressor([coding])
                    var storage: OutputStorage.One = [OutputStorage()]
                    let body = noise(3000)
                    let begun = try coded([body], coding, settings).prefix(500)
                    var output = Output(editing: body.span, into: storage.mutableSpan, keepsInPlace: false)
                    try compressor.write(body.span, into: &output)
                    try decompressor.write(begun.span, into: &output)
                    try expectThere(compressor.memory > 0 && decompressor.memory > 0)
                }
                let body = page(5000)
                try expectThere(run(coding.decoder, on: coded([body], coding, settings)) == body)
                try expectThere(decoded(coded([body], coding, settings), [coding]) == body)
            }
        }
        #expect(CodecPool.now.open == 0)
    }

    @Test("a thread that ends frees what it kept, and keeps no more than 16 MB")
    func threadEnds() {
        let before = CodecPool.now
        onThreads(1) { _ in
            for (coding, settings) in Self.all {
                _ = try decoded(codedWhole(page(1000), coding, settings), [coding])
                _ = try decoded(coded([page(1000)], coding, settings), [coding])
            }
            try expectThere(CodecPool.now.idleMemory > before.idleMemory)
            try expectThere(CodecPool.now.idleMemory - before.idleMemory <= 16 << 20)
        }
        #expect(CodecPool.now.idleMemory <= before.idleMemory + 1 << 20)
        #expect(CodecPool.now.open == 0)

        // One to compress and one to decode.
        let destroyed = CodecPool.now.destroyed
        onThreads(1) { _ in _ = try decoded(coded([page(1000)], .zstd), [.zstd]) }
        #expect(CodecPool.now.destroyed == destroyed + 2)
    }

    @Test("one thread begins, others go on and end: the stream is whole", arguments: Coding.allCases)
    func movingStreams(_ coding: Coding) throws {
        final class Stream: Sendable {
            let compressor: Mutex<Compressor>
            let output = Mutex<[UInt8]>([])
            init(_ coding: Coding) { compressor = Mutex(Compressor(coding)) }

            func step(_ run: (inout Compressor, inout Output) throws -> Void) throws {
                var storage: OutputStorage.One = [OutputStorage()]
                var output = Output(editing: Span(), into: storage.mutableSpan, keepsInPlace: false)
                try compressor.withLock { try run(&$0, &output) }
                let written = storage[0].written
                self.output.withLock { $0 += written.indices.map { written[$0] } }
            }
        }
        let body = page(5000)
        for _ in 0..<5 {
            let stream = Stream(coding)
            onThreads(1) { _ in try stream.step { try $0.write(body.span, into: &$1) } }
            onThreads(1) { _ in try stream.step { try $0.flush(into: &$1) } }
            onThreads(1) { _ in try stream.step { try $0.finish(into: &$1) } }
            #expect(try decoded(stream.output.withLock { $0 }, [coding]) == body)
        }
        #expect(CodecPool.now.open == 0)
    }

    @Test("what one thread ends and has no place for, another one begins with", arguments: Coding.allCases)
    func sharedList(_ coding: Coding) throws {
        // Three at once: this thread keeps one of them.
        let body = page(3000)
        func threeAtOnce() throws {
            var compressors = InlineArray<3, Compressor> { _ in Compressor(coding) }
            var storage: OutputStorage.One = [OutputStorage()]
            for index in compressors.indices {
                var output = Output(editing: body.span, into: storage.mutableSpan, keepsInPlace: false)
                try compressors[index].write(body.span, into: &output)
            }
        }
        try threeAtOnce()
        onThreads(1) { _ in
            let before = CodecPool.now
            _ = try coded([body], coding)
            try expectThere(CodecPool.now.created == before.created)
        }
    }

    @Test("many threads at once, streams broken off among them")
    func manyThreads() {
        onThreads(6) { index in
            var generator = SeededGenerator(seed: UInt64(index) + 1)
            for _ in 0..<40 {
                let (coding, settings) = Self.all[Int.random(in: 0..<Self.all.count, using: &generator)]
                let body = page(Int.random(in: 0...30_000, using: &generator), seed: UInt64(index))
                let isWhole = Bool.random(using: &generator)
                let bytes = isWhole ? try codedWhole(body, coding, settings) : try coded([body], coding, settings)
                if Bool.random(using: &generator) {
                    _ = try failure(of: Array(bytes.prefix(bytes.count / 2)), [coding])
                }
                try expectThere(decoded(bytes, [coding]) == body)
            }
        }
        #expect(CodecPool.now.open == 0)
    }
}
