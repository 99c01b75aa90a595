// SPDX-License-Identifier: Apache-2.0
import HTMLTokenizing
import Testing

@Suite("The encoding of a page is found as the standard says")
struct EncodingTests {
    /// What is known when the page comes in pieces of `size`.
    static func detect(_ page: [UInt8], charset: String? = nil, size: Int = 4096) -> EncodingDetector.Result? {
        let label = Array((charset ?? "").utf8)
        var detector = EncodingDetector(charset: HTMLEncoding(label: label.span))
        var start = 0
        while true {
            let end = min(start + size, page.count)
            if let result = detector.write(page.span.extracting(start..<end), isLast: end == page.count) {
                return result
            }
            if end == page.count { return nil }
            start = end
        }
    }

    @Test(
        "Labels",
        arguments: [
            ("utf-8", "UTF-8"), (" UTF8\n", "UTF-8"), ("latin1", "windows-1252"), ("ISO-8859-1", "windows-1252"),
            ("ascii", "windows-1252"),
            ("gb2312", "GBK"), ("Shift_JIS", "Shift_JIS"), ("ms932", "Shift_JIS"), ("utf-16", "UTF-16LE"),
            ("unicodefffe", "UTF-16BE"), ("hz-gb-2312", "replacement"),
            ("iso-8859-8-i", "ISO-8859-8-I"), ("visual", "ISO-8859-8"), ("x-x-big5", "Big5"), ("koi8-ru", "KOI8-U"),
            ("iso-8859-9", "windows-1254"),
            ("x-user-defined", "x-user-defined"), ("iso-8859-6-e", "ISO-8859-6"), ("iso-8859-6-i", "ISO-8859-6"),
            ("windows-949", "EUC-KR"),
        ])
    func labels(label: String, name: String) {
        let bytes = Array(label.utf8)
        #expect(HTMLEncoding(label: bytes.span)?.name == name)
    }

    @Test(
        "What is no label is none",
        arguments: ["", " ", "utf", "utf-88", "utf 8", "utf-7", "\u{A0}utf-8", "utf-8 utf8", "a b"])
    func noLabels(label: String) {
        let bytes = Array(label.utf8)
        #expect(HTMLEncoding(label: bytes.span) == nil)
    }

    @Test("Each encoding is found by its own name, and says whether markup can be read")
    func names() {
        for encoding in HTMLEncoding.allCases {
            let bytes = Array(encoding.name.utf8)
            #expect(HTMLEncoding(label: bytes.span) == encoding)
        }
        let others = HTMLEncoding.allCases.filter { !$0.isASCIICompatible }
        #expect(others == [.iso2022Jp, .replacement, .utf16be, .utf16le])
        #expect(HTMLEncoding.shiftJis.hasASCIITrailBytes && !HTMLEncoding.eucJp.hasASCIITrailBytes)
    }

    @Test("A mark counts more than the header field, and that more than the page")
    func order() {
        let meta = Array("<meta charset=koi8-r>".utf8)
        func found(_ page: [UInt8], _ charset: String?) -> [EncodingDetector.Result?] {
            [1, 2, 3, 4096].map { Self.detect(page, charset: charset, size: $0) }
        }
        for (mark, encoding) in [
            ([0xEF, 0xBB, 0xBF], .utf8), ([0xFE, 0xFF], .utf16be), ([0xFF, 0xFE], .utf16le),
        ] as [([UInt8], HTMLEncoding)] {
            for result in found(mark + meta, "latin1") {
                #expect(result?.encoding == encoding && result?.source == .byteOrderMark)
            }
        }
        for page in [meta, [], [0xEF, 0xBB], [0xFE], [0xEF, 0xBB, 0x3C]] {
            for result in found(page, "latin1") {
                #expect(result?.encoding == .windows1252 && result?.source == .contentType)
            }
        }
        for result in found(meta, "nonsense") { #expect(result?.encoding == .koi8R && result?.source == .page) }
        for result in found([], nil) {
            #expect(result?.encoding == nil && result?.source == EncodingDetector.Source.none)
        }
    }

    @Test("With a charset nothing is waited for but a mark")
    func waits() {
        var detector = EncodingDetector(charset: .utf8)
        let first: [UInt8] = [0xEF]
        #expect(detector.write(first.span) == nil)
        #expect(detector.write(first.span)?.encoding == .utf8)
        var other = EncodingDetector()
        let text = Array(repeating: UInt8(ascii: "x"), count: 1023)
        #expect(other.write(text.span) == nil)
        #expect(other.count == 1023)
        #expect(other.write(first.span)?.source == EncodingDetector.Source.none)
    }

    @Test(
        "The page's own word",
        arguments: [
            ("<meta charset=koi8-r>", "KOI8-R"), ("<META/CHARSET = 'koi8-r' >", "KOI8-R"),
            ("<meta charset=\"koi8-r\"/>", "KOI8-R"),
            ("<meta http-equiv=content-type content='text/html; charset=koi8-r'>", "KOI8-R"),
            ("<meta content='charset = \"koi8-r\" x' http-equiv=Content-Type>", "KOI8-R"),
            ("<meta http-equiv=content-type content='charset charset=koi8-r;x'>", "KOI8-R"),
            ("<title></title a='>'><meta charset=koi8-r>", "KOI8-R"),
            ("<!-- <meta charset=big5> --><meta charset=koi8-r>", "KOI8-R"), ("<!--><meta charset=koi8-r>", "KOI8-R"),
            ("<!x<meta charset=big5><meta charset=koi8-r>", "KOI8-R"),
            ("</x a='<meta charset=big5>'><meta charset=koi8-r>", "KOI8-R"),
            ("<?x<meta charset=big5><meta charset=koi8-r>", "KOI8-R"), ("< <meta charset=koi8-r>", "KOI8-R"),
            ("<meta charset=nonsense><meta charset=koi8-r>", "KOI8-R"),
            ("<meta charset=koi8-r charset=big5>", "KOI8-R"), ("<meta charset=utf-16>", "UTF-8"),
            ("<meta charset=utf-16be>", "UTF-8"), ("<meta charset=x-user-defined>", "windows-1252"),
            ("<meta content='charset=big5' charset=koi8-r>", "KOI8-R"),
            ("<meta charset=koi8-r content='charset=big5' http-equiv=content-type>", "KOI8-R"),
            ("<metadata charset=big5><meta charset=koi8-r>", "KOI8-R"),
            ("<script>'<meta charset=koi8-r>'</script>", "KOI8-R"),
            ("<?xml version='1.0' encoding='koi8-r'?>", "KOI8-R"), ("<?xml encoding = \"UTF-16\"?>", "UTF-8"),
            ("<?xml encoding='big5'?><meta charset=koi8-r>", "KOI8-R"),
            // None.
            ("<meta content='text/html; charset=koi8-r'>", nil),
            ("<meta http-equiv=refresh content='charset=koi8-r'>", nil), ("<meta charset=koi8-r", nil),
            ("<meta charset>", nil),
            ("<metacharset=koi8-r>", nil), ("<!-- <meta charset=koi8-r>", nil), ("<a b='<meta charset=koi8-r>", nil),
            (" <?xml encoding='koi8-r'?>", nil), ("<?xml encoding=koi8-r?>", nil),
            ("<?xml encoding='koi8-r ?>", nil), ("<?xml encoding='koi 8-r'?>", nil),
            ("<meta http-equiv=content-type content='charset=\"koi8-r'>", nil),
            ("<meta charset=nonsense content='charset=big5' http-equiv=content-type>", nil),
            ("<", nil), ("<!", nil), ("<!-", nil), ("</", nil), ("<m", nil), ("<meta ", nil), ("<meta charset=", nil),
            ("<?xml encoding='koi8-r' >", "KOI8-R"), ("<?xml", nil), ("<?xml>encoding='big5'", nil),
        ] as [(String, String?)])
    func page(text: String, name: String?) {
        for size in [1, 7, 4096] { #expect(Self.detect(Array(text.utf8), size: size)?.encoding?.name == name) }
    }

    @Test("UTF-16 without a mark is known by an XML declaration")
    func declarations() {
        #expect(Self.detect([0x3C, 0, 0x3F, 0, 0x78, 0])?.encoding == .utf16le)
        #expect(Self.detect([0, 0x3C, 0, 0x3F, 0, 0x78])?.encoding == .utf16be)
        #expect(Self.detect([0x3C, 0, 0x3F, 0, 0x78])?.encoding == nil)
    }

    @Test("Only 1024 bytes are looked at")
    func limit() {
        let meta = "<meta charset=koi8-r>"
        let fits = String(repeating: " ", count: 1024 - meta.utf8.count) + meta
        #expect(Self.detect(Array(fits.utf8), size: 100)?.encoding == .koi8R)
        #expect(Self.detect(Array(" \(fits)".utf8), size: 100)?.encoding == nil)
        #expect(Self.detect(Array(" \(fits)".utf8))?.encoding == nil)
    }

    @Test("UTF-16 becomes UTF-8 as Swift makes it, wherever it is cut")
    func utf16() {
        var state: UInt64 = 1
        func below(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(limit))
        }
        let kinds: [UInt16] = [
            0x41, 0xE4, 0x20AC, 0xD83D, 0xDE00, 0xFEFF, 0xFFFF, 0, 0xDBFF, 0xDFFF, 0xD800, 0xDC00, 0xE000, 0x7FF, 0x800,
        ]
        for round in 0..<3000 {
            let units = (0..<below(9)).map { _ in kinds[below(kinds.count)] }
            let isBig = round % 2 == 0
            let bytes = units.flatMap {
                isBig ? [UInt8($0 >> 8), UInt8($0 & 0xFF)] : [UInt8($0 & 0xFF), UInt8($0 >> 8)]
            }
            let expected = Array(String(decoding: units, as: UTF16.self).utf8)
            for cut in 0...bytes.count {
                var decoder = UTF16Decoder(isBigEndian: isBig)
                var output: [UInt8] = []
                decoder.append(bytes.span.extracting(0..<cut), to: &output)
                decoder.append(bytes.span.extracting(cut..<bytes.count), to: &output)
                decoder.finish(to: &output)
                #expect(output == expected)
            }
        }
    }

    @Test("What is left over at the end is one character in the place of another")
    func leftOver() {
        for (bytes, expected) in [
            ([0x41], "\u{FFFD}"), ([0x41, 0, 0x42], "A\u{FFFD}"), ([0x3D, 0xD8], "\u{FFFD}"),
            ([0x3D, 0xD8, 0], "\u{FFFD}"),
        ] as [([UInt8], String)] {
            var decoder = UTF16Decoder(isBigEndian: false)
            var output: [UInt8] = []
            for byte in bytes { decoder.append([byte].span, to: &output) }
            decoder.finish(to: &output)
            #expect(String(decoding: output, as: UTF8.self) == expected)
        }
    }
}
