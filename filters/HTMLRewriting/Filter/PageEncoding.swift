// SPDX-License-Identifier: Apache-2.0
import HTTPD

/// In which encoding a page is, as far as that says how to change it.
enum PageEncoding: Equatable {
    /// Text may be put in as it is.
    case utf8
    /// ASCII is a part of it: text is put in as ASCII, with references.
    case ascii
    /// Tags are not where ASCII has them: it cannot be changed.
    case other

    private static let utf8Labels: Set<String> = [
        "utf-8", "utf8", "unicode-1-1-utf-8", "unicode11utf8", "unicode20utf8", "x-unicode20utf8",
    ]
    /// UTF-16, and what switches away from ASCII and back.
    private static let otherLabels: Set<String> = [
        "utf-16", "utf-16le", "utf-16be", "ucs-2", "unicode", "csunicode", "iso-10646-ucs-2", "unicodefeff",
        "unicodefffe", "iso-2022-jp", "csiso2022jp", "iso-2022-kr", "csiso2022kr", "iso-2022-cn", "iso-2022-cn-ext",
        "hz-gb-2312",
    ]

    /// What a Content-Type says; UTF-8 where it says nothing.
    init(contentType: String) {
        guard let label = Self.charset(contentType) else {
            self = .utf8
            return
        }
        self = Self.utf8Labels.contains(label) ? .utf8 : Self.otherLabels.contains(label) ? .other : .ascii
    }

    /// What a page's first bytes say, which counts more than its Content-Type: `nil` if they are no byte order mark.
    init?(mark bytes: Span<UInt8>) {
        func begins(_ mark: [UInt8]) -> Bool {
            bytes.count >= mark.count && mark.indices.allSatisfy { bytes[$0] == mark[$0] }
        }
        if begins([0xEF, 0xBB, 0xBF]) {
            self = .utf8
        } else if begins([0xFE, 0xFF]) || begins([0xFF, 0xFE]) {
            self = .other
        } else {
            return nil
        }
    }

    /// Whether a page that begins with these bytes may begin with a mark, and it is not known yet.
    static func isUndecided(_ bytes: [UInt8]) -> Bool {
        bytes.isEmpty || bytes == [0xEF] || bytes == [0xEF, 0xBB] || bytes == [0xFE] || bytes == [0xFF]
    }

    /// The parameter `charset` in small letters; of several the first.
    private static func charset(_ contentType: String) -> String? {
        for parameter in contentType.split(separator: ";").dropFirst() {
            let parts = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, trimmed(parts[0]) == "charset" else { continue }
            let value = trimmed(parts[1])
            return value.isEmpty ? nil : value
        }
        return nil
    }

    private static func trimmed(_ text: Substring) -> String {
        let marks: Set<Character> = [" ", "\t", "\"", "'"]
        let start = text.drop { marks.contains($0) }
        let end = start.lastIndex { !marks.contains($0) }
        return end.map { start[...$0].lowercased() } ?? ""
    }
}
