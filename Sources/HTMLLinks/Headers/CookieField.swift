// SPDX-License-Identifier: Apache-2.0

/// `Set-Cookie`: RFC 6265, 5.2.
///
/// `Path` is mapped by the rules for paths; if none of them fits, and all rules for hosts are for one host, by those: the
/// cookie is that host's. `Domain` is mapped if it is the host of a rule, to the host of what the rule maps to. If that has
/// none, the attribute is taken out, and the cookie is its sender's. Name, value and all else stay.
enum CookieField {
    static func map(_ value: Span<UInt8>, _ urls: borrowing URLMap, _ editor: inout ValueEditor) {
        var index = value.first(UInt8(ascii: ";"), from: 0)
        while index < value.count {
            let start = index
            let end = value.first(UInt8(ascii: ";"), from: start &+ 1)
            let equals = min(value.first(UInt8(ascii: "="), from: start &+ 1), end)
            let name = trimmed(value, Range(start &+ 1, to: equals))
            let content = trimmed(value, Range(equals &+ 1, to: end))
            if value.part(name).isWord("path") {
                mapPath(content, of: value, urls, &editor)
            } else if value.part(name).isWord("domain") {
                mapDomain(content, attribute: Range(start, to: end), of: value, urls, &editor)
            }
            index = end
        }
    }

    private static func mapPath(
        _ range: Range<Int>, of value: Span<UInt8>, _ urls: borrowing URLMap, _ editor: inout ValueEditor
    ) {
        guard let new = urls.cookiePath(value.part(range)), !new.contains(UInt8(ascii: ";")) else { return }
        if !value.part(range).isSame(as: new) { editor.replace(range, of: value, by: new) }
    }

    private static func mapDomain(
        _ range: Range<Int>, attribute: Range<Int>, of value: Span<UInt8>, _ urls: borrowing URLMap,
        _ editor: inout ValueEditor
    ) {
        // A dot in front means nothing.
        let start = value.at(range.lowerBound) == UInt8(ascii: ".") ? range.lowerBound &+ 1 : range.lowerBound
        let host = Range(start, to: range.upperBound)
        guard let new = urls.host(for: value.part(host)) else { return }
        if new.isEmpty {
            editor.replace(attribute, of: value, by: [])
        } else if !value.part(host).isSame(as: new) {
            editor.replace(host, of: value, by: new)
        }
    }

    private static func trimmed(_ value: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
        let start = min(value.skippingSpaces(from: range.lowerBound), range.upperBound)
        var end = range.upperBound
        while end > start, value.at(end &- 1).isSpace { end &-= 1 }
        return Range(start, to: end)
    }
}

extension URLMap {
    /// What a cookie's path becomes; `nil` if no rule is for it.
    func cookiePath(_ path: Span<UInt8>) -> [UInt8]? {
        guard path.at(0) == 0x2F else { return nil }
        // `/app` is for all below it, so a prefix with a slash at its end fits as well.
        guard let rule = rules.first(where: { $0.isFor(cookiePath: path) && $0.from.scheme == .path }) ?? hostRule(path)
        else {
            return nil
        }
        let rest = path.part(Range(rule.from.path.count, to: path.count))
        var result = rule.to.path
        // `/` for all of `/app` is `/app/` or `/app`: the one that the rule has.
        if rest.isEmpty || (rest.count == 1 && rule.from.path.isEmpty) {
            if rule.to.endsInSlash || rule.to.path.isEmpty { result.append(0x2F) }
        } else {
            result.append(rest)
        }
        return result
    }

    private func hostRule(_ path: Span<UInt8>) -> Rule? {
        let hosts = rules.filter { $0.from.scheme != .path }
        guard let first = hosts.first, hosts.allSatisfy({ $0.from.host == first.from.host }) else { return nil }
        return hosts.first { $0.isFor(cookiePath: path) }
    }

    /// What takes the place of a backend's host: empty if the public's has no name.
    func host(for host: Span<UInt8>) -> [UInt8]? {
        guard !host.isEmpty else { return nil }
        for rule in rules where rule.from.scheme != .path && rule.from.isHost(host) { return rule.to.host }
        return nil
    }
}

extension URLMap.Rule {
    fileprivate func isFor(cookiePath path: Span<UInt8>) -> Bool {
        let count = from.path.count
        return path.part(0..<count).isSame(as: from.path) && (path.count == count || path.at(count) == 0x2F)
    }
}

extension URLPrefix {
    fileprivate func isHost(_ other: Span<UInt8>) -> Bool {
        guard other.count == host.count else { return false }
        for index in other.indices where other[index].lowercased != host[index] { return false }
        return true
    }
}
