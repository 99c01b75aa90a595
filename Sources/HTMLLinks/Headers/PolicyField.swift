// SPDX-License-Identifier: Apache-2.0

/// `Content-Security-Policy`: CSP Level 3, 2.3.
///
/// A source with a host is mapped, also without a scheme (`backend:8080`); where the public's prefix has no host, it becomes
/// `'self'`. Keywords, nonces, hashes, schemes and `*` stay, as do wildcards, which are more than one backend. `report-uri` has
/// URLs.
enum PolicyField {
    static func map(_ value: Span<UInt8>, _ urls: borrowing URLMap, _ editor: inout ValueEditor) {
        var index = 0
        while index < value.count {
            // A comma separates policies.
            var end = index
            while end < value.count, value[end] != UInt8(ascii: ";"), value[end] != UInt8(ascii: ",") { end &+= 1 }
            directive(value, Range(index, to: end), urls, &editor)
            index = end &+ 1
        }
    }

    private static func directive(
        _ value: Span<UInt8>, _ range: Range<Int>, _ urls: borrowing URLMap, _ editor: inout ValueEditor
    ) {
        let directive = value.part(range)
        var words = SeparatedURLs(in: directive, commas: false)
        guard let name = words.next() else { return }
        let isReport = directive.part(name).isWord("report-uri")
        guard isReport || hasSources(directive.part(name)) else { return }
        while let word = words.next() {
            let place = Range(range.lowerBound &+ word.lowerBound, to: range.lowerBound &+ word.upperBound)
            if isReport {
                guard let edit = urls.map(value.part(place)) else { continue }
                let start = place.lowerBound &+ edit.range.lowerBound
                let end = place.lowerBound &+ edit.range.upperBound
                editor.replace(Range(start, to: end), of: value, by: encoded(edit.text))
            } else if let source = urls.source(for: value.part(place)) {
                editor.replace(place, of: value, by: source)
            }
        }
    }

    private static func hasSources(_ name: Span<UInt8>) -> Bool {
        if name.isWord("base-uri") || name.isWord("form-action") || name.isWord("frame-ancestors") { return true }
        return name.hasWord("-src", at: name.count &- 4) || name.hasWord("-src-elem", at: name.count &- 9)
            || name.hasWord("-src-attr", at: name.count &- 9) || name.isWord("navigate-to")
    }

    /// What separates sources and directives has to be encoded in them.
    static func encoded(_ text: [UInt8]) -> [UInt8] {
        guard text.contains(where: { $0 == UInt8(ascii: ";") || $0 == UInt8(ascii: ",") }) else { return text }
        var result: [UInt8] = []
        for byte in text {
            switch byte {
            case UInt8(ascii: ";"): result += Array("%3B".utf8)
            case UInt8(ascii: ","): result += Array("%2C".utf8)
            default: result.append(byte)
            }
        }
        return result
    }
}

extension URLMap {
    /// What takes the place of a source of a policy; `nil` if it stays.
    func source(for source: Span<UInt8>) -> [UInt8]? {
        guard hasHosts, let first = source.count > 0 ? source[0] : nil, first != UInt8(ascii: "'") else { return nil }
        // Without a scheme it means that of the page, as `//host` does.
        var url: [UInt8] = []
        if URLScheme(of: source) == nil {
            guard !first.isSlash else { return nil }
            url = [0x2F, 0x2F]
        }
        let added = url.count
        url.append(source)
        guard let (place, range, isWhole) = match(url.span) else { return nil }
        let rule = rules[place]
        guard !rule.to.host.isEmpty else { return Array("'self'".utf8) }
        var result = PolicyField.encoded(rule.bare)
        // A source that ends in a slash is for all below it; without a path it is for all of the host.
        if isWhole, !rule.to.path.isEmpty { result.append(0x2F) }
        result.append(url.span.part(Range(range.upperBound, to: url.count)))
        return added == 0 && source.isSame(as: result) ? nil : result
    }

    /// What takes the place of an origin; `nil` if it stays: no rule is for all of it, or the public's is not known.
    func origin(of origin: Span<UInt8>) -> [UInt8]? {
        guard let site = URLSite(origin), site.scheme != .relative, site.end == origin.count else { return nil }
        let host = origin.part(site.host)
        for rule in rules where rule.from.path.isEmpty && rule.isFor(site.scheme, site.port, host) {
            guard rule.to.scheme != .path, rule.to.scheme != .relative else { return nil }
            let end = rule.to.bare.count &- rule.to.path.count
            let result = Array(rule.to.bare.prefix(max(end, 0)))
            return origin.isSame(as: result) ? nil : result
        }
        return nil
    }
}
