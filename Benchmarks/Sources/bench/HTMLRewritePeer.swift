// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Who rewrites HTML inside of httpd, and how each is told what.
enum HTMLRewritePeer: String, CaseIterable {
    case rewrite = "HTMLREWRITE"
    case proxyHTML = "mod_proxy_html"
    case none = "no filter"

    /// What is to be done with a page.
    enum Job {
        /// One tag selector, and a URL map that has hits.
        case tagAndURLs
        /// A selector and a URL map, neither of which finds anything.
        case nothing
    }

    static let from = "https://httpd.apache.org/"
    static let to = "https://mirror.example/"
    /// As it stands in no page.
    private static let absent = "https://absent.example/"

    /// What is not like for like.
    static let notes = [
        "mod_proxy_html maps URLs alone: it has no selectors. Its links are those of Debian's proxy-html.conf, 14 attributes. "
            + "It writes the page anew, so its answer is looked at for URLs only.",
        "mod_proxy_html is made to work on a file by PROXY_HTML_FORCE; nobody has a proxy.",
    ]

    private static func plugin(_ libraries: Libraries) -> String { libraries.modules + "/libHTMLRewriting.so" }

    /// Whether it is there to be measured.
    func isBuilt(_ libraries: Libraries) -> Bool {
        self != .rewrite || FileManager.default.fileExists(atPath: Self.plugin(libraries))
    }

    func peer(_ job: Job, _ libraries: Libraries) -> Peer {
        let from = job == .tagAndURLs ? Self.from : Self.absent
        let selector = job == .tagAndURLs ? "img" : "blink"
        switch self {
        case .none: return Peer(name: rawValue, directives: "", expected: [])
        case .rewrite:
            return Peer(
                name: rawValue,
                directives: libraries.load(plugin: Self.plugin(libraries)) + """
                    SwiftOutputFilter HTMLRewriting.HTMLRewrite HTMLREWRITE
                    <Location "/">
                    SetOutputFilter HTMLREWRITE
                    HTMLRewrite "\(selector)" set-attribute loading lazy
                    HTMLRewriteURLs \(from) \(Self.to)
                    </Location>

                    """, expected: [])
        case .proxyHTML:
            return Peer(
                name: rawValue, modules: ["env", "xml2enc", "proxy_html"],
                directives: Self.links + """
                    <Location "/">
                    SetEnv PROXY_HTML_FORCE 1
                    ProxyHTMLEnable On
                    ProxyHTMLURLMap \(from) \(Self.to)
                    </Location>

                    """, expected: [])
        }
    }

    private static let links = """
        ProxyHTMLLinks a href
        ProxyHTMLLinks area href
        ProxyHTMLLinks link href
        ProxyHTMLLinks img src longdesc usemap
        ProxyHTMLLinks object classid codebase data usemap
        ProxyHTMLLinks q cite
        ProxyHTMLLinks blockquote cite
        ProxyHTMLLinks ins cite
        ProxyHTMLLinks del cite
        ProxyHTMLLinks form action
        ProxyHTMLLinks input src usemap
        ProxyHTMLLinks head profile
        ProxyHTMLLinks base href
        ProxyHTMLLinks script src for

        """

    /// Throws unless an answer is what the job makes of the page, as far as that does not depend on who does it.
    func check(_ answer: [UInt8], to page: [UInt8], _ job: Job) throws {
        func count(_ text: String, _ bytes: [UInt8]) -> Int { Pages.replace(text, by: "", in: bytes).hits }
        func require(_ condition: Bool, _ text: String) throws {
            if !condition { throw BenchError("\(rawValue) answers \(answer.count) bytes: \(text)") }
        }
        let isIdentity = self == .none || (self == .rewrite && job == .nothing)
        if isIdentity { return try require(answer == page, "they are not the page's") }
        guard job == .tagAndURLs else { return try require(answer.count > page.count / 2, "too few") }
        let hits = count("\"\(Self.from)", page)
        try require(hits > 0 && count("\"\(Self.to)", answer) == hits, "not \(hits) URLs are mapped")
        try require(count("\"\(Self.from)", answer) == 0, "URLs are left")
        guard self == .rewrite else { return }
        try require(count("loading=\"lazy\"", answer) == count("<img ", page), "not every image is lazy")
        // Nothing else has changed.
        let undone = Pages.replace("\"\(Self.to)", by: "\"\(Self.from)", in: answer).bytes
        let plain = Pages.replace(" loading=\"lazy\"", by: "", in: undone).bytes
        try require(plain == page, "they differ from the page where nothing is to be done")
    }
}
