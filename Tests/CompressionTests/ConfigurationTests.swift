// SPDX-License-Identifier: Apache-2.0
import Codecs
import HTTPD
import HTTPDTesting
import Testing

@testable import Compression

@Suite("The directives of Compression")
struct CompressionConfigurationTests {
    private func read(_ name: String, _ arguments: String) throws(DirectiveError) {
        _ = try EmbeddedPlugin(CompressionPlugin.self, directives: [(directive: name, arguments: arguments)])
    }

    @Test(
        "good lines are taken",
        arguments: [
            ("CompressCodings", "zstd br gzip"), ("CompressCodings", "GZIP"), ("CompressCodings", "none"),
            ("CompressCodings", "deflate x-gzip"), ("CompressLevel", "gzip 9"), ("CompressLevel", "br 0"),
            ("CompressProfile", "Fast"), ("CompressMinLength", "0"), ("CompressMinLength", "1K"),
            ("CompressTypes", "text/* !text/csv"), ("CompressTypes", "default application/x-foo"),
            ("CompressTypes", "*"),
            ("CompressETag", "weak"), ("CompressPadding", "0"), ("CompressPadding", "4096"),
            ("DecompressLimit", "size=10M ratio=50 layers=1"), ("DecompressLimit", "layers=8"),
        ])
    func good(_ name: String, _ arguments: String) throws {
        try read(name, arguments)
    }

    @Test(
        "wrong lines are refused with a sentence",
        arguments: [
            (
                "CompressCodings", "",
                "takes codings, best first: zstd, br, gzip, deflate, or none to send everything as it is"
            ),
            ("CompressCodings", "gzip lzma", "must be one of zstd, br, gzip, deflate, not 'lzma'"),
            ("CompressCodings", "gzip none", "must be one of zstd, br, gzip, deflate, not 'none'"),
            ("CompressCodings", "gzip x-gzip", "'x-gzip' is named twice: leave one of them out"),
            ("CompressLevel", "9", "takes a coding and a level, such as 'gzip 6', not 1 words"),
            ("CompressLevel", "gzip high", "must be a whole number, not 'high'"),
            ("CompressLevel", "br 12", "the levels of br go from 0 to 11, so not '12'"),
            ("CompressProfile", "slow", "must be one of fast, balanced, small, not 'slow'"),
            ("CompressMinLength", "-1", "must be a number of bytes such as 8192, 64K or 10M, not '-1'"),
            ("CompressTypes", "", "takes media types, such as text/* or !text/csv, or default for the built-in list"),
            ("CompressTypes", "text/* html", "'html' is no media type such as text/html, text/* or */*+json"),
            ("CompressETag", "strong", "must be one of suffix, weak, not 'strong'"),
            ("CompressPadding", "50000", "must be from 0 to 32768, not '50000'"),
            ("DecompressLimit", "10M", "'10M' must be key=value"),
            ("DecompressLimit", "ratio=0", "option 'ratio' must be from 1 to 1000000, not '0'"),
        ])
    func wrong(_ name: String, _ arguments: String, _ sentence: String) {
        #expect(throws: DirectiveError("\(name): \(sentence)")) { try read(name, arguments) }
    }

    @Test("sections merge field by field, and of a coding the innermost level counts")
    func merging() throws {
        var outer = CompressionConfiguration()
        outer.profile.value = .small
        outer.levels = try ["gzip 9", "br 11"].map {
            try CodingLevel(directiveArguments: $0.split(separator: " ").map(String.init))
        }
        outer.limit.ratio.value = 50
        outer.padding.value = 32
        var inner = CompressionConfiguration()
        inner.levels = [try CodingLevel(directiveArguments: ["gzip", "1"])]
        inner.limit.layers.value = 1
        inner.padding.value = 0
        let merged = outer.merged(with: inner)
        #expect(merged.profile.value == .small && merged.padding.value == 0)
        #expect(merged.level(of: .gzip) == 1 && merged.level(of: .br) == 11 && merged.level(of: .zstd) == nil)
        #expect(merged.limit.ratio.value == 50 && merged.limit.layers.value == 1)
        #expect(merged.codings.value.codings == [.zstd, .br, .gzip] && merged.minimumLength.value.bytes == 256)
    }
}
