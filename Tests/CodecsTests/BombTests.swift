// SPDX-License-Identifier: Apache-2.0
import Codecs
import HTTPD
import HTTPDTesting
import Testing

@Suite("Bombs are refused within their limits, and memory stays flat")
struct BombTests {
    /// A hundred million zeros, in each coding.
    private func bomb(_ coding: Coding) throws -> [UInt8] {
        let zeros = [UInt8](repeating: 0, count: 1 << 20)
        return try TransformRun.output(
            of: Compressor(coding, CompressionSettings(level: 6)), fed: (0..<100).map { _ in zeros })
    }

    @Test("the size is a limit to the byte", arguments: Coding.allCases)
    func size(_ coding: Coding) throws {
        for count in [1, 511, 512, 513, 4096, 32_768, 32_769, 100_000] {
            let bytes = try codedWhole([UInt8](repeating: 7, count: count), coding)
            for pieces in [1, 8192] {
                let exact = DecompressionLimit(size: count, ratio: .max)
                #expect(try decoded(bytes, [coding], limit: exact, pieces: pieces).count == count)
                let short = DecompressionLimit(size: count - 1, ratio: .max)
                #expect(try failure(of: bytes, [coding], limit: short, pieces: pieces) == .tooLarge)
            }
        }
    }

    @Test("the ratio counts behind the first MB", arguments: Coding.allCases)
    func ratio(_ coding: Coding) throws {
        let limit = DecompressionLimit(size: .max, ratio: 10)
        let burst = try codedWhole([UInt8](repeating: 7, count: DecompressionLimit.burst), coding)
        #expect(try decoded(burst, [coding], limit: limit).count == DecompressionLimit.burst)
        let more = try codedWhole([UInt8](repeating: 7, count: DecompressionLimit.burst * 2), coding)
        #expect(try failure(of: more, [coding], limit: limit) == .tooDense)
        // A dense end does not show behind a long body that is not: the ratio is that of the whole so far.
        let mixed = try codedWhole(noise(100_000) + [UInt8](repeating: 7, count: 1_500_000), coding)
        #expect(try failure(of: mixed, [coding], limit: DecompressionLimit(size: .max, ratio: 20)) == nil)
    }

    @Test("a bomb ends at the limit, and what was made of it is no more than that", arguments: Coding.allCases)
    func bombs(_ coding: Coding) throws {
        let bytes = try bomb(coding)
        for pieces in [64, 8192, 65_536, .max] {
            for limit in [DecompressionLimit(), .init(size: 3_000_000, ratio: .max), .init(size: .max, ratio: 50)] {
                let made = try produced(cut(bytes, every: min(pieces, bytes.count)), [coding], limit)
                #expect(made.failure != nil)
                let allowed = min(limit.size, DecompressionLimit.burst + bytes.count.saturated(times: limit.ratio))
                #expect(made.count <= allowed + 1, "\(coding) \(pieces) \(limit)")
            }
        }
    }

    @Test("one write never makes more than 32 MB, whatever the limit", arguments: Coding.allCases)
    func oneWrite(_ coding: Coding) throws {
        let made = try produced([bomb(coding)], [coding], DecompressionLimit(size: .max, ratio: .max))
        #expect(made.failure == .tooDense)
        #expect(made.count == Decompressor.writeLimit + 1)
    }

    @Test("bombs in bombs: refused by the size of any layer, and by their number")
    func nested() throws {
        for outer in Coding.allCases {
            for inner in Coding.allCases {
                let bytes = try codedWhole(try bomb(inner), outer)
                let made = try produced([bytes], [inner, outer], DecompressionLimit())
                #expect(made.failure == .tooDense || made.failure == .tooLarge, "\(inner) in \(outer)")
                #expect(made.count <= DecompressionLimit.burst + bytes.count * 200 + 1)
            }
        }
        #expect(throws: DecompressionFailure.tooManyLayers) {
            _ = try Decompressor([.gzip, .gzip, .gzip], limit: DecompressionLimit(layers: 2))
        }
        #expect(throws: DecompressionFailure.tooManyLayers) {
            _ = try Decompressor([.gzip], limit: DecompressionLimit(layers: -1))
        }
    }

    @Test("layers that decode to nothing count as what they are: ten million empty members")
    func emptyMembers() throws {
        // gzip of very many empty gzip members: nothing comes out at the end, but work is done.
        let empty = try codedWhole([], .gzip)
        let members = [[UInt8]](repeating: empty, count: 50_000).flatMap { $0 }
        let bytes = try TransformRun.output(of: Compressor(.gzip), fed: (0..<20).map { _ in members })
        #expect(try failure(of: bytes, [.gzip, .gzip], limit: DecompressionLimit()) == .tooDense)
        let limit = DecompressionLimit(size: members.count * 20, ratio: .max)
        #expect(try decoded(bytes, [.gzip, .gzip], limit: limit) == [])
    }

    @Test(
        "ten GB of zeros in small pieces, with no limit that stops them: memory stays flat", arguments: Coding.allCases)
    func flat(_ coding: Coding) throws {
        // The work is that of 300 MB; that memory does not grow shows with these as well.
        let bytes = try bomb(coding)
        var decompressor = try Decompressor([coding], limit: DecompressionLimit(size: .max, ratio: .max))
        var storage: OutputStorage.One = [OutputStorage()]
        var most = 0
        for piece in cut(bytes, every: 64) {
            var output = Output(editing: piece.span, into: storage.mutableSpan, keepsInPlace: false)
            try decompressor.write(piece.span, into: &output)
            most = max(most, storage[0].count)
            storage[0].removeAll(keepingCapacityUpTo: 1 << 20)
            #expect(decompressor.memory < 9 << 20)
        }
        // What 64 bytes can become; of brotli and zstd that is much.
        #expect(most <= Decompressor.writeLimit)
    }

    /// What comes out before it fails.
    private func produced(
        _ pieces: [[UInt8]], _ codings: [Coding], _ limit: DecompressionLimit
    ) throws -> (count: Int, failure: DecompressionFailure?) {
        var decompressor = try Decompressor(codings, limit: limit)
        var storage: OutputStorage.One = [OutputStorage()]
        var count = 0
        for piece in pieces {
            var output = Output(editing: piece.span, into: storage.mutableSpan, keepsInPlace: false)
            do throws(StreamError) {
                try decompressor.write(piece.span, into: &output)
            } catch {
                return (count + storage[0].count, decompressor.failure)
            }
            count += storage[0].count
            storage[0].removeAll(keepingCapacityUpTo: 1 << 20)
        }
        return (count, nil)
    }
}

extension Int {
    fileprivate func saturated(times other: Int) -> Int {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow || product > .max / 2 ? .max / 2 : product
    }
}
