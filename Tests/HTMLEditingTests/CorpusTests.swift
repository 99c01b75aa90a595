// SPDX-License-Identifier: Apache-2.0
import HTMLEditing
import HTMLLinks
import Streaming
import Synchronization
import Testing

@Suite("Real pages")
struct CorpusTests {
    @Test("what no rule is for and no URL is mapped in is what it was, byte for byte, in pieces of any size")
    func identity() async throws {
        let rules = try HTMLRules {
            on("nothing, .no-such-class, #no-such-id, [data-none=x], p > no ~ such, li:nth-of-type(100000)") {
                $0.remove()
            }
            on("a[href]") { element in _ = element["href"] }
            text(in: "p") { _ in }
            comments { _ in }
        }
        let urls = try URLMap([("http://no-such-host.example/", "/x/"), ("/no-such-path/", "/y/")])
        // By these, tags are passed over.
        let plain = try HTMLRules { on("nothing, #no-such-id, [data-none=x]") { $0.remove() } }
        await Corpus.forEach(try Corpus.pages()) { index, page in
            for choice in [index, index + 3] {
                let rules = choice == index ? rules : plain
                try rewritten(page.bytes, rules, cuts: page.cuts(choice), urls: urls) { rewriter in
                    #expect(rewriter.mappedValues == 0 && rewriter.exceeded == nil, "\(page.path)")
                }.isEqual(to: page.bytes, page.path)
            }
        }
    }

    @Test("what changes every element is the same in pieces of any size, and what is undone is what it was")
    func undone() async throws {
        let change = try HTMLRules {
            on("*") { element throws(StreamError) in try element.setAttribute("data-corpus", to: "<&\"") }
        }
        let undo = try HTMLRules {
            on("[data-corpus]") { $0.removeAttribute("data-corpus") }
        }
        let hosts = ["httpd.apache.org", "www.w3.org", "xmlsoft.org", "www.postfix.org", "www.debian.org"]
        let there = try URLMap(hosts.map { ("http://\($0)/", "https://\($0).test/corpus/") })
        let back = try URLMap(hosts.map { ("https://\($0).test/corpus/", "http://\($0)/") })
        let mapped = Mutex(0)
        let bare = Mutex(0)
        await Corpus.forEach(try Corpus.pages()) { index, page in
            var count = 0
            let changed = try rewritten(page.bytes, change, urls: there) { count = $0.mappedValues }
            let cut = try rewritten(page.bytes, change, cuts: page.cuts(index), urls: there)
            cut.isEqual(to: changed, page.path)
            mapped.withLock { $0 += count }
            let other = Corpus.Page(path: page.path, bytes: changed)
            // A host without a slash gets one, and keeps it.
            let text = String(decoding: page.bytes, as: UTF8.self)
            if hosts.contains(where: { text.contains("\"http://\($0)\"") }) { return bare.withLock { $0 += 1 } }
            let undone = try rewritten(changed, undo, cuts: other.cuts(index + 2), urls: back)
            undone.isEqual(to: page.bytes, page.path)
        }
        #expect(mapped.withLock { $0 } > 400 && bare.withLock { $0 } < 20)
    }
}

extension [UInt8] {
    /// Checks that it is what is expected, and says where it is not.
    fileprivate func isEqual(to expected: [UInt8], _ path: String) {
        guard self != expected else { return }
        let place = zip(self, expected).prefix { $0 == $1 }.count
        func around(_ bytes: [UInt8]) -> String {
            let range = Swift.max(0, place - 60)..<Swift.min(bytes.count, place + 60)
            return String(decoding: bytes[range.clamped(to: bytes.indices)], as: UTF8.self)
        }
        Issue.record("\(path) at \(place): \(around(self)), expected \(around(expected))")
    }
}
