// SPDX-License-Identifier: Apache-2.0
import HTMLLinks

/// The URL after mapping, or as it was.
func mapped(_ url: String, _ rules: [(from: String, to: String)]) throws -> String {
    let bytes = Array(url.utf8)
    guard let edit = try URLMap(rules).map(bytes.span) else { return url }
    return String(
        decoding: bytes[..<edit.range.lowerBound] + edit.text + bytes[edit.range.upperBound...], as: UTF8.self)
}

/// The value after mapping, or as it was.
func mapped(_ value: String, as kind: LinkKind, _ rules: [(from: String, to: String)]) throws -> String {
    var rewriter = LinkRewriter(try URLMap(rules))
    let bytes = Array(value.utf8)
    return rewriter.map(bytes.span, as: kind).map { String(decoding: $0, as: UTF8.self) } ?? value
}

/// Numbers that look like chance and are the same in each run.
struct Chance {
    var state: UInt64

    mutating func below(_ limit: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(limit))
    }

    mutating func text(of parts: [String], _ count: Int) -> String {
        (0..<below(count)).map { _ in parts[below(parts.count)] }.joined()
    }
}
