// SPDX-License-Identifier: Apache-2.0
import Codecs
import HTTPD
import HTTPDTesting
import Testing

@testable import Compression

@Suite("The filters over real APR")
struct CompressFilterTests {
    private static let text = String(repeating: "some words, and some more words. ", count: 60)

    private func plugin(_ directives: (String, String)...) throws -> EmbeddedPlugin {
        try EmbeddedPlugin(
            CompressionPlugin.self, directives: directives.map { (directive: $0.0, arguments: $0.1) })
    }

    /// Decodes with another program.
    private static func decode(_ coding: Coding, _ bytes: [UInt8]) throws -> [UInt8] {
        let script = "import sys, zlib; sys.stdout.buffer.write(zlib.decompress(sys.stdin.buffer.read()))"
        let command =
            switch coding {
            case .zstd: Command("zstd", ["-dcq"], input: bytes)
            case .br: Command("brotli", ["-dc"], input: bytes)
            case .gzip: Command("gzip", ["-dc"], input: bytes)
            case .deflate: Command("python3", ["-c", script], input: bytes)
            }
        let result = try command.run()
        try #require(result.status == 0, "\(result.errorText)")
        return result.output
    }

    private func respond(
        _ accept: String, _ text: String, _ directives: (String, String)..., in pieces: Int = 1,
        headers: [(String, String)] = []
    ) throws -> EmbeddedRequest {
        let plugin = try EmbeddedPlugin(
            CompressionPlugin.self, directives: directives.map { (directive: $0.0, arguments: $0.1) })
        let request = EmbeddedRequest("GET", "/", headers: ["Accept-Encoding": accept], contentType: .html)
        request.withRequest { request in
            for (name, value) in headers { request.outputHeaders[name] = value }
        }
        try plugin.addOutputFilter("Compress", to: request)
        let bytes = Array(text.utf8)
        let size = max(1, bytes.count / pieces)
        for start in stride(from: 0, to: bytes.count, by: size) {
            let piece = Array(bytes[start..<min(bytes.count, start + size)])
            try request.withRequest { request throws(HTTPDError) in try request.write(piece.span) }
        }
        request.finish()
        return request
    }

    @Test("what comes out is decoded to what went in, however it came", arguments: Coding.allCases)
    func codings(_ coding: Coding) throws {
        for profile in ["fast", "balanced", "small"] {
            for padding in ["0", "100"] {
                for pieces in [1, 7] {
                    let request = try respond(
                        coding.token, Self.text, ("CompressCodings", coding.token), ("CompressProfile", profile),
                        ("CompressPadding", padding), in: pieces,
                        headers: [("ETag", "\"x\""), ("Content-Length", "1980")])
                    #expect(try Self.decode(coding, request.response) == Array(Self.text.utf8))
                    request.withRequest { request in
                        #expect(request.contentEncoding == coding.token)
                        #expect(request.outputHeaders["Content-Encoding"] == coding.token)
                        #expect(request.outputHeaders["ETag"] == (padding == "0" ? "" : "W/") + "\"x-\(coding.token)\"")
                        #expect(request.outputHeaders["Vary"] == "Accept-Encoding")
                        #expect(request.outputHeaders["Content-Length"] == nil)
                        #expect(request.notes["compress-in"] == "\(Self.text.utf8.count)")
                    }
                }
            }
        }
    }

    @Test("no way of cutting the stream changes what is meant", arguments: Coding.allCases)
    func cuts(_ coding: Coding) throws {
        // What is made of it depends on the cuts, so it is decoded again before it is compared.
        var plain = try FilterVerifier(
            plugin(("CompressCodings", coding.token), ("CompressMinLength", "0"), ("CompressProfile", "fast")),
            outputFilter: "Compress")
        plain.prepare = { request in
            request.contentType = .html
            request.inputHeaders["Accept-Encoding"] = coding.token
        }
        plain.meaning = { bytes in
            guard let decompressor = try? Decompressor([coding]) else { return nil }
            return try? TransformRun.output(of: decompressor, fed: [bytes])
        }
        try plain.verify("some text that is short", expecting: "some text that is short")
        try plain.verify(Self.text, expecting: Self.text)
    }

    @Test("DECOMPRESS gives what was meant, however the coded stream is cut", arguments: Coding.allCases)
    func decoding(_ coding: Coding) throws {
        let coded = try respond(coding.token, Self.text, ("CompressCodings", coding.token)).response
        var output = try FilterVerifier(plugin(), outputFilter: "Decompress")
        output.randomSplitCount = 8
        output.prepare = { $0.contentEncoding = coding.token }
        try output.verify(coded, expecting: Array(Self.text.utf8))
        _ = try output.verifyFailure(Array(coded.dropLast(3)))
        var input = try FilterVerifier(plugin(), inputFilter: "Decompress")
        input.randomSplitCount = 8
        input.prepare = { $0.inputHeaders["Content-Encoding"] = coding.token }
        try input.verify(coded, expecting: Array(Self.text.utf8))
        _ = try input.verifyFailure(Array(coded.dropLast(3)))
    }

    @Test("conditions name the plain tags too, before the handler looks")
    func conditions() throws {
        let plugin = try plugin(("CompressCodings", "br gzip"))
        func prepared(_ method: String, _ headers: KeyValuePairs<String, String>, _ name: String) throws -> String? {
            let request = EmbeddedRequest(method, "/", headers: headers)
            for _ in 0..<2 { #expect(try plugin.prepare(outputFilter: "Compress", for: request) == nil) }
            return request.withRequest { $0.inputHeaders[name] }
        }
        let match = "If-None-Match"
        #expect(try prepared("GET", ["Accept-Encoding": "gzip", match: "\"x-gzip\""], match) == "\"x-gzip\", \"x\"")
        #expect(try prepared("GET", ["Accept-Encoding": "br", match: "\"x-gzip\""], match) == "\"x-gzip\"")
        #expect(try prepared("GET", [match: "\"x-gzip\""], match) == "\"x-gzip\"")
        #expect(try prepared("PUT", [match: "\"x-gzip\""], match) == "\"x-gzip\", \"x\"")
        #expect(try prepared("PUT", ["If-Match": "\"x-br\", \"y\""], "If-Match") == "\"x-br\", \"y\", \"x\"")
        let range: KeyValuePairs = ["Range": "bytes=0-1", "If-Range": "\"x-gzip\""]
        #expect(try prepared("GET", range, "Range") == nil)
        #expect(try prepared("GET", range, "If-Range") == nil)
        #expect(try prepared("GET", ["Range": "bytes=0-1", "If-Range": "\"x\""], "Range") == "bytes=0-1")
    }
}
