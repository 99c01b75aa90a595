// SPDX-License-Identifier: Apache-2.0

extension URLMap {
    /// What becomes of a URL: bytes in the place of its beginning.
    public struct Edit: Equatable, Sendable {
        /// Which bytes are replaced, if any: `/` may become `/app/` by what is put in front. All others stay.
        public let range: Range<Int>
        /// What takes their place: printable ASCII without space, quotation marks, `<`, `>` and `\`.
        public let text: [UInt8]

        init(range: Range<Int>, text: [UInt8]) {
            self.range = range
            self.text = text
        }
    }

    /// Whether a URL that has `byte` first, behind spaces and control characters, may be mapped. For most it is not so.
    @inline(__always)
    public func mayBegin(_ byte: UInt8) -> Bool {
        if byte.isSlash { return hasPaths || hasHosts }
        return byte.isLetter && schemeLetters & (1 &<< UInt32(byte & 0x1F)) != 0
    }

    /// What becomes of a URL; `nil` if it stays as it is.
    public func map(_ url: Span<UInt8>) -> Edit? {
        guard let (rule, range, isWhole) = match(url) else { return nil }
        let text: [UInt8]
        if isWhole {
            text = rules[rule].whole
        } else if rules[rule].bare.isEmpty, isDoubleSlash(url, at: range.upperBound) {
            // Two slashes at the front would be a host.
            text = [0x2F, 0x2E]
        } else {
            text = rules[rule].bare
        }
        if url.part(range).isSame(as: text) { return nil }
        return Edit(range: range, text: text)
    }

    /// Which of the rules a URL is mapped by, what of it is replaced, and whether its path ends there.
    func match(_ url: Span<UInt8>) -> (rule: Int, range: Range<Int>, isWhole: Bool)? {
        var start = 0
        while start < url.count, url[start] <= 0x20 { start &+= 1 }
        guard start < url.count, mayBegin(url[start]) else { return nil }
        var end = url.count
        while end > start, url[end &- 1] <= 0x20 { end &-= 1 }
        for index in start..<end where url[index].isBreak { return matchBroken(url, start, end) }
        guard let (rule, length, isWhole) = matchClean(url.part(Range(start, to: end))) else { return nil }
        return (rule, Range(start, to: start &+ length), isWhole)
    }

    /// A URL with tabs or line breaks inside: they count for nothing.
    private func matchBroken(
        _ url: Span<UInt8>, _ start: Int, _ end: Int
    ) -> (rule: Int, range: Range<Int>, isWhole: Bool)? {
        var clean: [UInt8] = []
        for index in start..<end where !url[index].isBreak { clean.append(url[index]) }
        guard let (rule, length, isWhole) = matchClean(clean.span) else { return nil }
        var left = length
        var index = start
        while index < end, left > 0 {
            if !url[index].isBreak { left &-= 1 }
            index &+= 1
        }
        return (rule, Range(start, to: index), isWhole)
    }

    private func isDoubleSlash(_ url: Span<UInt8>, at start: Int) -> Bool {
        var slashes = 0
        var index = start
        while index < url.count, slashes < 2 {
            if url[index].isSlash {
                slashes &+= 1
            } else if !url[index].isBreak {
                return false
            }
            index &+= 1
        }
        return slashes == 2
    }

    /// A URL without what does not count. How much of it is replaced, and whether its path ends there.
    private func matchClean(_ url: Span<UInt8>) -> (rule: Int, length: Int, isWhole: Bool)? {
        if url.at(0).isSlash, !url.at(1).isSlash {
            guard hasPaths else { return nil }
            return matchPath(url, from: 0) { $0.from.scheme == .path }
        }
        guard hasHosts, let site = URLSite(url) else { return nil }
        let host = url.part(site.host)
        return matchPath(url, from: site.end) { rule in rule.isFor(site.scheme, site.port, host) }
    }

    /// The first rule that `isCandidate` and whose path the URL's, which begins at `start`, is or is below of.
    private func matchPath(
        _ url: Span<UInt8>, from start: Int, isCandidate: (Rule) -> Bool
    ) -> (rule: Int, length: Int, isWhole: Bool)? {
        for index in rules.indices {
            let rule = rules[index]
            guard isCandidate(rule), let isWhole = rule.hasAbove(url, start) else { continue }
            let length = rule.from.path.count
            return (index, start &+ length, isWhole)
        }
        return nil
    }
}

extension URLMap.Rule {
    /// Whether the rule is for URLs of this scheme, host and port, whatever their path.
    func isFor(_ scheme: URLScheme, _ port: UInt32?, _ host: Span<UInt8>) -> Bool {
        switch (from.scheme, scheme) {
        case (.path, _), (_, .path): return false
        case (.relative, .relative), (.relative, .http), (.relative, .https): break
        case (.http, .relative), (.https, .relative): break
        default: if from.scheme != scheme { return false }
        }
        if port != from.port {
            // Of two schemes, one of them unknown, the one that is known says which port is meant.
            let known = scheme == .relative ? from.scheme : scheme
            guard known.port != nil, (port ?? known.port) == (from.port ?? known.port) else { return false }
        }
        guard host.count == from.host.count else { return false }
        for index in host.indices where host[index].lowercased != from.host[index] { return false }
        return true
    }
}

extension URLMap.Rule {
    /// Whether the path that begins at `start` is the prefix's or below it, and if so, whether it ends there.
    fileprivate func hasAbove(_ url: Span<UInt8>, _ start: Int) -> Bool? {
        let length = from.path.count
        guard url.count &- start >= length else { return nil }
        for index in 0..<length {
            let byte = url[start &+ index]
            if byte != from.path[index], byte != 0x5C || from.path[index] != 0x2F { return nil }
        }
        let end = start &+ length
        if end < url.count, url[end].isSlash { return false }
        // The root of a host is the same with a slash and without.
        let isEnd = end == url.count || url[end] == UInt8(ascii: "?") || url[end] == UInt8(ascii: "#")
        return isEnd && (!from.endsInSlash || (length == 0 && from.scheme != .path)) ? true : nil
    }
}

extension URLScheme {
    /// The scheme that a URL begins with, if it is one of these.
    init?(of url: Span<UInt8>) {
        var word: UInt64 = 0
        for index in 0..<6 {
            let byte = url.at(index)
            if byte == UInt8(ascii: ":") { break }
            word = word << 8 | UInt64(byte.lowercased)
        }
        switch word {
        case 0x68_7474_70: self = .http
        case 0x6874_7470_73: self = .https
        case 0x7773: self = .ws
        case 0x77_7373: self = .wss
        case 0x66_7470: self = .ftp
        default: return nil
        }
    }
}

/// The beginning of a URL with a host.
struct URLSite {
    var scheme: URLScheme
    var host: Range<Int>
    /// `nil` for the scheme's own.
    var port: UInt32?
    /// Where the path begins.
    var end: Int

    /// Reads it; `nil` if the URL has no host, or is none of the web.
    init?(_ url: Span<UInt8>) {
        var index = 0
        if url.at(0).isSlash {
            scheme = .relative
        } else {
            guard let found = URLScheme(of: url) else { return nil }
            scheme = found
            index = found.name.utf8.count &+ 1
        }
        guard url.at(index).isSlash, url.at(index &+ 1).isSlash else { return nil }
        // However many there are: so browsers read it.
        while url.at(index).isSlash { index &+= 1 }
        var end = index
        while end < url.count, !url[end].isSlash, url[end] != UInt8(ascii: "?"), url[end] != UInt8(ascii: "#") {
            end &+= 1
        }
        guard let authority = Authority(url.part(Range(index, to: end)), scheme: scheme) else { return nil }
        host = Range(index &+ authority.host.lowerBound, to: index &+ authority.host.upperBound)
        port = authority.port
        self.end = end
    }
}
