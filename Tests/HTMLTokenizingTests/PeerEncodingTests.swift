// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTMLTokenizing
import Testing

/// Left out of the comparison is what the standard has changed since html5lib: XML declarations, new labels, UTF-16 and
/// `x-user-defined`, attributes that are
/// there twice, and a `<meta>` that does not end; and where html5lib errs: `<meta/`, `<a<`, `<<`, `<!-->`, and `;` behind a label.
extension PeerTests {
    @Test("The encoding that a page declares, over pages made by chance")
    func encodings() throws {
        var chance = PageMaker(seed: 17)
        let parts = [
            "<meta charset=koi8-r>", "<meta charset='latin1' >", "<META\tcharset = \"big5\">",
            "<meta charset=nonsense>",
            "<meta content=\"a; charset = big5\" http-equiv=Content-Type>", "<meta content='charset=big5'>",
            "<meta http-equiv=content-type content='charset=utf-8'>", "<metadata charset=big5>", "<!-- ",
            "-->",
            "<!---->", "<a b='", "'>", "<!x", "<?y", ">", "< ", "x", " ", "/", "=",
        ]
        var pages: [String] = []
        for _ in 0..<20000 {
            var page = ""
            for _ in 0..<chance.next(12) + 1 { page += parts[Int(chance.next(parts.count))] }
            pages.append(page)
        }
        let program = """
            import sys
            from html5lib._inputstream import EncodingParser
            for line in sys.stdin:
                found = EncodingParser(line[:-1].encode()).getEncoding()
                print(found.name if found else "none")
            """
        let input = pages.map { $0 + "\n" }.joined()
        let answers = try python(["-c", program], input).split(separator: "\n")
        try #require(answers.count == pages.count)
        var found = 0
        for (page, answer) in zip(pages, answers) {
            let name = EncodingTests.detect(Array(page.utf8))?.encoding?.name.lowercased() ?? "none"
            #expect(name == String(answer), "\(page.debugDescription)")
            if name != "none" { found += 1 }
        }
        #expect(found > 5000)
    }

    @Test("The table of labels is what the script writes")
    func labels() throws {
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../../scripts/encoding-tables.py")
        _ = try python([script.standardizedFileURL.path, "--check"], "")
    }
}
