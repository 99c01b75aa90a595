// SPDX-License-Identifier: Apache-2.0
internal import BasicContainers
public import Streaming

/// What stands in the place of a match.
public struct Replacement: Sendable {
    /// Makes the text that stands in the place of a match.
    public typealias Maker = @Sendable (borrowing Match, inout ReplacementText) throws(StreamError) -> Void

    enum Kind: Sendable {
        case text([UInt8])
        case template(Template)
        case made(Maker)
    }

    let kind: Kind

    /// The same text each time.
    public static func text(_ text: String) -> Replacement { Replacement(kind: .text(Array(text.utf8))) }

    /// The same bytes each time.
    public static func bytes(_ bytes: [UInt8]) -> Replacement { Replacement(kind: .text(bytes)) }

    /// What a closure makes of the match. Called from many threads at once, each with its own match.
    public static func made(_ maker: @escaping Maker) -> Replacement { Replacement(kind: .made(maker)) }

    private init(kind: Kind) {
        self.kind = kind
    }

    /// Text with parts of the match in it.
    ///
    /// `$0` or `$&` stands for the whole match, `$1` to `$99` or `${1}` for a group, `${name}` or `$+{name}` for a named one,
    /// and for nothing where the group took no part. A backslash makes the next sign ordinary; `\n`, `\r`, `\t`, `\f`, `\a`,
    /// `\e`, `\0` and `\xHH` are as in Perl, and `\1` to `\9` are groups too. Any other `$` is ordinary.
    public init(template: String, for pattern: Pattern) throws(RuleError) {
        var reader = TemplateReader(template, pattern)
        let template = try reader.read()
        kind = template.hasGroups ? .template(template) : .text(template.text)
    }
}

/// Takes what stands in the place of a match.
public struct ReplacementText: ~Copyable {
    private(set) var bytes = UniqueArray<UInt8>()

    init() {}

    /// Puts a copy of `bytes` behind what is there.
    public mutating func append(_ bytes: Span<UInt8>) {
        self.bytes.append(copying: bytes)
    }

    /// Puts the UTF-8 bytes of `text` behind what is there.
    public mutating func append(_ text: String) {
        bytes.append(copying: text.utf8Span.span)
    }

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
    }
}
