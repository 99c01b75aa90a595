// SPDX-License-Identifier: Apache-2.0
import Codecs
import HTTPD
import HTTPDTesting
import Testing

/// Compresses and decodes again: what comes out must be what went in.
struct ThereAndBack: OutputFilter, InputFilter, ~Copyable {
    private var chain: Chain<Compressor, Decompressor>

    init?(_ request: borrowing Request, options: CodingOptions) throws(HTTPDError) {
        let decompressor: Decompressor
        do throws(DecompressionFailure) { decompressor = try Decompressor([options.coding]) } catch {
            throw HTTPDError(error.error)
        }
        chain = Compressor(options.coding, CompressionSettings(profile: options.profile)).then(decompressor)
    }

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) throws(HTTPDError) {
        do throws(StreamError) { try chain.write(bytes, into: &output) } catch { throw HTTPDError(error) }
    }

    mutating func flush(into output: inout Output) throws(HTTPDError) {
        do throws(StreamError) { try chain.flush(into: &output) } catch { throw HTTPDError(error) }
    }

    mutating func finish(into output: inout Output) throws(HTTPDError) {
        do throws(StreamError) { try chain.finish(into: &output) } catch { throw HTTPDError(error) }
    }
}

/// Decodes.
struct Decoding: OutputFilter, InputFilter, ~Copyable {
    private var decompressor: Decompressor

    init?(_ request: borrowing Request, options: CodingOptions) throws(HTTPDError) {
        do throws(DecompressionFailure) { decompressor = try Decompressor([options.coding]) } catch {
            throw HTTPDError(error.error)
        }
    }

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) throws(HTTPDError) {
        do throws(StreamError) { try decompressor.write(bytes, into: &output) } catch { throw HTTPDError(error) }
    }

    mutating func finish(into output: inout Output) throws(HTTPDError) {
        do throws(StreamError) { try decompressor.finish(into: &output) } catch { throw HTTPDError(error) }
    }
}

struct CodingOptions: FilterOptions {
    var token = Setting("gzip")
    var profileName = Setting("balanced")

    static var options: [Option<Self>] {
        Option("coding", \.token)
        Option("profile", \.profileName)
    }

    var coding: Coding { Coding(token: token.value) ?? .gzip }
    var profile: CompressionProfile {
        switch profileName.value {
        case "fast": .fast
        case "small": .small
        default: .balanced
        }
    }
}

@Suite("Codecs do not care how a stream is cut, over real APR")
struct ChunkingTests {
    static let profiles = ["fast", "balanced", "small"]

    private func options(_ coding: Coding, _ profile: String) -> [(key: String, value: String)] {
        [(key: "coding", value: coding.token), (key: "profile", value: profile)]
    }

    @Test("compressed and decoded in every variation, with FLUSH anywhere", arguments: Coding.allCases, profiles)
    func thereAndBack(_ coding: Coding, _ profile: String) throws {
        for body in [[], [0], page(150), noise(60)] {
            let options = options(coding, profile)
            try FilterVerifier(output: ThereAndBack.self, options: options).verify(body, expecting: body)
            try FilterVerifier(input: ThereAndBack.self, options: options).verify(body, expecting: body)
        }
    }

    @Test("pages of many pieces, compressed and decoded in every variation", arguments: Coding.allCases)
    func pages(_ coding: Coding) throws {
        for body in [page(9000), page(60_000)] {
            var verifier = try FilterVerifier(output: ThereAndBack.self, options: options(coding, "fast"))
            verifier.randomSplitCount = 4
            try verifier.verify(body, expecting: body)
            let bytes = try codedWhole(body, coding)
            verifier = try FilterVerifier(output: Decoding.self, options: options(coding, "fast"))
            verifier.randomSplitCount = 4
            try verifier.verify(bytes, expecting: body)
        }
    }

    @Test("decoded in every variation", arguments: Coding.allCases)
    func decoding(_ coding: Coding) throws {
        for body in [[], [0], page(600), noise(100)] {
            let bytes = try codedWhole(body, coding)
            let options = options(coding, "balanced")
            try FilterVerifier(output: Decoding.self, options: options).verify(bytes, expecting: body)
            try FilterVerifier(input: Decoding.self, options: options).verify(bytes, expecting: body)
        }
    }

    @Test("a truncated body fails in every variation, and no reader can take it for whole", arguments: Coding.allCases)
    func truncation(_ coding: Coding) throws {
        let bytes = Array(try codedWhole(page(200), coding).dropLast())
        let options = options(coding, "balanced")
        _ = try FilterVerifier(output: Decoding.self, options: options).verifyFailure(bytes)
        _ = try FilterVerifier(input: Decoding.self, options: options).verifyFailure(bytes)
    }

    @Test("each piece size gives the same", arguments: Coding.allCases)
    func pieceSizes(_ coding: Coding) throws {
        let body = page(30_000)
        for size in [1, 2, 3, 5, 13, 100, 1021, 4096, 65_536] {
            for profile in [CompressionProfile.fast, .balanced, .small] {
                let bytes = try coded(cut(body, every: size), coding, CompressionSettings(profile: profile))
                #expect(try decoded(bytes, [coding], pieces: size) == body)
            }
        }
    }
}
