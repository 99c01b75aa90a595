// SPDX-License-Identifier: Apache-2.0
import Codecs
import Testing

@testable import Compression

@Suite("Accept-Encoding")
struct AcceptEncodingTests {
    private static let order: [Coding] = [.zstd, .br, .gzip]

    private func choice(_ value: String?, _ order: [Coding] = Self.order) -> String {
        switch AcceptEncoding(value).choose(from: order) {
        case .coded(let coding): coding.token
        case .plain: "plain"
        }
    }

    @Test(
        "what the client wants most is chosen, and the server's order decides what it wants equally",
        arguments: [
            ("gzip", "gzip"), ("gzip, br, zstd", "zstd"), ("br;q=0.9, gzip", "gzip"), ("br,gzip;q=0.9,zstd;q=0", "br"),
            ("gzip;q=0.5, zstd;q=0.5", "zstd"), ("gzip;q=0.001, br;q=0.002", "br"), ("deflate", "plain"),
            ("compress, exi", "plain"), ("gzip, deflate, br, zstd", "zstd"),
        ])
    func preference(_ value: String, _ expected: String) {
        #expect(choice(value) == expected)
    }

    @Test(
        "a weight counts however it is spelled",
        arguments: [
            ("gzip;q=1", "gzip"), ("gzip;Q=1.000", "gzip"), ("gzip ; q=0.5", "gzip"), ("gzip;\tq=1.", "gzip"),
            ("gzip;q=0", "plain"), ("gzip;q=0.", "plain"), ("gzip;Q=0", "plain"), ("gzip;q=0.000", "plain"),
            ("br;q=0.,gzip;Q=0.1", "gzip"), ("zstd;q=0.12345,br;q=0.123", "zstd"), ("gzip;q=0.0000001", "gzip"),
            ("GZip", "gzip"), ("X-GZIP;q=0.3", "gzip"), ("x-gzip", "gzip"), ("gzip;level=9;q=0", "plain"),
            ("gzip;level=9", "gzip"),
        ])
    func weights(_ value: String, _ expected: String) {
        #expect(choice(value) == expected)
    }

    @Test(
        "* stands for what is not named",
        arguments: [
            ("*", "zstd"), ("*;q=0", "plain"), ("gzip, *;q=0", "gzip"), ("zstd;q=0, *", "br"),
            ("zstd;q=0, br;q=0, *;q=0.1", "gzip"), ("gzip;q=0.2, *;q=0.1", "gzip"), ("identity, *;q=0", "plain"),
        ])
    func star(_ value: String, _ expected: String) {
        #expect(choice(value) == expected)
    }

    @Test(
        "the content as it is comes last, unless it is wanted more",
        arguments: [
            ("identity", "plain"), ("identity, gzip", "gzip"), ("identity;q=1, gzip;q=0.5", "plain"),
            ("identity;q=0.5, gzip;q=0.5", "gzip"), ("identity;q=0, gzip;q=0.1", "gzip"), ("identity;q=0", "plain"),
            ("", "plain"), (" ", "plain"),
        ])
    func identity(_ value: String, _ expected: String) {
        #expect(choice(value) == expected)
    }

    @Test("whether the content may be sent as it is")
    func plain() {
        for value in ["", "gzip", "*", "identity;q=0.1, *;q=0", "identity;q=2"] {
            #expect(AcceptEncoding(value).acceptsPlain, "\(value)")
        }
        for value in ["identity;q=0", "*;q=0", "gzip, Identity;Q=0.0", "identity, identity;q=0"] {
            #expect(!AcceptEncoding(value).acceptsPlain, "\(value)")
        }
        #expect(AcceptEncoding(nil).acceptsPlain)
    }

    @Test("without the field nothing is coded") func absent() {
        #expect(choice(nil) == "plain")
    }

    @Test("only what the server offers is chosen") func offered() {
        #expect(choice("gzip, br, zstd", [.gzip]) == "gzip")
        #expect(choice("gzip, br, zstd", []) == "plain")
        #expect(choice("*", [.deflate]) == "deflate")
        #expect(choice("gzip;q=0.1, deflate", [.gzip, .deflate]) == "deflate")
    }

    @Test(
        "a member that is not well formed counts as if it were not there",
        arguments: [
            "gzip;q=", "gzip;q", "gzip;q=2", "gzip;q=1.1", "gzip;q=1.0001", "gzip;q=-1", "gzip;q=+1", "gzip;q=.5",
            "gzip;q=0,5",
            "gzip;q=0.5x", "gzip;q=\"1\"", "gzip;q=0x1", "gzip;q=1;q=0", "gzip;q=1;;", "gzip;", "gzip;=1", "gz ip",
            "gzip br",
            "\"gzip\"", "gzip=1", ";q=1", "gzip;q = 1", "gzip;q=١", "gzip\u{0}", "gzip;q=1\u{0}", "\u{FFFD}",
            "gzip;q=1e0", "gzip;q=00", "gzip;q=01",
        ])
    func malformed(_ value: String) {
        #expect(choice("br;q=0.001, " + value) == "br", "\(value)")
    }

    @Test("of a coding that is named twice the smaller weight holds") func twice() {
        #expect(choice("gzip, gzip;q=0") == "plain")
        #expect(choice("gzip;q=0, gzip") == "plain")
        #expect(choice("br;q=0.5, gzip;q=0.6, x-gzip;q=0.4") == "br")
        #expect(choice("*, *;q=0") == "plain")
    }

    @Test("empty members and blanks are passed over") func blanks() {
        #expect(choice(",, ,\t gzip \t,,") == "gzip")
        #expect(choice("gzip,") == "gzip")
    }

    @Test("a long field is read to its end") func long() {
        #expect(choice(String(repeating: "x-unknown;q=0.1, ", count: 5_000) + "gzip") == "gzip")
        #expect(choice("gzip;q=0." + String(repeating: "9", count: 100_000)) == "gzip")
    }
}
