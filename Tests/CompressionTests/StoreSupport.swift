// SPDX-License-Identifier: Apache-2.0
import Codecs
import Foundation
import HTTPD
import HTTPDTesting
import Testing

@testable import Compression

/// A folder that is gone with its owner, with files that have been left alone for a while.
final class StoreFolder {
    let path: String
    /// Makes APR usable.
    private let request = EmbeddedRequest()
    var store: String { path + "/store" }

    init() throws {
        path = NSTemporaryDirectory() + "store-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path + "/store", withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file that was changed so many seconds ago.
    func write(_ bytes: [UInt8], _ name: String, age: Double = 100) throws -> String {
        let file = "\(path)/\(name)"
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        try self.age(file, age)
        return file
    }

    func age(_ file: String, _ seconds: Double) throws {
        let date = Date(timeIntervalSinceNow: -seconds)
        try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: file)
    }

    /// What is in the store, without its lock.
    var entries: [String] {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: store).filter { $0 != ".lock" }.sorted()
        }
    }

    /// How many bytes the store takes up.
    var size: Int {
        get throws {
            // Without reading them, which the store takes note of.
            try entries.reduce(0) { try $0 + Int(FileStatus(of: store + "/" + $1).size) }
        }
    }

    func bytes(of file: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: file))) }
}

/// Text that compresses as pages do, of any length.
func page(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var state = seed
    var text: [UInt8] = []
    let words = [
        "<p class=\"entry\">", "server", "filter", "</p>\n", " of the ", "bucket", "0123", "Swift", "href=\"/a/b\"",
    ]
    while text.count < count {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        text += Array(words[Int(state >> 33) % words.count].utf8)
    }
    return Array(text.prefix(count))
}

extension VariantStore {
    /// Makes a variant of a file.
    func make(_ path: String, _ coding: Coding = .gzip) throws -> Insertion {
        let key = VariantKey(of: try FileStatus(of: path), coding)
        return try VariantMaker(path: path, key: key, store: self).run { false }
    }

    /// The stored bytes of a variant, or `nil`.
    func bytes(of path: String, _ coding: Coding = .gzip) throws -> [UInt8]? {
        guard var variant = try find(VariantKey(of: try FileStatus(of: path), coding)) else { return nil }
        return try variant.file.bytes(at: EntryHeader.payloadOffset, count: variant.count)
    }
}

/// Decodes with the program of others.
func plain(_ bytes: [UInt8], _ coding: Coding) throws -> [UInt8] {
    let program: [String] =
        switch coding {
        case .zstd: ["zstd", "-dcq"]
        case .br: ["brotli", "-dc"]
        case .gzip: ["gzip", "-dc"]
        case .deflate:
            ["python3", "-c", "import sys, zlib; sys.stdout.buffer.write(zlib.decompress(sys.stdin.buffer.read()))"]
        }
    let result = try Command(program[0], Array(program.dropFirst()), input: bytes).run()
    #expect(result.status == 0, "\(result.errorText)")
    return result.output
}
