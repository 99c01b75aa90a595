// SPDX-License-Identifier: Apache-2.0
import Codecs
import Foundation
import HTTPD
import Testing

@testable import Compression

@Suite("Files that are compressed already and stand beside the plain ones")
struct PrecompressedTests {
    private let folder: StoreFolder
    private let file: String

    init() throws {
        folder = try StoreFolder()
        file = try folder.write(page(10_000), "page.html", age: 100)
    }

    /// Looks as a request does to which the server would send whatever is a file.
    private func found(
        _ coding: Coding, served: (String) -> FileStatus? = { try? FileStatus(of: $0) }
    ) throws -> [UInt8]? {
        let original = try FileStatus(of: file)
        guard let suffix = Precompressed.suffix(of: coding),
            try Precompressed.candidate(file + suffix, for: original) != nil, let allowed = served(file + suffix)
        else { return nil }
        let result = try Precompressed.open(
            file + suffix, allowed, for: original, coding, access: .reading, known: VerifiedEntries())
        guard var result = consume result else { return nil }
        return try result.file.bytes(at: 0, count: 1 << 20)
    }

    private func coded(_ coding: Coding) throws -> [UInt8] {
        var buffer = OutputBuffer()
        try buffer.collect { output throws(StreamError) in
            try Compressor.compressWhole(page(10_000).span, coding, into: &output)
        }
        let bytes = buffer.bytes
        return bytes.indices.map { bytes[$0] }
    }

    @Test(arguments: [(.br, ".br"), (.zstd, ".zst"), (.gzip, ".gz")] as [(Coding, String)])
    func aFreshFileOfTheCodingIsFound(_ coding: Coding, _ suffix: String) throws {
        #expect(try found(coding) == nil)
        _ = try folder.write(try coded(coding), "page.html" + suffix, age: 50)
        #expect(try found(coding) == coded(coding))
        // Made at the same time will do.
        try folder.age(file, 50)
        let status = try FileStatus(of: file)
        let other = try FileStatus(of: file + suffix)
        if other.modified >= status.modified { #expect(try found(coding) != nil) }
    }

    @Test(arguments: [(.br, ".br"), (.zstd, ".zst"), (.gzip, ".gz")] as [(Coding, String)])
    func aFileOlderThanThePlainOneIsNotUsed(_ coding: Coding, _ suffix: String) throws {
        _ = try folder.write(try coded(coding), "page.html" + suffix, age: 150)
        #expect(try found(coding) == nil)
    }

    @Test(arguments: [(.br, ".br"), (.zstd, ".zst"), (.gzip, ".gz")] as [(Coding, String)])
    func whatIsOfAnotherCodingIsNotUsed(_ coding: Coding, _ suffix: String) throws {
        for wrong in [page(10_000), [], [0], Array(try coded(coding == .gzip ? .zstd : .gzip))] {
            _ = try folder.write(wrong, "page.html" + suffix, age: 50)
            #expect(try found(coding) == nil, "\(wrong.prefix(8))")
        }
    }

    @Test func thereAreNoFilesOfDeflate() throws {
        _ = try folder.write(try coded(.deflate), "page.html.deflate", age: 50)
        #expect(try found(.deflate) == nil)
    }

    @Test func whatTheServerWouldNotSendIsNotUsed() throws {
        _ = try folder.write(try coded(.gzip), "page.html.gz", age: 50)
        #expect(try found(.gzip, served: { _ in nil }) == nil)
        // Nor another file than the one that it would send.
        let other = try folder.write(try coded(.gzip), "other.gz", age: 50)
        #expect(try found(.gzip, served: { _ in try? FileStatus(of: other) }) == nil)
    }

    @Test func theServerIsAskedOnlyAboutFilesThatAreThereAndFresh() throws {
        var asked: [String] = []
        let ask = { (path: String) -> FileStatus? in
            asked.append(path)
            return try? FileStatus(of: path)
        }
        #expect(try found(.gzip, served: ask) == nil)
        _ = try folder.write(try coded(.gzip), "page.html.gz", age: 150)
        #expect(try found(.gzip, served: ask) == nil)
        try FileManager.default.removeItem(atPath: file + ".gz")
        try FileManager.default.createDirectory(atPath: file + ".gz", withIntermediateDirectories: false)
        #expect(try found(.gzip, served: ask) == nil)
        #expect(asked == [])
    }

    @Test func aFileThatMakesMuchOfLittleIsUsed() throws {
        var buffer = OutputBuffer()
        try buffer.collect { output throws(StreamError) in
            try Compressor.compressWhole([UInt8](repeating: 32, count: 20 << 20).span, .zstd, into: &output)
        }
        let bytes = buffer.bytes.indices.map { buffer.bytes[$0] }
        _ = try folder.write(bytes, "page.html.zst", age: 50)
        #expect(try found(.zstd) != nil)
    }
}
