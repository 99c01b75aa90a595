// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTMLEditing
import HTMLLinks
import HTMLSelectors
import HTMLTokenizing
import HTTPDTesting
import Streaming

/// Passes a page through one of the engines again and again, in pieces of 64 KB, and prints what one pass takes.
///
///     html-engine ENGINE PAGE SECONDS [SELECTOR]
///
/// The engines: `tokens`, the tokenizer alone, `match`, which asks a selector at every start tag as well, `rewrite`, which
/// removes the elements that match, and `urls`, which maps URLs as well.
@main
enum HTMLEngine {
    private static let piece = 64 * 1024

    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count > 3, let seconds = Double(arguments[3]),
            let data = FileManager.default.contents(atPath: arguments[2])
        else { throw Usage() }
        let page = [UInt8](data)
        let pass: () throws -> Int
        switch arguments[1] {
        case "tokens": pass = { tokens(page.span) }
        case "match":
            let set = SelectorSet([try Selector(arguments.count > 4 ? arguments[4] : "img")])
            pass = { try matches(page.span, set) }
        case "rewrite", "urls":
            let map =
                arguments[1] == "urls" ? try URLMap([("https://httpd.apache.org/", "https://mirror.example/")]) : nil
            let rules = try HTMLRules([
                HTMLHandler(arguments.count > 4 ? arguments[4] : "img", .element { $0.remove() })
            ])
            let pieces = stride(from: 0, to: page.count, by: piece).map {
                Array(page[$0..<min($0 + piece, page.count)])
            }
            pass = { try TransformRun.count(of: HTMLRewriter(rules, urls: map), fed: pieces) }
        default: throw Usage()
        }
        let found = try pass()
        var times: [Double] = []
        let clock = ContinuousClock()
        let cpu = processSeconds()
        let end = clock.now + .seconds(seconds)
        while clock.now < end {
            let took = try clock.measure { _ = try pass() }
            times.append(Double(took.components.attoseconds) / 1e18 + Double(took.components.seconds))
        }
        times.sort()
        let each = (processSeconds() - cpu) / Double(times.count)
        // Seconds: median, shortest, of CPU, to the first output, of which there is none; then kilobytes, and what was found.
        print(times[times.count / 2], times[0], each, 0, peakKilobytes(), found)
    }

    private static func tokens(_ page: Span<UInt8>) -> Int {
        var tokenizer = HTMLTokenizer()
        var count = 0
        var start = 0
        var end = 0
        while end < page.count {
            end = min(end + piece, page.count)
            let seen = page.extracting(first: end)
            while let token = tokenizer.next(in: seen, from: start, isLast: end == page.count) {
                start = token.range.upperBound
                count &+= 1
            }
        }
        return count
    }

    /// Which elements are open is guessed: tags without an end tag would fill the stack, and end tags are taken as they come.
    private static func matches(_ page: Span<UInt8>, _ set: SelectorSet) throws -> Int {
        var tokenizer = HTMLTokenizer()
        var matcher = SelectorMatcher(set)
        var count = 0
        var start = 0
        var end = 0
        while end < page.count {
            end = min(end + piece, page.count)
            let seen = page.extracting(first: end)
            while let token = tokenizer.next(in: seen, from: start, isLast: end == page.count) {
                if token.kind == .startTag {
                    var attributes = TagAttributes(token, seen)
                    let name = seen.extracting(token.content)
                    if try matcher.push(name, in: .html, attributes: &attributes) { count &+= 1 }
                    if matcher.depth > 20 || token.isSelfClosing { matcher.pop() }
                } else if token.kind == .endTag {
                    matcher.pop()
                }
                start = token.range.upperBound
            }
        }
        return count
    }

    private static func processSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private static func peakKilobytes() -> Int {
        var usage = rusage()
        getrusage(Int32(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss
    }

    private struct Usage: Error, CustomStringConvertible {
        var description: String { "usage: html-engine tokens|match|rewrite|urls PAGE SECONDS [SELECTOR]" }
    }
}

/// The attributes of a tag, as the page has them: character references are not decoded.
private struct TagAttributes: ElementAttributes, ~Copyable, ~Escapable {
    private let token: HTMLToken
    private let bytes: Span<UInt8>

    @_lifetime(copy bytes)
    init(_ token: HTMLToken, _ bytes: Span<UInt8>) {
        self.token = token
        self.bytes = bytes
    }

    mutating func withValue(of name: AttributeName, _ body: (Span<UInt8>) -> Bool) -> Bool? {
        var attributes = HTMLAttributes(of: token, in: bytes)
        guard let found = attributes.first(named: name.bytes.span) else { return nil }
        return body(bytes.extracting(found.value))
    }
}
