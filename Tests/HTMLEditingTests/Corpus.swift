// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// The pages of Debian's documentation packages, as many programs and people write them: those that
/// scripts/install-packages.sh installs for the tests.
enum Corpus {
    struct Page {
        let path: String
        let bytes: [UInt8]

        /// Where it is cut for a choice of how: into pieces of a few sizes, not at all for the last.
        func cuts(_ choice: Int) -> [Int] {
            let sizes = [13, 100, 1021, 4096, 8000, 65536]
            let choice = choice % (sizes.count + 1)
            guard choice < sizes.count else { return [] }
            return Array(stride(from: 1 + choice % 3, to: bytes.count, by: sizes[choice]))
        }
    }

    /// Where pages are, who wrote them, and how many there are at least.
    private static let folders: [(path: String, pages: Int)] = [
        // httpd's own XSLT, in nine languages and five encodings.
        ("/usr/share/doc/apache2-doc/manual", 800),
        // DocBook, in Japanese.
        ("/usr/share/doc/debian/FAQ/ja", 17),
        // Sphinx, DocBook, and what Emacs makes of Org.
        ("/usr/share/doc/debian-policy", 35),
        // Doxygen.
        ("/usr/share/doc/libtheora-dev/html", 35),
        // By hand and by old XSLT, some of it in ISO-8859-1.
        ("/usr/share/doc/libxml2/html", 90),
        // gtk-doc.
        ("/usr/share/gtk-doc/html/libxml2", 40),
        // By hand and from manual pages.
        ("/usr/share/doc/postfix/html", 130),
        // Texinfo.
        ("/usr/share/doc/zsh-common/html", 180),
    ]

    /// All of them, in the same order each time. What is not installed is missed by whoever runs the test.
    static func pages() throws -> [Page] {
        var pages: [Page] = []
        for folder in folders {
            let before = pages.count
            let enumerator = FileManager.default.enumerator(atPath: folder.path)
            var paths: [String] = []
            while let name = enumerator?.nextObject() as? String {
                guard name.contains(".htm"), enumerator?.fileAttributes?[.type] as? FileAttributeType == .typeRegular,
                    !name.hasSuffix(".gz")
                else { continue }
                paths.append(folder.path + "/" + name)
            }
            for path in paths.sorted() {
                pages.append(Page(path: path, bytes: [UInt8](try Data(contentsOf: URL(filePath: path)))))
            }
            let count = pages.count - before
            try #require(
                count >= folder.pages, "\(count) pages in \(folder.path): run scripts/install-packages.sh test")
        }
        return pages
    }

    /// Does something with each page, two at a time; what is thrown is an issue.
    static func forEach(_ pages: [Page], _ body: @escaping @Sendable (Int, Page) throws -> Void) async {
        await withTaskGroup { group in
            let lanes = 2
            for lane in 0..<lanes {
                group.addTask {
                    for index in stride(from: lane, to: pages.count, by: lanes) {
                        do { try body(index, pages[index]) } catch { Issue.record("\(pages[index].path): \(error)") }
                    }
                }
            }
        }
    }
}
