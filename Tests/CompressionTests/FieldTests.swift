// SPDX-License-Identifier: Apache-2.0
import Codecs
import HTTPD
import Testing

@testable import Compression

@Suite("Fields of the header")
struct FieldTests {
    @Test(
        "Content-Encoding is taken apart from the right, as far as it is known",
        arguments: [
            ("gzip", ["gzip"], []), ("X-Gzip", ["gzip"], []), ("deflate, gzip, br", ["deflate", "gzip", "br"], []),
            ("identity", [], []), ("identity, gzip,identity", ["gzip"], []), ("foo, gzip", ["gzip"], ["foo"]),
            ("gzip, foo", [], ["gzip", "foo"]), ("br, foo, zstd, gzip", ["zstd", "gzip"], ["br", "foo"]), ("", [], []),
            ("gzip;q=1", [], ["gzip;q=1"]),
        ])
    func contentEncoding(_ value: String, _ known: [String], _ unknown: [String]) {
        let encodings = ContentEncodings(value)
        #expect(encodings.known.map(\.token) == known)
        #expect(encodings.unknown == unknown)
        #expect(encodings.isEmpty == (known.isEmpty && unknown.isEmpty))
        #expect(encodings.remainder == (unknown.isEmpty ? nil : unknown.joined(separator: ", ")))
    }

    @Test("no-transform is found among the directives of Cache-Control, and not inside another one's value")
    func noTransform() {
        for value in ["no-transform", "max-age=1, No-Transform", "private=\"a, b\",no-transform", "no-transform=1"] {
            #expect(CacheControl.forbidsTransforming(value), "\(value)")
            let isInBytes = CacheControl.forbidsTransforming(field: value.utf8Span.span)
            #expect(isInBytes, "\(value)")
        }
        for value in [
            "", "no-store", "x=\"no-transform\"", "x=\"a, no-transform\"", "no-transforms", "x=\"\\\", no-transform",
        ] {
            #expect(!CacheControl.forbidsTransforming(value), "\(value)")
            let isInBytes = CacheControl.forbidsTransforming(field: value.utf8Span.span)
            #expect(!isInBytes, "\(value)")
        }
        #expect(!CacheControl.forbidsTransforming(nil))
        let isInNothing = CacheControl.forbidsTransforming(field: nil)
        #expect(!isInNothing)
    }

    @Test("Vary names Accept-Encoding in any case, or everything")
    func vary() {
        for value in ["Accept-Encoding", "accept-encoding", "Cookie,  ACCEPT-ENCODING", "*", "a, *"] {
            #expect(Vary.namesAcceptEncoding(value), "\(value)")
        }
        for value in ["", "Accept", "X-Accept-Encoding", "Accept-Encoding-X"] {
            #expect(!Vary.namesAcceptEncoding(value), "\(value)")
        }
        #expect(!Vary.namesAcceptEncoding(nil))
    }
}

@Suite("Entity tags")
struct EntityTagTests {
    @Test("a coding's tag has its name inside the quotes, and is taken apart again") func suffix() throws {
        for (text, coded) in [("\"x\"", "\"x-br\""), ("W/\"x\"", "W/\"x-br\""), ("\"\"", "\"-br\"")] {
            let tag = try #require(EntityTag(text))
            #expect(tag.coded(as: .br).description == coded)
            #expect(EntityTag(coded)?.plain(from: .br) == tag)
            #expect(EntityTag(coded)?.plain(from: .gzip) == nil)
            #expect(tag.plain(from: .br) == nil)
        }
        #expect(EntityTag("\"x\"")?.weakened.description == "W/\"x\"")
    }

    @Test(
        "what is no tag is none",
        arguments: ["", "x", "\"x", "x\"", "w/\"x\"", "W\"x\"", "\"a\"b\"", "\"a b\"", "\"a\", \"b\""])
    func malformed(_ text: String) {
        #expect(EntityTag(text) == nil)
    }

    @Test(
        "a tag that is made of bytes is the one that is made of a tag",
        arguments: ["\"x\"", "\"\"", "\"1f40-660eeb35e1cb4\"", "\"a,b\"", "\"a\\\"", "\"a-gzip\""])
    func ofBytes(_ text: String) throws {
        let tag = try #require(EntityTag(text))
        for coding in Coding.allCases {
            let coded = EntityTag.coded(text.utf8Span.span, as: coding, mark: nil)
            #expect(coded == Array(tag.coded(as: coding).description.utf8))
            for mark in [0, 1, 0x0A1B_2C3D, .max] as [UInt32] {
                let marked = EntityTag.coded(text.utf8Span.span, as: coding, mark: mark)
                #expect(marked == Array(tag.coded(as: coding, mark: mark).description.utf8))
            }
        }
    }

    @Test(
        "what is not one strong tag is not made one of bytes",
        arguments: ["", "\"", "x", "\"x", "x\"", "W/\"x\"", "\"a\"b\"", "\"a b\"", "\"a\", \"b\"", " \"x\"", "\"é\""])
    func notOfBytes(_ text: String) {
        let coded = EntityTag.coded(text.utf8Span.span, as: .gzip, mark: nil)
        #expect(coded == nil)
    }

    @Test("a list is read whatever is in it")
    func lists() {
        func list(_ value: String) -> [String] { EntityTag.list(value).map(\.description) }
        #expect(list("\"a\", W/\"b\",\"c\"") == ["\"a\"", "W/\"b\"", "\"c\""])
        #expect(list("*") == [])
        #expect(list("a, \"b\", \"c") == ["\"b\""])
        #expect(list("\"a,b\" \"c\"") == ["\"a,b\"", "\"c\""])
        #expect(list(",,,") == [])
        #expect(list("W/, W, \"a\\\", \"b\"") == ["\"a\\\"", "\"b\""])
    }

    @Test("the plain tags of coded ones are added, once, and strength stays")
    func missing() {
        func missing(_ value: String, _ codings: [Coding]) -> [String] {
            EntityTag.plainTags(missingIn: value, from: codings).map(\.description)
        }
        #expect(missing("\"a-gzip\"", [.gzip]) == ["\"a\""])
        #expect(missing("W/\"a-gzip\", \"b-gzip\"", [.gzip]) == ["W/\"a\"", "\"b\""])
        #expect(missing("\"a-gzip\", \"a\"", [.gzip]) == [])
        #expect(missing("\"a-gzip\"", [.br]) == [])
        #expect(missing("\"a-gzip\", \"a-br\", \"c-zstd\"", Coding.allCases) == ["\"a\"", "\"c\""])
        #expect(missing("*", Coding.allCases) == [])
    }
}

@Suite("Media types worth compressing")
struct CompressibleTypesTests {
    @Test("the built-in list has text in all its forms, and nothing that is compressed already")
    func builtIn() {
        for type in [
            "text/html", "text/event-stream", "application/json", "application/ld+json", "image/svg+xml",
            "application/wasm",
            "application/javascript", "application/xhtml+xml", "font/ttf", "image/x-icon", "application/problem+json",
        ] {
            #expect(MediaTypeList.compressible.contains(type), "\(type)")
        }
        for type in [
            "image/png", "image/jpeg", "font/woff2", "application/zip", "application/gzip", "video/mp4",
            "application/pdf",
            "application/octet-stream", "multipart/byteranges", "", "text", "/",
        ] {
            #expect(!MediaTypeList.compressible.contains(type), "\(type)")
        }
    }

    @Test("a star stands for any text, wherever it is")
    func globs() {
        for (pattern, type, expected) in [
            ("text/*", "text/html", true), ("text/*", "text/", true), ("text/*", "xtext/html", false),
            ("*", "a/b", true),
            ("*/*+json", "application/x+json+json", true), ("*/*+json", "application/x+json2", false),
            ("TEXT/Html", "text/html", true), ("a/*b*c", "a/xbxbyc", true), ("a/*b*c", "a/xbxby", false),
            ("*/*", "a", false),
            ("a/b", "a/bc", false), ("a/bc", "a/b", false),
        ] {
            #expect(MediaTypeList([pattern]).contains(type) == expected, "\(pattern) \(type)")
        }
        let stars = MediaTypeList(["a/" + String(repeating: "*a", count: 50) + "b"])
        #expect(!stars.contains("a/" + String(repeating: "a", count: 2_000)))
    }

    @Test(
        "what is no pattern is none",
        arguments: ["", "text", "/", "text/", "/html", "a/b/c", "text/html;x", "te xt/html"])
    func wrongGlobs(_ text: String) {
        #expect(throws: DirectiveError("'\(text)' is no media type such as text/html, text/* or */*+json")) {
            try MediaTypeList([text], default: .compressible)
        }
    }

    @Test("words add and leave out, and default stands for the built-in list")
    func words() throws {
        let types = try MediaTypeList(["Default", "!text/csv", "application/pdf"], default: .compressible)
        #expect(types.contains("text/html") && types.contains("application/pdf") && !types.contains("text/csv"))
        #expect(throws: DirectiveError.self) { try MediaTypeList(["text/*", "!"], default: .compressible) }
    }
}

@Suite("What is remembered of header fields")
struct FieldCacheTests {
    @Test("each value has what was worked out of it, however many there are") func many() {
        let cache = FieldCache<String>()
        var made = 0
        for _ in 0..<3 {
            for number in 0..<300 {
                let text = "gzip;q=0.\(number), br"
                let value = cache.value(of: text.utf8Span.span) { field in
                    made += 1
                    return field.uppercased()
                }
                #expect(value == text.uppercased())
            }
        }
        #expect(made <= 900)
    }

    @Test("a value is worked out once, and a very long one each time") func once() {
        let cache = FieldCache<Int>()
        for (text, expected) in [("gzip, deflate, br", 1), ("", 1), (String(repeating: "x", count: 257), 5)] {
            var made = 0
            for _ in 0..<5 {
                let count = cache.value(of: text.utf8Span.span) { field in
                    made += 1
                    return field.utf8.count
                }
                #expect(count == text.utf8.count)
            }
            #expect(made == expected, "\(text)")
        }
    }

    @Test("a list of codings knows what clients want, and another list knows something else") func preferences() {
        let lists = [CodingList([.zstd, .br, .gzip]), CodingList([.gzip]), CodingList([])]
        let fields = ["gzip", "br;q=0.5, gzip", "identity;q=0, *;q=0", "*", "gzip;q=0", "GZIP , zstd"]
        for _ in 0..<2 {
            for list in lists {
                for field in fields {
                    let expected = Preference(field, among: list.codings)
                    let found = list.preference(of: field.utf8Span.span)
                    #expect(found.coding == expected.coding && found.acceptsPlain == expected.acceptsPlain)
                }
                let preference = list.preference(of: nil)
                #expect(preference.coding == nil && preference.acceptsPlain)
            }
        }
    }
}
