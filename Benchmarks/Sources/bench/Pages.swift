// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The bodies that are served: text made by rule, the same in every run.
enum Pages {
    private static let words = [
        "the", "parser", "node", "item", "must", "be", "of", "attribute", "token", "insertion", "mode", "stack", "in",
        "scope", "current", "document", "tag", "foreign", "a", "is", "when", "process", "using", "rules", "for", "list",
    ]

    /// An HTML page of this size, in lines of about 80 characters; one word in so many is `element`.
    static func html(bytes count: Int, elementEvery distance: Int) -> [UInt8] {
        var page = Array("<!DOCTYPE html>\n<html><head><title>Page</title></head>\n<body>\n".utf8)
        let end = Array("</p>\n</body></html>\n".utf8)
        page.reserveCapacity(count + 128)
        var state: UInt64 = 42
        var column = 0
        var word = 0
        while page.count < count - end.count {
            word += 1
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            var text = words[Int(state >> 33) % words.count]
            if word % distance == 0 { text = "element" }
            if state >> 60 == 3 { text = "<a href=\"#\(text)\">\(text)</a>" }
            page += text.utf8
            column += text.utf8.count + 1
            page.append(column > 80 ? UInt8(ascii: "\n") : UInt8(ascii: " "))
            if column > 80 { column = 0 }
        }
        page.removeLast(page.count - (count - end.count))
        return page + end
    }

    /// The page of the peers.
    static let ordinary = html(bytes: 240_000, elementEvery: 30)

    /// HTML that people wrote: pages of httpd's manual, as many as it takes, cut off at this size.
    static func manual(bytes count: Int) throws -> [UInt8] {
        let folder = "/usr/share/doc/apache2-doc/manual/en/mod/"
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".html") }
            .sorted()
        var text: [UInt8] = []
        for name in names where text.count < count { text += try Files.read(folder + name) }
        guard text.count >= count else { throw BenchError("\(folder) is too small: install apache2-doc") }
        return Array(text.prefix(count))
    }

    /// One document of about this size: the bodies of the manual's pages in one. Of several, one behind the other, libxml2
    /// reads the first alone.
    static func document(bytes count: Int) throws -> [UInt8] {
        // Each body is whole but the last one, which ends with a line.
        let text = String(decoding: try manual(bytes: count + count / 5), as: UTF8.self)
        let parts = text.components(separatedBy: "</body>")
        var page = parts.first ?? ""
        for part in parts.dropFirst() where page.utf8.count < count {
            guard let tag = part.range(of: "<body"), let end = part[tag.upperBound...].firstIndex(of: ">") else {
                continue
            }
            page += part[part.index(after: end)...]
        }
        let bytes = Array(page.utf8.prefix(count))
        guard bytes.count == count, let last = bytes.lastIndex(of: UInt8(ascii: "\n")) else {
            throw BenchError("the manual is too small for a document of \(count) bytes")
        }
        return bytes[...last] + Array("</body></html>\n".utf8)
    }

    /// The same with thousands of `element`, as a specification of HTML has: httpd's manual says `directive` as often.
    /// Nobody writes it with a capital there, so that it does not matter who tells one from the other.
    static func specification(bytes count: Int) throws -> [UInt8] {
        let text = try manual(bytes: count + count / 20)
        let page = replace("directive", by: "element", in: replace("Element", by: "Item", in: text).bytes).bytes
        guard page.count >= count else { throw BenchError("the manual has too many directives for \(count) bytes") }
        // Who works line by line ends the last one.
        return page.prefix(count - 1) + [UInt8(ascii: "\n")]
    }

    /// Letters in capitals, as every peer makes them.
    static func upper(_ bytes: [UInt8]) -> [UInt8] {
        bytes.map { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) ? $0 - 32 : $0 }
    }

    /// Replaces each `text` by another, from left to right.
    static func replace(_ text: String, by other: String, in bytes: [UInt8]) -> (bytes: [UInt8], hits: Int) {
        let pattern = Array(text.utf8)
        var result: [UInt8] = []
        var hits = 0
        var index = 0
        while index < bytes.count {
            if bytes[index] == pattern[0], bytes[index...].starts(with: pattern) {
                result += other.utf8
                hits += 1
                index += pattern.count
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return (result, hits)
    }
}
