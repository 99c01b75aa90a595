// SPDX-License-Identifier: Apache-2.0

extension LinkPlace {
    /// What the `content` of a `<meta>` holds; `nil` if no URL that is known.
    ///
    /// With `http-equiv`: `refresh`. With `name` or `property`: what social networks and Windows read, that is `og:url`,
    /// `og:image`, `og:video` and `og:audio`, each also with `:url` and `:secure_url`; `twitter:image`, `twitter:image:src`,
    /// `twitter:url`, `twitter:player`, `twitter:player:stream`; `msapplication-TileImage`, `-config`, `-starturl` and the
    /// four logos; `thumbnail`. What `http-equiv` says about a Content-Security-Policy is a matter of ``HeaderLinks``.
    ///
    /// - Parameters:
    ///   - httpEquiv: The decoded value of `http-equiv`, if there is one.
    ///   - name: The decoded value of `name` or `property`, if there is one.
    public static func meta(httpEquiv: Span<UInt8>?, name: Span<UInt8>?) -> LinkKind? {
        if let httpEquiv, httpEquiv.isWord("refresh") { return .refresh }
        guard let name, name.count >= 6 else { return nil }
        switch name[0].lowercased {
        case UInt8(ascii: "o"): return isOpenGraph(name) ? .url : nil
        case UInt8(ascii: "t"):
            let isKnown = name.isWord("thumbnail") || isTwitter(name)
            return isKnown ? .url : nil
        case UInt8(ascii: "m"): return isWindows(name) ? .url : nil
        default: return nil
        }
    }

    private static func isOpenGraph(_ name: Span<UInt8>) -> Bool {
        guard name.hasWord("og:", at: 0) else { return false }
        let rest = name.part(3..<name.count)
        if rest.isWord("url") { return true }
        guard rest.hasWord("image", at: 0) || rest.hasWord("video", at: 0) || rest.hasWord("audio", at: 0) else {
            return false
        }
        let detail = rest.part(5..<rest.count)
        return detail.isEmpty || detail.isWord(":url") || detail.isWord(":secure_url")
    }

    private static func isTwitter(_ name: Span<UInt8>) -> Bool {
        guard name.hasWord("twitter:", at: 0) else { return false }
        let rest = name.part(8..<name.count)
        return rest.isWord("image") || rest.isWord("image:src") || rest.isWord("url") || rest.isWord("player")
            || rest.isWord("player:stream")
    }

    private static func isWindows(_ name: Span<UInt8>) -> Bool {
        guard name.hasWord("msapplication-", at: 0) else { return false }
        let rest = name.part(14..<name.count)
        return rest.isWord("tileimage") || rest.isWord("config") || rest.isWord("starturl")
            || rest.isWord("square70x70logo") || rest.isWord("square150x150logo") || rest.isWord("wide310x150logo")
            || rest.isWord("square310x310logo")
    }
}
