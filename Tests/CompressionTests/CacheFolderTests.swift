// SPDX-License-Identifier: Apache-2.0
import Codecs
import HTTPD
import Testing

@testable import Compression

@Suite("CompressCache, and the tags of what it keeps")
struct CacheFolderTests {
    @Test func aFolderMayHaveASize() throws {
        let usual = try CacheFolder(directiveArguments: ["cache"])
        #expect(usual.path == "cache" && usual.limit == CacheFolder.usualLimit)
        let small = try CacheFolder(directiveArguments: ["/var/cache", "64K"])
        #expect(small.path == "/var/cache" && small.limit == 65_536)
        for word in ["off", "OFF"] { #expect(try CacheFolder(directiveArguments: [word]) == .none) }
    }

    @Test(
        arguments: [
            ([], "takes a folder"), ([""], "takes a folder"), (["a", "1G", "b"], "takes a folder"),
            (["a", "1T"], "must be a number of bytes"), (["a", "-1"], "must be a number of bytes"),
            (["a", "63K"], "less than 64K"), (["off", "1G"], "off has no size"),
        ] as [([String], String)])
    func whatIsWrongIsSaid(_ words: [String], _ sentence: String) {
        do throws(DirectiveError) {
            _ = try CacheFolder(directiveArguments: words)
            Issue.record("\(words) was taken")
        } catch {
            #expect(error.message.contains(sentence), "\(error.message)")
        }
    }

    @Test func itMayNotStandInHtaccess() {
        let directives = CompressionConfiguration.directives
        let cache = directives.first { "\($0.name)" == "CompressCache" }
        #expect(cache?.scope == [.server, .directory])
        let precompressed = directives.first { "\($0.name)" == "CompressPrecompressed" }
        #expect(precompressed?.scope == .everywhere)
    }

    @Test func aMarkIsPutInAndTakenOut() throws {
        let plain = try #require(EntityTag("\"2d-5f\""))
        let stored = plain.coded(as: .br, mark: 0xA1)
        #expect(stored.description == "\"2d-5f~000000a1-br\"")
        #expect(EntityTag(stored.description) == stored)
        #expect(stored.plain(from: .br)?.unmarked == plain)
        #expect(stored.plain(from: .gzip) == nil)
        #expect(plain.unmarked == nil && plain.coded(as: .br).plain(from: .br)?.unmarked == nil)
        #expect(EntityTag("W/\"x\"")?.coded(as: .gzip, mark: .max).description == "W/\"x~ffffffff-gzip\"")
    }

    @Test(arguments: ["x", "x~", "x~1234567", "x~123456789", "x~1234567G", "x~1234567A", "~1234567"])
    func whatIsNoMarkStays(_ opaque: String) {
        #expect(EntityTag("\"\(opaque)\"")?.unmarked == nil)
    }

    @Test func conditionsGetThePlainTagOfWhatIsMarkedAndOfWhatSeemsToBe() {
        let missing = EntityTag.plainTags(missingIn: "\"x~0000000a-br\", W/\"y-br\"", from: [.br])
        #expect(missing.map(\.description) == ["\"x~0000000a\"", "\"x\"", "W/\"y\""])
    }
}
