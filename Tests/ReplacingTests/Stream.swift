// SPDX-License-Identifier: Apache-2.0
import Streaming

@testable import Replacing

/// A stream that is fed by hand, and what came out of it.
struct Stream: ~Copyable {
    private(set) var replacer: Replacer
    private var storage: OutputStorage.One = [OutputStorage()]

    init(_ rules: [ReplaceRule], limits: ReplaceLimits = ReplaceLimits()) throws {
        replacer = try Replacer(RuleSet(rules), limits: limits)
    }

    mutating func write(_ bytes: Span<UInt8>, keepsInPlace: Bool = false) throws {
        var output = Output(editing: bytes, into: storage.mutableSpan, keepsInPlace: keepsInPlace)
        try replacer.write(bytes, into: &output)
    }

    mutating func write(_ text: String) throws { try write(Array(text.utf8).span) }

    mutating func flush() throws {
        var output = Output(editing: Span(), into: storage.mutableSpan, keepsInPlace: false)
        try replacer.flush(into: &output)
    }

    mutating func finish() throws {
        var output = Output(editing: Span(), into: storage.mutableSpan, keepsInPlace: false)
        try replacer.finish(into: &output)
    }

    /// What came out since this was asked last.
    mutating func take() -> [UInt8] {
        let bytes = (0..<storage[0].count).map { storage[0].written[$0] }
        forget()
        return bytes
    }

    mutating func takeText() -> String { String(decoding: take(), as: UTF8.self) }

    /// Makes room as the adapter does, which has put it out.
    mutating func forget() { storage[0].removeAll(keepingCapacityUpTo: 128 * 1024) }
}
